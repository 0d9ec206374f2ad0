import Telemetry
import TestSupport
import Testing

@Suite struct BucketHistogramTests {
    private static let everySet: [[Int64]] = [
        BucketBounds.tickAge, BucketBounds.loop, BucketBounds.reconnect, BucketBounds.reply,
        BucketBounds.append, BucketBounds.reaction,
    ]

    @Test func `a value equal to a bound counts below it, and one more above`() {
        var histogram = BucketHistogram(bounds: [10, 20])
        for value: Int64 in [10, 11, 20, 21] { histogram.record(value) }
        #expect(histogram.counts == [1, 2, 1])
        #expect(histogram.sum == 62)
        #expect(histogram.count == 4)
    }

    @Test func `a negative value counts as nothing and takes nothing from the sum`() {
        var histogram = BucketHistogram(bounds: [10])
        histogram.record(-5)
        #expect(histogram.counts == [1, 0])
        #expect(histogram.sum == 0)
    }

    @Test func `a sum that does not fit stays at the largest number`() {
        var histogram = BucketHistogram(bounds: [10])
        histogram.record(.max)
        histogram.record(.max)
        #expect(histogram.sum == .max)
        #expect(histogram.counts == [0, 2])
    }

    @Test(arguments: 1...3 as ClosedRange<UInt64>)
    func `each value is in the bucket that a search over all bounds finds`(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        for bounds in Self.everySet {
            var histogram = BucketHistogram(bounds: bounds)
            var expected = [UInt64](repeating: 0, count: bounds.count + 1)
            for _ in 0..<500 {
                let value = Int64.random(in: 0...(bounds[bounds.count - 1] * 2), using: &random)
                histogram.record(value)
                expected[bounds.firstIndex { value <= $0 } ?? bounds.count] += 1
            }
            #expect(histogram.counts == expected)
        }
    }

    @Test func `the limits that alerts ask for are bounds`() {
        #expect(BucketBounds.tickAge.contains(200_000_000))
        #expect(BucketBounds.loop.contains(50_000_000))
        #expect(BucketBounds.reconnect.contains(30_000_000_000))
    }
}
