/// A point on the wall clock, in nanoseconds since 1970-01-01T00:00:00Z.
///
/// Wall time labels things and decides calendars; it never measures an interval.
public struct WallTime: Sendable, Hashable, Comparable {
    /// Nanoseconds since the Unix epoch, UTC.
    public var nanoseconds: Int64

    /// Creates a point from nanoseconds since the Unix epoch.
    public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    /// Orders points by time.
    public static func < (lhs: Self, rhs: Self) -> Bool { lhs.nanoseconds < rhs.nanoseconds }
}

extension WallTime: CustomStringConvertible {
    /// The time as `2026-01-15T13:13:30.123Z` (RFC 3339, UTC, milliseconds).
    public var description: String {
        let date = CivilDate(daysSinceEpoch: daysSinceEpoch)
        let milliseconds = Int(nanosecondsOfDay / 1_000_000)
        func padded(_ value: Int, _ width: Int) -> String {
            let digits = String(value)
            return String(repeating: "0", count: max(0, width - digits.count)) + digits
        }
        let seconds = milliseconds / 1000
        return "\(padded(date.year, 4))-\(padded(date.month, 2))-\(padded(date.day, 2))T"
            + "\(padded(seconds / 3600, 2)):\(padded(seconds / 60 % 60, 2)):\(padded(seconds % 60, 2))"
            + ".\(padded(milliseconds % 1000, 3))Z"
    }

    /// Whole days since 1970-01-01, UTC.
    package var daysSinceEpoch: Int {
        let (days, rest) = nanoseconds.quotientAndRemainder(dividingBy: Self.dayLength)
        return Int(rest < 0 ? days - 1 : days)
    }

    /// Nanoseconds since midnight, UTC.
    package var nanosecondsOfDay: Int64 {
        nanoseconds - Int64(daysSinceEpoch) * Self.dayLength
    }

    private static let dayLength: Int64 = 86_400_000_000_000
}

/// A day of the proleptic Gregorian calendar.
///
/// The arithmetic follows Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms" (2013): eras of
/// 400 years, years that start in March.
package struct CivilDate: Sendable, Equatable {
    /// The year; 0 is 1 BC.
    package let year: Int
    /// The month, 1 to 12.
    package let month: Int
    /// The day of the month, 1 to 31.
    package let day: Int

    /// The date `daysSinceEpoch` days after 1970-01-01.
    package init(daysSinceEpoch: Int) {
        let shifted = daysSinceEpoch + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra =
            (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * marchMonth + 2) / 5 + 1
        month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    /// Days from 1970-01-01 to a date.
    package static func daysSinceEpoch(year: Int, month: Int, day: Int) -> Int {
        let marchYear = month <= 2 ? year - 1 : year
        let era = (marchYear >= 0 ? marchYear : marchYear - 399) / 400
        let yearOfEra = marchYear - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }
}
