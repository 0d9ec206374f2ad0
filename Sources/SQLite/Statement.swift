import CSQLite

/// A prepared statement, owned by exactly one thread at a time and finalized once.
///
/// It may outlive its ``Database``: SQLite keeps a closed connection until its last statement is gone.
@safe
package struct Statement: ~Copyable, @unchecked Sendable {
    // Unchecked: it cannot be copied, so that one thread at a time uses it.
    private let handle: OpaquePointer
    private let path: String
    private let name: String

    init(_ handle: OpaquePointer, path: String, name: String) {
        unsafe self.handle = unsafe handle
        self.path = path
        self.name = name
    }

    deinit { _ = unsafe sqlite3_finalize(handle) }

    /// Runs the statement to its end; rows that it returns are not looked at.
    package borrowing func run(_ values: [SQLiteValue] = []) throws(SQLiteError) {
        try bind(values)
        defer { reset() }
        while try step() {}
    }

    /// Runs the statement and hands over each row, until `body` says `false`.
    package borrowing func forEachRow(
        _ values: [SQLiteValue] = [],
        _ body: (Row) -> Bool
    ) throws(SQLiteError) {
        try bind(values)
        defer { reset() }
        while try step() {
            guard body(unsafe Row(handle)) else { return }
        }
    }

    private borrowing func bind(_ values: [SQLiteValue]) throws(SQLiteError) {
        let expected = Int(unsafe sqlite3_bind_parameter_count(handle))
        precondition(values.count == expected, "\(name): \(values.count) values, not \(expected)")
        for (index, value) in values.enumerated() {
            let place = Int32(index + 1)
            let code =
                switch value {
                case .null: unsafe sqlite3_bind_null(handle, place)
                case .integer(let number): unsafe sqlite3_bind_int64(handle, place, number)
                case .text(let text):
                    unsafe live_loop_bind_text(handle, place, text, Int32(text.utf8.count))
                }
            guard code == SQLITE_OK else { throw failure() }
        }
    }

    private borrowing func step() throws(SQLiteError) -> Bool {
        switch unsafe sqlite3_step(handle) {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        default: throw failure()
        }
    }

    // The result of a reset repeats that of the failed step, which was thrown already.
    private borrowing func reset() {
        _ = unsafe sqlite3_reset(handle)
        _ = unsafe sqlite3_clear_bindings(handle)
    }

    private borrowing func failure() -> SQLiteError {
        let database = unsafe sqlite3_db_handle(handle)
        return unsafe SQLiteError(
            code: sqlite3_extended_errcode(database),
            call: name,
            path: path,
            message: String(cString: sqlite3_errmsg(database))
        )
    }

    /// The row at which a statement stands; valid only inside the closure it is handed to.
    @safe
    package struct Row {
        private let handle: OpaquePointer

        init(_ handle: OpaquePointer) { unsafe self.handle = unsafe handle }

        /// A whole number; 0 where there is none.
        package func integer(_ column: Int32) -> Int64 {
            unsafe sqlite3_column_int64(handle, column)
        }

        /// Whether a column has no value.
        package func isNull(_ column: Int32) -> Bool {
            unsafe sqlite3_column_type(handle, column) == SQLITE_NULL
        }

        /// A text; empty where there is none.
        package func text(_ column: Int32) -> String {
            guard let start = unsafe sqlite3_column_text(handle, column) else { return "" }
            let count = Int(unsafe sqlite3_column_bytes(handle, column))
            let bytes = unsafe UnsafeBufferPointer(start: start, count: count)
            return unsafe String(decoding: bytes, as: UTF8.self)
        }
    }
}
