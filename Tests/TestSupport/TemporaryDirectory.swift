import Foundation
import Glibc

/// Runs a test with a fresh directory, which is removed afterwards with all that is in it.
package func withTemporaryDirectory<R>(_ body: (String) throws -> R) throws -> R {
    let base = ProcessInfo.processInfo.environment["TMPDIR"] ?? "/tmp"
    var template = Array("\(base)/live-loop-test.XXXXXX".utf8CString)
    guard unsafe mkdtemp(&template) != nil else { throw FaultError(call: "mkdtemp", code: errno) }
    let path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    defer { try? FileManager.default.removeItem(atPath: path) }
    return try body(path)
}

/// A fault that a test could not bring about.
package struct FaultError: Error {
    package let call: String
    package let code: Int32
}
