import Testing
import TradingCore

@Suite struct OrderLedgerTests {
    @Test func `ids grow and are never given twice`() {
        var ledger = OrderLedger(ledger: 3, epoch: 8)
        let ids = (0..<100).map { _ in ledger.takeID() }
        #expect(ids == ids.sorted())
        #expect(Set(ids).count == 100)
    }

    @Test func `a settled command leaves the open ones, and what comes late is judged`() {
        var ledger = OrderLedger(ledger: 9, epoch: 1)
        let intent = OrderRecordTests.intent()
        ledger.insert(intent)
        let sent = OrderFact.sent(at: .init(nanoseconds: 1), validUntil: .init(nanoseconds: 2))
        #expect(ledger.apply(sent, to: intent.id)?.after.state == .sent)
        let report = OrderRecordTests.report(.filled, filled: 100)
        #expect(ledger.apply(.answered(report), to: intent.id)?.after.state == .filled)
        #expect(ledger.open.isEmpty)
        #expect(ledger.counters.sent == 1)
        #expect(ledger.counters.count(.filled) == 1)
        #expect(ledger.apply(.answered(report), to: intent.id) == nil)
        #expect(ledger.counters.refusedFacts == 0)
        #expect(ledger.apply(.fenced, to: intent.id) == nil)
        #expect(ledger.counters.refusedFacts == 1)
        #expect(ledger.apply(.fenced, to: OrderRecordTests.intent(99).id) == nil)
        #expect(ledger.counters.strangerFacts == 1)
    }

    @Test(arguments: OrderBlock.allCases)
    func `a command that was kept back counts once, under its reason`(block: OrderBlock) throws {
        var ledger = OrderLedger(ledger: 9, epoch: 1)
        let intent = OrderRecordTests.intent()
        ledger.insert(intent)
        #expect(ledger.apply(.durable, to: intent.id) != nil)
        #expect(ledger.counters.blocked.allSatisfy { $0 == 0 })
        #expect(ledger.apply(.blocked(block), to: intent.id)?.after.state == .notSent)
        #expect(ledger.apply(.blocked(block), to: intent.id) == nil)
        let place = try #require(OrderBlock.allCases.firstIndex(of: block))
        for (index, count) in ledger.counters.blocked.enumerated() {
            #expect(count == (index == place ? 1 : 0))
        }
    }

    @Test func `a command that could not be sent was kept back by nobody`() {
        var ledger = OrderLedger(ledger: 9, epoch: 1)
        let intent = OrderRecordTests.intent()
        ledger.insert(intent)
        #expect(ledger.apply(.notSent, to: intent.id)?.after.state == .notSent)
        #expect(ledger.counters.blocked.allSatisfy { $0 == 0 })
    }

    @Test func `an unknown command blocks its symbol until it is settled`() {
        var record = OrderRecord(OrderRecordTests.intent())
        _ = record.apply(.unanswered(.crash))
        var ledger = OrderLedger(ledger: 9, epoch: 2, recovered: [record])
        #expect(ledger.hasUnknown(symbol: "EURUSD"))
        #expect(!ledger.hasUnknown(symbol: "EURUSD.s"))
        _ = ledger.apply(.fenced, to: record.intent.id)
        #expect(!ledger.hasUnknown(symbol: "EURUSD"))
        #expect(ledger.counters.settled[Int(OrderSettlement.fenced.rawValue)] == 1)
    }

    @Test func `a request of this start never means a command of an earlier one`() {
        var ledger = OrderLedger(
            ledger: 9,
            epoch: 2,
            recovered: [OrderRecord(OrderRecordTests.intent())]
        )
        #expect(ledger.open.count == 1)
        #expect(ledger.record(ofRequest: 1) == nil)
        var intent = OrderRecordTests.intent()
        intent.id = ledger.takeID()
        ledger.insert(intent)
        #expect(ledger.record(ofRequest: 1)?.intent.id == intent.id)
    }
}
