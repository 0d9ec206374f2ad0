internal import Platform
internal import SQLite
package import TradingCore

extension OrderStore {
    /// Opens the ledger, or makes it, and counts this start of the process.
    ///
    /// What was on its way when the last process ended is `unknown` from now on; that is a durable fact
    /// before this returns.
    /// The directory of the file must exist.
    /// - Throws: ``OrderStoreError`` for what makes the ledger unusable, a single flipped bit included.
    package static func open(
        path: String,
        at now: WallTime
    ) throws(OrderStoreError) -> OpenedLedger {
        let database = try openFile(path)
        try onDatabase { () throws(SQLiteError) in try prune(database) }
        let epoch = try countStart(database)
        var recovery = try read(database, epoch: epoch, at: now)
        var entries: [LedgerEntry] = []
        for index in recovery.records.indices {
            let state = recovery.records[index].state
            guard state == .intent || state == .sent else { continue }
            let fact = OrderFact.unanswered(.crash)
            _ = recovery.records[index].apply(fact)
            entries.append(.fact(recovery.records[index], fact))
        }
        var store = try makeStore(database)
        try store.commit(entries, at: now)
        return OpenedLedger(store: store, recovery: recovery)
    }

    private static func makeStore(
        _ database: consuming Database
    ) throws(OrderStoreError) -> OrderStore {
        do throws(SQLiteError) { return try OrderStore(database) } catch {
            throw .database(error)
        }
    }

    // MARK: The file

    private static func openFile(_ path: String) throws(OrderStoreError) -> Database {
        do throws(SystemError) {
            do throws(SystemError) {
                try AtomicFile.createEmpty(path, mode: 0o600)
            } catch {
                guard error.isAlreadyThere else { throw error }
            }
            try Directory.sync(Directory.parent(of: path))
        } catch {
            throw .system(error)
        }
        let database = try onDatabase { () throws(SQLiteError) in try Database(path: path) }
        try checkSchema(database)
        let fault = try onDatabase { () throws(SQLiteError) in try database.integrityFault() }
        if let fault { throw .damaged(path: path, fault) }
        return database
    }

    private static func checkSchema(_ database: borrowing Database) throws(OrderStoreError) {
        let path = database.path
        let found = try onDatabase { () throws(SQLiteError) in try database.schemaVersion() }
        guard found == 0 else {
            guard found <= LedgerSchema.version else {
                throw .newerSchema(path: path, found: found, known: LedgerSchema.version)
            }
            let name = try onDatabase { () throws(SQLiteError) in
                try database.text("SELECT name FROM sqlite_schema WHERE name = 'order_events'")
            }
            guard name != nil else { throw .notALedger(path: path) }
            return
        }
        guard try onDatabase({ () throws(SQLiteError) in try LedgerSchema.isEmpty(database) })
        else { throw .notALedger(path: path) }
        let ledger: UInt32
        do throws(SystemError) { ledger = try RandomNumber.draw() } catch {
            throw .system(error)
        }
        try onDatabase { () throws(SQLiteError) in
            try database.transaction { () throws(SQLiteError) in
                try LedgerSchema.create(database, ledger: ledger)
            }
        }
    }

    private static func prune(_ database: borrowing Database) throws(SQLiteError) {
        try database.transaction { () throws(SQLiteError) in try LedgerSchema.prune(database) }
    }

    /// Counts this start; ids of two starts never meet, because the count is on the disk first.
    private static func countStart(
        _ database: borrowing Database
    ) throws(OrderStoreError) -> UInt32 {
        let count = try onDatabase { () throws(SQLiteError) in
            try database.transaction { () throws(SQLiteError) in
                try database.execute("UPDATE meta SET value = value + 1 WHERE name = 'epoch'")
                return try database.integer("SELECT value FROM meta WHERE name = 'epoch'") ?? 0
            }
        }
        guard count > 0 else { throw .damaged(path: database.path, "it has no epoch") }
        guard let epoch = UInt32(exactly: count), epoch <= OrderID.epochMax else {
            throw .epochsUsedUp(path: database.path)
        }
        return epoch
    }

    // MARK: Reading

    private static func read(
        _ database: borrowing Database,
        epoch: UInt32,
        at now: WallTime
    ) throws(OrderStoreError) -> OrderRecovery {
        let numbers = try onDatabase { () throws(SQLiteError) -> (Int64?, Int64?) in
            (
                try database.integer("SELECT value FROM meta WHERE name = 'ledger'"),
                try database.integer("SELECT value FROM meta WHERE name = 'last_deal'")
            )
        }
        guard let ledger = numbers.0.flatMap(UInt32.init(exactly:)), let deal = numbers.1 else {
            throw .damaged(path: database.path, "it has no ledger id")
        }
        let records = try LedgerOrders.read(
            database,
            where: "state IN (0, 2, 3, 8, 10)",
            limit: openOrdersMax + 1
        )
        guard records.count <= openOrdersMax else {
            throw .tooManyOpen(path: database.path, count: records.count)
        }
        var recent: [WallTime] = []
        var risk = RiskRecord()
        try onDatabase { () throws(SQLiteError) in
            // Times after `now` count too: a clock that was set back must not make room.
            try database.prepare(
                "SELECT created_at FROM orders WHERE created_at > ? ORDER BY created_at DESC LIMIT ?"
            )
            .forEachRow([
                .integer(now.nanoseconds - 60_000_000_000), .integer(Int64(recentCommandsMax)),
            ]) { row in
                recent.append(WallTime(nanoseconds: row.integer(0)))
                return true
            }
            try database.prepare("SELECT name, value FROM risk_state ORDER BY place").forEachRow {
                row in
                risk.fields.append(RiskRecord.Field(row.text(0), row.text(1)))
                return true
            }
        }
        return OrderRecovery(
            ledger: ledger,
            epoch: epoch,
            records: records.reversed(),
            recentCommands: recent.reversed(),
            risk: risk,
            lastDeal: UInt64(bitPattern: deal)
        )
    }
}
