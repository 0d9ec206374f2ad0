internal import SQLite
internal import TradingCore

/// Reads orders out of the ledger by applying their facts once more.
enum LedgerOrders {
    /// Reads the orders that a condition selects, the newest ones first.
    ///
    /// - Throws: ``OrderStoreError/damaged(path:_:)`` when a row makes no sense, or when the facts of an
    ///   order lead to another state than the one that was stored with it.
    static func read(
        _ database: borrowing Database,
        where condition: String,
        _ values: [SQLiteValue] = [],
        limit: Int
    ) throws(OrderStoreError) -> [OrderRecord] {
        var found: [(intent: OrderIntent, state: Int64)] = []
        var isDamaged = false
        do throws(SQLiteError) {
            let statement = try database.prepare(
                """
                SELECT \(LedgerRow.intentColumns), state FROM orders WHERE \(condition)
                ORDER BY created_at DESC, id DESC LIMIT ?
                """
            )
            try statement.forEachRow(values + [.integer(Int64(limit))]) { row in
                guard let intent = LedgerRow.intent(row) else {
                    isDamaged = true
                    return false
                }
                found.append((intent, row.integer(LedgerRow.intentColumnCount)))
                return true
            }
        } catch {
            throw .database(error)
        }
        guard !isDamaged else {
            throw .damaged(path: database.path, "an order does not match its checksum")
        }
        var records: [OrderRecord] = []
        records.reserveCapacity(found.count)
        for (intent, state) in found {
            var record = OrderRecord(intent)
            _ = record.apply(.durable)
            for (_, fact) in try facts(database, of: intent.id) { _ = record.apply(fact) }
            guard Int64(record.state.rawValue) == state else {
                throw .damaged(
                    path: database.path,
                    "order \(intent.id) is stored as \(state), its facts make it \(record.state.name)"
                )
            }
            records.append(record)
        }
        return records
    }

    /// The facts about one order, the oldest first.
    static func facts(
        _ database: borrowing Database,
        of id: OrderID
    ) throws(OrderStoreError) -> [(at: WallTime, fact: OrderFact)] {
        var facts: [(at: WallTime, fact: OrderFact)] = []
        var isDamaged = false
        do throws(SQLiteError) {
            let statement = try database.prepare(
                """
                SELECT at, seal, \(LedgerRow.factColumns) FROM order_events WHERE order_id = ?
                ORDER BY number
                """
            )
            try statement.forEachRow([.text(id.description)]) { row in
                let at = WallTime(nanoseconds: row.integer(0))
                guard let fact = LedgerRow.fact(row, from: 2),
                    LedgerEvent.seal(id, at, fact) == row.integer(1)
                else {
                    isDamaged = true
                    return false
                }
                facts.append((at, fact))
                return true
            }
        } catch {
            throw .database(error)
        }
        guard !isDamaged else {
            throw .damaged(path: database.path, "a fact of \(id) does not match its checksum")
        }
        return facts
    }
}

/// One row of `order_events`.
enum LedgerEvent {
    /// The columns without number and seal.
    static func columns(_ id: OrderID, _ at: WallTime, _ fact: OrderFact) -> [SQLiteValue] {
        [.text(id.description), .integer(at.nanoseconds)] + LedgerRow.columns(of: fact)
    }

    /// The checksum over ``columns(_:_:_:)``.
    static func seal(_ id: OrderID, _ at: WallTime, _ fact: OrderFact) -> Int64 {
        LedgerRow.seal(columns(id, at, fact))
    }
}
