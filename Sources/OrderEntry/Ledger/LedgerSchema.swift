internal import SQLite

/// The tables of the ledger, and what is done to them when the program has changed.
enum LedgerSchema {
    /// The version that this program writes.
    static let version: Int32 = 1
    /// Orders kept at most, not counting unsettled ones; older ones go when the ledger is opened.
    static let ordersKept: Int64 = 200_000
    /// Deals kept at most.
    static let dealsKept: Int64 = 400_000

    // Decimals are texts, so that `0.10` stays `0.10`; times are nanoseconds since 1970, UTC; numbers
    // of the venue are its 64 bits. A seal is a checksum over the columns before it.
    private static let tables = [
        "CREATE TABLE meta (name TEXT PRIMARY KEY, value INTEGER NOT NULL)",
        """
        CREATE TABLE orders (
            id TEXT PRIMARY KEY, command TEXT NOT NULL, target_ticket INTEGER NOT NULL,
            target_order TEXT, origin TEXT NOT NULL, origin_strategy INTEGER NOT NULL,
            origin_request INTEGER NOT NULL, symbol TEXT NOT NULL, side TEXT NOT NULL,
            kind TEXT NOT NULL, price TEXT, quantity TEXT NOT NULL, stop_loss TEXT,
            take_profit TEXT, deviation INTEGER NOT NULL, reference_price TEXT NOT NULL,
            quote_time INTEGER NOT NULL, created_at INTEGER NOT NULL, lifetime INTEGER NOT NULL,
            reducing INTEGER NOT NULL, seal INTEGER NOT NULL, state INTEGER NOT NULL,
            state_name TEXT NOT NULL, ticket INTEGER NOT NULL, filled TEXT NOT NULL,
            average_price TEXT NOT NULL, updated_at INTEGER NOT NULL
        )
        """,
        "CREATE INDEX orders_unsettled ON orders(state) WHERE state IN (0, 2, 3, 8, 10)",
        "CREATE INDEX orders_by_time ON orders(created_at)",
        """
        CREATE TABLE order_events (
            number INTEGER PRIMARY KEY, order_id TEXT NOT NULL REFERENCES orders(id),
            at INTEGER NOT NULL, kind TEXT NOT NULL, detail TEXT, sent_at INTEGER,
            valid_until INTEGER, state INTEGER, ticket INTEGER, position INTEGER, filled TEXT,
            average_price TEXT, return_code INTEGER, message TEXT, seal INTEGER NOT NULL
        )
        """,
        "CREATE INDEX order_events_by_order ON order_events(order_id, number)",
        """
        CREATE TABLE deals (
            number INTEGER PRIMARY KEY, at INTEGER NOT NULL, ticket INTEGER NOT NULL,
            position INTEGER NOT NULL, order_id TEXT, ours INTEGER NOT NULL, symbol TEXT NOT NULL,
            side TEXT NOT NULL, entry INTEGER NOT NULL, volume TEXT NOT NULL, price TEXT NOT NULL,
            profit TEXT NOT NULL, commission TEXT NOT NULL, swap TEXT NOT NULL,
            time INTEGER NOT NULL, reason INTEGER NOT NULL
        )
        """,
        """
        CREATE TABLE settlements (
            number INTEGER PRIMARY KEY, at INTEGER NOT NULL, order_id TEXT NOT NULL,
            state TEXT NOT NULL, operator TEXT NOT NULL, reason TEXT NOT NULL
        )
        """,
        """
        CREATE TABLE risk_state (
            place INTEGER PRIMARY KEY, name TEXT NOT NULL, value TEXT NOT NULL
        )
        """,
    ]

    /// Makes the tables of a new ledger; inside a transaction.
    static func create(_ database: borrowing Database, ledger: UInt32) throws(SQLiteError) {
        for table in tables { try database.execute(table) }
        for (name, value) in [("ledger", Int64(ledger)), ("epoch", 0), ("last_deal", 0)] {
            try database.execute("INSERT INTO meta VALUES (?, ?)", [.text(name), .integer(value)])
        }
        try database.setSchemaVersion(version)
    }

    /// Whether nothing was ever stored in the file.
    static func isEmpty(_ database: borrowing Database) throws(SQLiteError) -> Bool {
        try database.integer("SELECT count(*) FROM sqlite_schema") == 0
    }

    /// Forgets the oldest settled orders and deals; inside a transaction.
    static func prune(_ database: borrowing Database) throws(SQLiteError) {
        let old = """
            SELECT id FROM orders WHERE state NOT IN (0, 2, 3, 8, 10)
            ORDER BY created_at DESC LIMIT -1 OFFSET ?
            """
        let kept: [SQLiteValue] = [.integer(ordersKept)]
        try database.execute("DELETE FROM order_events WHERE order_id IN (\(old))", kept)
        try database.execute("DELETE FROM orders WHERE id IN (\(old))", kept)
        try database.execute(
            "DELETE FROM deals WHERE number <= (SELECT max(number) FROM deals) - ?",
            [.integer(dealsKept)]
        )
    }
}
