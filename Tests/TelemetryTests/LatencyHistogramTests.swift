import Telemetry
import TestSupport
import Testing

@Suite struct LatencyHistogramTests {
    private static let percents: [Double] = [0, 1, 25, 50, 75, 90, 99, 99.9, 99.99, 100]

    /// Values of all sizes: uniform in the number of bits.
    private func randomValues(_ count: Int, seed: UInt64) -> [Int64] {
        var random = SeededRandom(seed: seed)
        return (0..<count).map { _ in
            let bits = Int.random(in: 0...36, using: &random)
            return Int64.random(in: 0..<(1 << Int64(bits)), using: &random)
        }
    }

    private func exactPercentile(_ sorted: [Int64], _ percent: Double) -> Int64 {
        let rank = max(1, Int((percent / 100 * Double(sorted.count)).rounded(.up)))
        return sorted[min(rank, sorted.count) - 1]
    }

    @Test(arguments: [1, 2, 3, 10, 1000, 5000], 1...4 as ClosedRange<UInt64>)
    func `a percentile is never below the exact one and at most 1 in 128 above it`(
        count: Int,
        seed: UInt64
    ) {
        let values = randomValues(count, seed: seed)
        var histogram = LatencyHistogram()
        for value in values { histogram.record(value) }
        let sorted = values.sorted()
        for percent in Self.percents {
            let exact = exactPercentile(sorted, percent)
            let found = histogram.percentile(percent)
            #expect(found >= exact, "p\(percent), seed \(seed)")
            #expect(found - exact <= exact / 128, "p\(percent), seed \(seed)")
        }
        #expect(histogram.max == sorted.last)
        #expect(histogram.count == UInt64(count))
        #expect(histogram.percentile(100) == histogram.max)
    }

    @Test(arguments: 0...36) func `both sides of each power of two are found again`(bits: Int64) {
        for value in [(1 << bits) - 1, 1 << bits, (1 << bits) + 1] as [Int64] {
            guard value <= LatencyHistogram.trackedMax else { continue }
            var histogram = LatencyHistogram()
            histogram.record(value)
            histogram.record(LatencyHistogram.trackedMax)
            let found = histogram.percentile(50)
            #expect(found >= value)
            #expect(found - value <= value / 128)
        }
    }

    @Test func `values out of range are counted and keep the maximum exact`() {
        var histogram = LatencyHistogram()
        histogram.record(.max)
        histogram.record(-5)
        histogram.record(.min)
        #expect(histogram.count == 3)
        #expect(histogram.aboveRange == 1)
        #expect(histogram.max == .max)
        #expect(histogram.percentile(50) == 0)
        #expect(histogram.percentile(99) == LatencyHistogram.trackedMax)
    }

    @Test func `an empty histogram reports 0`() {
        let histogram = LatencyHistogram()
        #expect(histogram.percentile(99) == 0)
        #expect(histogram.max == 0)
    }

    @Test func `merging equals recording everything in one`() {
        let values = randomValues(2000, seed: 7)
        var whole = LatencyHistogram()
        var parts = [LatencyHistogram(), LatencyHistogram()]
        for (index, value) in values.enumerated() {
            whole.record(value)
            parts[index % 2].record(value)
        }
        parts[0].merge(parts[1])
        #expect(parts[0] == whole)
    }

    @Test func `a reset leaves nothing behind`() {
        var histogram = LatencyHistogram()
        for value in randomValues(100, seed: 3) { histogram.record(value) }
        histogram.reset()
        #expect(histogram == LatencyHistogram())
    }

    @Test func `a full counter is reported and not wrapped`() {
        var histogram = LatencyHistogram()
        histogram.record(5)
        for _ in 0..<33 { histogram.merge(histogram) }
        #expect(histogram.count == 1 << 33)
        #expect(histogram.uncounted == (1 << 33) - UInt64(UInt32.max))
        #expect(histogram.percentile(50) == 5)
    }
}
