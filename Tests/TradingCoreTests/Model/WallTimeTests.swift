import Testing
import TradingCore

@Suite struct WallTimeTests {
    @Test(arguments: [
        (0, "1970-01-01T00:00:00.000Z"),
        (1_768_482_810_123_456_789, "2026-01-15T13:13:30.123Z"),
        (951_782_399_999_999_999, "2000-02-28T23:59:59.999Z"),
        (-1, "1969-12-31T23:59:59.999Z"),
        (-86_400_000_000_000, "1969-12-31T00:00:00.000Z"),
        (Int64.max, "2262-04-11T23:47:16.854Z"),
    ])
    func `is written as RFC 3339 in UTC with milliseconds`(nanoseconds: Int64, text: String) {
        #expect(WallTime(nanoseconds: nanoseconds).description == text)
    }

    @Test func `days and the time of day make up the instant, before the epoch too`() {
        let dayLength: Int64 = 86_400_000_000_000
        for nanoseconds in [0, 1, -1, dayLength, -dayLength, -dayLength - 1, 1 << 60, -(1 << 60)] {
            let time = WallTime(nanoseconds: nanoseconds)
            #expect((0..<dayLength).contains(time.nanosecondsOfDay))
            #expect(Int64(time.daysSinceEpoch) * dayLength + time.nanosecondsOfDay == nanoseconds)
        }
    }
}
