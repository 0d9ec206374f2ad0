package import Platform
package import SQLite

/// Why the ledger cannot be used; nothing may be sent without it.
package enum OrderStoreError: Error, Equatable, Sendable {
    /// SQLite failed.
    case database(SQLiteError)
    /// Another call of the system failed.
    case system(SystemError)
    /// The file was written by a newer version of this program.
    case newerSchema(path: String, found: Int32, known: Int32)
    /// The file is a database of something else.
    case notALedger(path: String)
    /// The file can be read but contradicts itself.
    case damaged(path: String, String)
    /// The ids of this ledger are used up.
    case epochsUsedUp(path: String)
    /// More commands are unsettled than the process can hold.
    case tooManyOpen(path: String, count: Int)
}

extension OrderStoreError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .database(let error): "ledger: \(error)"
        case .system(let error): "ledger: \(error)"
        case .newerSchema(let path, let found, let known):
            "ledger \(path): schema version \(found), this program knows \(known); "
                + "run the newer program"
        case .notALedger(let path):
            "ledger \(path): a database of another program; name another file"
        case .damaged(let path, let what):
            "ledger \(path): \(what); keep the file for evidence, restore a copy, and settle open "
                + "orders with the gateway"
        case .epochsUsedUp(let path):
            "ledger \(path): all starts are used up; move the file away, and a new one is made"
        case .tooManyOpen(let path, let count):
            "ledger \(path): \(count) orders are unsettled; settle them with 'live-loop orders'"
        }
    }
}

/// Runs what SQLite does for the ledger, and throws its errors as the ledger's.
func onDatabase<R: ~Copyable>(
    _ body: () throws(SQLiteError) -> R
) throws(OrderStoreError) -> R {
    do throws(SQLiteError) { return try body() } catch { throw .database(error) }
}
