import Testing
import TradingCore

@Suite struct TradingLoopTests {
    @Test func `every event reaches the strategy once and in order`() {
        let seen = Sightings()
        var harness = LoopHarness(strategies: [RecordingStrategy(sightings: seen)])
        harness.connect()
        for sequence in 1...20 { harness.quote(sequence: UInt64(sequence)) }
        _ = harness.step()
        let quotes = seen.events.filter { $0.kind == .quote }.map(\.sequence)
        #expect(quotes == Array(1...20))
        #expect(harness.loop.delivered[0] == 20)
    }

    @Test func `F26: what was shed is told as a gap before the events that follow`() {
        let seen = Sightings()
        var harness = LoopHarness(strategies: [RecordingStrategy(sightings: seen)], capacity: 8)
        harness.connect()
        for sequence in 1...20 { harness.quote(sequence: UInt64(sequence)) }
        _ = harness.step()
        let market = seen.events.filter { $0.kind != .feedState }
        #expect(market.first?.kind == .gap)
        #expect(market.first?.gapCause == .shed)
        #expect(market.first?.gapFirst == 1)
        #expect(market.first?.gapLast == 12)
        #expect(market.first?.gapCount == 12)
        #expect(market.dropFirst().map(\.sequence) == Array(13...20))
    }

    @Test func `each stream knows when its newest message was received`() {
        var harness = LoopHarness(capacity: 8)
        harness.connect(symbols: ["EURUSD", "XAUUSD"])
        _ = harness.step()
        #expect(harness.loop.lastReceived.allSatisfy { $0 == .zero })
        let first = harness.now
        harness.quote(0, sequence: 1)
        _ = harness.step(after: .seconds(3))
        harness.quote(1, sequence: 1)
        let second = harness.now
        _ = harness.step(after: .seconds(3))
        let stream = StreamID(symbol: SymbolID(rawValue: 1), kind: .quote).index
        #expect(harness.loop.lastReceived[0] == first)
        #expect(harness.loop.lastReceived[stream] == second)
        #expect(harness.loop.lastReceived.count { $0 != .zero } == 2)
    }

    @Test func `trading is reduce-only until a connected feed has sent a quote`() {
        var harness = LoopHarness()
        _ = harness.step()
        #expect(harness.loop.tradingState == .reduceOnly(.noData))
        harness.connect()
        _ = harness.step()
        #expect(harness.loop.tradingState == .reduceOnly(.noData))
        harness.quote(sequence: 1)
        _ = harness.step()
        #expect(harness.loop.tradingState == .active)
    }

    @Test func `F03: a starved feed makes its symbols reduce-only and recovery lifts it`() {
        var harness = LoopHarness()
        harness.connect()
        harness.quote(sequence: 1)
        _ = harness.step()
        harness.setFeed(.connected, isStarved: true)
        _ = harness.step()
        #expect(harness.loop.tradingState == .reduceOnly(.dataStarved))
        #expect(harness.condition == .starved)
        harness.setFeed(.connected)
        _ = harness.step()
        #expect(harness.loop.tradingState == .active)
    }

    @Test(arguments: [MarketEvent.Flags.crossed, .suspect, .backlog])
    func `a doubtful quote puts its symbol in doubt until a good one comes`(
        flag: MarketEvent.Flags
    ) {
        var harness = LoopHarness()
        harness.connect()
        harness.quote(sequence: 1, flags: flag)
        _ = harness.step()
        #expect(!harness.condition.isEmpty)
        #expect(harness.loop.tradingState != .active)
        harness.quote(sequence: 2)
        _ = harness.step()
        #expect(harness.condition.isEmpty)
    }

    @Test func `F28: after a pause nothing received before it makes a symbol whole`() {
        var harness = LoopHarness()
        harness.connect()
        harness.quote(sequence: 1)
        _ = harness.step()
        // Received before the pause, taken after it.
        harness.quote(sequence: 2)
        let notices = harness.step(after: .seconds(30))
        let paused = notices.contains { if case .paused = $0 { true } else { false } }
        #expect(paused)
        #expect(harness.loop.pauseCount == 1)
        #expect(harness.condition == .backlog)
        #expect(harness.loop.tradingState == .reduceOnly(.paused))
        harness.quote(sequence: 3, flags: .backlog)
        _ = harness.step()
        #expect(harness.condition == .backlog)
        harness.quote(sequence: 4)
        _ = harness.step()
        #expect(harness.loop.tradingState == .active)
    }

    @Test func `a halt is in force before the strategy sees the events of the same step`() {
        let seen = Sightings()
        var strategy = RecordingStrategy(sightings: seen)
        strategy.ordersPerQuote = 1
        var harness = LoopHarness(strategies: [strategy])
        harness.connect()
        harness.quote(sequence: 1)
        _ = harness.step()
        #expect(seen.updates.last?.refusal == .noOrderRoute)
        harness.quote(sequence: 2)
        harness.isHalted = true
        _ = harness.step()
        #expect(seen.updates.last?.refusal == .killSwitch)
        #expect(harness.loop.tradingState == .halted)
    }

    @Test func `a symbol's own kill switch stops that symbol alone`() {
        let seen = Sightings()
        var strategy = RecordingStrategy(sightings: seen)
        strategy.ordersPerQuote = 1
        var harness = LoopHarness(strategies: [strategy])
        harness.connect(symbols: ["EURUSD", "XAUUSD"])
        harness.loop.setStoppedSymbols(["xauusd"])
        harness.quote(0, sequence: 1)
        harness.quote(1, sequence: 1)
        _ = harness.step()
        #expect(seen.updates.map(\.refusal) == [.noOrderRoute, .killSwitch])
        #expect(harness.loop.tradingState == .active)
        harness.loop.setStoppedSymbols([])
        harness.quote(1, sequence: 2)
        _ = harness.step()
        #expect(seen.updates.last?.refusal == .noOrderRoute)
    }

    @Test func `F34: a decision on a quote older than the limit is refused`() {
        let seen = Sightings()
        var strategy = RecordingStrategy(sightings: seen)
        strategy.ordersPerQuote = 1
        var harness = LoopHarness(strategies: [strategy])
        harness.connect()
        let longAgo = MonotonicTime(nanoseconds: harness.now.nanoseconds - 5_000_000_001)
        harness.quote(sequence: 1, receivedAt: longAgo)
        _ = harness.step(after: .zero)
        #expect(seen.updates.last?.refusal == .staleQuote)
    }

    @Test func `requests beyond the bound of one call are refused and counted`() {
        let seen = Sightings()
        var strategy = RecordingStrategy(sightings: seen)
        strategy.ordersPerQuote = 100
        var harness = LoopHarness(strategies: [strategy])
        harness.connect()
        harness.quote(sequence: 1)
        _ = harness.step()
        #expect(seen.updates.count == 64)
        #expect(harness.loop.requestCount == 64)
    }

    @Test func `the log is shown at most one tick a symbol and second`() {
        var harness = LoopHarness()
        harness.connect()
        var samples: [UInt64] = []
        for sequence in 1...300 {
            harness.quote(sequence: UInt64(sequence))
            for case .liveTick(_, let count) in harness.step() { samples.append(count) }
        }
        // 300 ticks in 3 s, the first one at once.
        #expect(samples == [1, 100, 100])
    }
}

@Suite struct LoopScheduleTests {
    @Test func `a stall shows as one late sample for each interval it covered`() {
        var schedule = LoopSchedule(interval: .milliseconds(10), start: .zero)
        var lateness: [Int64] = []
        let early = schedule.advance(to: MonotonicTime(nanoseconds: 9_999_999)) {
            lateness.append($0)
        }
        #expect(!early)
        let due = schedule.advance(to: MonotonicTime(nanoseconds: 45_000_000)) {
            lateness.append($0)
        }
        #expect(due)
        #expect(lateness == [35_000_000, 25_000_000, 15_000_000, 5_000_000])
        #expect(schedule.missedCount == 3)
        #expect(schedule.next == MonotonicTime(nanoseconds: 50_000_000))
    }
}
