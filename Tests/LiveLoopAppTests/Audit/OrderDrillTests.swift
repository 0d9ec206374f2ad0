import LiveLoopApp
import Testing
import TradingCore

@Suite struct OrderDrillTests {
    @Test func `each configured limit has a row with its rule, and holds`() {
        var limits = AppConfiguration().risk.limits
        limits.openOrdersMax = 3
        let rows = RiskLimitDrill(limits: limits).run()
        #expect(rows.allSatisfy { $0.outcome == .pass && $0.rule != nil }, "\(rows)")
        let names = rows.map(\.name)
        for name in ["order_volume", "order_rate", "position_size", "daily_loss", "open_orders"] {
            #expect(names.contains("limit \(name)"))
        }
    }

    @Test func `a limit that does not do as it says shuts the gate`() throws {
        let rows = RiskDrill(AppConfiguration().risk.limits).run()
        var row = try #require(rows.first)
        row.tries[0].isRefused.toggle()
        let result = RiskLimitDrill.judge(row)
        #expect(result.outcome == .fail)
        #expect(result.remedy != nil)
    }

    @Test func `every rule that a limit answers is one that the audit knows`() {
        for limit in RiskLimit.allCases {
            #expect(AuditRule(rawValue: limit.rule) != nil, "\(limit) answers \(limit.rule)")
        }
    }
}
