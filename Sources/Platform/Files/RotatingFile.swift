import CLinux
import Glibc

/// A file that is appended to, and replaced when it has reached its size; a few old ones are kept.
///
/// Nothing is synchronized to the disk here: a log may lose its last lines with the machine, but it
/// must not wait for the disk. When someone else moves or removes the file, a new one begins.
package struct RotatingFile: ~Copyable {
    /// Where the file is; the old ones have `.1`, `.2` … behind their names, the newest first.
    package let path: String
    /// The size that makes room for the next file, in bytes.
    package let bytesMax: Int64
    /// The old files that are kept.
    package let keptMax: Int
    private let mode: UInt32
    private var descriptor: FileDescriptor
    private var identity: FileIdentity
    private var size: Int64

    /// Opens a file at its end, or creates it.
    package init(
        _ path: String,
        bytesMax: Int64,
        keptMax: Int = 1,
        mode: UInt32 = 0o640
    ) throws(SystemError) {
        precondition(bytesMax > 0, "bytesMax must be positive, was \(bytesMax)")
        precondition(keptMax > 0, "keptMax must be positive, was \(keptMax)")
        self.path = path
        self.bytesMax = bytesMax
        self.keptMax = keptMax
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
            try rotate()
        }
        try RegularFile.write(bytes, to: descriptor, path: path)
        size += Int64(bytes.count)
    }

    /// Gives each old file the next number; the oldest is overwritten.
    private mutating func rotate() throws(SystemError) {
        for number in stride(from: keptMax - 1, to: 0, by: -1) {
            let (old, next) = ("\(path).\(number)", "\(path).\(number + 1)")
            do throws(SystemError) {
                try check("rename", path: old) { unsafe Glibc.rename(old, next) }
            } catch {
                // The first files have no predecessors yet.
                guard error.isNoSuchFile else { throw error }
            }
        }
        try check("rename", path: path) { unsafe Glibc.rename(path, path + ".1") }
        try reopen()
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
