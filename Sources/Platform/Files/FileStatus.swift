import CLinux
import Glibc

/// What kind of thing a directory entry is.
package enum FileKind: String, Sendable, CaseIterable {
    case file
    case symlink
    case fifo
    case directory
    case socket
    case other
}

/// Which file it is, whatever its name: device and inode number.
package struct FileIdentity: Sendable, Hashable {
    /// The device's number.
    package let device: UInt64
    /// The file's number on the device.
    package let inode: UInt64
}

/// What the file system says about a path, without opening it.
///
/// Looking never blocks on a FIFO and has no side effect on a device, as opening could.
package struct FileStatus: Sendable, Equatable {
    /// What kind of thing it is.
    package let kind: FileKind
    /// Which file it is.
    package let identity: FileIdentity
    /// The length in bytes.
    package let size: Int64
    /// The number of the user who owns it.
    package let ownerID: UInt32
    /// The last change of the content, wall nanoseconds.
    package let modifiedNanoseconds: Int64
    /// The last change of the content, name or attributes, wall nanoseconds.
    ///
    /// The time is taken from the kernel's clock tick before Linux 6.13, up to 10 ms early.
    package let changedNanoseconds: Int64

    /// Looks at the file itself, so that a symbolic link is seen as one (`lstat`).
    package init(of path: String) throws(SystemError) {
        let (status, code) = Self.look(at: path, followingLinks: false)
        guard let status else { throw SystemError(code: code, call: "lstat", path: path) }
        self = status
    }

    /// Looks at what a path leads to, through symbolic links (`stat`).
    package init(followingLinksOf path: String) throws(SystemError) {
        let (status, code) = Self.look(at: path, followingLinks: true)
        guard let status else { throw SystemError(code: code, call: "stat", path: path) }
        self = status
    }

    /// Looks at an open file (`fstat`).
    init(ofDescriptor descriptor: Int32, path: String) throws(SystemError) {
        var raw = stat()
        try check("fstat", path: path) { unsafe fstat(descriptor, &raw) }
        self.init(raw)
    }

    /// Looks at a path without throwing, because "there is none" is the usual answer.
    ///
    /// - Returns: The status, or `nil` and the `errno` of the call.
    static func look(at path: String, followingLinks: Bool) -> (FileStatus?, Int32) {
        var raw = stat()
        while true {
            // Handed over as an argument the path would be copied to the heap first.
            let result = unsafe path.withCString { name in
                followingLinks ? unsafe stat(name, &raw) : unsafe lstat(name, &raw)
            }
            if result == 0 { return (FileStatus(raw), 0) }
            let code = errno
            if code != EINTR { return (nil, code) }
        }
    }

    private init(_ raw: stat) {
        kind =
            switch raw.st_mode & S_IFMT {
            case S_IFREG: .file
            case S_IFLNK: .symlink
            case S_IFIFO: .fifo
            case S_IFDIR: .directory
            case S_IFSOCK: .socket
            default: .other
            }
        identity = FileIdentity(device: UInt64(raw.st_dev), inode: UInt64(raw.st_ino))
        size = Int64(raw.st_size)
        ownerID = raw.st_uid
        modifiedNanoseconds = Self.nanoseconds(raw.st_mtim)
        changedNanoseconds = Self.nanoseconds(raw.st_ctim)
    }

    private static func nanoseconds(_ time: timespec) -> Int64 {
        Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec)
    }
}
