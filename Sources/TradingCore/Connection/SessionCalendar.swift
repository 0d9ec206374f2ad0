/// When a market is expected to send data.
///
/// Quiet is not broken only when the calendar says so. The default is ``alwaysOpen``: quiet without
/// being told is an alarm. The hours are the usual ones of over-the-counter brokers; holidays are not
/// known, and a broker may open some minutes late, which then shows as an alarm.
package enum SessionCalendar: UInt8, Sendable, CaseIterable {
    /// Every hour of the week; crypto markets, and the default.
    case alwaysOpen = 0
    /// Foreign exchange: Sunday 17:00 to Friday 17:00 in New York.
    case fx = 1
    /// Metals: Sunday 18:00 to Friday 17:00 in New York, closed each day from 17:00 to 18:00.
    case metals = 2

    /// The calendar of a configured name: `24x7`, `fx` or `metals`.
    package init?(name: String) {
        guard let calendar = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = calendar
    }

    /// The name used in the configuration.
    package var name: String {
        switch self {
        case .alwaysOpen: "24x7"
        case .fx: "fx"
        case .metals: "metals"
        }
    }

    /// Whether the market is open; the opening instant is, the closing instant is not.
    package func isOpen(at time: WallTime) -> Bool {
        guard self != .alwaysOpen else { return true }
        let local = NewYorkTime(time)
        switch local.weekday {
        case 0: return local.secondOfDay >= openingSecond
        case 5: return local.secondOfDay < Self.closingSecond
        case 6: return false
        default:
            return self == .fx || local.secondOfDay < Self.closingSecond
                || local.secondOfDay >= openingSecond
        }
    }

    /// The first instant at which the market is open, which is `time` itself when it is open then.
    package func nextOpen(after time: WallTime) -> WallTime {
        guard !isOpen(at: time) else { return time }
        let today = NewYorkTime(time).daysSinceEpoch
        // The longest closed stretch is the weekend, so one week ahead always holds an opening.
        for day in today...(today + 7) {
            let opening = NewYorkTime.wallTime(day: day, second: openingSecond)
            if opening > time, isOpen(at: opening) { return opening }
        }
        preconditionFailure("\(name) has no opening within a week of \(time)")
    }

    private static let closingSecond = 17 * 3600
    private var openingSecond: Int { self == .metals ? 18 * 3600 : 17 * 3600 }
}

/// The clock on a wall in New York.
///
/// Daylight saving time is a rule of law since 2007 (Energy Policy Act of 2005, section 110): from
/// 02:00 on the second Sunday of March to 02:00 on the first Sunday of November. Computing it needs no
/// time zone files, which a small container may lack.
struct NewYorkTime {
    /// Days from 1970-01-01 to the local date.
    let daysSinceEpoch: Int
    /// Seconds since local midnight.
    let secondOfDay: Int

    init(_ time: WallTime) {
        let offset = Self.isDaylightSaving(at: time) ? Self.daylightOffset : Self.standardOffset
        let local = WallTime(nanoseconds: time.nanoseconds - Int64(offset) * 1_000_000_000)
        daysSinceEpoch = local.daysSinceEpoch
        secondOfDay = Int(local.nanosecondsOfDay / 1_000_000_000)
    }

    /// 0 is Sunday, 6 is Saturday.
    var weekday: Int { Self.weekday(of: daysSinceEpoch) }

    /// The instant of a local time that is not within an hour of a clock change.
    static func wallTime(day: Int, second: Int) -> WallTime {
        let local = Int64(day) * 86_400 + Int64(second)
        let standard = WallTime(nanoseconds: (local + Int64(standardOffset)) * 1_000_000_000)
        guard isDaylightSaving(at: standard) else { return standard }
        return WallTime(nanoseconds: (local + Int64(daylightOffset)) * 1_000_000_000)
    }

    static func isDaylightSaving(at time: WallTime) -> Bool {
        let year = CivilDate(daysSinceEpoch: time.daysSinceEpoch).year
        let start = sunday(2, year: year, month: 3)
        let end = sunday(1, year: year, month: 11)
        let seconds = Int64(time.daysSinceEpoch) * 86_400 + time.nanosecondsOfDay / 1_000_000_000
        let startSecond = Int64(start) * 86_400 + Int64(2 * 3600 + standardOffset)
        let endSecond = Int64(end) * 86_400 + Int64(2 * 3600 + daylightOffset)
        return seconds >= startSecond && seconds < endSecond
    }

    /// The day of the `ordinal`-th Sunday of a month.
    private static func sunday(_ ordinal: Int, year: Int, month: Int) -> Int {
        let first = CivilDate.daysSinceEpoch(year: year, month: month, day: 1)
        return first + (7 - weekday(of: first)) % 7 + 7 * (ordinal - 1)
    }

    /// 1970-01-01 was a Thursday.
    private static func weekday(of day: Int) -> Int { ((day + 4) % 7 + 7) % 7 }

    private static let standardOffset = 5 * 3600
    private static let daylightOffset = 4 * 3600
}
