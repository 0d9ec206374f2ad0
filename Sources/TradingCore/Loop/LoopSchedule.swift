/// The intended starts of the loop's intervals, and how late the real ones are.
///
/// Lateness is measured from the intended start, so that one long stall shows in each interval it
/// covered instead of in one sample ("coordinated omission").
package struct LoopSchedule: Sendable {
    /// The length of an interval.
    package let interval: Duration
    private let intervalNanoseconds: Int64
    /// The next intended start.
    package private(set) var next: MonotonicTime
    /// Intended starts that have passed.
    package private(set) var dueCount: UInt64 = 0
    /// Intended starts that had passed before the loop came to them, because it was busy.
    package private(set) var missedCount: UInt64 = 0

    package init(interval: Duration, start: MonotonicTime) {
        precondition(interval > .zero, "the interval must be positive, was \(interval)")
        self.interval = interval
        intervalNanoseconds = interval.wholeNanoseconds
        next = start + interval
    }

    /// Tells that the loop runs now.
    ///
    /// - Parameters:
    ///   - now: The time.
    ///   - record: Gets the lateness in nanoseconds of each intended start that is due.
    /// - Returns: Whether at least one was due.
    package mutating func advance(
        to now: MonotonicTime,
        record: (_ latenessNanoseconds: Int64) -> Void
    ) -> Bool {
        guard now >= next else { return false }
        let late = now.nanoseconds - next.nanoseconds
        let extra = late / intervalNanoseconds
        // A stall of hours is told by its length and a bounded number of samples.
        for index in 0...min(extra, 10_000) { record(late - index * intervalNanoseconds) }
        dueCount &+= UInt64(extra) + 1
        missedCount &+= UInt64(extra)
        next = MonotonicTime(
            nanoseconds: next.nanoseconds + (extra + 1) * intervalNanoseconds
        )
        return true
    }
}
