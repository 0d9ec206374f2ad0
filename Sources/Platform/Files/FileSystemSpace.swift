import Glibc

/// How much room a file system has left for this user.
package struct FileSystemSpace: Sendable, Equatable {
    /// Bytes that an unprivileged user may still write.
    package let freeBytes: Int64
    /// Files that may still be made; `nil` where the file system counts none, as btrfs does.
    package let freeFiles: Int64?

    package init(freeBytes: Int64, freeFiles: Int64?) {
        self.freeBytes = freeBytes
        self.freeFiles = freeFiles
    }

    /// Asks for the room on the file system on which `path` lies (`statvfs`).
    package init(of path: String) throws(SystemError) {
        var raw = statvfs()
        try check("statvfs", path: path) { unsafe statvfs(path, &raw) }
        let (bytes, overflow) = Int64(raw.f_bavail)
            .multipliedReportingOverflow(by: Int64(raw.f_frsize))
        freeBytes = overflow ? .max : bytes
        freeFiles = raw.f_files == 0 ? nil : Int64(raw.f_favail)
    }
}
