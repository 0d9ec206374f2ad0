import LiveLoopApp
import Testing

@Suite struct ClockWatchTests {
    /// Looks 10 ms apart; changes are added to the clocks from a look on.
    private struct Clocks {
        var boot: Int64 = 1_000_000_000_000
        var wallOffset: Int64 = 1_700_000_000_000_000_000
        var slept: Int64 = 5_000_000_000
        var watch = ClockWatch()

        mutating func look(taking duration: Int64 = 1000) {
            boot += 10_000_000
            watch.observe(
                ClockSample(
                    bootBefore: boot,
                    wall: boot + wallOffset,
                    monotonic: boot - slept,
                    bootAfter: boot + duration
                )
            )
        }

        var counts: [UInt64] { [watch.forwardSteps, watch.backwardSteps, watch.suspends] }
    }

    @Test func `clocks that run count nothing, nor does one that is slewed`() {
        var clocks = Clocks()
        for _ in 0..<1000 {
            clocks.wallOffset += 5000
            clocks.look()
        }
        #expect(clocks.counts == [0, 0, 0])
    }

    @Test func `a clock that was set counts once, in its direction`() {
        var clocks = Clocks()
        clocks.look()
        clocks.wallOffset += ClockWatch.stepNanoseconds
        clocks.look()
        #expect(clocks.counts == [0, 0, 0], "a tenth of a second is no step")
        clocks.wallOffset += ClockWatch.stepNanoseconds + 1
        for _ in 0..<3 { clocks.look() }
        #expect(clocks.counts == [1, 0, 0])
        clocks.wallOffset -= 3_600_000_000_000
        for _ in 0..<3 { clocks.look() }
        #expect(clocks.counts == [1, 1, 0])
    }

    @Test func `sleep counts as sleep and not as a step`() {
        var clocks = Clocks()
        clocks.look()
        clocks.boot += 60_000_000_000
        clocks.slept += 60_000_000_000
        for _ in 0..<3 { clocks.look() }
        #expect(clocks.counts == [0, 0, 1])
    }

    @Test func `a look during which the thread was held up says nothing`() {
        var clocks = Clocks()
        clocks.look()
        clocks.wallOffset += 900_000_000
        clocks.look(taking: ClockWatch.lookNanoseconds + 1)
        clocks.wallOffset -= 900_000_000
        clocks.look()
        #expect(clocks.counts == [0, 0, 0])
    }
}
