import Telemetry
import Testing

@Suite struct RecentHistogramTests {
    @Test func `each interval is told alone, and all of them together`() {
        var histogram = RecentHistogram(intervalNanoseconds: 1000)
        histogram.advance(toNanoseconds: 5000)
        histogram.record(10)
        histogram.record(90)
        histogram.advance(toNanoseconds: 5999)
        #expect(histogram.last.count == 0)
        histogram.advance(toNanoseconds: 6000)
        #expect(histogram.last.count == 2)
        #expect(histogram.last.max == 90)
        histogram.record(40)
        histogram.advance(toNanoseconds: 7000)
        #expect(histogram.last.count == 1)
        #expect(histogram.last.max == 40)
        histogram.record(5)
        histogram.advance(toNanoseconds: 8000)
        #expect(histogram.last.count == 1)
        #expect(histogram.last.max == 5)
        #expect(histogram.total.count == 4)
        #expect(histogram.total.max == 90)
    }

    @Test func `an interval in which nothing was recorded is empty`() {
        var histogram = RecentHistogram(intervalNanoseconds: 1000)
        histogram.advance(toNanoseconds: 0)
        histogram.record(10)
        histogram.advance(toNanoseconds: 1000)
        histogram.advance(toNanoseconds: 9000)
        #expect(histogram.last.count == 0)
        #expect(histogram.total.count == 1)
    }
}
