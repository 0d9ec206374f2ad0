import OrderEntry
import Platform
import TestSupport
import Testing
import TradingCore

@Suite struct OrderStoreTests {
    private let wall = SampleOrders.wall

    private func open(
        _ directory: String,
        at now: WallTime = SampleOrders.wall
    ) throws(OrderStoreError) -> OpenedLedger {
        try OrderStore.open(path: directory + "/orders.db", at: now)
    }

    @Test func `a new ledger draws its id once and counts its starts`() throws {
        try withTemporaryDirectory { directory in
            let first = try open(directory).recovery
            let second = try open(directory).recovery
            #expect(first.epoch == 1 && second.epoch == 2)
            #expect(first.ledger == second.ledger && first.records.isEmpty)
            let other = try withTemporaryDirectory { try open($0).recovery }
            #expect(other.ledger != first.ledger)
        }
    }

    @Test func `every kind of intent and fact comes back as it was`() throws {
        try withTemporaryDirectory { directory in
            let place = SampleOrders.intent(SampleOrders.id(1), kind: .stop(price(108_600)))
            let intents = [
                place,
                SampleOrders.intent(
                    SampleOrders.id(2),
                    .modify(ticket: .max, of: place.id),
                    kind: .limit(price(108_400))
                ),
                SampleOrders.intent(SampleOrders.id(3), .cancel(ticket: 5, of: nil)),
                SampleOrders.intent(SampleOrders.id(4), .close(position: 1 << 63)),
            ]
            let working = OrderReport(
                state: .acknowledged,
                ticket: .max,
                position: 3,
                filled: ExactDecimal(mantissa: 30, scale: 3),
                averagePrice: price(108_515),
                returnCode: 10_008,
                message: "Ordre placé"
            )
            var expected: [OrderRecord] = []
            do {
                var ledger = try open(directory)
                for intent in intents {
                    var record = OrderRecord(intent)
                    var entries = [LedgerEntry.intent(intent)]
                    _ = record.apply(.durable)
                    for fact in [OrderFact.sent(at: wall, validUntil: wall), .answered(working)] {
                        _ = record.apply(fact)
                        entries.append(.fact(record, fact))
                    }
                    try ledger.store.commit(entries, at: wall)
                    expected.append(record)
                }
            }
            let ledger = try open(directory)
            #expect(ledger.recovery.records == expected)
            #expect(ledger.recovery.records.map(\.intent) == intents)
        }
    }

    private func price(_ points: Int64) -> ExactDecimal { ExactDecimal(mantissa: points, scale: 5) }

    @Test(arguments: [false, true])
    func `what was on its way when the process ended is unknown, durably`(wasSent: Bool) throws {
        try withTemporaryDirectory { directory in
            let intent = SampleOrders.intent(SampleOrders.id(1))
            do {
                var ledger = try open(directory)
                var record = OrderRecord(intent)
                try ledger.store.commit([.intent(intent)], at: wall)
                if wasSent {
                    let fact = OrderFact.sent(at: wall, validUntil: wall)
                    _ = record.apply(fact)
                    try ledger.store.commit([.fact(record, fact)], at: wall)
                }
            }
            for _ in 0..<2 {
                let recovered = try open(directory).recovery.records
                #expect(recovered.map(\.state) == [.unknown])
                #expect(recovered.first?.unknownCause == .crash)
                #expect(recovered.first?.isDurable == true)
            }
            let reader = try LedgerReader(path: directory + "/orders.db")
            let facts = try reader.events(of: intent.id).map(\.fact)
            #expect(facts.filter { $0 == .unanswered(.crash) }.count == 1)
        }
    }

    @Test func `what is settled is not handed over again`() throws {
        try withTemporaryDirectory { directory in
            let intent = SampleOrders.intent(SampleOrders.id(1))
            do {
                var ledger = try open(directory)
                var record = OrderRecord(intent)
                let fact = OrderFact.blocked(.killSwitch)
                _ = record.apply(fact)
                try ledger.store.commit([.intent(intent), .fact(record, fact)], at: wall)
            }
            #expect(try open(directory).recovery.records.isEmpty)
            let reader = try LedgerReader(path: directory + "/orders.db")
            #expect(try reader.orders(.all).map(\.state) == [.notSent])
            #expect(try reader.orders(.open).isEmpty)
        }
    }

    @Test func `G10: the commands of the last minute are handed over, later ones too`() throws {
        try withTemporaryDirectory { directory in
            do {
                var ledger = try open(directory)
                for (sequence, seconds) in [-61, -59, -1, 30].enumerated() {
                    let created = WallTime(
                        nanoseconds: wall.nanoseconds + Int64(seconds) * 1_000_000_000
                    )
                    let id = SampleOrders.id(UInt64(sequence + 1))
                    let intent = SampleOrders.intent(id, createdAt: created)
                    try ledger.store.commit([.intent(intent)], at: created)
                }
            }
            let recent = try open(directory).recovery.recentCommands
            let offsets = recent.map { ($0.nanoseconds - wall.nanoseconds) / 1_000_000_000 }
            #expect(offsets == [-59, -1, 30])
        }
    }

    @Test func `the risk state is that of the last commit, in its order`() throws {
        try withTemporaryDirectory { directory in
            do {
                var ledger = try open(directory)
                try ledger.store.commit([.risk(RiskRecord(fields: [.init("x", "1")]))], at: wall)
                let newer = RiskRecord(fields: [.init("loss", "-1.50"), .init("day", "20000")])
                try ledger.store.commit([.risk(newer)], at: wall)
            }
            let risk = try open(directory).recovery.risk
            #expect(risk.fields == [.init("loss", "-1.50"), .init("day", "20000")])
        }
    }

    @Test func `a deal counts once and the last known one never goes back`() throws {
        try withTemporaryDirectory { directory in
            do {
                var ledger = try open(directory)
                let deal = SampleOrders.deal(7, of: nil)
                try ledger.store.commit([.deal(deal), .deal(deal)], at: wall)
                try ledger.store.commit([.dealsKnown(through: 7)], at: wall)
                try ledger.store.commit([.dealsKnown(through: 3)], at: wall)
            }
            #expect(try open(directory).recovery.lastDeal == 7)
        }
    }

    @Test func `a command that is stored twice stops the ledger for good`() throws {
        try withTemporaryDirectory { directory in
            var ledger = try open(directory)
            let intent = SampleOrders.intent(SampleOrders.id(1))
            try ledger.store.commit([.intent(intent)], at: wall)
            var errors: [OrderStoreError] = []
            for entry in [LedgerEntry.intent(intent), .dealsKnown(through: 1)] {
                do throws(OrderStoreError) {
                    try ledger.store.commit([entry], at: wall)
                } catch {
                    errors.append(error)
                }
            }
            #expect(errors.count == 2 && errors.first == errors.last)
        }
    }

    @Test func `an operator's word is journaled and can be read`() throws {
        try withTemporaryDirectory { directory in
            let intent = SampleOrders.intent(SampleOrders.id(1))
            do {
                var ledger = try open(directory)
                try ledger.store.commit([.intent(intent)], at: wall)
            }
            var ledger = try open(directory)
            var record = ledger.recovery.records[0]
            let fact = OrderFact.settled(as: .filled, operatorName: "ann", reason: "statement")
            _ = record.apply(fact)
            try ledger.store.commit([.fact(record, fact)], at: wall)
            let reader = try LedgerReader(path: directory + "/orders.db")
            let found = try reader.orders(.id(intent.id))
            #expect(found.map(\.state) == [.filled])
            #expect(found.first?.message == "ann: statement")
            #expect(try reader.orders(.unknown).isEmpty)
        }
    }
}
