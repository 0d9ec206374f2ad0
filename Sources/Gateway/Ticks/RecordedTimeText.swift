import TradingCore

/// A point in time as recordings write it, read without a calendar library.
///
/// Either one number (10 digits are seconds, 13 milliseconds, 16 microseconds, 19 nanoseconds, with
/// a fraction allowed after seconds), or a date with a time of day: `20200101 170000065`,
/// `2013-01-01 22:00:00.295000+00:00`, `2026.01.28 21:42:08.773`.
struct RecordedTimeText {
    /// The runs of digits, in order, and the byte that stood before each.
    private var groups: [(before: UInt8, digits: Int, value: Int64)] = []
    private var isReadable = true

    private static let groupsMax = 9

    /// Adds a field; the date and the time of day may be two.
    mutating func append(_ field: Span<UInt8>) {
        var before = UInt8(ascii: " ")
        var isInside = false
        for index in field.indices {
            let byte = field[index]
            guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else {
                before = byte
                isInside = false
                continue
            }
            let digit = Int64(byte - UInt8(ascii: "0"))
            if isInside, let last = groups.indices.last, groups[last].digits < 18 {
                groups[last].digits += 1
                groups[last].value = groups[last].value * 10 + digit
            } else if isInside, let last = groups.indices.last, groups[last].digits == 18,
                groups[last].value < Int64.max / 10
            {
                groups[last].digits += 1
                groups[last].value = groups[last].value * 10 + digit
            } else if !isInside, groups.count < Self.groupsMax {
                groups.append((before: before, digits: 1, value: digit))
            } else {
                isReadable = false
            }
            isInside = true
        }
    }

    /// The time, or `nil` when the text is none.
    var time: WallTime? {
        guard isReadable, let first = groups.first else { return nil }
        let nanoseconds: Int64? =
            first.digits >= 9 && groups.count <= 2
            ? sinceEpoch(first.digits, first.value) : calendarTime
        return nanoseconds.map(WallTime.init(nanoseconds:))
    }

    private func sinceEpoch(_ digits: Int, _ value: Int64) -> Int64? {
        let unit: Int64
        switch digits {
        case 9...11: unit = 1_000_000_000
        case 13: unit = 1_000_000
        case 16: unit = 1000
        case 19: unit = 1
        default: return nil
        }
        guard value <= Int64.max / unit - 1 else { return nil }
        guard groups.count == 2 else { return value * unit }
        guard unit == 1_000_000_000, groups[1].before == UInt8(ascii: ".") else { return nil }
        return value * unit + fraction(1)
    }

    private var calendarTime: Int64? {
        var index = 0
        let day: (year: Int64, month: Int64, day: Int64)
        if groups[0].digits == 8 {
            let packed = groups[0].value
            day = (packed / 10_000, packed / 100 % 100, packed % 100)
            index = 1
        } else {
            guard groups.count >= 3 else { return nil }
            day = (groups[0].value, groups[1].value, groups[2].value)
            index = 3
        }
        guard (1970...2200).contains(day.year), (1...12).contains(day.month),
            (1...31).contains(day.day), let timeOfDay = timeOfDay(from: index)
        else { return nil }
        let days = CivilDate.daysSinceEpoch(
            year: Int(day.year),
            month: Int(day.month),
            day: Int(day.day)
        )
        return Int64(days) * 86_400_000_000_000 + timeOfDay
    }

    private func timeOfDay(from start: Int) -> Int64? {
        guard start < groups.count else { return nil }
        // `HHMMSSmmm` in one run.
        if groups[start].digits == 9, groups.count == start + 1 {
            let packed = groups[start].value
            return nanoseconds(packed / 10_000_000, packed / 100_000 % 100, packed / 1000 % 100)
                .map { $0 + packed % 1000 * 1_000_000 }
        }
        guard groups.count >= start + 3,
            var result = nanoseconds(
                groups[start].value,
                groups[start + 1].value,
                groups[start + 2].value
            )
        else { return nil }
        var index = start + 3
        if index < groups.count, groups[index].before == UInt8(ascii: ".") {
            result += fraction(index)
            index += 1
        }
        guard index < groups.count else { return result }
        // An offset from UTC: `+02:00`.
        let sign = groups[index].before
        guard sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-"), groups.count == index + 2,
            groups[index].value <= 14, groups[index + 1].value < 60
        else { return nil }
        let minutes = groups[index].value * 60 + groups[index + 1].value
        return result + (sign == UInt8(ascii: "+") ? -minutes : minutes) * 60_000_000_000
    }

    private func nanoseconds(_ hours: Int64, _ minutes: Int64, _ seconds: Int64) -> Int64? {
        // A leap second is written as 60.
        guard hours < 24, minutes < 60, seconds <= 60 else { return nil }
        return (hours * 3600 + minutes * 60 + seconds) * 1_000_000_000
    }

    /// A run of digits as a fraction of a second.
    private func fraction(_ index: Int) -> Int64 {
        var value = groups[index].value
        var digits = groups[index].digits
        while digits > 9 {
            value /= 10
            digits -= 1
        }
        while digits < 9 {
            value *= 10
            digits += 1
        }
        return value
    }
}
