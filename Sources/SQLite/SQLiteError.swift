import CSQLite

/// An error reported by SQLite, with what it was about and what to do.
package struct SQLiteError: Error, Equatable, Sendable {
    /// The extended result code, such as `SQLITE_IOERR_FSYNC`.
    package let code: Int32
    /// What was tried: a function, or the beginning of a statement.
    package let call: String
    /// The file it was about.
    package let path: String
    /// What SQLite says.
    package let message: String

    package init(code: Int32, call: String, path: String, message: String) {
        self.code = code
        self.call = call
        self.path = path
        self.message = message
    }

    /// The primary result code, which is the low byte of the extended one.
    package var primaryCode: Int32 { code & 0xFF }

    /// Whether another connection holds a lock; the only failure that may be tried again.
    package var isBusy: Bool { primaryCode == SQLITE_BUSY || primaryCode == SQLITE_LOCKED }

    /// Whether the file itself cannot be trusted or written any more.
    ///
    /// After a failed `fsync` the kernel marks the pages as clean, so that a second try succeeds and the
    /// data is gone (Rebello et al., "Can Applications Recover from fsync Failures?", USENIX ATC 2020):
    /// such a failure ends the use of the file by this process.
    package var isFinal: Bool { !isBusy }

    /// What a person should do.
    package var remedy: String {
        switch primaryCode {
        case SQLITE_FULL: "free space on the file system, then start again"
        case SQLITE_READONLY, SQLITE_PERM, SQLITE_AUTH:
            "make the file and its directory writable for this user"
        case SQLITE_CANTOPEN: "check that the directory exists and is accessible"
        case SQLITE_CORRUPT, SQLITE_NOTADB:
            "keep the file for evidence, restore a copy, and settle open orders with the gateway"
        case SQLITE_IOERR: "check the disk and the kernel log, then start again"
        case SQLITE_BUSY, SQLITE_LOCKED: "end the other process that uses the file"
        default: "this is a defect of the program; keep the file and the log"
        }
    }
}

extension SQLiteError: CustomStringConvertible {
    package var description: String {
        "\(call) \(path): \(message) (\(unsafe String(cString: sqlite3_errstr(code))), \(code)); "
            + remedy
    }
}
