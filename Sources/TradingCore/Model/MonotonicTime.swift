/// A point on the monotonic clock, in nanoseconds since an arbitrary start.
///
/// Intervals, timeouts and the order of events use this clock, because wall clocks step. It is a
/// plain integer, so that it can be recorded and replayed.
public struct MonotonicTime: Sendable, Hashable, Comparable {
    /// Nanoseconds since the clock's start.
    public var nanoseconds: Int64

    /// Creates a point from nanoseconds since the clock's start.
    public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    /// The clock's start.
    public static let zero = MonotonicTime(nanoseconds: 0)
    /// A point that is never reached; the deadline of something that has none.
    public static let never = MonotonicTime(nanoseconds: .max)

    /// Orders points by time.
    public static func < (lhs: Self, rhs: Self) -> Bool { lhs.nanoseconds < rhs.nanoseconds }

    /// The point `duration` later, saturating at ``never``.
    public static func + (lhs: Self, rhs: Duration) -> Self {
        let (sum, overflow) = lhs.nanoseconds.addingReportingOverflow(rhs.wholeNanoseconds)
        return overflow ? never : MonotonicTime(nanoseconds: sum)
    }

    /// The time from `rhs` to `lhs`, negative when `lhs` is earlier.
    public static func - (lhs: Self, rhs: Self) -> Duration {
        .nanoseconds(lhs.nanoseconds &- rhs.nanoseconds)
    }
}

extension Duration {
    /// The duration in whole nanoseconds, saturating at the ends of `Int64` (292 years).
    public var wholeNanoseconds: Int64 {
        let (seconds, attoseconds) = components
        let (scaled, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, carry) = scaled.addingReportingOverflow(attoseconds / 1_000_000_000)
        if overflow || carry { return seconds < 0 ? .min : .max }
        return sum
    }

    /// The duration in seconds, for display only.
    public var inSeconds: Double { Double(wholeNanoseconds) / 1e9 }
}
