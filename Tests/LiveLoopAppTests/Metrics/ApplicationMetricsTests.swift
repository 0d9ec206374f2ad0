import Platform
import Telemetry
import TestSupport
import Testing

@testable import LiveLoopApp
@testable import TradingCore

/// Leaves the processor to others for a moment.
private func pause(milliseconds: Int64) {
    var nothing = PollSet(reading: [])
    _ = nothing.wait(nanoseconds: milliseconds * 1_000_000)
}

/// A whole process within this one: the embedded gateway, the loop, the order thread.
@Suite(.timeLimit(.minutes(2))) struct ApplicationMetricsTests {
    /// Stands still in the first event, until it may go on.
    private struct StuckStrategy: Strategy {
        let isHeld: Locked<Bool>
        let hasStopped: Locked<Bool>

        mutating func onEvent(_ event: borrowing MarketEvent, _ context: inout StrategyContext) {
            while isHeld.withLock({ $0 }) {
                hasStopped.withLock { $0 = true }
                pause(milliseconds: 1)
            }
        }
    }

    private func withApplication(
        _ strategy: StrategyFactory? = nil,
        _ body: (Application) throws -> Void
    ) throws {
        try withTemporaryDirectory { directory in
            var configuration = AppConfiguration()
            configuration.directories.lock = directory + "/lock"
            configuration.directories.log = directory
            configuration.directories.state = directory + "/state"
            if let strategy { configuration.strategy = StrategySelection(name: strategy.name) }
            let paths = KillSwitchPaths(
                lockDirectory: configuration.directories.lock,
                stateDirectory: configuration.directories.state
            )
            try Directory.create(paths.lockDirectory)
            try Directory.create(paths.stateDirectory)
            let application = try Application(
                configuration,
                paths: paths,
                wakeUp: try WakeUp(),
                log: { _ in },
                droppedLogLines: { 0 }
            )
            try application.start(strategies: [strategy ?? ObserveStrategy.factory])
            defer { application.stop() }
            try body(application)
        }
    }

    /// Asks again and again until a page is as expected.
    private func page(
        of application: Application,
        when isTrue: (MetricDocument) -> Bool
    ) throws -> MetricDocument {
        let end = SystemClock.monotonicNanoseconds() + 20_000_000_000
        while true {
            let page = try MetricDocument(application.metricsText(openMetrics: false), .text)
            if isTrue(page) || SystemClock.monotonicNanoseconds() > end { return page }
            pause(milliseconds: 10)
        }
    }

    @Test func `every metric that needs no event is exposed by a process that runs`() throws {
        try withApplication { application in
            let page = try page(of: application) { page in
                page.value("liveloop_tick_age_seconds_count") ?? 0 > 100
                    && page.value("liveloop_account_reconciled") == 1
            }
            let exposed = Set(page.families.map(\.name))
            // These come with what they are about.
            let later: Set = [
                "liveloop_sequence_missing_messages_total",
                "liveloop_sequence_recovered_messages_total",
                // These are given by what runs beside the application.
                "liveloop_log_messages_total", "http_requests_total", "liveloop_http_refused_total",
                "http_request_duration_seconds", "liveloop_http_repeated_total",
                "liveloop_http_auth_failures_total",
            ]
            let expected = Set(MetricCatalogue.all.map(\.name))
            #expect(expected.subtracting(exposed).subtracting(later).isEmpty)
            #expect(page.value("network_received_bytes_total") ?? 0 > 1000)
            #expect(page.value("liveloop_loop_duration_seconds_count") ?? 0 > 0)
            #expect(page.value("liveloop_loop_lateness_seconds_count") ?? 0 > 0)
            #expect(page.value("process_threads") ?? 0 > 3)
            #expect(page.value("process_open_fds") ?? 0 > 5)
            #expect(page.value("process_heap_bytes") ?? 0 > 100_000)
            #expect(page.value("liveloop_kill_switch_engaged") == 0)
            #expect(page.value("liveloop_journal_append_seconds_count") ?? 0 > 0)
            let text = application.metricsText(openMetrics: true)
            #expect(throws: Never.self) { try MetricDocument(text, .openMetrics) }
        }
    }

    @Test func `each delivered tick has an age, and no more than those`() throws {
        try withApplication { application in
            _ = try page(of: application) { $0.value("liveloop_tick_age_seconds_count") ?? 0 > 50 }
            let report = application.metricsReport()
            let delivered = report.status.loop.delivered.reduce(0, &+)
            #expect(report.status.loop.figures.tickAge.count == delivered)
            #expect(report.status.loop.figures.stepDurations.count == report.status.loop.stepCount)
        }
    }

    @Test func `H02: a scrape works while the loop is stuck, and shows that it is`() throws {
        let isHeld = Locked(false)
        let hasStopped = Locked(false)
        let stuck = StrategyFactory(name: "stuck", summary: "stands still") { _ in
            StuckStrategy(isHeld: isHeld, hasStopped: hasStopped)
        }
        try withApplication(stuck) { application in
            defer { isHeld.withLock { $0 = false } }
            let name = "liveloop_loop_last_iteration_timestamp_seconds"
            _ = try page(of: application) { $0.value(name) ?? 0 > 0 }
            isHeld.withLock { $0 = true }
            _ = try page(of: application) { _ in hasStopped.withLock { $0 } }
            // A page that was begun before would be older than the last step.
            let waiting = try page(of: application) { _ in true }
            let first = waiting.value(name)
            // What feeds bring now stays where it is.
            let later = try page(of: application) { page in
                page.value("liveloop_buffer_messages") ?? 0 > 20
            }
            #expect(later.value("liveloop_buffer_messages") ?? 0 > 20)
            #expect(later.value(name) == first)
            #expect(first ?? 0 > 1_500_000_000)
            let bytes = later.value("network_received_bytes_total") ?? 0
            #expect(bytes > waiting.value("network_received_bytes_total") ?? 0)
            application.killSwitch.engage(
                KillSwitchTrip(
                    cause: .request,
                    reason: "test",
                    operatorName: "ann",
                    time: WallTime(nanoseconds: SystemClock.wallNanoseconds()),
                    noticedBy: .control
                )
            )
            let killed = try page(of: application) { _ in true }
            #expect(killed.value("liveloop_kill_switch_engaged") == 1)
        }
    }

    @Test func `the hash of the configuration tells settings apart, and no secret is in it`() {
        let one = ConfigurationHash(AppConfiguration())
        #expect(one == ConfigurationHash(AppConfiguration()))
        #expect(one.description.utf8.count == 16)
        var other = AppConfiguration()
        other.loop.heartbeat = .seconds(7)
        #expect(ConfigurationHash(other) != one)
        var (first, second) = (AppConfiguration(), AppConfiguration())
        first.risk.webhook = Secret("https://example.org/one")
        second.risk.webhook = Secret("https://example.org/two")
        #expect(ConfigurationHash(first) == ConfigurationHash(second))
    }
}
