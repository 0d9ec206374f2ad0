import Foundation
import TestSupport
import Testing

@testable import LiveLoopApp
@testable import TradingCore

/// Time zones of the system, with the years that its files do not write down.
@Suite struct ZoneInfoTests {
    private static let hasZones =
        FileManager.default.fileExists(atPath: ZoneInfoFile.directory + "/Europe/Berlin")
    private static let zones = [
        "Europe/Berlin", "America/New_York", "Asia/Tokyo", "Asia/Kolkata", "Europe/Dublin",
        "Australia/Lord_Howe", "Pacific/Chatham", "America/Sao_Paulo", "America/Havana",
        "Africa/Cairo", "America/Argentina/Buenos_Aires",
    ]

    @Test(.enabled(if: hasZones, "no tzdata here"), arguments: zones)
    func `a zone is as far from UTC as another library says, today and in fifty years`(
        name: String
    ) throws {
        let zone = try ZoneInfoFile.read(name)
        let reference = try #require(TimeZone(identifier: name))
        #expect(zone.name == name)
        for year in [1995, 2020, 2026, 2027, 2036, 2037] {
            let start = CivilDate.daysSinceEpoch(year: year, month: 1, day: 1)
            for hour in stride(from: 0, to: 366 * 24, by: 3) {
                let seconds = start * 86_400 + hour * 3600
                let expected = reference.secondsFromGMT(
                    for: Date(timeIntervalSince1970: Double(seconds))
                )
                let found = zone.offset(at: time(seconds))
                guard found != expected else { continue }
                Issue.record("\(name) at \(time(seconds)): \(found), reference \(expected)")
                return
            }
        }
    }

    @Test(.enabled(if: hasZones, "no tzdata here"))
    func `the rule of a zone goes on where its file ends, up to 2100`() throws {
        let zone = try ZoneInfoFile.read("Europe/Berlin")
        // The last Sundays of March and October 2071 are the 29th and the 25th.
        let spring = CivilDate.daysSinceEpoch(year: 2071, month: 3, day: 29) * 86_400 + 3600
        let autumn = CivilDate.daysSinceEpoch(year: 2071, month: 10, day: 25) * 86_400 + 3600
        #expect(zone.offset(at: time(spring - 1)) == 3600)
        #expect(zone.offset(at: time(spring)) == 7200)
        #expect(zone.offset(at: time(autumn - 1)) == 7200)
        #expect(zone.offset(at: time(autumn)) == 3600)
        #expect(zone.transitions.count <= DayZone.transitionsMax)
    }

    @Test(arguments: [
        ("M3.5.0", 2026, 3, 29), ("M3.2.0", 2026, 3, 8), ("M11.1.0", 2026, 11, 1),
        ("M12.5.4", 2026, 12, 31), ("M2.5.0", 2028, 2, 27), ("J60", 2028, 3, 1),
        ("J60", 2026, 3, 1),
        // The fifth Sunday would be the first of the next month.
        ("M3.5.0", 2029, 3, 25),
        ("59", 2028, 2, 29), ("0", 2026, 1, 1),
    ])
    func `the days of rules are found in the calendar`(
        day: String,
        year: Int,
        month: Int,
        dayOfMonth: Int
    ) throws {
        let rule = try #require(ZoneRule("AAA0BBB,\(day)/0,J365/0"))
        let begins = try #require(rule.summer?.begins)
        let expected = CivilDate.daysSinceEpoch(year: year, month: month, day: dayOfMonth)
        #expect(begins.seconds(in: year) == Int64(expected) * 86_400)
    }

    @Test(
        arguments: [
            ("UTC0", 0, nil), ("<-03>3", -10_800, nil), ("<+0545>-5:45", 20_700, nil),
            ("IST-1GMT0,M10.5.0,M3.5.0/1", 3600, 0), ("EST5EDT,M3.2.0,M11.1.0", -18_000, -14_400),
            ("<-02>2<-01>,M3.5.0/-1,M10.5.0/0", -7200, -3600),
        ] as [(String, Int, Int?)]
    )
    func `rules are read`(text: String, offset: Int, summer: Int?) throws {
        let rule = try #require(ZoneRule(text))
        #expect(rule.offset == offset)
        #expect(rule.summer?.offset == summer)
    }

    @Test(arguments: [
        "", "C0", "CET", "CET-1CEST", "CET-1CEST,M3.5.0", "CET-1CEST,M13.5.0,M10.5.0",
        "CET-1CEST,M3.0.0,M10.5.0", "CET-1CEST,M3.5.7,M10.5.0", "CET-1CEST,J0,J1",
        "CET-1CEST,M3.5.0,M10.5.0/3x", "<CET-1", "CET-1:60", "CET-168", "CET-1CEST,366,1",
    ])
    func `what is no rule is refused`(text: String) { #expect(ZoneRule(text) == nil) }

    @Test(.enabled(if: hasZones, "no tzdata here"))
    func `a file that is cut or changed anywhere is refused or a zone within its bounds`() throws {
        let bytes = try Array(
            Data(contentsOf: URL(fileURLWithPath: ZoneInfoFile.directory + "/Europe/Berlin"))
        )
        for length in 0..<bytes.count {
            #expect(throws: ZoneInfoFault.self) {
                try ZoneInfoFile.decode(Array(bytes[..<length]), name: "x")
            }
        }
        var random = SeededRandom(seed: 4)
        for _ in 0..<2000 {
            var changed = bytes
            let place = Int.random(in: 0..<bytes.count, using: &random)
            changed[place] = UInt8.random(in: 0...255, using: &random)
            guard let zone = try? ZoneInfoFile.decode(changed, name: "x") else { continue }
            #expect(zone.transitions.count <= DayZone.transitionsMax)
        }
    }

    private func time(_ seconds: Int) -> WallTime {
        WallTime(nanoseconds: Int64(seconds) * 1_000_000_000)
    }
}
