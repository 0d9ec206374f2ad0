import OrderEntry
import Testing

@testable import TradingCore

@Suite struct OrderSendingTests {
    private let intent = SampleOrders.intent(SampleOrders.id(1))
    private var id: OrderID { intent.id }

    @Test func `an order is durable, looked at, handed over once and answered`() {
        var harness = DispatcherHarness.alive()
        harness.submit(intent)
        #expect(harness.entries.first == .intent(intent))
        let sends = harness.sends(of: id)
        #expect(sends.map(\.action) == ["ORDER_SEND"])
        harness.fill(sends[0])
        #expect(harness.facts(of: id).map(\.word) == ["durable", "sent", "answered"])
        #expect(harness.dispatcher.openCount == 0)
        harness.advance(by: .seconds(60), answering: true)
        #expect(harness.sends(of: id).count == 1)
    }

    @Test func `nothing is sent before its intent is on the disk`() {
        var harness = DispatcherHarness.alive()
        harness.ledgerFault = "disk full"
        harness.submit(intent)
        #expect(harness.sends(of: id).isEmpty)
        #expect(harness.facts(of: id) == [.blocked(.ledger)])
        #expect(harness.told.contains(.ledgerFailed("disk full")))
        harness.ledgerFault = nil
        harness.submit(SampleOrders.intent(SampleOrders.id(2), .cancel(ticket: 1, of: nil)))
        harness.advance(by: .seconds(20), answering: true)
        #expect(harness.actions("ORDER_SEND").isEmpty && harness.actions("ORDER_CANCEL").isEmpty)
    }

    @Test func `K10: an order that meets the kill before the send is not sent`() {
        var harness = DispatcherHarness.alive()
        harness.block = .killSwitch
        harness.submit(intent)
        #expect(harness.sends(of: id).isEmpty)
        #expect(harness.facts(of: id) == [.durable, .blocked(.killSwitch)])
    }

    @Test func `K10: an order that was sent before the kill still gets its answer`() throws {
        var harness = DispatcherHarness.alive()
        harness.submit(intent)
        harness.block = .killSwitch
        harness.run(.killed)
        try harness.fill(harness.order(id))
        #expect(harness.facts(of: id).map(\.word) == ["durable", "sent", "answered"])
    }

    @Test func `new exposure without a prompt answer after a kill loses its socket`() throws {
        var harness = DispatcherHarness.alive()
        harness.submit(intent)
        let slot = try harness.order(id).slot
        harness.replaced = []
        harness.run(.killed)
        harness.advance(by: .milliseconds(300))
        #expect(harness.replaced == [slot])
        #expect(harness.facts(of: id).last == .unanswered(.timeout))
    }

    @Test func `an engaged kill switch lets cancels and closes through`() {
        var harness = DispatcherHarness.alive()
        harness.block = .killSwitch
        harness.submit(
            SampleOrders.intent(SampleOrders.id(1), .cancel(ticket: 5, of: nil)),
            SampleOrders.intent(SampleOrders.id(2), .close(position: 9)),
            SampleOrders.intent(SampleOrders.id(3), .modify(ticket: 5, of: nil))
        )
        #expect(harness.actions("ORDER_CANCEL").count == 1)
        #expect(harness.actions("ORDER_CLOSE").count == 1)
        #expect(harness.actions("ORDER_MODIFY").isEmpty)
    }

    @Test func `G04: without a connection new exposure is not sent, at once and for good`() {
        var harness = DispatcherHarness.alive()
        harness.connectsAtOnce = false
        for slot in 0...8 { harness.run(.disconnected(slot: slot, .ended)) }
        harness.submit(intent)
        #expect(harness.facts(of: id) == [.durable, .blocked(.gatewayDown)])
        harness.connectsAtOnce = true
        harness.advance(by: .seconds(30), answering: true)
        #expect(harness.sends(of: id).isEmpty)
    }

    @Test func `G04: a send that finds no connection is not sent, at once and for good`() {
        var harness = DispatcherHarness.alive()
        harness.outcome = .refused
        harness.submit(intent)
        #expect(harness.facts(of: id) == [.durable, .notSent])
        harness.outcome = .accepted
        harness.advance(by: .seconds(30), answering: true)
        #expect(harness.sends(of: id).isEmpty)
    }

    @Test func `a cancel that has certainly not left is tried again within its budget`() throws {
        var harness = DispatcherHarness.alive()
        harness.outcome = .refused
        let cancel = SampleOrders.intent(SampleOrders.id(1), .cancel(ticket: 5, of: nil))
        harness.submit(cancel)
        #expect(harness.facts(of: cancel.id) == [.durable])
        harness.outcome = .accepted
        harness.advance(by: .seconds(1), answering: true)
        #expect(harness.sends(of: cancel.id).count == 1)
        #expect(harness.logs.contains { $0.hasPrefix("[WAIT-OR-DIE] retry 1/10") })
    }

    @Test func `a cancel that never finds a connection is given up after five seconds`() {
        var harness = DispatcherHarness.alive()
        harness.outcome = .refused
        let cancel = SampleOrders.intent(SampleOrders.id(1), .cancel(ticket: 5, of: nil))
        harness.submit(cancel)
        harness.advance(by: .milliseconds(5100))
        #expect(harness.facts(of: cancel.id).count == 2)
        #expect(harness.entries.count == 2)
        #expect(harness.dispatcher.openCount == 0)
        harness.outcome = .accepted
        harness.advance(by: .seconds(20), answering: true)
        #expect(harness.sends(of: cancel.id).isEmpty)
    }

    @Test func `G14: an order whose time is over before the disk is done is not sent`() {
        var harness = DispatcherHarness.alive()
        var actions: [OrderDispatchAction] = []
        harness.dispatcher.submit(
            SampleOrders.approved(intent),
            at: harness.now,
            wall: harness.wall,
            into: &actions
        )
        harness.dispatcher.step(.timer, at: harness.now, wall: harness.wall, into: &actions)
        #expect(actions.contains(.persist([.intent(intent)])))
        harness.now = harness.now + .seconds(2)
        harness.run(.persisted)
        #expect(harness.sends(of: id).isEmpty)
        #expect(harness.facts(of: id) == [.durable, .blocked(.expired)])
    }

    @Test func `an order that rests on an old quote is not sent, a cancel is`() {
        var harness = DispatcherHarness.alive()
        let old = MonotonicTime(nanoseconds: harness.now.nanoseconds - 5_000_000_001)
        harness.submit(
            SampleOrders.intent(SampleOrders.id(1), quoteTime: old),
            SampleOrders.intent(SampleOrders.id(2), .close(position: 1), quoteTime: old)
        )
        #expect(harness.facts(of: SampleOrders.id(1)) == [.durable, .blocked(.stale)])
        #expect(harness.sends(of: SampleOrders.id(2)).count == 1)
    }

    @Test func `without the gateway's clock nothing is sent`() throws {
        var harness = DispatcherHarness()
        harness.run(.started)
        let heartbeat = try harness.last("HEARTBEAT")
        harness.reply(heartbeat, #""data":{"status":"alive"}"#)
        harness.submit(intent)
        #expect(harness.sends(of: id).isEmpty)
        #expect(harness.facts(of: id) == [.durable, .blocked(.gatewayDown)])
    }

    @Test func `the time limit is on the gateway's clock`() throws {
        var harness = DispatcherHarness()
        harness.run(.started)
        let hour: Int64 = 3_600_000_000_000
        let time = ExactDecimal(mantissa: harness.wall.nanoseconds + hour, scale: 9)
        let heartbeat = try harness.last("HEARTBEAT")
        harness.reply(heartbeat, #""data":{"timestamp":\#(time)}"#)
        harness.submit(intent)
        let limit = ExactDecimal(
            mantissa: harness.wall.nanoseconds + hour + 2_000_000_000,
            scale: 9
        )
        #expect(try harness.order(id).text.contains(#""valid_until":\#(limit)"#))
        #expect(harness.conditions.last?.clockOffset == .seconds(3600))
    }

    @Test func `cancels go first, and no more than the slots allow are on their way`() {
        var settings = OrderDispatchSettings()
        settings.ordersInFlightMax = 2
        var harness = DispatcherHarness.alive(settings)
        harness.submit(
            SampleOrders.intent(SampleOrders.id(1)),
            SampleOrders.intent(SampleOrders.id(2)),
            SampleOrders.intent(SampleOrders.id(3)),
            SampleOrders.intent(SampleOrders.id(4), .cancel(ticket: 1, of: nil))
        )
        let first = harness.sent.filter { $0.action.hasPrefix("ORDER") }
        #expect(first.map(\.action) == ["ORDER_CANCEL", "ORDER_SEND"])
        harness.fill(first[1])
        #expect(harness.sends(of: SampleOrders.id(2)).count == 1)
        #expect(harness.sends(of: SampleOrders.id(3)).isEmpty)
    }

    @Test func `an order that finds too many before it is refused at once`() {
        var settings = OrderDispatchSettings()
        settings.ordersInFlightMax = 1
        settings.queueMax = 2
        var harness = DispatcherHarness.alive(settings)
        for sequence in 1...3 {
            harness.submit(SampleOrders.intent(SampleOrders.id(UInt64(sequence))))
        }
        #expect(harness.facts(of: SampleOrders.id(3)) == [.blocked(.inFlight)])
    }

    @Test func `an order that is submitted again is not taken`() throws {
        var harness = DispatcherHarness.alive()
        harness.submit(intent)
        try harness.fill(harness.order(id))
        harness.submit(intent)
        #expect(harness.sends(of: id).count == 1)
        #expect(harness.dispatcher.counters.duplicateSubmissions == 1)
        #expect(harness.entries.filter { $0 == .intent(intent) }.count == 1)
    }
}

extension OrderFact {
    /// Which fact it is.
    var word: String {
        switch self {
        case .durable: "durable"
        case .blocked: "blocked"
        case .notSent: "notSent"
        case .sent: "sent"
        case .answered: "answered"
        case .unanswered: "unanswered"
        case .found: "found"
        case .fenced: "fenced"
        case .needsOperator: "needsOperator"
        case .updated: "updated"
        case .settled: "settled"
        }
    }
}
