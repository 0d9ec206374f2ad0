import CLinux
import Glibc

/// A file that is appended to, and replaced when it has reached its size; one old file is kept.
///
/// Nothing is synchronized to the disk here: a log may lose its last lines with the machine, but it
/// must not wait for the disk. When someone else moves or removes the file, a new one begins.
package struct RotatingFile: ~Copyable {
    /// Where the file is; the old one has `.1` behind its name.
    package let path: String
    /// The size that makes room for the next file, in bytes.
    package let bytesMax: Int64
    private let mode: UInt32
    private var descriptor: FileDescriptor
    private var identity: FileIdentity
    private var size: Int64

    /// Opens a file at its end, or creates it.
    package init(_ path: String, bytesMax: Int64, mode: UInt32 = 0o640) throws(SystemError) {
        precondition(bytesMax > 0, "bytesMax must be positive, was \(bytesMax)")
        self.path = path
        self.bytesMax = bytesMax
        self.mode = mode
        let opened = try Self.open(path, mode)
        let status = try FileStatus(ofDescriptor: opened.rawValue, path: path)
        descriptor = opened
        identity = status.identity
        size = status.size
    }

    /// Adds bytes; they are never divided between two files.
    ///
    /// - Throws: `SystemError`; a part may have been written.
    package mutating func append(_ bytes: [UInt8]) throws(SystemError) {
        if FileStatus.look(at: path, followingLinks: false).0?.identity != identity {
            try reopen()
        }
        if size > 0, size + Int64(bytes.count) > bytesMax {
            try check("rename", path: path) { unsafe Glibc.rename(path, path + ".1") }
            try reopen()
        }
        try RegularFile.write(bytes, to: descriptor, path: path)
        size += Int64(bytes.count)
    }

    private mutating func reopen() throws(SystemError) {
        let opened = try Self.open(path, mode)
        let status = try FileStatus(ofDescriptor: opened.rawValue, path: path)
        descriptor = opened
        identity = status.identity
        size = status.size
    }

    private static func open(_ path: String, _ mode: UInt32) throws(SystemError) -> FileDescriptor {
        let flags = O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW
        return try RegularFile.open(path, flags: flags, mode: mode)
    }
}
