import CZlib

/// Reads a file from its beginning, whether it is compressed by gzip or not; owned by one thread at a time.
///
/// Several compressed parts behind each other are read as one, as programs write them that open a file anew.
@safe
package final class GzipReader: @unchecked Sendable {
    // Unchecked: its one owner may be handed to another thread, which zlib does not mind.

    private let handle: gzFile
    private let path: String

    /// Opens a file, which must be a regular one: opening a pipe would wait.
    ///
    /// - Throws: ``GzipFailure`` when it cannot be opened.
    package init(_ path: String) throws(GzipFailure) {
        guard let handle = unsafe live_loop_gzip_open(path) else {
            throw GzipFailure(path: path, reason: "it cannot be opened")
        }
        unsafe self.handle = unsafe handle
        self.path = path
    }

    deinit { _ = unsafe gzclose(handle) }

    /// Appends the next part of the content.
    ///
    /// - Parameters:
    ///   - bytes: Where it goes.
    ///   - limit: The most bytes that are read.
    /// - Returns: `false` at the end of the file.
    /// - Throws: ``GzipFailure`` when the file is damaged or was cut short.
    package func read(into bytes: inout [UInt8], limit: Int) throws(GzipFailure) -> Bool {
        precondition(limit > 0 && limit <= Int32.max, "a part of \(limit) bytes")
        let start = bytes.count
        bytes.append(contentsOf: repeatElement(0, count: limit))
        let count = unsafe bytes.withUnsafeMutableBytes { buffer in
            unsafe live_loop_gzip_read(
                handle,
                buffer.baseAddress.map { unsafe $0 + start },
                UInt32(limit)
            )
        }
        bytes.removeLast(limit - max(0, Int(count)))
        guard count >= 0 else {
            throw GzipFailure(path: path, reason: unsafe String(cString: reason()))
        }
        return count > 0
    }

    private func reason() -> UnsafePointer<CChar> { unsafe live_loop_gzip_reason(handle) }
}

/// Why a file cannot be read.
package struct GzipFailure: Error, Sendable, Equatable {
    /// The file.
    package let path: String
    /// What zlib says, such as `unexpected end of file`.
    package let reason: String

    package init(path: String, reason: String) {
        self.path = path
        self.reason = reason
    }
}

extension GzipFailure: CustomStringConvertible {
    package var description: String { "\(path): \(reason)" }
}
