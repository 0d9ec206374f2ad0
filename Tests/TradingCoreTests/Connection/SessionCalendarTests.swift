import TestSupport
import Testing
import TradingCore

@Suite struct SessionCalendarTests {
    /// A UTC time, as hours and minutes in one number: 2159 is 21:59.
    private func utc(_ year: Int, _ month: Int, _ day: Int, _ clock: Int) -> WallTime {
        let days = CivilDate.daysSinceEpoch(year: year, month: month, day: day)
        let seconds = days * 86_400 + clock / 100 * 3600 + clock % 100 * 60
        return WallTime(nanoseconds: Int64(seconds) * 1_000_000_000)
    }

    private func justBefore(_ time: WallTime) -> WallTime {
        WallTime(nanoseconds: time.nanoseconds - 1)
    }

    @Test func `fx is closed from Friday to Sunday 17:00 in New York, in winter and in summer`() {
        let weekends = [
            (utc(2026, 1, 16, 2200), utc(2026, 1, 18, 2200)),
            (utc(2026, 7, 17, 2100), utc(2026, 7, 19, 2100)),
        ]
        for (closing, opening) in weekends {
            #expect(SessionCalendar.fx.isOpen(at: justBefore(closing)))
            #expect(!SessionCalendar.fx.isOpen(at: closing))
            #expect(!SessionCalendar.fx.isOpen(at: justBefore(opening)))
            #expect(SessionCalendar.fx.isOpen(at: opening))
            #expect(SessionCalendar.fx.nextOpen(after: closing) == opening)
            #expect(SessionCalendar.fx.nextOpen(after: opening) == opening)
        }
        #expect(SessionCalendar.fx.isOpen(at: utc(2026, 1, 14, 2230)))
    }

    @Test func `the weekend of a clock change closes by the old clock and opens by the new one`() {
        let spring = utc(2026, 3, 6, 2200)
        #expect(SessionCalendar.fx.isOpen(at: justBefore(spring)))
        #expect(!SessionCalendar.fx.isOpen(at: spring))
        #expect(SessionCalendar.fx.nextOpen(after: spring) == utc(2026, 3, 8, 2100))
        let autumn = utc(2026, 10, 30, 2100)
        #expect(SessionCalendar.fx.isOpen(at: justBefore(autumn)))
        #expect(!SessionCalendar.fx.isOpen(at: autumn))
        #expect(SessionCalendar.fx.nextOpen(after: autumn) == utc(2026, 11, 1, 2200))
        #expect(SessionCalendar.metals.nextOpen(after: autumn) == utc(2026, 11, 1, 2300))
    }

    /// Published dates of the clock changes.
    private static let changes: [(year: Int, spring: Int, autumn: Int)] = [
        (2007, 11, 4), (2015, 8, 1), (2020, 8, 1), (2024, 10, 3), (2025, 9, 2), (2026, 8, 1),
        (2027, 14, 7), (2028, 12, 5), (2029, 11, 4), (2030, 10, 3), (2037, 8, 1),
    ]

    @Test func `the clocks change on the published days`() {
        for change in Self.changes {
            // The Sunday of the change opens by the new clock, the Sunday before by the old one.
            let spring = utc(change.year, 3, change.spring, 2100)
            let autumn = utc(change.year, 11, change.autumn, 2200)
            let week = Int64(7 * 86_400) * 1_000_000_000
            let isOpen = SessionCalendar.fx.isOpen
            #expect(isOpen(spring) && !isOpen(justBefore(spring)), "\(change)")
            #expect(!isOpen(WallTime(nanoseconds: spring.nanoseconds - week)), "\(change)")
            #expect(isOpen(autumn) && !isOpen(justBefore(autumn)), "\(change)")
            let hour: Int64 = 3600 * 1_000_000_000
            let before = WallTime(nanoseconds: autumn.nanoseconds - week - hour)
            #expect(isOpen(before) && !isOpen(justBefore(before)), "\(change)")
        }
    }

    @Test func `metals pause each day from 17:00 to 18:00 in New York`() {
        let metals = SessionCalendar.metals
        for day in 12...15 {
            #expect(metals.isOpen(at: justBefore(utc(2026, 1, day, 2200))))
            #expect(!metals.isOpen(at: utc(2026, 1, day, 2200)))
            #expect(!metals.isOpen(at: justBefore(utc(2026, 1, day, 2300))))
            #expect(metals.nextOpen(after: utc(2026, 1, day, 2230)) == utc(2026, 1, day, 2300))
        }
        #expect(!metals.isOpen(at: utc(2026, 1, 16, 2200)))
        #expect(!metals.isOpen(at: utc(2026, 1, 16, 2300)))
        #expect(metals.nextOpen(after: utc(2026, 1, 16, 2200)) == utc(2026, 1, 18, 2300))
        #expect(!metals.isOpen(at: justBefore(utc(2026, 1, 18, 2300))))
    }

    @Test func `the default is always open`() {
        for day in 1...31 { #expect(SessionCalendar.alwaysOpen.isOpen(at: utc(2026, 1, day, 300))) }
        let time = utc(2026, 1, 17, 1200)
        #expect(SessionCalendar.alwaysOpen.nextOpen(after: time) == time)
        #expect(WatchedSymbol().calendar == .alwaysOpen)
    }

    @Test func `the next opening is open, and nothing before it is`() {
        var random = SeededRandom(seed: 20)
        let start = utc(2020, 1, 1, 0).nanoseconds
        let end = utc(2040, 1, 1, 0).nanoseconds
        for _ in 0..<3000 {
            let time = WallTime(nanoseconds: Int64.random(in: start..<end, using: &random))
            for calendar in SessionCalendar.allCases {
                let opening = calendar.nextOpen(after: time)
                #expect(calendar.isOpen(at: opening) && opening >= time)
                guard opening > time else { continue }
                #expect(!calendar.isOpen(at: justBefore(opening)))
                let between = Int64.random(
                    in: time.nanoseconds..<opening.nanoseconds,
                    using: &random
                )
                #expect(!calendar.isOpen(at: WallTime(nanoseconds: between)))
            }
        }
    }

    @Test func `the names are those of the configuration`() {
        for calendar in SessionCalendar.allCases {
            #expect(SessionCalendar(name: calendar.name) == calendar)
        }
        #expect(SessionCalendar.allCases.map(\.name) == ["24x7", "fx", "metals"])
        #expect(SessionCalendar(name: "FX") == nil)
    }
}
