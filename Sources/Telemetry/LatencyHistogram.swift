/// The distribution of latencies in a fixed 15 KiB, from 1 ns to 68 s.
///
/// The buckets are those of HdrHistogram (Gil Tene, hdrhistogram.org): each power of two is cut into
/// equal parts, so that the relative error is the same at every size. HdrHistogram keeps three digits
/// in 221 KiB for this range; with 128 parts a value is known to 0.8 %, which is what a percentile of a
/// latency is good for, and the counters stay in the first-level cache.
///
/// It is a value: do not keep a copy while recording goes on, or the next record copies the buckets.
package struct LatencyHistogram: Sendable, Equatable {
    /// The parts of each power of two; a reported value is at most one part in 128 too high.
    package static let partsPerOctave = 1 << partBits
    /// The largest value with a bucket of its own; larger ones count in the last bucket.
    package static let trackedMax: Int64 = (1 << rangeBits) - 1

    private static let partBits = 7
    private static let rangeBits = 36
    private static let bucketCount = (rangeBits - partBits + 1) << partBits

    /// The number of values recorded.
    package private(set) var count: UInt64 = 0
    /// The largest value, exactly; 0 when there is none.
    package private(set) var max: Int64 = 0
    /// Values above ``trackedMax``, whose size only ``max`` knows.
    package private(set) var aboveRange: UInt64 = 0
    /// Values that found their bucket's counter full (2³² of one size) and are missing in percentiles.
    package private(set) var uncounted: UInt64 = 0
    private var buckets = [UInt32](repeating: 0, count: bucketCount)

    package init() {}

    /// Records a latency; a negative one, which only a clock fault can give, counts as 0.
    package mutating func record(_ nanoseconds: Int64) {
        let value = Swift.max(0, nanoseconds)
        count &+= 1
        if value > max { max = value }
        if value > Self.trackedMax { aboveRange &+= 1 }
        let index = Self.bucket(of: Swift.min(value, Self.trackedMax))
        if buckets[index] == .max {
            uncounted &+= 1
        } else {
            buckets[index] &+= 1
        }
    }

    /// The latency that `percent` of all values do not exceed, at most 0.8 % too high.
    ///
    /// - Parameter percent: 0…100; 100 gives ``max``.
    /// - Returns: Nanoseconds, or 0 when nothing was recorded.
    package func percentile(_ percent: Double) -> Int64 {
        let counted = count - uncounted
        guard counted > 0 else { return 0 }
        precondition((0...100).contains(percent), "percent must be 0…100, was \(percent)")
        guard percent < 100 else { return max }
        let exactRank = percent / 100 * Double(counted)
        let wholeRank = UInt64(exactRank)
        let rank = Swift.max(1, Double(wholeRank) < exactRank ? wholeRank + 1 : wholeRank)
        var seen: UInt64 = 0
        for (index, bucket) in buckets.enumerated() {
            seen += UInt64(bucket)
            if seen >= rank { return Swift.min(max, Self.upperBound(of: index)) }
        }
        return max
    }

    /// Adds what another histogram recorded.
    package mutating func merge(_ other: LatencyHistogram) {
        count += other.count
        max = Swift.max(max, other.max)
        aboveRange += other.aboveRange
        uncounted += other.uncounted
        for index in buckets.indices {
            let (sum, overflow) = buckets[index].addingReportingOverflow(other.buckets[index])
            if overflow { uncounted += UInt64(sum) + 1 }
            buckets[index] = overflow ? .max : sum
        }
    }

    /// Forgets everything and keeps the memory.
    package mutating func reset() {
        count = 0
        max = 0
        aboveRange = 0
        uncounted = 0
        for index in buckets.indices { buckets[index] = 0 }
    }

    /// The bucket of a value: its octave, and the top bits below its leading one.
    private static func bucket(of value: Int64) -> Int {
        let octave = Swift.max(partBits, Int64.bitWidth - 1 - value.leadingZeroBitCount)
        let shift = octave - partBits
        return (shift << partBits) + Int(value >> Int64(shift))
    }

    /// The largest value that falls into a bucket.
    private static func upperBound(of index: Int) -> Int64 {
        let shift = Swift.max(0, (index >> partBits) - 1)
        let part = Int64(index - (shift << partBits))
        return ((part + 1) << Int64(shift)) - 1
    }
}
