import Alerting
import Testing
import TradingCore

@Suite struct AlertCenterTests {
    private func center(
        _ change: (inout AlertCenterSettings) -> Void = { _ in }
    ) -> AlertCenter {
        var settings = AlertCenterSettings()
        change(&settings)
        return AlertCenter(settings, idPrefix: "t")
    }

    private func stages(_ actions: [AlertAction]) -> [AlertMessage.Stage] {
        actions.compactMap { $0.delivered?.stage }
    }

    @Test func `a condition is told once, however often it is seen`() {
        var center = center()
        #expect(stages(center.take(.raised(.starved()), at: at(0))) == [.raised])
        for second in 1...100 {
            #expect(center.take(.raised(.starved()), at: at(Double(second))) == [])
        }
        #expect(center.active.count == 1)
        #expect(center.active.first?.count == 101)
        #expect(center.active.first?.first == at(0))
        #expect(center.active.first?.last == at(100))
        #expect(center.counters.raised.reduce(0, +) == 1)
    }

    @Test func `the same trouble of another feed is an alert of its own`() {
        var center = center()
        _ = center.take(.raised(.starved("a")), at: at(0))
        #expect(stages(center.take(.raised(.starved("b")), at: at(0))) == [.raised])
        #expect(center.active.map(\.id) == ["t-1", "t-2"])
    }

    @Test func `failures in a row become a warning and then critical, each told once`() {
        var center = center()
        var told: [(Int, AlertSeverity)] = []
        for failures in 1...12 {
            let actions = center.take(.raised(.unreached(failures)), at: at(Double(failures)))
            told += actions.compactMap { action in
                action.delivered.map { (failures, $0.alert.severity) }
            }
        }
        #expect(told.map(\.0) == [3, 5])
        #expect(told.map(\.1) == [.warning, .critical])
    }

    @Test func `a threshold whose own notice was lost is told by the next one`() {
        var center = center()
        _ = center.take(.raised(.unreached(2)), at: at(0))
        let actions = center.take(.raised(.unreached(6)), at: at(1))
        #expect(actions.compactMap { $0.delivered?.alert.severity } == [.critical])
    }

    @Test func `a warning that lasts becomes critical, and is remembered until it is over`() {
        var center = center()
        let report = AlertReport(.gatewaySilent, "", .warning, "three heartbeats")
        #expect(stages(center.take(.raised(report), at: at(0))) == [.raised])
        #expect(center.advance(to: at(299)) == [])
        let escalated = center.advance(to: at(300)).compactMap(\.delivered)
        #expect(escalated.map(\.stage) == [.escalated])
        #expect(escalated.first?.alert.severity == .critical)
        #expect(escalated.first?.text == "unresolved for 300.0 s: three heartbeats")
        #expect(center.advance(to: at(2099)) == [])
        #expect(stages(center.advance(to: at(2100))) == [.reminder])
        #expect(stages(center.advance(to: at(3900))) == [.reminder])
        let over = center.take(.resolved(.gatewaySilent, subject: ""), at: at(4000))
        #expect(
            over.compactMap { $0.delivered?.text } == ["resolved after 4000.0 s: three heartbeats"]
        )
        #expect(center.active.isEmpty)
        #expect(center.history.map(\.state) == [.resolved])
    }

    @Test func `an order of unknown outcome is critical after fifteen seconds`() {
        var center = center()
        let report = AlertReport(.orderUnknown, "id", .warning, "unknown")
        _ = center.take(.raised(report), at: at(0))
        #expect(center.advance(to: at(14.9)) == [])
        #expect(stages(center.advance(to: at(15))) == [.escalated])
    }

    @Test func `who did not hear of an alert does not hear of its end`() {
        var center = center()
        #expect(stages(center.take(.raised(.unreached(1)), at: at(0))) == [])
        let event = AlertEvent.resolved(.reconnectFailure, subject: "mt5")
        #expect(stages(center.take(event, at: at(1))) == [])
        #expect(center.history.count == 1)
    }

    @Test func `everybody hears of everything when the webhook asks for info`() {
        var center = center { $0.deliverFrom = .info }
        #expect(stages(center.take(.raised(.unreached(1)), at: at(0))) == [.raised])
        let event = AlertEvent.resolved(.reconnectFailure, subject: "mt5")
        #expect(stages(center.take(event, at: at(1))) == [.resolved])
    }

    @Test func `what comes back at once is told again, and is over only when it stays away`() {
        var center = center()
        let over = AlertEvent.resolved(.dataStarved, subject: "mt5")
        _ = center.take(.raised(.starved()), at: at(0))
        #expect(stages(center.take(over, at: at(1))) == [.resolved])
        #expect(stages(center.take(.raised(.starved()), at: at(2))) == [.raised])
        // It flaps from here on, and stays one alert.
        for second in stride(from: 3.0, to: 100, by: 2) {
            #expect(center.take(over, at: at(second)) == [])
            #expect(center.advance(to: at(second + 0.5)) == [])
            #expect(center.take(.raised(.starved()), at: at(second + 1)) == [])
        }
        #expect(center.take(over, at: at(200)) == [])
        #expect(center.advance(to: at(259)) == [])
        let end = center.advance(to: at(260)).compactMap(\.delivered)
        #expect(end.map(\.stage) == [.resolved])
        #expect(end.first?.text == "resolved after 198.0 s: no data")
    }

    @Test func `what comes and goes by itself is told once and ends in silence`() {
        var center = center()
        let report = AlertReport(.gap, "EURUSD", .warning, "12 are missing")
        #expect(stages(center.take(.raised(report), at: at(0))) == [.raised])
        #expect(center.take(.raised(report), at: at(59)) == [])
        #expect(center.advance(to: at(100)) == [])
        #expect(center.active.first?.count == 2)
        #expect(center.advance(to: at(119)) == [])
        #expect(center.active.isEmpty)
        #expect(center.history.map(\.state) == [.ended])
        #expect(stages(center.take(.raised(report), at: at(120))) == [.raised])
    }

    @Test func `a look says what lasts and what is over`() {
        var center = center()
        let trips = ["everything/file", "EURUSD/file"].map {
            AlertReport(.killSwitch, $0, .critical, "engaged")
        }
        #expect(
            stages(center.take(.standing(.killSwitch, trips), at: at(0))) == [.raised, .raised]
        )
        #expect(center.take(.standing(.killSwitch, trips), at: at(1)) == [])
        #expect(center.active.map(\.count) == [1, 1])
        let one = center.take(.standing(.killSwitch, [trips[0]]), at: at(2))
        #expect(one.compactMap { $0.delivered?.alert.subject } == ["EURUSD/file"])
        #expect(stages(center.take(.standing(.killSwitch, []), at: at(3))) == [.resolved])
    }

    @Test func `at the bound the oldest of the least that matters makes room, and is counted`() {
        var center = center { $0.activeMax = 3 }
        _ = center.take(.raised(.starved("a")), at: at(0))
        for name in ["b", "c"] {
            let report = AlertReport(.streamIdle, name, .warning, "silent")
            _ = center.take(.raised(report), at: at(1))
        }
        #expect(stages(center.take(.raised(.starved("d")), at: at(2))) == [.raised])
        #expect(center.active.map(\.subject) == ["a", "c", "d"])
        #expect(center.history.map(\.state) == [.displaced])
        #expect(center.counters.displaced == 1)
        _ = center.take(.raised(.starved("e")), at: at(3))
        #expect(center.take(.raised(.starved("f")), at: at(4)) == [])
        #expect(center.counters.refused == 1)
    }

    @Test func `text from outside is bounded and cannot leave its line`() throws {
        var center = center()
        let nasty = "a\n[KILL]\u{1B}[2J\u{202E}" + String(repeating: "x", count: 5000)
        let report = AlertReport(.streamIdle, "EUR\rUSD\u{0}", .warning, nasty)
        _ = center.take(.raised(report), at: at(0))
        let alert = try #require(center.active.first)
        #expect(alert.subject == #"EUR\rUSD\u{0}"#)
        #expect(alert.message.hasPrefix(#"a\n[KILL]\u{1b}[2J\u{202e}xxx"#))
        #expect(alert.message.unicodeScalars.count < 600)
        // The same subject finds the same alert, although it was escaped.
        _ = center.take(.raised(report), at: at(1))
        #expect(center.active.map(\.count) == [2])
        _ = center.take(.resolved(.streamIdle, subject: "EUR\rUSD\u{0}"), at: at(2))
        #expect(center.active.isEmpty)
    }

    @Test func `a message has the four members that every receiver knows, and an id of its own`() {
        var center = center()
        let raised = center.take(.raised(.starved()), at: at(0)).compactMap(\.delivered)
        let over = AlertEvent.resolved(.dataStarved, subject: "mt5")
        let resolved = center.take(over, at: at(2.5)).compactMap(\.delivered)
        let texts = (raised + resolved).map { $0.json(mode: "PAPER", version: "1") }
        #expect(
            texts.first == """
                {"severity":"critical","type":"data_starved","message":"no data",\
                "timestamp":"2027-01-15T08:00:00.000Z","id":"t-1.1","alert":"t-1",\
                "stage":"raised","subject":"mt5","count":1,"first":"2027-01-15T08:00:00.000Z",\
                "last":"2027-01-15T08:00:00.000Z","duration_seconds":0.000,"mode":"PAPER",\
                "source":"live-loop","version":"1"}
                """
        )
        #expect(texts.last?.contains(#""id":"t-1.2","alert":"t-1","stage":"resolved""#) == true)
        #expect(texts.last?.contains(#""duration_seconds":2.500"#) == true)
    }
}
