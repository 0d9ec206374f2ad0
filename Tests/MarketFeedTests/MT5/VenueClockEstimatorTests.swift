import MarketFeed
import TestSupport
import Testing
import TradingCore

@Suite struct VenueClockEstimatorTests {
    private static let hour: Int64 = 3_600_000_000_000

    private func time(_ seconds: Int64) -> MonotonicTime {
        MonotonicTime(nanoseconds: seconds * 1_000_000_000)
    }

    @Test(arguments: [1, -1, 2, -3])
    func `F25: a clock hours off is told to the fastest message`(hours: Int64) {
        var random = SeededRandom(seed: 25)
        var estimator = VenueClockEstimator()
        #expect(estimator.offset(at: time(0)) == nil)
        for second in 0..<300 as Range<Int64> {
            let wall = WallTime(nanoseconds: 1_705_329_600_000_000_000 + second * 1_000_000_000)
            let delay =
                second == 100 ? 1_000_000 : Int64.random(in: 2_000_000...90_000_000, using: &random)
            estimator.observe(
                venueNanoseconds: wall.nanoseconds - hours * Self.hour - delay,
                received: wall,
                at: time(second)
            )
        }
        #expect(estimator.offset(at: time(300)) == .nanoseconds(hours * Self.hour + 1_000_000))
    }

    @Test func `F25: a clock that jumps back is noticed when the window has passed`() {
        var estimator = VenueClockEstimator()
        let wall = WallTime(nanoseconds: 1_705_329_600_000_000_000)
        estimator.observe(venueNanoseconds: wall.nanoseconds - 5, received: wall, at: time(0))
        for second in stride(from: Int64(30), through: 660, by: 30) {
            let venue = wall.nanoseconds - Self.hour
            estimator.observe(venueNanoseconds: venue, received: wall, at: time(second))
            let expected = second < 600 ? 5 : Self.hour
            #expect(estimator.offset(at: time(second)) == .nanoseconds(expected))
        }
        #expect(estimator.offset(at: time(5000)) == nil)
    }

    @Test func `a time beyond all range is left out`() {
        var estimator = VenueClockEstimator()
        estimator.observe(
            venueNanoseconds: .min,
            received: WallTime(nanoseconds: 1),
            at: MonotonicTime(nanoseconds: -5)
        )
        #expect(estimator.offset(at: time(0)) == nil)
    }
}
