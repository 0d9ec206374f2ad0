import MarketFeed
import TestSupport
import Testing
import TradingCore

@Suite struct MT5SessionTests {
    @Test func `a tick becomes a quote with everything that it says`() throws {
        var session = MT5Session.opened()
        session.receive(
            #"{"symbol":"EURUSD","bid":1.08500,"ask":1.0852,"volume":7,"timestamp":1705329600.5}"#,
            at: 42
        )
        let event = try #require(session.merger.output.first)
        #expect(session.merger.output.count == 1)
        #expect(event.kind == .quote)
        #expect(event.feed == FeedID(rawValue: 3))
        #expect(event.symbol == SymbolID(rawValue: 11))
        #expect(event.bid.description == "1.08500")
        #expect(event.ask.description == "1.0852")
        #expect(event.bidSize.description == "7")
        #expect(event.askSize.description == "0")
        #expect(event.flags == [.last, .venueTime, .tickVolume])
        #expect(event.venueNanoseconds == 1_705_329_600_500_000_000)
        #expect(event.receiveTime == MonotonicTime(nanoseconds: 42))
        #expect(event.sequence == 1)
    }

    @Test func `sizes, crossing, suspicion, sequence and backlog are flagged`() throws {
        var session = MT5Session.opened()
        session.receive(
            #"{"symbol":"X","bid":2,"ask":1.9,"bid_volume":3.5,"ask_volume":4,"volume":9}"#,
            isBacklog: true
        )
        session.receive(#"{"symbol":"X","bid":3,"ask":3,"seq":5,"epoch":9}"#)
        let events = session.merger.output.filter { $0.kind == .quote }
        let first = try #require(events.first)
        #expect(first.flags == [.last, .crossed, .backlog])
        #expect(first.bidSize.description == "3.5")
        #expect(first.askSize.description == "4")
        let second = try #require(events.last)
        #expect(second.flags == [.last, .suspect, .sequenced])
        #expect(second.sequence == 5)
        #expect(session.counters.crossedTicks == 1)
        #expect(session.counters.suspectTicks == 1)
    }

    @Test func `symbols are announced before their first event, the feed itself first`() {
        var session = MT5Session.opened(configured: ["XAUUSD"])
        let announced = session.drainNewSymbols()
        #expect(announced.map(\.name) == ["*", "XAUUSD"])
        #expect(announced.map(\.id.rawValue) == [10, 11])
        #expect(!session.hasNewSymbols)
        var open = MT5Session.opened()
        _ = open.drainNewSymbols()
        open.receive(#"{"bid":1,"ask":2}"#, topic: "tick.EURUSD.s")
        #expect(open.drainNewSymbols().map(\.name) == ["EURUSD.s"])
        open.receive(#"{"bid":1,"ask":2}"#, topic: "EURUSD.s")
        #expect(!open.hasNewSymbols)
    }

    @Test func `each form is counted`() {
        var session = MT5Session.opened(configured: ["X"])
        session.receive(#"{"type":"TICK","symbol":"X","bid":1,"ask":2}"#)
        session.receive(#"{"price":1,"source":"EODHD","timestamp":1}"#, topic: "X")
        session.receive(#"{"symbol":"X","bid":1,"ask":2,"seq":1,"epoch":1,"a":1,"b":2}"#)
        session.receive(#"{"symbol":"OTHER","bid":1,"ask":2,"time":1}"#)
        session.receive(#"{"type":"EXEC"}"#)
        session.receive(#"{"type":"HEARTBEAT","epoch":1,"streams":{"X":1,"OTHER":5}}"#)
        var expected = MT5SessionCounters()
        expected.ticks = 4
        expected.typedTicks = 1
        expected.topicTicks = 1
        expected.priceOnlyTicks = 1
        expected.sequencedTicks = 1
        expected.timelessTicks = 2
        expected.suspectTicks = 2
        expected.unlistedTicks = 1
        expected.others = 1
        expected.heartbeats = 1
        expected.unknownKeys = 3
        #expect(session.counters == expected)
        #expect(session.tally(1).received == 3)
        #expect(session.feedTally.received == 0)
    }

    @Test func `F21: what is not understood is counted by reason, by the feed, and kept raw`() {
        var session = MT5Session.opened()
        session.receive("garbage", at: 5)
        session.receive(#"{"symbol":"X","bid":NaN,"ask":1}"#)
        session.receive(String(repeating: "x", count: 5000))
        #expect(session.counters[DecodeFault.Reason.notJSON] == 2)
        #expect(session.counters[DecodeFault.Reason.notFinite] == 1)
        #expect(session.feedTally.received == 3)
        #expect(session.feedTally.quarantined == 3)
        #expect(session.merger.output.isEmpty)
        let samples = session.samples.drain()
        #expect(samples.map(\.byteCount) == [7, 32, 5000])
        #expect(samples.map(\.bytes.count) == [7, 32, 1024])
        #expect(samples.first?.bytes == Array("garbage".utf8))
        #expect(samples.first?.cause == .fault(DecodeFault(.notJSON)))
        #expect(samples.first?.time == MonotonicTime(nanoseconds: 5))
        #expect(session.samples.isEmpty)
    }

    @Test func `F21: samples are bounded, and those not kept are counted`() {
        var session = MT5Session.opened()
        for _ in 0..<1000 { session.receive("garbage") }
        #expect(session.samples.droppedCount == 936)
        #expect(session.samples.drain().count == 64)
        #expect(session.feedTally.quarantined == 1000)
    }

    @Test func `what cannot be a price is quarantined in its own stream`() {
        var session = MT5Session.opened()
        session.receive(#"{"symbol":"X","bid":0,"ask":0}"#)
        session.receive(#"{"symbol":"X","bid":1,"ask":3}"#)
        session.receive(#"{"symbol":"X","bid":1,"ask":1,"volume":-1}"#)
        session.receive(#"{"symbol":"X","bid":1,"ask":1}"#)
        #expect(session.counters[QuoteValidator.Refusal.nonPositive] == 1)
        #expect(session.counters[QuoteValidator.Refusal.absurd] == 1)
        #expect(session.counters[QuoteValidator.Refusal.negativeSize] == 1)
        #expect(session.tally(1).quarantined == 3)
        #expect(session.tally(1).isConserved)
        #expect(session.merger.output.count == 1)
        #expect(session.samples.drain().count == 3)
    }

    @Test func `a quarantined tick leaves no gap in its sequence`() {
        var session = MT5Session.opened()
        session.receiveTick(sequence: 1)
        session.receiveTick(sequence: 2, bid: "0")
        session.receiveTick(sequence: 3)
        #expect(session.tally(1).missing == 0)
        #expect(session.tally(1).quarantined == 1)
        #expect(session.merger.output.map(\.kind) == [.quote, .quote])
    }

    @Test(arguments: [
        (-1, MT5Session.Parts.rejected(DecodeFault(.emptyPart))),
        (0, .rejected(DecodeFault(.emptyPart))), (1, .payload), (2, .topicAndPayload),
        (3, .rejected(DecodeFault(.tooManyParts))), (10_000, .rejected(DecodeFault(.tooManyParts))),
    ])
    func `F23: a message is taken or rejected as a whole, by its number of frames`(
        count: Int,
        expected: MT5Session.Parts
    ) {
        #expect(MT5Session.parts(count: count) == expected)
    }

    @Test func `F23: empty frames are rejected and counted`() {
        var session = MT5Session.opened()
        session.receive("")
        session.receive(#"{"symbol":"X","bid":1,"ask":2}"#, topic: "")
        session.receive("", topic: "X")
        #expect(session.counters[DecodeFault.Reason.emptyPart] == 3)
        #expect(session.feedTally.quarantined == 3)
    }

    @Test func `F24: symbols beyond the last number are counted by the feed`() {
        var session = MT5Session.opened(symbolCount: 5)
        for number in 0..<1000 {
            session.receive("{\"symbol\":\"S\(number)\",\"bid\":1,\"ask\":2}")
        }
        #expect(session.symbols.names.count == 4)
        #expect(session.counters[DecodeFault.Reason.symbolTableFull] == 996)
        #expect(session.feedTally.quarantined == 996)
        #expect(session.merger.output.count == 4)
        #expect(session.drainNewSymbols().count == 5)
    }

    @Test(arguments: [3600, -3600] as [Int64])
    func `F25: an hour between the clocks is reported and never applied`(seconds: Int64) throws {
        var session = MT5Session.opened()
        let now = MonotonicTime(nanoseconds: 7)
        session.setWallClock(WallTime(nanoseconds: 1_705_329_600_000_000_007), at: now)
        let venue = 1_705_329_600 + seconds
        session.receive("{\"symbol\":\"X\",\"bid\":1,\"ask\":2,\"time\":\(venue)}", at: 7)
        #expect(session.venueClock.offset(at: now) == .seconds(-seconds) + .nanoseconds(7))
        let event = try #require(session.merger.output.first)
        #expect(event.venueNanoseconds == venue * 1_000_000_000)
        #expect(event.receiveTime == now)
    }

    @Test func `a message that waited tells nothing about the publisher's clock`() {
        var session = MT5Session.opened()
        session.setWallClock(WallTime(nanoseconds: 10), at: .zero)
        session.receive(#"{"symbol":"X","bid":1,"ask":2,"time":1}"#, isBacklog: true)
        #expect(session.venueClock.offset(at: .zero) == nil)
    }
}
