import CLinux
import Glibc

/// The clocks of the machine, in nanoseconds; the only place where they are read.
package enum SystemClock {
    /// `CLOCK_MONOTONIC`: for intervals, timeouts and the order of events.
    package static func monotonicNanoseconds() -> Int64 { read(CLOCK_MONOTONIC) }
    /// `CLOCK_REALTIME`: for labels and calendars.
    package static func wallNanoseconds() -> Int64 { read(CLOCK_REALTIME) }
    /// `CLOCK_BOOTTIME`: counts suspends, which `CLOCK_MONOTONIC` does not.
    package static func bootNanoseconds() -> Int64 { read(CLOCK_BOOTTIME) }
    /// The processor time of the calling thread.
    package static func threadProcessorNanoseconds() -> Int64 { read(CLOCK_THREAD_CPUTIME_ID) }
    /// The processor time of this process.
    package static func processProcessorNanoseconds() -> Int64 { read(CLOCK_PROCESS_CPUTIME_ID) }

    static func read(_ clock: clockid_t) -> Int64 {
        var time = timespec()
        let result = unsafe clock_gettime(clock, &time)
        precondition(result == 0, "clock_gettime failed for clock \(clock)")
        return Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec)
    }
}
