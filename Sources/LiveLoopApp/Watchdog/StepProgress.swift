internal import Synchronization
package import TradingCore

/// How far the loop has come, told by its thread with a store or two and read by whoever watches it.
package final class StepProgress: Sendable {
    private let completed = Atomic<UInt64>(0)
    /// When the last step ended, on the wall clock; 0 before the first one.
    private let lastEnd = Atomic<Int64>(0)
    /// When the look for a kill file that is under way began; 0 while none is.
    private let look = Atomic<Int64>(0)

    package init() {}

    /// A look for a kill file begins, which a dead file system may never answer.
    package func beginLook(at time: MonotonicTime) {
        look.store(max(1, time.nanoseconds), ordering: .relaxed)
    }

    /// The look was answered.
    package func endLook() { look.store(0, ordering: .relaxed) }

    /// A step was completed: its orders and notices are handed over.
    package func completeStep(at end: WallTime) {
        lastEnd.store(end.nanoseconds, ordering: .relaxed)
        completed.add(1, ordering: .releasing)
    }

    /// When the last step ended, on the wall clock; `nil` before the first one.
    ///
    /// It needs no snapshot, so that it is true of a stuck loop too.
    package var lastStepEnd: WallTime? {
        let end = lastEnd.load(ordering: .relaxed)
        return end == 0 ? nil : WallTime(nanoseconds: end)
    }

    /// Steps completed since start.
    package var completedSteps: UInt64 { completed.load(ordering: .acquiring) }

    /// When the look that is under way began.
    package var lookingSince: MonotonicTime? {
        let start = look.load(ordering: .relaxed)
        return start == 0 ? nil : MonotonicTime(nanoseconds: start)
    }
}
