import OrderEntry
import Telemetry
import Testing

@testable import LiveLoopApp
@testable import TradingCore

/// What the page says of orders, risk and the kill switch.
@Suite struct MetricsTradingTests {
    @Test func `the oldest unknown order is told by when it was handed over`() throws {
        var orders = OrdersSnapshot()
        for (index, second) in [1_700_000_020, 1_700_000_010, 1_700_000_030].enumerated() {
            var record = OrderRecord(MetricsScene.intent(UInt64(index)))
            let time = WallTime(nanoseconds: Int64(second) * 1_000_000_000)
            _ = record.apply(.sent(at: time, validUntil: time))
            // The last one is still awaited.
            if index < 2 { _ = record.apply(.unanswered(.timeout)) }
            orders.open.append(record)
        }
        var loop = LoopSnapshot()
        loop.orders = orders
        let page = try MetricsScene.page(MetricsScene.report(loop: loop))
        #expect(page.value("liveloop_orders_open") == 3)
        #expect(page.value("liveloop_orders_unknown") == 2)
        #expect(page.value("liveloop_order_unknown_oldest_timestamp_seconds") == 1_700_000_010)
        let none = try MetricsScene.page(MetricsScene.report())
        #expect(none.value("liveloop_order_unknown_oldest_timestamp_seconds") == 0)
    }

    @Test func `of a limit by symbol the highest use counts, and what nobody can say is NaN`()
        throws
    {
        var loop = LoopSnapshot()
        loop.limits = [
            LimitUsage(.dailyLoss, bound: Amount(100), used: Amount(25)),
            LimitUsage(.positionSize, symbol: "A", bound: Amount(1000), used: Amount(100)),
            LimitUsage(.positionSize, symbol: "B", bound: Amount(1000), used: Amount(900)),
            LimitUsage(.drawdown, bound: Amount(50), used: nil),
            LimitUsage(.orderValue, bound: Amount(70), used: nil),
        ]
        loop.orders.rejections = (0..<UInt64(RiskLimit.allCases.count)).map { $0 }
        let page = try MetricsScene.page(MetricsScene.report(loop: loop))
        let name = "liveloop_risk_limit_utilization_ratio"
        #expect(page.value(name, "limit", "daily_loss") == 0.25)
        #expect(page.value(name, "limit", "position_size") == 0.9)
        #expect(page.value(name, "limit", "drawdown")?.isNaN == true)
        #expect(
            page.value(name, "limit", "order_value") == nil,
            "each order is held against it alone"
        )
        #expect(page.value("liveloop_risk_limit", "limit", "order_value") == 70)
        #expect(page.value("liveloop_risk_limit", "limit", "daily_loss") == 100)
        #expect(page.samples("liveloop_risk_rejections_total").count == RiskLimit.allCases.count)
    }

    @Test func `a position that cannot be valued is worse than one near its limit`() throws {
        var loop = LoopSnapshot()
        loop.limits = [
            LimitUsage(.positionSize, symbol: "A", bound: Amount(1000), used: Amount(900)),
            LimitUsage(.positionSize, symbol: "B", bound: Amount(1000), used: nil),
        ]
        let page = try MetricsScene.page(MetricsScene.report(loop: loop))
        #expect(page.value("liveloop_risk_limit_utilization_ratio")?.isNaN == true)
    }

    @Test func `what the order thread counts is told by its cause`() throws {
        var report = MetricsScene.report()
        var entry = OrderEntrySnapshot()
        entry.counters.lateReplies = 1
        entry.counters.duplicateReplies = 2
        entry.counters.foreignReplies = 3
        entry.counters.malformedReplies = 4
        entry.counters.commitFailures = 5
        entry.counters.duplicateSubmissions = 6
        entry.leaseUntil = MetricsScene.clock + .seconds(9)
        report.orderEntry = entry
        report.killSwitchFigures.storeFailures = 7
        let page = try MetricsScene.page(report)
        #expect(
            page.samples("liveloop_gateway_replies_ignored_total").map(\.value) == [1, 2, 3, 4]
        )
        #expect(page.value("liveloop_journal_errors_total", "op", "order_ledger") == 5)
        #expect(page.value("liveloop_journal_errors_total", "op", "kill_switch") == 7)
        let violations = "liveloop_invariant_violations_total"
        #expect(page.value(violations, "invariant", "order_submitted_twice") == 6)
        #expect(page.value("liveloop_gateway_lease_remaining_seconds") == 9)
        let without = try MetricsScene.page(MetricsScene.report())
        #expect(without.value("liveloop_gateway_lease_remaining_seconds") == nil)
    }

    @Test func `the kill switch is what it is now, not what the loop said last`() throws {
        var report = MetricsScene.report()
        _ = report.killSwitch.observe(KillSwitchObservation(global: .absent), at: MetricsScene.now)
        report.killSwitch.engage(
            KillSwitchTrip(
                cause: .signal,
                reason: "test",
                operatorName: "ann",
                time: MetricsScene.now,
                noticedBy: .signal
            )
        )
        let page = try MetricsScene.page(report)
        #expect(page.value("liveloop_kill_switch_engaged") == 1)
        #expect(page.value("liveloop_kill_switch_trips_total", "reason", "signal") == 1)
        #expect(page.sum("liveloop_kill_switch_trips_total") == 1)
        #expect(page.value("liveloop_kill_switch_last_check_timestamp_seconds") == 1_700_000_100)
    }
}

extension MetricsScene {
    static func intent(_ sequence: UInt64) -> OrderIntent {
        OrderIntent(
            id: OrderID(ledger: 1, epoch: 1, sequence: sequence + 1),
            command: .place,
            origin: .strategy(0, request: sequence),
            symbol: "EURUSD",
            side: .buy,
            kind: .market,
            quantity: ExactDecimal(mantissa: 10, scale: 2),
            referencePrice: ExactDecimal(mantissa: 108_500, scale: 5),
            quoteTime: .zero,
            createdAt: started,
            lifetime: .seconds(2),
            isReducing: false
        )
    }
}
