/// The time zone whose midnight begins a trading day: how far it is from UTC, and from when on.
///
/// It is plain data, so that the decider looks at no file: what a zone's rules make of the years to come is
/// worked out where the configuration is read.
package struct DayZone: Sendable, Equatable {
    /// An instant from which on another distance holds.
    package struct Transition: Sendable, Equatable {
        /// Seconds since 1970-01-01T00:00:00Z.
        package var at: Int64
        /// Seconds ahead of UTC from then on.
        package var offset: Int

        package init(at: Int64, offset: Int) {
            self.at = at
            self.offset = offset
        }
    }

    /// The name in the time zone database; `nil` for a fixed distance.
    package let name: String?
    /// Seconds ahead of UTC before the first transition.
    package let offset: Int
    /// In the order of time.
    package let transitions: [Transition]

    /// The most transitions of a zone; the richest of the database has some 400 up to 2100.
    package static let transitionsMax = 1000
    /// The distances that a zone can have, in seconds (RFC 8536, section 3.2).
    package static let offsets = -89_999...93_599

    /// A fixed distance.
    ///
    /// - Parameter offsetMinutes: Minutes ahead of UTC, −14 h … +14 h.
    package init(offsetMinutes: Int) {
        name = nil
        offset = offsetMinutes * 60
        transitions = []
    }

    /// A zone of the database; `nil` when the transitions are too many, out of order or out of range.
    package init?(name: String, offset: Int, transitions: [Transition]) {
        let isOrdered = zip(transitions, transitions.dropFirst()).allSatisfy { $0.at < $1.at }
        guard isOrdered, transitions.count <= Self.transitionsMax, Self.offsets.contains(offset),
            transitions.allSatisfy({ Self.offsets.contains($0.offset) })
        else { return nil }
        self.name = name
        self.offset = offset
        self.transitions = transitions
    }

    /// Coordinated universal time.
    package static let utc = DayZone(offsetMinutes: 0)

    /// The local date of an instant, as days since 1970-01-01.
    ///
    /// Where clocks are set back over midnight a date ends, begins again and ends again; who counts days must
    /// not go back with it.
    package func day(of time: WallTime) -> Int {
        let shift = Int64(offset(at: time)) * 1_000_000_000
        return WallTime(nanoseconds: time.nanoseconds &+ shift).daysSinceEpoch
    }

    /// Seconds ahead of UTC at an instant.
    package func offset(at time: WallTime) -> Int {
        var low = 0
        var high = transitions.count
        while low < high {
            let middle = (low + high) / 2
            // Seconds before 1970 are rounded towards it, which no transition of today can notice.
            if transitions[middle].at <= time.nanoseconds / 1_000_000_000 {
                low = middle + 1
            } else {
                high = middle
            }
        }
        return low == 0 ? offset : transitions[low - 1].offset
    }
}
