import OrderEntry
import Testing

@testable import TradingCore

@Suite struct UnknownOutcomeTests {
    private let intent = SampleOrders.intent(SampleOrders.id(1))
    private var id: OrderID { intent.id }
    private let notKnown =
        #""data":{"known":false,"fenced":false,"in_flight":false,"retcode":0,"report":null}"#
    private let fenced =
        #""data":{"known":false,"fenced":true,"in_flight":false,"retcode":-11,"report":null}"#

    /// A harness in which the answer to the order did not come, and the status is asked for.
    private func unanswered() -> DispatcherHarness {
        var harness = DispatcherHarness.alive()
        harness.submit(intent)
        harness.advance(by: .milliseconds(2500))
        return harness
    }

    /// Answers the status with "not known" by another start of the gateway, which is a heartbeat first.
    private func answerAfterRestart(_ harness: inout DispatcherHarness) throws {
        harness.bootID = "boot-2"
        try harness.reply(harness.last("ORDER_STATUS"), notKnown)
        try harness.answerHeartbeat(harness.last("HEARTBEAT"))
    }

    private func known(_ id: OrderID) -> String {
        #""data":{"known":true,"fenced":false,"in_flight":false,"retcode":10009,"report":\#(DispatcherHarness.filledData(id.description, 1))}"#
    }

    @Test func `G01: an order whose answer is lost is unknown, asked for, found, and sent once`()
        throws
    {
        var harness = unanswered()
        #expect(harness.facts(of: id).last == .unanswered(.timeout))
        try harness.reply(harness.last("ORDER_STATUS"), known(id))
        #expect(harness.facts(of: id).map(\.word) == ["durable", "sent", "unanswered", "found"])
        harness.advance(by: .seconds(120), answering: true)
        #expect(harness.sends(of: id).count == 1)
        #expect(harness.dispatcher.openCount == 0)
    }

    @Test func `the socket of an unanswered order is thrown away, and no other`() throws {
        var harness = DispatcherHarness.alive()
        harness.submit(intent)
        let slot = try harness.order(id).slot
        harness.replaced = []
        harness.advance(by: .milliseconds(2500))
        #expect(harness.replaced == [slot])
    }

    @Test func `G02: an answer after the deadline counts as late and changes nothing`() throws {
        var harness = unanswered()
        let order = try harness.order(id)
        let told = harness.told
        let late = DispatcherHarness.Sent(
            slot: order.slot == 0 ? 1 : 0,
            action: "",
            requestID: id.description,
            text: ""
        )
        harness.fill(late)
        #expect(harness.told == told)
        #expect(harness.dispatcher.counters.lateReplies == 1)
    }

    @Test func `G02: a late answer never counts for the order that has the slot now`() throws {
        var settings = OrderDispatchSettings()
        settings.ordersInFlightMax = 1
        var harness = DispatcherHarness.alive(settings)
        harness.submit(intent)
        harness.advance(by: .milliseconds(2500))
        let second = SampleOrders.intent(SampleOrders.id(2))
        harness.submit(second)
        let late = try harness.order(id)
        harness.fill(late)
        #expect(harness.facts(of: second.id).map(\.word) == ["durable", "sent"])
        #expect(harness.dispatcher.counters.lateReplies == 1)
        try harness.fill(harness.order(second.id), deal: 2)
        #expect(harness.facts(of: second.id).last?.word == "answered")
    }

    @Test func `G03: an order that the gateway does not know is fenced, not sent again`() throws {
        var harness = unanswered()
        try harness.reply(harness.last("ORDER_STATUS"), notKnown)
        #expect(harness.facts(of: id).last == .unanswered(.timeout))
        try harness.reply(harness.last("ORDER_FENCE"), fenced)
        #expect(harness.facts(of: id).last == .fenced)
        #expect(harness.sends(of: id).count == 1)
    }

    @Test func `G03: a fence that finds the order executed is believed`() throws {
        var harness = unanswered()
        try harness.reply(harness.last("ORDER_STATUS"), notKnown)
        try harness.reply(harness.last("ORDER_FENCE"), known(id))
        #expect(harness.facts(of: id).last?.word == "found")
    }

    @Test func `G05: a restarted gateway's fence counts only when the account agrees`() throws {
        var harness = unanswered()
        try answerAfterRestart(&harness)
        let before = harness.actions("SYNC_ALL").count
        try harness.reply(harness.last("ORDER_FENCE"), fenced)
        #expect(harness.facts(of: id).last == .unanswered(.timeout))
        harness.answerQueries()
        #expect(harness.actions("SYNC_ALL").count > before)
        #expect(harness.facts(of: id).last == .fenced)
    }

    @Test func `G05: what a gateway forgot is found among the deals of the account`() throws {
        var harness = unanswered()
        try answerAfterRestart(&harness)
        try harness.reply(harness.last("ORDER_FENCE"), fenced)
        let deal = DispatcherHarness.dealText(id.description, 1)
        try harness.answerAccount(harness.last("SYNC_ALL"), deals: deal)
        #expect(harness.facts(of: id).last?.word == "found")
        #expect(harness.dispatcher.openCount == 0)
    }

    /// A position that differs from the one that the order would open.
    struct Tagged {
        var side = "buy"
        var volume = "0.10"
        var symbol = "EURUSD"
        var magic = 107
        var mode = "hedging"
        var tag: String?
    }

    @Test(
        arguments: [
            (Tagged(), true), (Tagged(volume: "0.05"), false), (Tagged(side: "sell"), false),
            (Tagged(symbol: "EURUSD.s"), false), (Tagged(magic: 0), false),
            (Tagged(mode: "netting"), false), (Tagged(tag: ""), false),
            (Tagged(tag: SampleOrders.id(2).tag), false),
        ]
    )
    func `G05: the position that an order opened proves it by its tag, if it is whole`(
        tagged: Tagged,
        isFound: Bool
    ) throws {
        var harness = unanswered()
        try answerAfterRestart(&harness)
        try refuse(harness.last("ORDER_FENCE"), &harness)
        let position = """
            {"ticket":900,"symbol":"\(tagged.symbol)","type":"\(tagged.side)",\
            "volume":\(tagged.volume),"price_open":1.08515,"price_current":1.08500,"profit":0,\
            "swap":0,"magic":\(tagged.magic),"comment":"\(tagged.tag ?? id.tag) x"}
            """
        let sent = try harness.last("SYNC_ALL")
        harness.answerAccount(sent, positions: position, mode: tagged.mode)
        #expect(harness.facts(of: id).last?.word == (isFound ? "found" : "needsOperator"))
        #expect(harness.sends(of: id).count == 1)
    }

    @Test func `G05: a gateway that forgot and cannot fence calls an operator at once`() throws {
        var harness = unanswered()
        try answerAfterRestart(&harness)
        try refuse(harness.last("ORDER_FENCE"), &harness)
        #expect(harness.facts(of: id).last?.word == "needsOperator")
        harness.advance(by: .seconds(300), answering: true)
        #expect(harness.sends(of: id).count == 1)
    }

    private func refuse(_ sent: DispatcherHarness.Sent, _ harness: inout DispatcherHarness) {
        let text = """
            {"req_id":"\(sent.requestID)","boot_id":"\(harness.bootID)","error":true,"ticket":0,\
            "msg":"Unknown action","retcode":10013,"data":null}
            """
        harness.receive(text, on: sent.slot)
    }

    @Test func `G05: a silent gateway calls an operator within fifteen seconds`() {
        var harness = unanswered()
        let unknownAt = harness.now
        harness.advance(by: .seconds(15))
        #expect(harness.facts(of: id).last?.word == "needsOperator")
        #expect(harness.now - unknownAt == .seconds(15))
        #expect(harness.facts(of: id).filter { $0.word == "needsOperator" }.count == 1)
    }

    @Test func `an order that is an operator's is still settled by evidence`() throws {
        var harness = unanswered()
        harness.advance(by: .seconds(20))
        #expect(harness.facts(of: id).last?.word == "needsOperator")
        let asked = harness.actions("ORDER_STATUS").count
        for _ in 0..<40 where harness.actions("ORDER_STATUS").count == asked {
            harness.advance(by: .seconds(1), answering: true)
        }
        #expect(harness.actions("ORDER_STATUS").count == asked + 1)
        try harness.reply(harness.last("ORDER_STATUS"), known(id))
        #expect(harness.facts(of: id).last?.word == "found")
    }

    @Test func `an operator's word settles it, once`() {
        var harness = unanswered()
        let errand = OrderErrand.settle(id, as: .rejected, operatorName: "ann", reason: "seen")
        harness.run(.errand(errand))
        harness.run(.errand(errand))
        let fact = OrderFact.settled(as: .rejected, operatorName: "ann", reason: "seen")
        #expect(harness.facts(of: id).filter { $0 == fact }.count == 1)
        #expect(harness.dispatcher.openCount == 0)
    }

    @Test func `an order that is still being decided is asked for again`() throws {
        var harness = unanswered()
        let inFlight =
            #""data":{"known":true,"fenced":false,"in_flight":true,"retcode":0,"report":null}"#
        try harness.reply(harness.last("ORDER_STATUS"), inFlight)
        #expect(harness.facts(of: id).last == .unanswered(.timeout))
        harness.advance(by: .seconds(1), answering: true)
        let status = harness.actions("ORDER_STATUS")
        #expect(status.count == 2)
        harness.reply(status[1], known(id))
        #expect(harness.facts(of: id).last?.word == "found")
    }

    @Test func `G03: an order that was on its way when its connection ended is unknown`() throws {
        var harness = DispatcherHarness.alive()
        harness.submit(intent)
        try harness.run(.disconnected(slot: harness.order(id).slot, .ended))
        #expect(harness.facts(of: id).last == .unanswered(.disconnected))
        #expect(harness.sends(of: id).count == 1)
    }

    @Test func `a send that failed midway is unknown`() {
        var harness = DispatcherHarness.alive()
        harness.outcome = .uncertain
        harness.submit(intent)
        #expect(harness.facts(of: id).last == .unanswered(.disconnected))
    }

    @Test func `a venue that itself does not know leaves the order unknown`() throws {
        var harness = DispatcherHarness.alive()
        harness.submit(intent)
        let text = """
            {"req_id":"\(id)","boot_id":"boot-1","error":true,"ticket":0,"msg":"timeout",\
            "retcode":10012,"data":null}
            """
        try harness.receive(text, on: harness.order(id).slot)
        #expect(harness.facts(of: id).map(\.word) == ["durable", "sent", "answered"])
        #expect(harness.dispatcher.unknownCount == 1)
        #expect(harness.actions("ORDER_STATUS").count == 1)
    }

    @Test func `G06: a fill that is larger than the order leaves it unknown and is told`() throws {
        var harness = DispatcherHarness.alive()
        harness.submit(intent)
        try harness.fill(harness.order(id), volume: "0.20")
        #expect(harness.facts(of: id).map(\.word) == ["durable", "sent", "answered", "unanswered"])
        #expect(harness.dispatcher.counters.contradictions == 1)
    }

    @Test func `K11: an order of unknown outcome is asked for and fenced while the kill holds`()
        throws
    {
        var harness = unanswered()
        harness.block = .killSwitch
        harness.run(.killed)
        harness.submit(SampleOrders.intent(SampleOrders.id(2)))
        harness.submit(SampleOrders.intent(SampleOrders.id(3), .cancel(ticket: 1, of: nil)))
        try harness.reply(harness.last("ORDER_STATUS"), notKnown)
        try harness.reply(harness.last("ORDER_FENCE"), fenced)
        #expect(harness.facts(of: id).last == .fenced)
        #expect(harness.sends(of: SampleOrders.id(2)).isEmpty)
        #expect(harness.sends(of: SampleOrders.id(3)).count == 1)
    }

    @Test func `what a crash left unknown is asked for in the next life, never sent`() {
        var record = OrderRecord(intent)
        _ = record.apply(.durable)
        _ = record.apply(.unanswered(.crash))
        let recovery = OrderRecovery(ledger: SampleOrders.ledger, epoch: 2, records: [record])
        var harness = DispatcherHarness.alive(recovery: recovery)
        let status = harness.actions("ORDER_STATUS")
        #expect(status.count == 1)
        harness.reply(status[0], known(id))
        #expect(harness.facts(of: id).map(\.word) == ["found"])
        #expect(harness.sends(of: id).isEmpty)
    }
}
