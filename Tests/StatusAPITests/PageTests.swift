import Foundation
import StatusAPI
import Testing

/// What the page must never contain, whatever it comes to look like.
@Suite struct PageTests {
    private static let page = String(decoding: StatusSources().page(), as: UTF8.self)
    private static let root = String(
        #filePath.dropLast("/Tests/StatusAPITests/PageTests.swift".count)
    )

    @Test(arguments: [
        "innerHTML", "outerHTML", "insertAdjacentHTML", "document.write",
        "createContextualFragment",
        "setHTML", "DOMParser", "eval(", "new Function", "srcdoc", "javascript:",
    ])
    func `text from outside cannot become an element or code`(way: String) {
        #expect(!Self.page.contains(way))
    }

    @Test(arguments: ["http:", "https:", "ws:", "wss:", "src=", "@import", "url("])
    func `nothing is loaded from elsewhere`(way: String) {
        #expect(!Self.page.contains(way))
    }

    @Test func `tokens are kept by the tab alone`() {
        #expect(!Self.page.contains("localStorage"))
        #expect(!Self.page.contains("document.cookie"))
        #expect(Self.page.contains("sessionStorage"))
    }

    @Test func `one script and one style are what the policy names`() throws {
        for tag in ["script", "style"] {
            let parts = Self.page.components(separatedBy: "<\(tag)>\n")
            #expect(parts.count == 2, "\(tag)")
        }
        // Styles and handlers inside of tags would be refused by the policy.
        #expect(!Self.page.contains(" style=\""))
        #expect(!Self.page.contains(" onclick=\""))
    }

    @Test func `page and hashes are those that scripts/embed-page writes`() throws {
        let written = FileManager.default.temporaryDirectory.appendingPathComponent(
            "EmbeddedPage-\(UUID().uuidString).swift"
        )
        defer { try? FileManager.default.removeItem(at: written) }
        let script = Process()
        script.executableURL = URL(fileURLWithPath: Self.root + "/scripts/embed-page")
        script.arguments = [written.path]
        try script.run()
        script.waitUntilExit()
        #expect(script.terminationStatus == 0)
        let embedded = Self.root + "/Sources/StatusAPI/Page/EmbeddedPage.swift"
        let present = try String(contentsOfFile: embedded, encoding: .utf8)
        #expect(try String(contentsOf: written, encoding: .utf8) == present)
    }
}
