import Glibc

/// Who owns a file or directory and who may do what with it.
package struct FilePermissions: Sendable, Equatable {
    /// The permission bits, such as `0o755`, with set-id and sticky bits.
    package let mode: UInt32
    /// The number of the user who owns it.
    package let ownerID: UInt32

    package init(mode: UInt32, ownerID: UInt32) {
        self.mode = mode
        self.ownerID = ownerID
    }

    /// Looks at what a path leads to, through symbolic links (`stat`).
    package init(of path: String) throws(SystemError) {
        var raw = stat()
        try check("stat", path: path) { unsafe stat(path, &raw) }
        mode = raw.st_mode & 0o7777
        ownerID = raw.st_uid
    }

    /// Whether any user of the machine may write.
    package var isWorldWritable: Bool { mode & 0o002 != 0 }

    /// Whether it belongs to this user or to the administrator.
    package var isOwnedByUs: Bool { ownerID == 0 || ownerID == geteuid() }

    /// The bits as `ls` users write them, such as `0755`.
    package var octal: String { "0" + String(mode, radix: 8) }
}
