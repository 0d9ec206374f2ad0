internal import TradingCore

/// The state of the process for readers that come often: made once for all of them.
///
/// A reader waits for a loop that is stuck now and then, but not each time, so that the interface
/// stays quick while the loop is not.
final class ReportCache<Report: Sendable>: Sendable {
    /// A report, and when the loop made its part of it.
    typealias Made = (report: Report, loopTime: MonotonicTime)

    private struct State: Sendable {
        var report: Report?
        var madeAt = MonotonicTime.zero
        /// When the loop was last waited for in vain.
        var loopFailedAt: MonotonicTime?
    }

    private let clock: @Sendable () -> MonotonicTime
    private let make: @Sendable (_ loopWait: Duration) -> Made
    private let state = Locked(State())

    /// Caches what `make` makes, which is told how long it may wait for the loop.
    init(
        clock: @escaping @Sendable () -> MonotonicTime,
        make: @escaping @Sendable (_ loopWait: Duration) -> Made
    ) {
        self.clock = clock
        self.make = make
    }

    /// The state as it was at most 50 ms ago.
    func report() -> Report {
        let now = clock()
        // One thread serves all clients; a second reader at most makes a second report.
        let known = state.withLock { $0 }
        if let report = known.report, now - known.madeAt < Self.age { return report }
        let isStuck = known.loopFailedAt.map { now - $0 < Self.loopRetry } ?? false
        let fresh = make(isStuck ? .zero : Self.loopWait)
        let end = clock()
        state.withLock { state in
            state.report = fresh.report
            state.madeAt = end
            if fresh.loopTime >= now {
                state.loopFailedAt = nil
            } else if !isStuck {
                state.loopFailedAt = end
            }
        }
        return fresh.report
    }

    /// Makes the next reader see what was just done.
    func invalidate() { state.withLock { $0.report = nil } }

    private static var age: Duration { .milliseconds(50) }
    private static var loopWait: Duration { .milliseconds(100) }
    private static var loopRetry: Duration { .seconds(1) }
}
