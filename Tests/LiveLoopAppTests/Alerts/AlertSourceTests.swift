import Alerting
import MarketFeed
import Testing

@testable import LiveLoopApp
@testable import TradingCore

/// What of all that threads tell becomes an alert.
@Suite struct AlertSourceTests {
    private let source = AlertSource(feedNames: ["mt5"])
    private let feed = FeedID(rawValue: 0)

    private func events(_ kind: FeedAlert.Kind, count: Int = 0) -> [AlertEvent] {
        var alert = FeedAlert(kind: kind, severity: .info)
        alert.count = count
        alert.failure = .handshakeNoDetail
        alert.duration = .seconds(3)
        return source.events(for: .alert(feed, alert, symbolName: "EURUSD"))
    }

    private func events(_ notice: LoopNotice) -> [AlertEvent] {
        source.events(for: notice) { _ in "EURUSD" }
    }

    private func raised(_ events: [AlertEvent]) -> [AlertReport] {
        events.compactMap { event in
            if case .raised(let report) = event { report } else { nil }
        }
    }

    private func resolved(_ events: [AlertEvent]) -> [AlertType] {
        events.compactMap { event in
            if case .resolved(let type, "mt5") = event { type } else { nil }
        }
    }

    @Test func `every kind of a feed's alert has the name that the document gives it`() {
        for kind in FeedAlert.Kind.allCases {
            let types = raised(events(kind)).map(\.type.rawValue)
            switch kind {
            case .dataRecovered, .streamRecovered: #expect(types.isEmpty)
            default: #expect(types == [kind.name])
            }
        }
    }

    @Test func `a failure tells how many there were in a row, and why`() throws {
        let report = try #require(raised(events(.reconnectFailure, count: 4)).first)
        #expect(report.failuresInARow == 4)
        #expect(report.subject == "mt5")
        #expect(report.message == "feed mt5: not connected (no_detail), 4 failures in a row")
    }

    @Test func `a success is the end of everything about the connection`() {
        let ended: Set<AlertType> = [.connectionLost, .reconnectFailure, .maxRetriesExceeded]
        #expect(Set(resolved(events(.reconnectSuccess))) == ended)
        let state = FeedNotice.stateChanged(feed, .connected, isStarved: true)
        #expect(Set(resolved(source.events(for: state))) == ended)
    }

    @Test func `starvation ends with data and with nothing else`() {
        #expect(resolved(events(.dataRecovered)) == [.dataStarved])
        let starved = FeedNotice.stateChanged(feed, .reconnecting, isStarved: true)
        #expect(source.events(for: starved) == [])
    }

    @Test func `a symbol's silence is about the symbol of the feed`() {
        #expect(raised(events(.streamIdle)).map(\.subject) == ["mt5/EURUSD"])
        #expect(events(.streamRecovered) == [.resolved(.streamIdle, subject: "mt5/EURUSD")])
    }

    @Test func `a refusal is one alert for each limit, and the order rate has its own name`() {
        let limits = "R4 order_rate 101 per 60 s, limit 100 per 60 s; R7 position_size 11 lots"
        let notice = LoopNotice.orderRefused(.cancel(request: 1), .riskLimit, limits)
        let reports = raised(events(notice))
        #expect(reports.map(\.type) == [.orderRateExceeded, .orderRefused])
        #expect(reports.map(\.subject) == ["", "position_size"])
        #expect(reports.allSatisfy { $0.message == "order refused: \(limits)" })
    }

    @Test func `a refusal that another alert explains is none`() {
        for refusal in OrderRefusal.allCases where refusal != .riskLimit {
            let notice = LoopNotice.orderRefused(.cancel(request: 1), refusal, nil)
            #expect(events(notice) == [], "\(refusal)")
        }
    }

    @Test func `the day's loss has the name that the document gives it`() throws {
        let event = RiskEvent.dailyLossBreached(loss: .zero, limit: .zero)
        let report = try #require(raised(events(.risk(event))).first)
        #expect(report.type.rawValue == "MAX_DAILY_LOSS_EXCEEDED")
        #expect(report.severity == .critical)
        #expect(events(.risk(.dayRolled(from: 1, to: 2, realised: .zero))) == [])
    }

    @Test func `a silent gateway warns, a lost one is critical, and an answer ends both`() {
        var center = AlertCenter(AlertCenterSettings(), idPrefix: "t")
        let now = AlertTime(monotonic: .zero, wall: WallTime(nanoseconds: 0))
        func change(_ link: GatewayLink) -> [AlertSeverity] {
            let notice = LoopNotice.gatewayChanged(
                from: GatewayCondition(link: .alive),
                to: GatewayCondition(link: link)
            )
            return events(notice).flatMap { center.take($0, at: now) }.compactMap { action in
                if case .deliver(let message) = action { message.alert.severity } else { nil }
            }
        }
        #expect(change(.connecting) == [])
        #expect(change(.silent) == [.warning])
        #expect(change(.lost) == [.critical])
        #expect(change(.connecting) == [])
        #expect(change(.alive) == [.critical])
        #expect(center.active.isEmpty)
    }

    @Test func `each reason of the kill switch is an alert, and a ledger that fails another`() {
        let trips = [KillSwitchCause.file, .ledger].map { cause in
            KillSwitchTrip(
                cause: cause,
                reason: "because",
                operatorName: "ann",
                time: WallTime(nanoseconds: 0),
                noticedBy: .loop
            )
        }
        var center = AlertCenter(AlertCenterSettings(), idPrefix: "t")
        let now = AlertTime(monotonic: .zero, wall: WallTime(nanoseconds: 0))
        for event in source.events(for: trips) { _ = center.take(event, at: now) }
        #expect(center.active.map(\.subject) == ["everything/file", "everything/ledger", ""])
        #expect(center.active.last?.type == .ledgerFailed)
        #expect(center.active.first?.message == "engaged for everything by ann: because")
        for event in source.events(for: []) { _ = center.take(event, at: now) }
        #expect(center.active.isEmpty)
    }
}
