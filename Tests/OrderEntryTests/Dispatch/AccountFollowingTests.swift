import OrderEntry
import Testing

@testable import TradingCore

@Suite struct AccountFollowingTests {
    private let intent = SampleOrders.intent(
        SampleOrders.id(1),
        kind: .limit(ExactDecimal(mantissa: 108_000, scale: 5))
    )
    private var id: OrderID { intent.id }

    /// A harness with a limit order that works under ticket 701.
    private func working() throws -> DispatcherHarness {
        var harness = DispatcherHarness.alive()
        harness.submit(intent)
        let sent = try harness.order(id)
        harness.receive(
            """
            {"req_id":"\(id)","boot_id":"boot-1","error":false,"ticket":701,"msg":"","retcode":10008,\
            "data":{"state":"working","ticket":701,"position":0,"filled":0,"average_price":0,"deals":[]}}
            """,
            on: sent.slot
        )
        return harness
    }

    private func publish(_ harness: inout DispatcherHarness, _ text: String) {
        harness.run(.published(Array(text.utf8)))
    }

    private func orderEvent(_ sequence: UInt64, _ state: String, _ filled: String) -> String {
        """
        {"type":"EXEC","epoch":7,"seq":\(sequence),"timestamp":1768000000.5,"kind":"order",\
        "req_id":"\(id)","order":{"state":"\(state)","ticket":701,"position":900,\
        "filled":\(filled),"average_price":1.08000,"reason":"command"}}
        """
    }

    private func dealEvent(_ sequence: UInt64, deal: UInt64) -> String {
        let text = DispatcherHarness.dealText("", deal)
        return #"{"type":"EXEC","epoch":7,"seq":\#(sequence),"kind":"deal","deal":\#(text)}"#
    }

    private func workingText(_ remaining: String) -> String {
        """
        {"ticket":701,"req_id":"\(id)","symbol":"EURUSD","type":"OP_BUYLIMIT","volume":0.10,\
        "remaining":\(remaining),"price":1.08,"sl":0,"tp":0,"magic":107,"comment":""}
        """
    }

    @Test func `G08: partial fills grow, and the end comes once`() throws {
        var harness = try working()
        publish(&harness, orderEvent(1, "working", "0.04"))
        publish(&harness, orderEvent(2, "working", "0.03"))
        publish(&harness, orderEvent(3, "cancelled", "0.04"))
        publish(&harness, orderEvent(4, "filled", "0.10"))
        let words = harness.facts(of: id).map(\.word)
        #expect(words == ["durable", "sent", "answered", "updated", "updated", "updated"])
        #expect(harness.dispatcher.counters.contradictions == 1)
        #expect(harness.dispatcher.openCount == 0)
    }

    @Test func `a gap in the events fetches the account, an event seen before does nothing`() throws
    {
        var harness = try working()
        publish(&harness, dealEvent(1, deal: 1))
        let syncs = harness.actions("SYNC_ALL").count
        let told = harness.told.count
        publish(&harness, dealEvent(1, deal: 1))
        #expect(harness.told.count == told && harness.actions("SYNC_ALL").count == syncs)
        publish(&harness, dealEvent(3, deal: 3))
        #expect(harness.actions("SYNC_ALL").count == syncs + 1)
        #expect(harness.dispatcher.counters.eventGaps == 1)
    }

    @Test func `a heartbeat that names a later event fetches the account`() throws {
        var harness = try working()
        publish(&harness, dealEvent(1, deal: 1))
        let syncs = harness.actions("SYNC_ALL").count
        publish(&harness, #"{"type":"HEARTBEAT","epoch":7,"exec":1}"#)
        #expect(harness.actions("SYNC_ALL").count == syncs)
        publish(&harness, #"{"type":"HEARTBEAT","epoch":7,"exec":2}"#)
        #expect(harness.actions("SYNC_ALL").count == syncs + 1)
    }

    @Test func `a working order that left the account is asked for and updated`() throws {
        var harness = try working()
        harness.run(.errand(.synchronize(sinceDeal: 0)))
        try harness.answerAccount(harness.last("SYNC_ALL"))
        let status = try harness.last("ORDER_STATUS")
        let report = DispatcherHarness.filledData(id.description, 1)
        harness.reply(status, #""data":{"known":true,"retcode":10009,"report":\#(report)}"#)
        #expect(harness.facts(of: id).last?.word == "updated")
        #expect(harness.dispatcher.openCount == 0)
    }

    @Test func `a working order that is filled in part is updated by the account`() throws {
        var harness = try working()
        harness.run(.errand(.synchronize(sinceDeal: 0)))
        try harness.answerAccount(harness.last("SYNC_ALL"), orders: workingText("0.06"))
        guard case .updated(let report) = harness.facts(of: id).last else {
            Issue.record("\(harness.facts(of: id))")
            return
        }
        #expect(report.filled == ExactDecimal(mantissa: 4, scale: 2))
        #expect(report.state == .acknowledged)
    }

    @Test func `an order of unknown outcome is found among the working orders`() throws {
        var harness = DispatcherHarness.alive()
        harness.submit(intent)
        harness.advance(by: .milliseconds(2500))
        harness.run(.errand(.synchronize(sinceDeal: 0)))
        // The status query waits for its answer and is given up first.
        harness.advance(by: .seconds(2))
        try harness.answerAccount(harness.last("SYNC_ALL"), orders: workingText("0.10"))
        #expect(harness.facts(of: id).last?.word == "found")
    }

    @Test func `deals that fill several answers are fetched to the last one`() throws {
        var harness = DispatcherHarness.alive()
        harness.run(.errand(.synchronize(sinceDeal: 0)))
        for deal in UInt64(1)...3 {
            let sent = try harness.last("SYNC_ALL")
            #expect(sent.text.contains(#""since_deal":\#(deal - 1)"#))
            let text = DispatcherHarness.dealText("", deal)
            harness.reply(
                sent,
                """
                "data":{"account":{"currency":"USD","margin_mode":"hedging","balance":1,"equity":1},\
                "positions":[],"orders":[],"deals":[\(text)],"complete":\(deal == 3),"last_deal":3}
                """
            )
        }
        let known = harness.entries.compactMap { entry -> UInt64? in
            if case .dealsKnown(let number) = entry { number } else { nil }
        }
        #expect(known == [1, 2, 3])
        let accounts = harness.told.filter { if case .account = $0 { true } else { false } }
        #expect(accounts.count == 4)
    }

    @Test func `a deal is durable before the loop is told`() throws {
        var harness = try working()
        publish(&harness, dealEvent(1, deal: 5))
        #expect(
            harness.entries.contains {
                if case .deal(let deal) = $0 { deal.number == 5 } else { false }
            }
        )
        #expect(
            harness.told.contains {
                if case .deal(let deal) = $0 { deal.number == 5 } else { false }
            }
        )
    }

    @Test func `a symbol is described, or is not known`() throws {
        var harness = DispatcherHarness.alive()
        harness.run(.errand(.describe(symbol: "EURUSD")))
        let sent = try harness.last("GET_SYMBOL_INFO")
        harness.receive(
            """
            {"req_id":"\(sent.requestID)","boot_id":"boot-1","error":true,"ticket":0,"msg":"",\
            "retcode":-16,"data":null}
            """,
            on: sent.slot
        )
        #expect(harness.told.contains(.instrumentUnknown("EURUSD")))
    }

    @Test func `the gateway's kill switch is asked for until it answers`() throws {
        var harness = DispatcherHarness.alive()
        harness.run(.errand(.killGateway(reason: "loss")))
        harness.advance(by: .seconds(30))
        #expect(harness.actions("KILL_SWITCH").count > 3)
        for _ in 0..<20 {
            harness.advance(by: .seconds(1), answering: true)
            if harness.sent.last?.action == "KILL_SWITCH" { break }
        }
        try harness.reply(harness.last("KILL_SWITCH"), #""data":{"killed":true}"#)
        let count = harness.actions("KILL_SWITCH").count
        harness.advance(by: .seconds(30), answering: true)
        #expect(harness.actions("KILL_SWITCH").count == count)
    }

    @Test func `only the newest risk state is written`() {
        var harness = DispatcherHarness.alive()
        for value in ["1", "2"] {
            harness.run(.errand(.storeRisk(RiskRecord(fields: [.init("loss", value)]))))
        }
        #expect(harness.entries.last == .risk(RiskRecord(fields: [.init("loss", "2")])))
    }
}
