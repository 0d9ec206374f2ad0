/// Limits how often one call site writes a line, and counts the lines it keeps back.
///
/// A token bucket: `burst` lines at once, then one for each `interval`. A flood of faults then costs
/// a bounded number of lines, and the next line says how many were left out.
package struct TokenRateLimit: Sendable {
    /// Whether a line may be written.
    package enum Verdict: Sendable, Equatable {
        /// Write it; `suppressed` lines were kept back since the one before.
        case write(suppressed: UInt64)
        /// Keep it back; it is counted.
        case suppress
    }

    /// The lines kept back since the start.
    package private(set) var suppressedTotal: UInt64 = 0
    private let burst: Int64
    private let interval: Int64
    private var tokens: Int64
    private var refilledAt: Int64?
    private var suppressed: UInt64 = 0

    /// Allows `burst` lines at once and one more for each `intervalNanoseconds`.
    package init(burst: Int, intervalNanoseconds: Int64) {
        precondition(burst > 0, "burst must be positive, was \(burst)")
        precondition(
            intervalNanoseconds > 0,
            "the interval must be positive, was \(intervalNanoseconds)"
        )
        self.burst = Int64(burst)
        interval = intervalNanoseconds
        tokens = self.burst
    }

    /// Decides about a line at a time on the monotonic clock.
    package mutating func admit(atNanoseconds now: Int64) -> Verdict {
        refill(now)
        guard tokens > 0 else {
            suppressed += 1
            suppressedTotal += 1
            return .suppress
        }
        tokens -= 1
        defer { suppressed = 0 }
        return .write(suppressed: suppressed)
    }

    private mutating func refill(_ now: Int64) {
        guard let last = refilledAt else {
            refilledAt = now
            return
        }
        let due = max(0, now - last) / interval
        guard due > 0 else { return }
        tokens = min(burst, tokens + min(due, burst))
        refilledAt = last + due * interval
    }
}
