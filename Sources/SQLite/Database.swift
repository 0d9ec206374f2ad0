import CSQLite

/// A connection to one SQLite file, owned by exactly one thread at a time and closed once.
///
/// It cannot be copied and has no closed state, so that nothing can be asked of a closed connection.
@safe
package struct Database: ~Copyable, @unchecked Sendable {
    // Unchecked: it cannot be copied, so that one thread at a time uses it.

    /// What the connection may do.
    package enum Access: Sendable {
        /// Reads and writes; makes the file when there is none.
        case readWrite
        /// Reads; works beside a process that writes.
        case readOnly
    }

    /// What a commit waits for.
    package enum Durability: Sendable {
        /// The write-ahead log is on the disk: survives a loss of power.
        case powerLoss
        /// The write-ahead log is in the kernel: survives the end of this process.
        case processDeath
    }

    /// The file.
    package let path: String
    private let handle: OpaquePointer
    private let transactions: Transactions

    /// Opens a file.
    ///
    /// - Parameters:
    ///   - path: The file; its directory must exist.
    ///   - access: What the connection may do.
    ///   - busyMilliseconds: How long a lock of another connection is waited for.
    /// - Throws: `SQLiteError` when the file cannot be opened or is no database.
    package init(
        path: String,
        access: Access = .readWrite,
        busyMilliseconds: Int32 = 2000
    ) throws(SQLiteError) {
        let flags =
            SQLITE_OPEN_FULLMUTEX | SQLITE_OPEN_EXRESCODE
            | (access == .readOnly
                ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE)
        var raw: OpaquePointer?
        let code = unsafe sqlite3_open_v2(path, &raw, flags, nil)
        guard code == SQLITE_OK, let handle = unsafe raw else {
            let message = unsafe String(cString: sqlite3_errstr(code))
            _ = unsafe sqlite3_close_v2(raw)
            throw SQLiteError(code: code, call: "open", path: path, message: message)
        }
        do throws(SQLiteError) {
            try unsafe Self.configure(handle, path, access, busyMilliseconds)
            transactions = try unsafe Transactions(handle, path)
        } catch {
            _ = unsafe sqlite3_close_v2(handle)
            throw error
        }
        unsafe self.handle = unsafe handle
        self.path = path
    }

    deinit { _ = unsafe sqlite3_close_v2(handle) }

    // MARK: Statements

    /// Prepares a statement that is used many times.
    package borrowing func prepare(_ sql: String) throws(SQLiteError) -> Statement {
        try unsafe Self.prepare(handle, path, sql)
    }

    /// Runs a statement once.
    package borrowing func execute(
        _ sql: String,
        _ values: [SQLiteValue] = []
    ) throws(SQLiteError) {
        try unsafe Self.prepare(handle, path, sql).run(values)
    }

    /// The first column of the first row as a number; `nil` when there is no row.
    package borrowing func integer(
        _ sql: String,
        _ values: [SQLiteValue] = []
    ) throws(SQLiteError) -> Int64? {
        var found: Int64?
        try first(sql, values) { found = $0.integer(0) }
        return found
    }

    /// The first column of the first row as a text; `nil` when there is no row.
    package borrowing func text(
        _ sql: String,
        _ values: [SQLiteValue] = []
    ) throws(SQLiteError) -> String? {
        var found: String?
        try first(sql, values) { found = $0.text(0) }
        return found
    }

    private borrowing func first(
        _ sql: String,
        _ values: [SQLiteValue],
        _ body: (Statement.Row) -> Void
    ) throws(SQLiteError) {
        let statement = try unsafe Self.prepare(handle, path, sql)
        try statement.forEachRow(values) { row in
            body(row)
            return false
        }
    }

    // MARK: Transactions

    /// Runs `body` as one transaction, which is undone when it throws.
    ///
    /// - Throws: What `body` or the commit throws. After a failed commit nothing of it counts, and the
    ///   caller must not try again (see ``SQLiteError/isFinal``).
    package borrowing func transaction<R>(
        _ durability: Durability = .powerLoss,
        _ body: () throws(SQLiteError) -> R
    ) throws(SQLiteError) -> R {
        try transactions.wait(for: durability, on: self)
        try transactions.begin.run()
        do throws(SQLiteError) {
            let result = try body()
            try transactions.commit.run()
            return result
        } catch {
            // Many failures have undone the transaction already; this one then fails too.
            if unsafe sqlite3_get_autocommit(handle) == 0 { try? transactions.rollback.run() }
            throw error
        }
    }

    // MARK: The file

    /// The schema version that the file says it has (`user_version`); 0 for a new one.
    package borrowing func schemaVersion() throws(SQLiteError) -> Int32 {
        Int32(truncatingIfNeeded: try integer("PRAGMA user_version") ?? 0)
    }

    /// Sets the schema version; inside a transaction it is part of it.
    package borrowing func setSchemaVersion(_ version: Int32) throws(SQLiteError) {
        try execute("PRAGMA user_version = \(version)")
    }

    /// Looks at every page and index; `nil` when all is well, else the first fault.
    package borrowing func integrityFault() throws(SQLiteError) -> String? {
        let found = try text("PRAGMA integrity_check(1)")
        return found == "ok" ? nil : found ?? "no answer"
    }

    // MARK: Opening

    private static func configure(
        _ handle: OpaquePointer,
        _ path: String,
        _ access: Access,
        _ busyMilliseconds: Int32
    ) throws(SQLiteError) {
        func require(_ call: String, _ code: Int32) throws(SQLiteError) {
            guard code == SQLITE_OK else {
                let message = unsafe String(cString: sqlite3_errmsg(handle))
                throw SQLiteError(code: code, call: call, path: path, message: message)
            }
        }
        try require("busy_timeout", unsafe sqlite3_busy_timeout(handle, busyMilliseconds))
        try require("db_config", unsafe live_loop_harden(handle))
        // Damaged pages are then found where they are read, and not where they are used.
        try unsafe prepare(handle, path, "PRAGMA cell_size_check = ON").run()
        try unsafe prepare(handle, path, "PRAGMA foreign_keys = ON").run()
        guard access == .readWrite else { return }
        var mode = ""
        try unsafe prepare(handle, path, "PRAGMA journal_mode = WAL").forEachRow { row in
            mode = row.text(0)
            return true
        }
        guard mode == "wal" else {
            throw SQLiteError(
                code: SQLITE_READONLY,
                call: "PRAGMA journal_mode = WAL",
                path: path,
                message: "the journal mode is \(mode)"
            )
        }
        try unsafe prepare(handle, path, "PRAGMA synchronous = FULL").run()
    }

    /// The statements around every transaction.
    private struct Transactions: ~Copyable, @unchecked Sendable {
        let begin: Statement
        let commit: Statement
        let rollback: Statement
        private let level = Level()

        init(_ handle: OpaquePointer, _ path: String) throws(SQLiteError) {
            let begin = try unsafe Database.prepare(handle, path, "BEGIN IMMEDIATE")
            let commit = try unsafe Database.prepare(handle, path, "COMMIT")
            let rollback = try unsafe Database.prepare(handle, path, "ROLLBACK")
            self.begin = begin
            self.commit = commit
            self.rollback = rollback
        }

        /// Sets what commits wait for, if it is not set so.
        ///
        /// This pragma does its work when it is prepared, and running it again does nothing.
        borrowing func wait(
            for durability: Durability,
            on database: borrowing Database
        ) throws(SQLiteError) {
            guard level.current != durability else { return }
            let name = durability == .powerLoss ? "FULL" : "NORMAL"
            try database.execute("PRAGMA synchronous = \(name)")
            level.current = durability
        }

        private final class Level {
            var current = Durability.powerLoss
        }
    }

    private static func prepare(
        _ handle: OpaquePointer,
        _ path: String,
        _ sql: String
    ) throws(SQLiteError) -> Statement {
        var raw: OpaquePointer?
        let code = unsafe sqlite3_prepare_v3(
            handle,
            sql,
            -1,
            UInt32(SQLITE_PREPARE_PERSISTENT),
            &raw,
            nil
        )
        let name = sql.split(separator: "\n").first.map { String($0.prefix(60)) } ?? ""
        guard code == SQLITE_OK, let statement = unsafe raw else {
            let message = unsafe String(cString: sqlite3_errmsg(handle))
            throw SQLiteError(code: code, call: name, path: path, message: message)
        }
        return unsafe Statement(statement, path: path, name: name)
    }
}
