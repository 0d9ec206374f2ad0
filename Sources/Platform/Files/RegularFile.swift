import CLinux
import Glibc

/// Opening of files that must be regular ones, and reading of small ones.
package enum RegularFile {
    /// Reads a whole file of at most `limit` bytes.
    ///
    /// What is not a regular file is refused before it is opened, so that a FIFO cannot block.
    /// - Throws: `SystemError`; `EFBIG` when the file is longer, `EINVAL` when it is no regular file.
    package static func read(_ path: String, limit: Int) throws(SystemError) -> [UInt8] {
        let status = try FileStatus(of: path)
        guard status.kind == .file else {
            throw SystemError(code: EINVAL, call: "open \(status.kind.rawValue)", path: path)
        }
        let descriptor = try open(path, flags: O_RDONLY | O_NOFOLLOW)
        guard status.size <= Int64(limit) else {
            throw SystemError(code: EFBIG, call: "read", path: path)
        }
        // One byte more than allowed shows that the file has grown.
        var bytes = [UInt8](repeating: 0, count: limit + 1)
        var filled = 0
        while filled < bytes.count {
            let count = try check("read", path: path) {
                unsafe bytes.withUnsafeMutableBytes { buffer in
                    unsafe Glibc.read(
                        descriptor.rawValue,
                        buffer.baseAddress.map { unsafe $0 + filled },
                        buffer.count - filled
                    )
                }
            }
            if count == 0 { break }
            filled += count
        }
        guard filled <= limit else { throw SystemError(code: EFBIG, call: "read", path: path) }
        bytes.removeLast(bytes.count - filled)
        return bytes
    }

    /// Removes a name and makes the removal durable.
    package static func remove(_ path: String) throws(SystemError) {
        try check("unlink", path: path) { unsafe unlink(path) }
        try Directory.sync(Directory.parent(of: path))
    }

    /// Gives a file another name and makes that durable; what had that name is gone.
    package static func rename(_ path: String, to target: String) throws(SystemError) {
        try check("rename", path: target) { unsafe Glibc.rename(path, target) }
        try Directory.sync(Directory.parent(of: target))
    }

    /// Opens a path without ever waiting for it, and insists on a regular file.
    static func open(
        _ path: String,
        flags: Int32,
        mode: UInt32 = 0
    ) throws(SystemError) -> FileDescriptor {
        let raw = try check("open", path: path) {
            unsafe live_loop_open(path, flags | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, mode)
        }
        let descriptor = FileDescriptor(owning: raw)
        let status = try FileStatus(ofDescriptor: raw, path: path)
        guard status.kind == .file else {
            throw SystemError(code: EINVAL, call: "open \(status.kind.rawValue)", path: path)
        }
        return descriptor
    }

    /// Writes all bytes at the descriptor's position.
    static func write(
        _ bytes: [UInt8],
        to descriptor: borrowing FileDescriptor,
        path: String
    ) throws(SystemError) {
        let raw = descriptor.rawValue
        var written = 0
        while written < bytes.count {
            written += try check("write", path: path) {
                unsafe bytes.withUnsafeBytes { buffer in
                    unsafe Glibc.write(
                        raw,
                        buffer.baseAddress.map { unsafe $0 + written },
                        buffer.count - written
                    )
                }
            }
        }
    }
}
