/// The time zone whose midnight begins a trading day, as a fixed distance from UTC.
package struct DayZone: Sendable, Equatable {
    /// Minutes ahead of UTC, −14 h … +14 h.
    package let offsetMinutes: Int

    package init(offsetMinutes: Int) { self.offsetMinutes = offsetMinutes }

    /// Coordinated universal time.
    package static let utc = DayZone(offsetMinutes: 0)

    /// The local date of an instant, as days since 1970-01-01.
    package func day(of time: WallTime) -> Int {
        let shift = Int64(offsetMinutes) * 60_000_000_000
        return WallTime(nanoseconds: time.nanoseconds + shift).daysSinceEpoch
    }
}
