internal import SQLite
package import TradingCore

/// Reads the ledger beside the process that writes it, and can change nothing.
package struct LedgerReader: ~Copyable {
    /// Which orders are wanted.
    package enum Selection: Sendable, Equatable {
        /// The newest ones.
        case all
        /// Those to which something can still happen.
        case open
        /// Those of which nobody knows if they were executed.
        case unknown
        /// One order.
        case id(OrderID)
    }

    /// Something that was learned of an order.
    package struct Event: Sendable, Equatable {
        /// When it was made durable.
        package var at: WallTime
        /// What was learned.
        package var fact: OrderFact
    }

    /// Orders in one answer at most.
    package static let ordersMax = 10_000

    private let database: Database

    /// Opens the ledger.
    ///
    /// - Throws: ``OrderStoreError`` when there is none, or one that this program does not know.
    package init(path: String) throws(OrderStoreError) {
        let database = try onDatabase { () throws(SQLiteError) in
            try Database(path: path, access: .readOnly)
        }
        let found = try onDatabase { () throws(SQLiteError) in try database.schemaVersion() }
        guard found != 0 else { throw .notALedger(path: path) }
        guard found <= LedgerSchema.version else {
            throw .newerSchema(path: path, found: found, known: LedgerSchema.version)
        }
        self.database = database
    }

    /// The orders of a selection, the newest ones first, at most `limit` and ``ordersMax``.
    package borrowing func orders(
        _ selection: Selection,
        limit: Int = 100
    ) throws(OrderStoreError) -> [OrderRecord] {
        let bounded = max(0, min(limit, Self.ordersMax))
        let (condition, values): (String, [SQLiteValue]) =
            switch selection {
            case .all: ("1", [])
            case .open: ("state IN (0, 2, 3, 8, 10)", [])
            case .unknown: ("state IN (8, 10)", [])
            case .id(let id): ("id = ?", [.text(id.description)])
            }
        return try atOneMoment { () throws(OrderStoreError) in
            try LedgerOrders.read(database, where: condition, values, limit: bounded)
        }
    }

    /// Reads as of one moment, because the writer goes on between two questions: an order and its facts
    /// would else contradict each other.
    private borrowing func atOneMoment<R>(
        _ read: () throws(OrderStoreError) -> R
    ) throws(OrderStoreError) -> R {
        try onDatabase { () throws(SQLiteError) in try database.execute("BEGIN") }
        do throws(OrderStoreError) {
            let result = try read()
            try onDatabase { () throws(SQLiteError) in try database.execute("COMMIT") }
            return result
        } catch {
            try? database.execute("ROLLBACK")
            throw error
        }
    }

    /// Everything that was learned of an order, the oldest first.
    package borrowing func events(of id: OrderID) throws(OrderStoreError) -> [Event] {
        try LedgerOrders.facts(database, of: id).map { Event(at: $0.at, fact: $0.fact) }
    }
}
