/// A distribution since the start, and the one of the last interval that ended.
///
/// A maximum since the start never falls, so that a plot needs the distribution of each second.
package struct RecentHistogram: Sendable {
    /// Everything recorded.
    package private(set) var total = LatencyHistogram()
    /// What was recorded in the last interval that ended; empty before the first has.
    package private(set) var last = LatencyHistogram()
    private var current = LatencyHistogram()
    private let intervalNanoseconds: Int64
    private var end: Int64?

    /// - Parameter intervalNanoseconds: The length of an interval; it ends at the next call of
    ///   ``advance(toNanoseconds:)`` after it.
    package init(intervalNanoseconds: Int64) {
        self.intervalNanoseconds = intervalNanoseconds
    }

    /// Records a latency in nanoseconds.
    package mutating func record(_ nanoseconds: Int64) {
        total.record(nanoseconds)
        current.record(nanoseconds)
    }

    /// Ends the interval when its time is over; the first call begins the first one.
    package mutating func advance(toNanoseconds now: Int64) {
        guard let end else {
            self.end = now + intervalNanoseconds
            return
        }
        guard now >= end else { return }
        swap(&current, &last)
        current.reset()
        self.end = now + intervalNanoseconds
    }
}
