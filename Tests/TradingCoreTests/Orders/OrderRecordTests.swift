import TestSupport
import Testing
import TradingCore

@Suite struct OrderRecordTests {
    private static let lot = ExactDecimal(mantissa: 100, scale: 2)

    static func intent(_ sequence: UInt64 = 1) -> OrderIntent {
        OrderIntent(
            id: OrderID(ledger: 9, epoch: 1, sequence: sequence),
            command: .place,
            origin: .strategy(0, request: sequence),
            symbol: "EURUSD",
            side: .buy,
            quantity: lot,
            referencePrice: ExactDecimal(mantissa: 108_520, scale: 5),
            quoteTime: .zero,
            createdAt: WallTime(nanoseconds: 0),
            lifetime: .seconds(2),
            isReducing: false
        )
    }

    static func report(_ state: OrderState, filled: Int64 = 0) -> OrderReport {
        OrderReport(
            state: state,
            ticket: 5,
            filled: ExactDecimal(mantissa: filled, scale: 2),
            returnCode: 10_009
        )
    }

    private static let sent = OrderFact.sent(
        at: WallTime(nanoseconds: 1),
        validUntil: WallTime(nanoseconds: 2)
    )

    @Test func `an order that was answered is what the answer says`() {
        var record = OrderRecord(Self.intent())
        for fact in [.durable, Self.sent, .answered(Self.report(.filled, filled: 100))] {
            #expect(record.apply(fact) == .changed)
        }
        #expect(record.state == .filled)
        #expect(record.openQuantity == .zero)
        #expect(record.settlement == .none)
    }

    @Test func `an unknown order is never sent, and leaves only by evidence`() {
        var record = OrderRecord(Self.intent())
        _ = record.apply(Self.sent)
        _ = record.apply(.unanswered(.timeout))
        #expect(record.state == .unknown)
        #expect(record.openQuantity == Self.lot)
        #expect(record.apply(Self.sent) == .refused)
        #expect(record.apply(.notSent) == .refused)
        #expect(record.apply(.blocked(.killSwitch)) == .refused)
        var found = record
        #expect(found.apply(.found(Self.report(.filled, filled: 100))) == .changed)
        #expect(found.settlement == .found)
        var fenced = record
        #expect(fenced.apply(.fenced) == .changed)
        #expect(fenced.state == .fenced)
        #expect(fenced.apply(.found(Self.report(.filled, filled: 100))) == .refused)
        var manual = record
        #expect(manual.apply(.needsOperator("gateway forgets")) == .changed)
        let settled = OrderFact.settled(as: .rejected, operatorName: "ann", reason: "no deal")
        #expect(manual.apply(settled) == .changed)
        #expect(manual.settlement == .operator)
    }

    @Test func `a reply that comes after the deadline is evidence`() {
        var record = OrderRecord(Self.intent())
        _ = record.apply(Self.sent)
        _ = record.apply(.unanswered(.timeout))
        #expect(record.apply(.answered(Self.report(.filled, filled: 100))) == .changed)
        #expect(record.state == .filled)
        #expect(record.settlement == .found)
    }

    @Test func `what is filled never becomes less and never more than was asked for`() {
        var record = OrderRecord(Self.intent())
        _ = record.apply(Self.sent)
        #expect(record.apply(.answered(Self.report(.acknowledged, filled: 40))) == .changed)
        #expect(record.apply(.updated(Self.report(.acknowledged, filled: 30))) == .refused)
        #expect(record.apply(.updated(Self.report(.filled, filled: 101))) == .refused)
        #expect(record.apply(.updated(Self.report(.cancelled, filled: 60))) == .changed)
        #expect(record.filled == ExactDecimal(mantissa: 60, scale: 2))
    }

    @Test(arguments: 0..<50)
    func `whatever the order of facts, no terminal state is left and unknown never becomes sent`(
        seed: UInt64
    ) {
        var random = SplitMix64(seed: seed)
        let facts: [OrderFact] = [
            .durable, .blocked(.stale), .notSent, Self.sent, .unanswered(.disconnected), .fenced,
            .answered(Self.report(.acknowledged, filled: 10)), .found(Self.report(.rejected)),
            .updated(Self.report(.filled, filled: 100)), .needsOperator("?"),
            .answered(Self.report(.unknown)),
            .settled(as: .filled, operatorName: "ann", reason: "seen"),
        ]
        var record = OrderRecord(Self.intent())
        for _ in 0..<200 {
            let before = record
            let outcome = record.apply(facts[Int(random.next() % UInt64(facts.count))])
            if before.state.isTerminal { #expect(record.state == before.state) }
            if before.state.isUnknown { #expect(record.state != .sent && record.state != .intent) }
            if outcome == .refused { #expect(record == before) }
            #expect(record.filled >= before.filled)
        }
    }
}
