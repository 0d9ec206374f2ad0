import Foundation
import Glibc

/// Runs a test with a fresh directory, which is removed afterwards with all that is in it.
///
/// It lies in memory where the machine offers that, because the tests ask for many a `fsync`.
package func withTemporaryDirectory<R>(_ body: (String) throws -> R) throws -> R {
    let path = make(in: "/dev/shm") ?? make(in: "/tmp")
    guard let path else { throw FaultError(call: "mkdtemp", code: errno) }
    defer { try? FileManager.default.removeItem(atPath: path) }
    return try body(path)
}

private func make(in base: String) -> String? {
    var template = Array("\(base)/live-loop-test.XXXXXX".utf8CString)
    guard unsafe mkdtemp(&template) != nil else { return nil }
    return String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
}

/// A fault that a test could not bring about.
package struct FaultError: Error {
    package let call: String
    package let code: Int32
}
