internal import SQLite
package import TradingCore

/// The ledger on disk: what was wanted, and everything that was learned of it.
///
/// It decides nothing. One thread at a time owns it. After the first failure it does nothing more: what
/// a second try would say of the disk cannot be believed.
package struct OrderStore: ~Copyable, Sendable {
    /// Unsettled orders that a process can hold.
    package static let openOrdersMax = 4096
    /// Commands of the last minute that are handed over at a start.
    package static let recentCommandsMax = 100_000

    private let database: Database
    private let statements: LedgerStatements
    private var failure: OrderStoreError?

    init(_ database: consuming Database) throws(SQLiteError) {
        let statements = try LedgerStatements(database)
        self.database = database
        self.statements = statements
    }

    /// Makes entries durable, all or none, in one transaction.
    ///
    /// - Throws: ``OrderStoreError``, and from then on the same one always.
    package mutating func commit(
        _ entries: [LedgerEntry],
        at now: WallTime
    ) throws(OrderStoreError) {
        if let failure { throw failure }
        guard !entries.isEmpty else { return }
        let mustSurvivePowerLoss = entries.contains { $0.mustSurvivePowerLoss }
        do throws(SQLiteError) {
            try database.transaction(mustSurvivePowerLoss ? .powerLoss : .processDeath) {
                () throws(SQLiteError) in
                for entry in entries { try statements.write(entry, at: now) }
            }
        } catch {
            failure = .database(error)
            throw .database(error)
        }
    }
}

/// A ledger that was opened, and what it knew.
package struct OpenedLedger: ~Copyable, Sendable {
    /// Takes what is learned from now on.
    package var store: OrderStore
    /// What was known before.
    package let recovery: OrderRecovery
}

/// The statements that write, prepared once.
struct LedgerStatements: ~Copyable, Sendable {
    private let insertOrder: Statement
    private let insertEvent: Statement
    private let updateOrder: Statement
    private let insertDeal: Statement
    private let raiseLastDeal: Statement
    private let clearRisk: Statement
    private let insertRisk: Statement
    private let insertSettlement: Statement
    private let readState: Statement

    init(_ database: borrowing Database) throws(SQLiteError) {
        func marks(_ count: Int) -> String {
            Array(repeating: "?", count: count).joined(separator: ", ")
        }
        let insertOrder = try database.prepare(
            """
            INSERT INTO orders (\(LedgerRow.intentColumns), state, state_name, ticket, filled,
            average_price, updated_at) VALUES (\(marks(27)))
            """
        )
        let insertEvent = try database.prepare(
            """
            INSERT INTO order_events (order_id, at, \(LedgerRow.factColumns), seal)
            VALUES (\(marks(14)))
            """
        )
        let updateOrder = try database.prepare(
            """
            UPDATE orders SET state = ?, state_name = ?, ticket = ?, filled = ?, average_price = ?,
            updated_at = ? WHERE id = ?
            """
        )
        let insertDeal = try database.prepare("INSERT OR IGNORE INTO deals VALUES (\(marks(16)))")
        let raiseLastDeal = try database.prepare(
            "UPDATE meta SET value = max(value, ?) WHERE name = 'last_deal'"
        )
        let clearRisk = try database.prepare("DELETE FROM risk_state")
        let insertRisk = try database.prepare("INSERT INTO risk_state VALUES (?, ?, ?)")
        let insertSettlement = try database.prepare(
            "INSERT INTO settlements (at, order_id, state, operator, reason) VALUES (\(marks(5)))"
        )
        let readState = try database.prepare("SELECT state FROM orders WHERE id = ?")
        self.insertOrder = insertOrder
        self.insertEvent = insertEvent
        self.updateOrder = updateOrder
        self.insertDeal = insertDeal
        self.raiseLastDeal = raiseLastDeal
        self.clearRisk = clearRisk
        self.insertRisk = insertRisk
        self.insertSettlement = insertSettlement
        self.readState = readState
    }

    borrowing func write(_ entry: LedgerEntry, at now: WallTime) throws(SQLiteError) {
        switch entry {
        case .intent(let intent):
            let columns = LedgerRow.columns(of: intent)
            let state = LedgerRow.stateColumns(of: OrderRecord(intent), at: now)
            try insertOrder.run(columns + [.integer(LedgerRow.seal(columns))] + state)
            try check(intent.id, is: .intent)
        case .fact(let record, let fact): try write(fact, about: record, at: now)
        case .deal(let deal): try insertDeal.run(LedgerRow.columns(of: deal, at: now))
        case .dealsKnown(let number): try raiseLastDeal.run([LedgerRow.integer(number)])
        case .risk(let risk):
            try clearRisk.run()
            for (place, field) in risk.fields.enumerated() {
                try insertRisk.run([
                    .integer(Int64(place)), .text(field.name), .text(field.value),
                ])
            }
        }
    }

    private borrowing func write(
        _ fact: OrderFact,
        about record: OrderRecord,
        at now: WallTime
    ) throws(SQLiteError) {
        let id = record.intent.id
        let event = LedgerEvent.columns(id, now, fact)
        try insertEvent.run(event + [.integer(LedgerRow.seal(event))])
        try updateOrder.run(
            LedgerRow.stateColumns(of: record, at: now) + [.text(id.description)]
        )
        if case .settled(let state, let operatorName, let reason) = fact {
            try insertSettlement.run([
                .integer(now.nanoseconds), .text(id.description), .text(state.name),
                .text(operatorName), .text(reason),
            ])
        }
        try check(id, is: record.state)
    }

    /// Reads back, in debug builds, what the same transaction has just written.
    private borrowing func check(_ id: OrderID, is state: OrderState) throws(SQLiteError) {
        #if DEBUG
        var found: Int64 = -1
        try readState.forEachRow([.text(id.description)]) { row in
            found = row.integer(0)
            return false
        }
        precondition(found == Int64(state.rawValue), "\(id) was written \(state), is \(found)")
        #endif
    }
}

extension LedgerRow {
    /// The columns of an order that change, in the order of the statements above.
    static func stateColumns(of record: OrderRecord, at now: WallTime) -> [SQLiteValue] {
        [
            .integer(Int64(record.state.rawValue)), .text(record.state.name),
            integer(record.ticket), text(record.filled), text(record.averagePrice),
            .integer(now.nanoseconds),
        ]
    }
}
