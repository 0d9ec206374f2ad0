import MarketFeed
import OrderEntry
import Platform
import Telemetry
import Testing

@testable import LiveLoopApp
@testable import TradingCore

@Suite struct MetricsReportTests {
    @Test(arguments: MetricExposition.Format.allCases)
    func `a page of a process that has just begun can be read`(
        format: MetricExposition.Format
    ) throws {
        let report = MetricsScene.report(
            feeds: [MetricsScene.feed("a \"feed\"\\"), MetricsScene.feed("b", 1)],
            loop: MetricsScene.loop(symbols: ["EURUSD"], feeds: 2)
        )
        let document = try MetricDocument(report.text(format), format)
        #expect(document.families.count > 50)
        #expect(document.value("liveloop_feed_in_session", "connection", "a \"feed\"\\") == 0)
        let build = document.samples("liveloop_build_info").first
        #expect(build?["version"] == "1.2.3")
        #expect(build?["libzmq"] == "4.3.4")
    }

    @Test func `the same state gives the same bytes`() {
        let report = MetricsScene.report(
            feeds: [MetricsScene.feed("b"), MetricsScene.feed("a", 1)],
            loop: MetricsScene.loop(symbols: ["EURUSD", "XAUUSD"], feeds: 2)
        )
        #expect(report.text(.text) == report.text(.text))
    }

    /// A counter that appears only with its first event cannot be alerted on: it never grew.
    @Test func `every value that a label can have is there from the start`() throws {
        let page = try MetricsScene.page(MetricsScene.report(feeds: [MetricsScene.feed("mt5")]))
        func values(_ name: String, _ label: String) -> [String] {
            page.samples(name).compactMap { $0[label] }
        }
        #expect(
            values("liveloop_kill_switch_trips_total", "reason")
                == KillSwitchCause.allCases.map(\.rawValue)
        )
        #expect(
            values("network_handshake_failures_total", "reason")
                == ["auth", "protocol", "timeout", "no_detail"]
        )
        #expect(
            values("network_reconnect_triggers_total", "reason")
                == ReconnectTrigger.allCases.map(\.name)
        )
        #expect(values("network_connection_state", "state") == ConnectionState.allCases.map(\.name))
        #expect(
            values("liveloop_orders_blocked_total", "reason")
                == OrderRefusal.allCases.map(\.name) + OrderBlock.allCases.map(\.rawValue)
        )
        #expect(
            values("liveloop_messages_dropped_total", "reason")
                == ["duplicate", "late", "shed", "quarantined"]
        )
        #expect(values("liveloop_messages_refused_total", "reason").count == 19)
        #expect(Set(values("liveloop_messages_refused_total", "reason")).count == 19)
        #expect(values("liveloop_rotations_total", "result") == SeamResult.allCases.map(\.rawValue))
        #expect(values("liveloop_invariant_violations_total", "invariant").count == 4)
        #expect(page.value("network_reconnect_attempts_total", "connection", "mt5") == 0)
        #expect(page.value("liveloop_order_intents_total") == 0)
    }

    // MARK: Connections

    @Test func `a connection counts after its first attempt, and its attempts always add up`()
        throws
    {
        var supervisor = FeedSupervisor(settings: .init(), seed: 1)
        var actions = FeedActions()
        var now = MetricsScene.clock
        func check(_ counters: ConnectionCounters) throws {
            let feed = MetricsScene.feed("mt5") { $0.connection = counters }
            let page = try MetricsScene.page(MetricsScene.report(feeds: [feed]))
            let attempts = try #require(page.value("network_reconnect_attempts_total"))
            let successes = try #require(page.value("network_reconnect_success_total"))
            let failures = try #require(page.value("network_reconnect_failures_total"))
            let isFirst = counters.attempts <= 1
            #expect(attempts == successes + failures + (isFirst ? 0 : Double(counters.inFlight)))
        }
        supervisor.step(.started, at: now, wall: MetricsScene.now, into: &actions)
        try check(supervisor.counters(at: now))
        for round in 0..<20 {
            let slot: ConnectionSlot = supervisor.attempt ?? .a
            if round % 3 == 2 {
                _ = supervisor.didReceiveData(symbol: nil, slot: slot, at: now)
                supervisor.step(.timer, at: now, wall: MetricsScene.now, into: &actions)
                try check(supervisor.counters(at: now))
                let event = FeedConnectionEvent.disconnected(slot, suspectedOversized: false)
                supervisor.step(event, at: now, wall: MetricsScene.now, into: &actions)
            } else {
                supervisor.step(
                    .connectFailed(slot),
                    at: now,
                    wall: MetricsScene.now,
                    into: &actions
                )
            }
            try check(supervisor.counters(at: now))
            now = now + .seconds(60)
            supervisor.step(.timer, at: now, wall: MetricsScene.now, into: &actions)
            try check(supervisor.counters(at: now))
        }
        #expect(supervisor.counters(at: now).attempts > 10)
    }

    @Test func `uptime is that of a connection with data, and nothing while it is down`() throws {
        func page(_ state: ConnectionState) throws -> MetricDocument {
            let feed = MetricsScene.feed("mt5") { snapshot in
                snapshot.state = state
                snapshot.connection.lastConnected = WallTime(
                    nanoseconds: MetricsScene.now.nanoseconds - 30_000_000_000
                )
                snapshot.connection.attempts = 3
                snapshot.connection.successes = 2
                snapshot.connection.failures = 1
                snapshot.connection.firstOutcome = true
            }
            return try MetricsScene.page(MetricsScene.report(feeds: [feed]))
        }
        let connected = try page(.connected)
        #expect(connected.value("network_connection_uptime_seconds") == 30)
        #expect(
            connected.value("network_connection_established_timestamp_seconds") == 1_700_000_070
        )
        let lost = try page(.reconnecting)
        #expect(lost.value("network_connection_uptime_seconds") == 0)
        #expect(lost.value("network_connection_established_timestamp_seconds") == 0)
        for name in [
            "network_last_reconnect_timestamp", "network_last_reconnect_timestamp_seconds",
        ] {
            #expect(lost.value(name) == 1_700_000_070)
        }
        #expect(lost.value("network_connection_state", "state", "reconnecting") == 1)
        #expect(lost.sum("network_connection_state") == 1)
    }

    @Test func `the first connection is no reconnect`() throws {
        let feed = MetricsScene.feed("mt5") { snapshot in
            snapshot.state = .connected
            snapshot.connection.lastConnected = MetricsScene.now
            snapshot.connection.attempts = 1
            snapshot.connection.successes = 1
            snapshot.connection.firstOutcome = true
        }
        let page = try MetricsScene.page(MetricsScene.report(feeds: [feed]))
        #expect(page.value("network_last_reconnect_timestamp") == 0)
        #expect(page.value("network_reconnect_success_total") == 0)
    }

    @Test(arguments: [(10, 4, 6.0), (10, 15, 0), (-1, 15, .infinity)])
    func `the budget is what is left of the retries`(max: Int, failed: Int, left: Double) throws {
        let feed = MetricsScene.feed("mt5") { $0.connection.consecutiveFailures = failed }
        var report = MetricsScene.report(feeds: [feed])
        report.constants.retriesMax = max
        #expect(try MetricsScene.page(report).value("network_reconnect_budget_remaining") == left)
    }

    // MARK: Streams

    @Test func `losses are counted by cause, and a stream by its name`() throws {
        var loop = MetricsScene.loop(symbols: ["EURUSD", "XAUUSD"])
        let stream = StreamID(symbol: SymbolID(rawValue: 1), kind: .quote).index
        loop.tallies[stream].isSequenced = true
        loop.tallies[stream].missing = 4
        loop.tallies[stream].recovered = 3
        loop.tallies[stream].duplicate = 5
        loop.tallies[stream].late = 6
        loop.tallies[stream].quarantined = 7
        loop.shed[stream] = 8
        loop.symbols[1].condition = .idle
        loop.symbols[0].lastReceive = MonotonicTime(
            nanoseconds: MetricsScene.clock.nanoseconds - 2_000_000_000
        )
        let feed = MetricsScene.feed("mt5")
        let page = try MetricsScene.page(MetricsScene.report(feeds: [feed], loop: loop))
        let dropped = page.samples("liveloop_messages_dropped_total")
        #expect(dropped.map(\.value) == [5, 6, 8, 7])
        #expect(page.value("liveloop_messages_received_total", "connection", "mt5") == 20)
        #expect(page.value("liveloop_messages_delivered_total", "stream", "mt5/XAUUSD/quote") == 10)
        let missing = page.samples("liveloop_sequence_missing_messages_total")
        #expect(missing.map { $0["stream"] } == ["mt5/EURUSD/quote"], "the other has no numbers")
        #expect(
            missing.map(\.value) == [7],
            "what was recovered stays counted, so that it never falls"
        )
        #expect(page.value("liveloop_sequence_recovered_messages_total") == 3)
        #expect(page.value("liveloop_stream_idle", "stream", "mt5/XAUUSD/quote") == 1)
        #expect(page.value("liveloop_stream_idle", "stream", "mt5/EURUSD/quote") == 0)
        #expect(page.value("liveloop_stream_last_message_timestamp_seconds") == 1_700_000_098)
        #expect(page.samples("liveloop_sequence_gaps_total").map(\.value) == [1, 2, 3, 4])
    }

    @Test func `a thousand symbols give 64 labels and one for all others, and lose nothing`() throws
    {
        let names = (0..<1000).map { "S\($0)" }
        let feed = MetricsScene.feed("mt5")
        let loop = MetricsScene.loop(symbols: names, perFeed: 1024)
        let page = try MetricsScene.page(MetricsScene.report(feeds: [feed], loop: loop))
        let delivered = page.samples("liveloop_messages_delivered_total")
        #expect(delivered.count == 65)
        #expect(page.value("liveloop_messages_delivered_total", "stream", "mt5/S63/quote") == 10)
        #expect(page.value("liveloop_messages_delivered_total", "stream", "mt5/S64/quote") == nil)
        #expect(page.value("liveloop_messages_delivered_total", "stream", "mt5/other") == 9360)
        #expect(page.sum("liveloop_messages_delivered_total") == 10_000)
        #expect(page.samples("liveloop_stream_idle").count == 64)
    }

    @Test func `a feed without data counts its silence from the start of the process`() throws {
        let silent = MetricsScene.feed("silent")
        let heard = MetricsScene.feed("heard", 1) { snapshot in
            snapshot.lastData = MetricsScene.clock
            snapshot.isStarved = true
            snapshot.venueClockOffset = .seconds(-2)
        }
        let page = try MetricsScene.page(MetricsScene.report(feeds: [silent, heard]))
        let name = "liveloop_feed_last_data_timestamp_seconds"
        #expect(page.value(name, "connection", "silent") == 1_700_000_000)
        #expect(page.value(name, "connection", "heard") == 1_700_000_100)
        #expect(page.value("liveloop_data_starved", "connection", "heard") == 1)
        #expect(page.value("liveloop_clock_offset_seconds", "source", "heard") == 2)
        #expect(page.value("liveloop_clock_offset_seconds", "source", "silent") == nil)
    }
}
