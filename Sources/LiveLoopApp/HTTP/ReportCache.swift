internal import Platform
internal import TradingCore

/// The state of the process for readers that come often: made once for all of them.
///
/// A reader waits for a loop that is stuck now and then, but not each time, so that the interface
/// stays quick while the loop is not.
final class ReportCache: Sendable {
    private struct State: Sendable {
        var report: StatusReport?
        var madeAt = MonotonicTime.zero
        var loopFailedAt: MonotonicTime?
    }

    private static let age = Duration.milliseconds(50)
    private static let loopWait = Duration.milliseconds(100)
    private static let loopRetry = Duration.seconds(1)

    private let make: @Sendable (Duration) -> StatusReport
    private let state = Locked(State())

    /// Caches what `make` makes; it is told how long it may wait for the loop.
    init(_ make: @escaping @Sendable (Duration) -> StatusReport) { self.make = make }

    /// The state as it was at most 50 ms ago.
    func report() -> StatusReport {
        let now = MonotonicTime(nanoseconds: SystemClock.monotonicNanoseconds())
        // One thread serves all clients; a second reader at most makes a second report.
        let known = state.withLock { $0 }
        if let report = known.report, now - known.madeAt < Self.age { return report }
        let isStuck = known.loopFailedAt.map { now - $0 < Self.loopRetry } ?? false
        let fresh = make(isStuck ? .zero : Self.loopWait)
        let hasAnswered = fresh.loop.takenAt >= now
        let end = MonotonicTime(nanoseconds: SystemClock.monotonicNanoseconds())
        state.withLock { state in
            state.report = fresh
            state.madeAt = end
            if hasAnswered {
                state.loopFailedAt = nil
            } else if !isStuck {
                state.loopFailedAt = end
            }
        }
        return fresh
    }

    /// Makes the next reader see what was just done.
    func invalidate() { state.withLock { $0.report = nil } }
}
