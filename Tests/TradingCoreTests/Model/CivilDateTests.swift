import Testing
import TradingCore

@Suite struct CivilDateTests {
    @Test func `agrees with a calendar that is counted day by day`() {
        var days = CivilDate.daysSinceEpoch(year: 1600, month: 1, day: 1)
        #expect(days == -135_140)
        for year in 1600..<2401 {
            let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
            let lengths = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
            for (month, length) in lengths.enumerated() {
                for day in 1...length {
                    let date = CivilDate(daysSinceEpoch: days)
                    guard date.year == year, date.month == month + 1, date.day == day,
                        CivilDate.daysSinceEpoch(year: year, month: month + 1, day: day) == days
                    else {
                        Issue.record("day \(days) is \(year)-\(month + 1)-\(day), got \(date)")
                        return
                    }
                    days += 1
                }
            }
        }
    }

    @Test func `the epoch is 1970-01-01`() {
        #expect(CivilDate.daysSinceEpoch(year: 1970, month: 1, day: 1) == 0)
        #expect(CivilDate.daysSinceEpoch(year: 2026, month: 1, day: 14) == 20_467)
    }
}
