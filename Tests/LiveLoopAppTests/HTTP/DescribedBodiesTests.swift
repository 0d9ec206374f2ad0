import MarketFeed
import StatusAPI
import Telemetry
import TestSupport
import Testing

@testable import Alerting
@testable import LiveLoopApp
@testable import TradingCore

/// The description of the HTTP interface names each member of each answer, and no other.
@Suite struct DescribedBodiesTests {
    @Test func `every JSON answer has the members that are described, all and no others`() throws {
        var document = try OpenAPIDocument()
        var bodies = Self.report().bodies
        bodies["/api/v1/alerts"] = try Self.alertBodies()
        let silent: [StatusRoute] = [.page, .metrics, .events]
        let routes = StatusRoute.all.filter { $0.methods.contains("GET") && !silent.contains($0) }
        #expect(Set(routes.map(\.template)) == Set(bodies.keys))
        for route in routes {
            let schema = document.schema(of: "GET \(route.template)", status: 200)
            for body in bodies[route.template] ?? [] {
                try document.check(body, schema, route.template)
            }
        }
        try document.check(Self.alertEvent(), document.schema("AlertEvent"), "AlertEvent")
        #expect(document.faults == [])
        #expect(document.unseen == [], "described, and null or empty in every body")
    }

    @Test func `a body with a member more, or one less, or of another kind is found`() throws {
        let body = #"{"conserved":true,"streams":[]}"#
        func faults(_ body: String) throws -> Int {
            var document = try OpenAPIDocument()
            try document.check(body, document.schema("GapsAnswer"), "GapsAnswer")
            return document.faults.count
        }
        #expect(try faults(body) == 0)
        #expect(try faults(#"{"conserved":true,"streams":[],"more":1}"#) == 1)
        #expect(try faults(#"{"conserved":true}"#) == 1)
        #expect(try faults(#"{"conserved":1,"streams":[]}"#) == 1)
        #expect(try faults(#"{"conserved":true,"streams":[{}]}"#) > 10)
        #expect(try faults("[]") == 2)
    }

    // MARK: A process of which everything can be told

    private static func alert(at seconds: Int64) -> AlertTime {
        AlertTime(
            monotonic: MetricsScene.clock + .seconds(seconds),
            wall: WallTime(
                nanoseconds: MetricsScene.now.nanoseconds + seconds * 1_000_000_000
            )
        )
    }

    /// A center with one alert that lasts and one that is over.
    private static func center() -> (center: AlertCenter, told: [AlertAction]) {
        var center = AlertCenter(AlertCenterSettings(), idPrefix: "t")
        let silent = AlertReport(.dataStarved, "mt5", .critical, "no data")
        let killed = AlertReport(.killSwitch, "", .critical, "engaged")
        let told = center.take(.raised(silent), at: alert(at: -9))
        _ = center.take(.raised(killed), at: alert(at: -5))
        _ = center.take(.resolved(.killSwitch, subject: ""), at: alert(at: -1))
        _ = center.advance(to: alert(at: 0))
        return (center, told)
    }

    private static func alertEvent() throws -> String {
        let messages = center().told.compactMap { action in
            if case .tell(let message) = action { message } else { nil }
        }
        return try #require(messages.first).json(mode: "PAPER", version: "1.2.3")
    }

    private static func alertBodies() throws -> [String] {
        let center = center().center
        try #require(center.active.count == 1 && center.history.count == 1)
        var status = WebhookSender.Status()
        status.waiting = 2
        status.waitingSince = MetricsScene.clock + .seconds(-400)
        return [nil, status].map { webhook in
            let metrics = AlertMetrics(
                counters: center.counters,
                active: AlertSeverity.allCases.map { ($0, 1) },
                webhook: webhook,
                now: alert(at: 0)
            )
            return AlertBoard.json(
                active: center.active,
                history: center.history,
                metrics: metrics
            )
        }
    }

    private static func report() -> StatusReport {
        var loop = MetricsScene.loop(symbols: ["EURUSD"])
        loop.symbols[0].quote = BidAsk(bid: price(108_500), ask: price(108_501))
        loop.symbols[0].lastReceive = MetricsScene.clock + .seconds(-1)
        loop.symbols[0].condition = [.idle]
        let stream = StreamID(symbol: loop.symbols[0].id, kind: .quote).index
        loop.tallies[stream].isSequenced = true
        loop.tallies[stream].missing = 2
        loop.lastReceived[stream] = MetricsScene.clock + .seconds(-2)
        loop.tradingState = .reduceOnly([.dataInDoubt])
        loop.limits = [
            LimitUsage(.positionSize, symbol: "EURUSD", bound: Amount(100), used: Amount(25))
        ]
        loop.orders = orders()
        let feed = MetricsScene.feed("mt5") { snapshot in
            snapshot.endpoint = "tcp://127.0.0.1:5556"
            snapshot.connection.lastConnected = MetricsScene.now
            snapshot.connection.lastReconnectLatency = .milliseconds(1500)
            snapshot.lastData = MetricsScene.clock
            snapshot.venueClockOffset = .milliseconds(20)
        }
        var report = MetricsScene.report(feeds: [feed], loop: loop).status
        report.alerts = center().center.active
        report.killSwitch.isEngaged = true
        report.killSwitch.reason = "tested"
        report.killSwitch.operatorName = "ann"
        report.killSwitch.reactionMicroseconds = 900
        report.killSwitch.stoppedSymbols = ["EURUSD"]
        report.killSwitch.path = "/kill"
        report.killSwitch.trips = [KillSwitchScope.all, .symbol("EURUSD")].map { scope in
            KillSwitchTrip(
                scope: scope,
                cause: .request,
                reason: "tested",
                operatorName: "ann",
                time: MetricsScene.now,
                noticedBy: .http
            )
        }
        return report
    }

    private static func orders() -> OrdersSnapshot {
        var orders = OrdersSnapshot()
        orders.refusals = Array(repeating: 1, count: OrderRefusal.allCases.count)
        orders.dayProfit = ExactDecimal(mantissa: -125, scale: 2)
        var intent = MetricsScene.intent(1)
        intent.kind = .limit(price(108_400))
        var record = OrderRecord(intent)
        _ = record.apply(.sent(at: MetricsScene.now, validUntil: MetricsScene.now))
        _ = record.apply(.unanswered(.timeout))
        orders.open = [record]
        let position = Position(
            ticket: 7,
            symbol: SymbolID(rawValue: 1),
            side: .sell,
            volume: ExactDecimal(mantissa: 1, scale: 1),
            openPrice: price(108_600),
            isOurs: true
        )
        let profit = ExactDecimal(mantissa: 1000, scale: 2)
        orders.positions = [
            OrdersSnapshot.OpenPosition(symbol: "EURUSD", position: position, profit: profit)
        ]
        return orders
    }

    private static func price(_ mantissa: Int64) -> ExactDecimal {
        ExactDecimal(mantissa: mantissa, scale: 5)
    }
}

extension StatusReport {
    /// What each route answers of this report.
    fileprivate var bodies: [String: [String]] {
        let connections = "/api/v1/network/connections"
        return [
            "/healthz": [probeJSON], "/readyz": [probeJSON], connections: [connectionsJSON],
            connections + "/{id}": [connectionJSON("mt5") ?? "{}"], "/api/v1/status": [json],
            "/api/v1/risk": [riskJSON], "/api/v1/orders": [ordersJSON],
            "/api/v1/gaps": [gapsJSON], "/api/v1/kill-switch": [killSwitchJSON],
        ]
    }
}
