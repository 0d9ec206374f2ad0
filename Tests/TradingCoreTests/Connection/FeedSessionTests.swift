import Testing
import TradingCore

@Suite struct FeedSessionTests {
    @Test func `one silent symbol is told and asked for again, and the feed stays`() {
        var harness = SupervisorHarness(settings(symbols: 2))
        harness.connect()
        harness.data(.a, symbol: 0)
        harness.data(.a, symbol: 1)
        harness.advance(.seconds(121), dataOn: [.a], symbols: [0])
        #expect(harness.alerts(.streamIdle).map(\.symbol) == [1])
        #expect(harness.count(.resubscribe(symbol: 1)) == 1)
        #expect(harness.openings.count == 1)
        #expect(harness.supervisor.idleSymbolCount == 1)
        #expect(harness.supervisor.state == .connected)
        harness.advance(.seconds(9), dataOn: [.a], symbols: [0])
        harness.data(.a, symbol: 1)
        #expect(harness.alerts(.streamRecovered).map(\.duration) == [.seconds(130)])
        #expect(harness.supervisor.idleSymbolCount == 0)
    }

    @Test func `other limits hold from the next look on, for symbols met before too`() {
        var harness = SupervisorHarness(settings(symbols: 2))
        harness.connect()
        harness.data(.a, symbol: 0)
        harness.data(.a, symbol: 1)
        harness.advance(.seconds(50), dataOn: [.a], symbols: [0])
        let limits = FeedSupervisor.Limits(
            starvation: .seconds(3),
            firstMessage: .seconds(15),
            streamIdle: .seconds(40)
        )
        harness.supervisor.change(limits, at: harness.now)
        harness.supervisor.watch(symbol: 1, as: WatchedSymbol())
        harness.send(.timer)
        #expect(harness.alerts(.streamIdle).map(\.symbol) == [1])
        #expect(harness.alerts(.streamIdle).map(\.duration) == [.seconds(50)])
        harness.advance(.milliseconds(3500))
        #expect(harness.alerts(.dataStarved).map(\.duration) == [.seconds(3)])
    }

    @Test func `a symbol without first data is told after fifteen seconds`() {
        var harness = SupervisorHarness(settings(symbols: 2))
        harness.connect()
        harness.advance(.milliseconds(14_999), dataOn: [.a], symbols: [0])
        #expect(harness.alerts(.streamIdle).isEmpty)
        harness.advance(.milliseconds(1), dataOn: [.a], symbols: [0])
        #expect(harness.alerts(.streamIdle).map(\.symbol) == [1])
    }

    @Test func `a feed of which each symbol is silent is replaced although something flows`() {
        var harness = SupervisorHarness(settings(symbols: 2))
        harness.connect()
        harness.advance(.seconds(20), dataOn: [.a])
        #expect(harness.alerts(.streamIdle).count == 2)
        #expect(harness.count(.open(.b, endpoint: 0)) == 1)
        #expect(harness.counters[.streamIdle] == 1)
    }

    @Test func `an outage of the feed is not told again for each symbol`() {
        var harness = SupervisorHarness(settings(symbols: 100))
        harness.connect()
        let symbols = Array(0..<100)
        harness.advance(.seconds(5), dataOn: [.a], symbols: symbols)
        harness.advance(.seconds(200))
        harness.data(.a)
        harness.data(.b)
        harness.advance(.seconds(100), dataOn: [.a, .b], symbols: symbols)
        #expect(harness.alerts(.streamIdle).isEmpty)
        #expect(!harness.alerts(.dataStarved).isEmpty)
    }

    @Test func `more silent symbols than a step can tell are told in the next steps`() {
        var harness = SupervisorHarness(settings(symbols: 200))
        harness.connect()
        harness.advance(.seconds(16), dataOn: [.a], symbols: [0])
        let told = Set(harness.alerts(.streamIdle).compactMap(\.symbol))
        #expect(told == Set(1..<200))
        #expect(harness.alerts(.streamIdle).count == 199)
    }

    @Test func `symbols beyond the maximum are counted as unwatched, not trapped on`() {
        var settings = settings(symbols: 0)
        settings.symbolsMax = 4
        var harness = SupervisorHarness(settings)
        harness.connect()
        harness.data(.a, symbol: 3)
        harness.data(.a, symbol: 9)
        #expect(harness.supervisor.unwatchedSymbolCount == 6)
    }

    @Test func `a closed session is quiet, and starvation is counted from its opening`() {
        var settings = settings(symbols: 1)
        settings.symbols[0].calendar = .fx
        var harness = SupervisorHarness(settings)
        harness.wall = wall(year: 2026, month: 1, day: 18, hour: 21)  // Sunday, an hour too early.
        harness.connect()
        harness.advance(.seconds(3609))
        #expect(harness.alerts(.dataStarved).isEmpty)
        #expect(harness.supervisor.state == .connected)
        harness.advance(.seconds(1))
        #expect(harness.alerts(.dataStarved).map(\.duration) == [.seconds(10)])
    }

    @Test func `an attempt waits for the session to open before it must bring data`() {
        var settings = settings(symbols: 1)
        settings.symbols[0].calendar = .fx
        var harness = SupervisorHarness(settings)
        harness.wall = wall(year: 2026, month: 1, day: 18, hour: 21)
        harness.send(.started)
        harness.send(.handshakeSucceeded(.a))
        harness.advance(.seconds(3614))
        #expect(harness.counters.inFlight == 1)
        harness.advance(.seconds(1))
        #expect(harness.counters[.firstMessageTimeout] == 1)
    }

    @Test func `delays are long while the session is closed and shrink when it opens`() {
        var settings = settings(symbols: 1)
        settings.symbols[0].calendar = .fx
        var harness = SupervisorHarness(settings)
        harness.wall = wall(year: 2026, month: 1, day: 18, hour: 20)
        let opening = harness.now + .seconds(7200)
        harness.answer = { .connectFailed($0) }
        harness.send(.started)
        harness.advance(.seconds(7200))
        let quiet = harness.openings
        let longest = zip(quiet.dropFirst(), quiet).map { $0 - $1 }.max() ?? .zero
        #expect(longest > .seconds(250) && longest <= .seconds(300))
        harness.advance(.seconds(300))
        let after = harness.openings.filter { $0 >= opening }
        #expect((after.first ?? harness.now) - opening <= .seconds(30))
        let busy = zip(after.dropFirst(), after).map { $0 - $1 }.max() ?? .zero
        #expect(busy <= .seconds(30))
    }

    private func settings(symbols: Int) -> FeedSupervisor.Settings {
        var settings = FeedSupervisor.Settings()
        settings.symbols = Array(repeating: WatchedSymbol(), count: symbols)
        return settings
    }

    private func wall(year: Int, month: Int, day: Int, hour: Int) -> WallTime {
        let days = CivilDate.daysSinceEpoch(year: year, month: month, day: day)
        return WallTime(nanoseconds: Int64(days * 86_400 + hour * 3600) * 1_000_000_000)
    }
}
