internal import TradingCore

/// By which rule a zone changes its clocks in every further year, as POSIX writes it in `TZ`:
/// `CET-1CEST,M3.5.0,M10.5.0/3`.
///
/// POSIX.1-2017, "Environment Variables", 8.3, with the hours beyond a day of RFC 8536, section 3.3.1.
struct ZoneRule: Equatable {
    /// When in a year a change is made.
    struct Change: Equatable {
        enum Day: Equatable {
            /// A weekday (0 is Sunday) of a month; week 5 is the last.
            case weekday(Int, week: Int, month: Int)
            /// 1 to 365; 29 February is never counted.
            case withoutLeapDay(Int)
            /// 0 to 365; 29 February is counted.
            case fromZero(Int)
        }

        var day: Day
        /// Seconds after local midnight, which may lie on another day.
        var seconds = 7200
    }

    /// The time of the other half of the year.
    struct Summer: Equatable {
        var offset: Int
        var begins: Change
        var ends: Change
    }

    /// Seconds ahead of UTC outside of summer.
    var offset: Int
    var summer: Summer?

    /// Reads a rule; `nil` when it is none.
    init?(_ text: some StringProtocol) {
        var scanner = ZoneRuleScanner(text)
        guard scanner.skipName(), let west = scanner.time() else { return nil }
        offset = -west
        if scanner.isAtEnd { return }
        guard scanner.skipName() else { return nil }
        var summerOffset = offset + 3600
        if !scanner.isNext(",") {
            guard let west = scanner.time() else { return nil }
            summerOffset = -west
        }
        guard scanner.skip(","), let begins = scanner.change(), scanner.skip(","),
            let ends = scanner.change(), scanner.isAtEnd
        else { return nil }
        summer = Summer(offset: summerOffset, begins: begins, ends: ends)
    }

    /// The two changes of a year, in the order of time; none without summer.
    func transitions(in year: Int) -> [DayZone.Transition] {
        guard let summer else { return [] }
        // Each is told in the time that it ends.
        let begins = DayZone.Transition(
            at: summer.begins.seconds(in: year) - Int64(offset),
            offset: summer.offset
        )
        let ends = DayZone.Transition(
            at: summer.ends.seconds(in: year) - Int64(summer.offset),
            offset: offset
        )
        return begins.at < ends.at ? [begins, ends] : [ends, begins]
    }
}

extension ZoneRule.Change {
    /// The local instant in a year, in seconds since 1970-01-01.
    func seconds(in year: Int) -> Int64 {
        Int64(days(in: year)) * 86_400 + Int64(seconds)
    }

    private func days(in year: Int) -> Int {
        let first = CivilDate.daysSinceEpoch(year: year, month: 1, day: 1)
        switch day {
        case .fromZero(let number): return first + number
        case .withoutLeapDay(let number):
            let isLeap = CivilDate.daysSinceEpoch(year: year, month: 3, day: 1) - first == 60
            return first + number - 1 + (isLeap && number >= 60 ? 1 : 0)
        case .weekday(let weekday, let week, let month):
            let begin = CivilDate.daysSinceEpoch(year: year, month: month, day: 1)
            let next =
                month == 12
                ? CivilDate.daysSinceEpoch(year: year + 1, month: 1, day: 1)
                : CivilDate.daysSinceEpoch(year: year, month: month + 1, day: 1)
            // 1970-01-01 was a Thursday.
            let weekdayOfFirst = ((begin + 4) % 7 + 7) % 7
            var day = begin + (weekday - weekdayOfFirst + 7) % 7 + (week - 1) * 7
            if day >= next { day -= 7 }
            return day
        }
    }
}

/// Reads a rule from left to right.
private struct ZoneRuleScanner {
    private var rest: Substring

    init(_ text: some StringProtocol) { rest = Substring(text) }

    var isAtEnd: Bool { rest.isEmpty }

    func isNext(_ text: String) -> Bool { rest.hasPrefix(text) }

    mutating func skip(_ text: String) -> Bool {
        guard rest.hasPrefix(text) else { return false }
        rest.removeFirst(text.count)
        return true
    }

    /// The name of a time, which says nothing: letters, or anything between angle brackets.
    mutating func skipName() -> Bool {
        if skip("<") {
            guard let end = rest.firstIndex(of: ">") else { return false }
            rest = rest[rest.index(after: end)...]
            return true
        }
        let name = rest.prefix { $0.isASCII && $0.isLetter }
        rest = rest[name.endIndex...]
        return name.count >= 3
    }

    /// `[+-]hh[:mm[:ss]]` in seconds, up to a week.
    mutating func time() -> Int? {
        let isNegative = skip("-")
        if !isNegative { _ = skip("+") }
        guard let hours = number(0...167) else { return nil }
        var seconds = hours * 3600
        for unit in [60, 1] where skip(":") {
            guard let part = number(0...59) else { return nil }
            seconds += part * unit
        }
        return isNegative ? -seconds : seconds
    }

    /// `Mm.w.d`, `Jn` or `n`, with `/time` behind.
    mutating func change() -> ZoneRule.Change? {
        var change: ZoneRule.Change
        if skip("M") {
            guard let month = number(1...12), skip("."), let week = number(1...5), skip("."),
                let weekday = number(0...6)
            else { return nil }
            change = ZoneRule.Change(day: .weekday(weekday, week: week, month: month))
        } else if skip("J") {
            guard let day = number(1...365) else { return nil }
            change = ZoneRule.Change(day: .withoutLeapDay(day))
        } else {
            guard let day = number(0...365) else { return nil }
            change = ZoneRule.Change(day: .fromZero(day))
        }
        if skip("/") {
            guard let seconds = time() else { return nil }
            change.seconds = seconds
        }
        return change
    }

    private mutating func number(_ range: ClosedRange<Int>) -> Int? {
        let digits = rest.prefix { $0.isASCII && $0.isNumber }
        guard (1...3).contains(digits.count), let number = Int(digits), range.contains(number)
        else { return nil }
        rest = rest[digits.endIndex...]
        return number
    }
}
