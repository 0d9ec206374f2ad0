package import TradingCore

/// Counts wrong tokens by address, and says who must wait.
///
/// A few mistakes are free; each further one doubles the wait. The table is bounded: the address that
/// was quiet for longest makes room.
package struct TokenFailures: Sendable {
    private struct Entry: Sendable {
        var address: String
        var count: Int
        var lastFailure: MonotonicTime
        var blockedUntil: MonotonicTime
    }

    /// The most addresses that are remembered.
    package static let addressesMax = 256
    /// The failures that cost nothing.
    package static let freeFailures = 5
    private static let waitMin = Duration.seconds(1)
    private static let waitMax = Duration.seconds(60)
    private static let memory = Duration.seconds(600)

    private var entries: [Entry] = []

    package init() {}

    /// How long an address must still wait; `nil` when it need not.
    package func wait(_ address: String, at now: MonotonicTime) -> Duration? {
        guard let entry = entries.first(where: { $0.address == address }),
            entry.blockedUntil > now
        else { return nil }
        return entry.blockedUntil - now
    }

    /// Notes a failure.
    package mutating func note(_ address: String, at now: MonotonicTime) {
        entries.removeAll { now - $0.lastFailure > Self.memory }
        let known = entries.firstIndex { $0.address == address }
        guard let index = known else {
            if entries.count >= Self.addressesMax { entries.removeFirst() }
            entries.append(
                Entry(address: address, count: 1, lastFailure: now, blockedUntil: .zero)
            )
            return
        }
        var entry = entries.remove(at: index)
        entry.count = min(entry.count + 1, 64)
        entry.lastFailure = now
        let excess = entry.count - Self.freeFailures
        if excess > 0 {
            let wait = min(Self.waitMax, Self.waitMin * (1 << min(excess - 1, 6)))
            entry.blockedUntil = now + wait
        }
        // The youngest failure is last, so that the first entry is the oldest.
        entries.append(entry)
    }
}
