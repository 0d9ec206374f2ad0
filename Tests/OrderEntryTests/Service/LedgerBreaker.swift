import SQLite
import TestSupport

extension FileFaults {
    /// Makes a ledger refuse every further intent, behind the back of the process that writes it.
    static func breakLedger(_ path: String) throws {
        let database = try Database(path: path)
        try database.execute("DROP INDEX orders_by_time")
        try database.execute("CREATE UNIQUE INDEX orders_by_time ON orders(symbol)")
    }
}
