/// Counts of durations in fixed buckets, as Prometheus takes them.
///
/// The bounds never change, and the limits that alerts ask for are among them, so that the share beyond
/// a limit is exact. One thread records; others get a copy. ``LatencyHistogram`` answers for
/// percentiles on a terminal, where no bounds are known beforehand.
package struct BucketHistogram: Sendable, Equatable {
    /// The upper bounds in nanoseconds, ascending; a value equal to a bound counts there.
    package let bounds: [Int64]
    /// The values in each bucket; the last one holds what is above every bound.
    package private(set) var counts: [UInt64]
    /// The sum of all values in nanoseconds; stays at the largest number it can hold.
    package private(set) var sum: Int64 = 0

    /// - Precondition: there are bounds, and they ascend.
    package init(bounds: [Int64]) {
        precondition(!bounds.isEmpty, "a histogram needs bounds")
        let isAscending = zip(bounds, bounds.dropFirst()).allSatisfy { $0 < $1 }
        precondition(isAscending, "bounds must ascend, were \(bounds)")
        self.bounds = bounds
        counts = Array(repeating: 0, count: bounds.count + 1)
    }

    /// Records a duration; a negative one, which only a clock fault can give, counts as 0.
    @inline(__always)
    package mutating func record(_ nanoseconds: Int64) {
        let value = max(0, nanoseconds)
        var index = 0
        while index < bounds.count, value > bounds[index] { index &+= 1 }
        counts[index] &+= 1
        let (total, overflow) = sum.addingReportingOverflow(value)
        sum = overflow ? .max : total
    }

    /// The number of values.
    package var count: UInt64 { counts.reduce(0, &+) }
}

/// The bounds of this program's histograms, in nanoseconds.
package enum BucketBounds {
    /// From the read of a tick to the end of the step in which strategies saw it; the limit is 200 ms.
    package static let tickAge = microseconds([
        1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000, 200_000, 500_000, 1_000_000, 5_000_000,
        10_000_000,
    ])
    /// Steps of the loop and how late they begin; the limit is 50 ms.
    package static let loop = microseconds([
        100, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000, 500_000, 1_000_000, 10_000_000,
    ])
    /// From a loss to first data; the limit of the network-reconnect document is 30 s.
    package static let reconnect = microseconds([
        50_000, 100_000, 250_000, 500_000, 1_000_000, 2_500_000, 5_000_000, 10_000_000, 30_000_000,
        60_000_000, 150_000_000, 300_000_000,
    ])
    /// Answers to orders.
    package static let reply = microseconds([
        1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000, 200_000, 500_000, 1_000_000, 2_000_000,
        5_000_000,
    ])
    /// Commits to a disk.
    package static let append = microseconds([
        100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000, 500_000, 1_000_000,
    ])
    /// From the change of a kill file to its notice.
    package static let reaction = microseconds([
        1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000, 500_000, 1_000_000, 5_000_000,
    ])

    /// Answers to HTTP requests.
    package static let request = microseconds([
        100, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000, 200_000, 500_000, 1_000_000,
        5_000_000,
    ])

    private static func microseconds(_ bounds: [Int64]) -> [Int64] { bounds.map { $0 * 1000 } }
}
