import Platform

/// All clocks of one moment, in nanoseconds.
package struct ClockSample: Sendable, Equatable {
    /// The boot clock before the others were read.
    package var bootBefore: Int64
    /// The wall clock.
    package var wall: Int64
    /// The monotonic clock.
    package var monotonic: Int64
    /// The boot clock after the others were read.
    package var bootAfter: Int64

    package init(bootBefore: Int64, wall: Int64, monotonic: Int64, bootAfter: Int64) {
        self.bootBefore = bootBefore
        self.wall = wall
        self.monotonic = monotonic
        self.bootAfter = bootAfter
    }

    /// Reads the clocks.
    static func now() -> ClockSample {
        ClockSample(
            bootBefore: SystemClock.bootNanoseconds(),
            wall: SystemClock.wallNanoseconds(),
            monotonic: SystemClock.monotonicNanoseconds(),
            bootAfter: SystemClock.bootNanoseconds()
        )
    }
}

/// Notices that the wall clock was set and that the machine slept.
///
/// A clock that is only slewed moves by microseconds between two looks. Looks between whose first and
/// last reading the thread was held up say nothing and are left out.
package struct ClockWatch: Sendable, Equatable {
    /// A larger change of the wall clock against the boot clock is a step.
    package static let stepNanoseconds: Int64 = 100_000_000
    /// A look that took longer says nothing.
    package static let lookNanoseconds: Int64 = 10_000_000

    /// Times at which the wall clock was set forward.
    package private(set) var forwardSteps: UInt64 = 0
    /// Times at which it was set back.
    package private(set) var backwardSteps: UInt64 = 0
    /// Times at which the machine slept.
    package private(set) var suspends: UInt64 = 0
    private var wallOffset: Int64?
    private var sleptNanoseconds: Int64?

    package init() {}

    /// Takes a look.
    package mutating func observe(_ sample: ClockSample) {
        guard sample.bootAfter - sample.bootBefore <= Self.lookNanoseconds else { return }
        let offset = sample.wall - sample.bootBefore
        let slept = sample.bootBefore - sample.monotonic
        if let wallOffset {
            if offset - wallOffset > Self.stepNanoseconds { forwardSteps &+= 1 }
            if wallOffset - offset > Self.stepNanoseconds { backwardSteps &+= 1 }
        }
        if let sleptNanoseconds, slept - sleptNanoseconds > Self.stepNanoseconds { suspends &+= 1 }
        wallOffset = offset
        sleptNanoseconds = slept
    }
}
