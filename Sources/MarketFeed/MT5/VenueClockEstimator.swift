package import TradingCore

/// Estimates how far a venue's clock is behind this machine's.
///
/// The estimate is the smallest difference between receive time and venue time within the last ten
/// minutes: transport only ever adds to it. An MT5 broker sends its own wall clock as if it were UTC,
/// so that hours are ordinary. The estimate is reported and never applied to anything. A venue clock that
/// jumps ahead shows at once, one that jumps back once the window has passed.
package struct VenueClockEstimator: Sendable {
    /// The parts of the window; the oldest one is dropped as a whole.
    private static let partCount = 10
    /// The length of a part.
    private static let partLength: Int64 = 60_000_000_000

    /// The smallest difference of each part in nanoseconds; `Int64.max` where there is none.
    private var minima = InlineArray<10, Int64>(repeating: .max)
    /// The number of the newest part since the clock's start.
    private var newestPart: Int64 = .min

    package init() {}

    /// Takes the time of one message.
    package mutating func observe(
        venueNanoseconds: Int64,
        received: WallTime,
        at now: MonotonicTime
    ) {
        let (difference, overflow) = received.nanoseconds.subtractingReportingOverflow(
            venueNanoseconds
        )
        guard !overflow else { return }
        advance(to: now)
        let part = Self.place(newestPart)
        minima[part] = min(minima[part], difference)
    }

    /// How far the venue's clock is behind ours, negative when it is ahead; `nil` while unknown.
    package func offset(at now: MonotonicTime) -> Duration? {
        var copy = self
        copy.advance(to: now)
        var smallest = Int64.max
        for part in copy.minima.indices { smallest = min(smallest, copy.minima[part]) }
        return smallest == .max ? nil : .nanoseconds(smallest)
    }

    private mutating func advance(to now: MonotonicTime) {
        let part = now.nanoseconds / Self.partLength
        guard part > newestPart else { return }
        let isFirst = newestPart == .min
        let steps = isFirst ? Int64(Self.partCount) : min(part - newestPart, Int64(Self.partCount))
        for step in 0..<steps { minima[Self.place(part - step)] = .max }
        newestPart = part
    }

    private static func place(_ part: Int64) -> Int {
        Int(((part % Int64(partCount)) + Int64(partCount)) % Int64(partCount))
    }
}
