import Glibc

/// What the clocks of the machine show at one moment, and how fine the monotonic one is.
package struct ClockReading: Sendable, Equatable {
    /// `CLOCK_REALTIME`, nanoseconds since 1970.
    package var wallNanoseconds: Int64
    /// `CLOCK_MONOTONIC`, nanoseconds.
    package var monotonicNanoseconds: Int64
    /// `CLOCK_BOOTTIME`, nanoseconds; ahead of the monotonic clock by the time spent suspended.
    package var bootNanoseconds: Int64
    /// The resolution of the monotonic clock, nanoseconds.
    package var resolutionNanoseconds: Int64

    package init(
        wallNanoseconds: Int64,
        monotonicNanoseconds: Int64,
        bootNanoseconds: Int64,
        resolutionNanoseconds: Int64
    ) {
        self.wallNanoseconds = wallNanoseconds
        self.monotonicNanoseconds = monotonicNanoseconds
        self.bootNanoseconds = bootNanoseconds
        self.resolutionNanoseconds = resolutionNanoseconds
    }

    /// Reads all clocks, one right after the other.
    package static func now() -> ClockReading {
        var resolution = timespec()
        let result = unsafe clock_getres(CLOCK_MONOTONIC, &resolution)
        precondition(result == 0, "clock_getres failed for the monotonic clock")
        return ClockReading(
            wallNanoseconds: SystemClock.wallNanoseconds(),
            monotonicNanoseconds: SystemClock.monotonicNanoseconds(),
            bootNanoseconds: SystemClock.bootNanoseconds(),
            resolutionNanoseconds: Int64(resolution.tv_sec) * 1_000_000_000
                + Int64(resolution.tv_nsec)
        )
    }
}
