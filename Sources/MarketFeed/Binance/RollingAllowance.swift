package import TradingCore

/// Keeps what is spent within any stretch of time of one length below a limit.
///
/// For limits such as 6000 request weight in a minute or 5 control messages in a second: the venue's
/// window may begin anywhere, so that every window is kept.
package struct RollingAllowance: Sendable {
    /// Spendings remembered at most; when they are all recent, the next one waits.
    package static let spendingsMax = 1024

    /// What may be spent.
    package let limit: Int
    /// In how long.
    package let window: Duration
    private var spendings: [(time: MonotonicTime, amount: Int)] = []
    private var spent = 0
    private var pausedUntil = MonotonicTime.zero

    /// Creates an allowance of which nothing is spent.
    package init(limit: Int, window: Duration) {
        precondition(limit > 0, "an allowance of \(limit) allows nothing")
        self.limit = limit
        self.window = window
    }

    /// When `amount` can be spent at the earliest; more than the limit counts as the limit.
    package func earliest(for amount: Int) -> MonotonicTime {
        var free = limit - spent
        let needed = min(amount, limit)
        var earliest = pausedUntil
        for spending in spendings {
            if free >= needed { break }
            free += spending.amount
            earliest = max(earliest, spending.time + window)
        }
        if spendings.count >= Self.spendingsMax {
            earliest = max(earliest, spendings[0].time + window)
        }
        return earliest
    }

    /// Spends, if that is allowed now.
    package mutating func spend(_ amount: Int, at now: MonotonicTime) -> Bool {
        while let first = spendings.first, first.time + window <= now {
            spent -= first.amount
            spendings.removeFirst()
        }
        guard earliest(for: amount) <= now else { return false }
        let counted = min(amount, limit)
        spendings.append((now, counted))
        spent += counted
        return true
    }

    /// Spends nothing until then.
    package mutating func pause(until time: MonotonicTime) {
        pausedUntil = max(pausedUntil, time)
    }
}
