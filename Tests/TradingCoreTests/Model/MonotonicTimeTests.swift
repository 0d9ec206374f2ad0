import Testing
import TradingCore

@Suite struct MonotonicTimeTests {
    @Test func `adding a duration and taking the difference are inverse`() {
        let time = MonotonicTime(nanoseconds: 12_345)
        for duration in [Duration.zero, .nanoseconds(1), .seconds(86_400), .seconds(-1)] {
            #expect((time + duration) - time == duration)
        }
    }

    @Test func `a deadline that is too far is never`() {
        #expect(MonotonicTime(nanoseconds: .max - 5) + .seconds(1) == .never)
        #expect(MonotonicTime(nanoseconds: 5) + .seconds(Int64.max) == .never)
        #expect(MonotonicTime.never + .seconds(1) == .never)
    }

    @Test func `a duration saturates at the ends of 64 bits of nanoseconds`() {
        #expect(Duration.seconds(Int64.max).wholeNanoseconds == .max)
        #expect(Duration.seconds(Int64.min).wholeNanoseconds == .min)
        #expect(Duration.nanoseconds(Int64.max).wholeNanoseconds == .max)
        #expect(Duration.nanoseconds(Int64.min).wholeNanoseconds == .min)
        #expect(Duration.milliseconds(-1500).wholeNanoseconds == -1_500_000_000)
    }

    @Test func `points are ordered by time`() {
        #expect(MonotonicTime.zero < MonotonicTime(nanoseconds: 1))
        #expect(MonotonicTime(nanoseconds: 1) < .never)
    }
}
