import Testing
import TradingCore

@Suite struct StarvationMonitorTests {
    private let start = MonotonicTime(nanoseconds: 1_000_000_000)

    private func second(_ seconds: Double) -> MonotonicTime { start + .seconds(seconds) }

    /// What the monitor finds at each of some seconds, in a session that opened at a second.
    private func findings(
        _ monitor: inout StarvationMonitor,
        at seconds: [Double],
        openSince: Double? = 0
    ) -> [StarvationMonitor.Finding?] {
        seconds.map { monitor.check(at: second($0), openSince: openSince.map(second)) }
    }

    @Test func `tells starvation at the limit and again after each further one`() {
        var monitor = StarvationMonitor(limit: .seconds(10), start: start)
        let found = findings(&monitor, at: [9.999, 10, 10, 19.999, 20])
        #expect(
            found == [
                nil, .starved(silent: .seconds(10), report: 1), nil, nil,
                .starved(silent: .seconds(20), report: 2),
            ]
        )
        #expect(monitor.nextDeadline(openSince: start) == second(30))
    }

    @Test func `a late look gives one report`() {
        var monitor = StarvationMonitor(limit: .seconds(10), start: start)
        let found = findings(&monitor, at: [57, 59])
        #expect(found == [.starved(silent: .seconds(57), report: 1), nil])
        #expect(monitor.nextDeadline(openSince: start) == second(60))
    }

    @Test func `data ends it once, with its length`() {
        var monitor = StarvationMonitor(limit: .seconds(10), start: start)
        let early = monitor.didReceiveData(at: second(3))
        _ = findings(&monitor, at: [13])
        #expect(monitor.isStarved)
        let first = monitor.didReceiveData(at: second(14))
        let second = monitor.didReceiveData(at: second(15))
        #expect([early, first, second] == [false, true, false])
        let found = findings(&monitor, at: [16, 16])
        #expect(found == [.recovered(silent: .seconds(11)), nil])
        #expect(!monitor.isStarved)
    }

    @Test func `a closed session starves nobody, and the silence counts from its opening`() {
        var monitor = StarvationMonitor(limit: .seconds(10), start: start)
        let closed = findings(&monitor, at: [1000], openSince: nil)
        #expect(closed == [nil])
        #expect(monitor.nextDeadline(openSince: nil) == .never)
        let open = findings(&monitor, at: [1005, 1010], openSince: 1000)
        #expect(open == [nil, .starved(silent: .seconds(10), report: 1)])
    }

    @Test func `the end of a session does not end a starvation`() {
        var monitor = StarvationMonitor(limit: .seconds(10), start: start)
        _ = findings(&monitor, at: [10])
        let closed = findings(&monitor, at: [500], openSince: nil)
        #expect(closed == [nil])
        #expect(monitor.isStarved)
    }
}
