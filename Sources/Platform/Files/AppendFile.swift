import CLinux
import Glibc

/// A file that only grows, and whose every addition is durable before the call returns.
package struct AppendFile: ~Copyable {
    /// Where the file is.
    package let path: String
    /// Its length in bytes.
    package private(set) var size: Int64
    private let descriptor: FileDescriptor

    /// Opens a file at its end, or creates it.
    package init(_ path: String, mode: UInt32 = 0o640) throws(SystemError) {
        let isNew = FileStatus.look(at: path, followingLinks: false).0 == nil
        let flags = O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW
        let opened = try RegularFile.open(path, flags: flags, mode: mode)
        let status = try FileStatus(ofDescriptor: opened.rawValue, path: path)
        if isNew { try Directory.sync(Directory.parent(of: path)) }
        self.path = path
        size = status.size
        descriptor = opened
    }

    /// Adds bytes and waits until they are on the disk (`fdatasync`).
    ///
    /// - Throws: `SystemError`. A part that was written is cut off again, so that the next line
    ///   does not continue a torn one. After a failed `fdatasync` nobody knows what is on the disk.
    package mutating func append(_ bytes: [UInt8]) throws(SystemError) {
        do throws(SystemError) {
            try RegularFile.write(bytes, to: descriptor, path: path)
        } catch {
            _ = ftruncate(descriptor.rawValue, off_t(size))
            throw error
        }
        size += Int64(bytes.count)
        try check("fdatasync", path: path) { fdatasync(descriptor.rawValue) }
    }
}
