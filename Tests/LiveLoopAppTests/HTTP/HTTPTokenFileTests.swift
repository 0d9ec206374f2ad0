import Foundation
import Platform
import StatusAPI
import TestSupport
import Testing

@testable import LiveLoopApp

/// The files of the tokens that HTTP requests must carry.
@Suite struct HTTPTokenFileTests {
    @Test func `a missing token is made of 32 random bytes, for its owner alone`() throws {
        try withTemporaryDirectory { directory in
            let (first, second) = (directory + "/a", directory + "/b")
            let token = try HTTPTokenFile.load(first)
            let text = try String(contentsOfFile: first, encoding: .utf8)
            #expect(text.count == 65 && text.hasSuffix("\n"))
            #expect(text.dropLast().allSatisfy { $0.isHexDigit && !$0.isUppercase })
            let attributes = try FileManager.default.attributesOfItem(atPath: first)
            #expect(attributes[.posixPermissions] as? Int == 0o600)
            #expect(try HTTPTokenFile.load(first) == token)
            #expect(token.isCarried(by: "Bearer \(text.dropLast())"))
            #expect(try HTTPTokenFile.load(second) != token)
        }
    }

    @Test func `a file that others can read, or that holds no token, is refused`() throws {
        try withTemporaryDirectory { directory in
            let path = directory + "/token"
            let whole = String(repeating: "x", count: 64) + "\n"
            for (content, mode, word) in [
                (whole, 0o640, "chmod 600"), (whole, 0o604, "chmod 600"),
                ("short\n", 0o600, "64 to 512"), ("", 0o600, "64 to 512"),
                (whole + whole, 0o600, "64 to 512"),
            ] as [(String, UInt32, String)] {
                try AtomicFile.write(Array(content.utf8), to: path, mode: mode)
                let fault = #expect(throws: HTTPTokenFault.self) {
                    _ = try HTTPTokenFile.load(path)
                }
                #expect(fault.map { "\($0)".contains(word) && "\($0)".contains(path) } == true)
            }
            let missing = directory + "/none/token"
            #expect(throws: HTTPTokenFault.self) { _ = try HTTPTokenFile.load(missing) }
        }
    }
}
