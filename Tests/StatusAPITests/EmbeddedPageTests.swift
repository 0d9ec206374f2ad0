import Foundation
import StatusAPI
import Testing

/// The page that is served is the file that people edit.
@Suite struct EmbeddedPageTests {
    @Test func `the embedded page is page.html; run scripts/embed-page after a change`() throws {
        let root = #filePath.dropLast("/Tests/StatusAPITests/EmbeddedPageTests.swift".count)
        let file = root + "/Sources/StatusAPI/Page/page.html"
        let text = try String(contentsOfFile: String(file), encoding: .utf8)
        #expect(StatusSources().page() == Array(text.utf8))
    }
}
