import LiveLoopApp
import Telemetry
import Testing
import TradingCore

@Suite struct ReloadDecisionTests {
    private func decide(
        _ old: [String: String],
        _ new: [String: String]
    ) throws -> ReloadDecision {
        ReloadDecision(
            from: try resolve(old).configuration,
            to: try resolve(new).configuration
        )
    }

    @Test func `every name in the rules is a setting, and in one rule only`() {
        let names = ReloadRule.freeNames + ReloadRule.tighteningNames
        for name in names { #expect(SettingsTable.setting(named: name) != nil, "\(name)") }
        #expect(Set(names).count == names.count)
        #expect(ReloadRule(for: "FEEDS") == .restart)
    }

    @Test func `nothing new is nothing to do`() throws {
        let decision = try decide([:], [:])
        #expect(decision.applied.isEmpty && decision.needsRestart.isEmpty && !decision.isRefused)
        #expect(decision.lines == ["reloaded: nothing that may change has changed"])
        // Another way to write the same is no change.
        #expect(try decide([:], ["RISK_MAX_DAILY_LOSS": "100.00"]) == decision)
    }

    @Test func `log level, stream limits and webhook are taken`() throws {
        let new = [
            "LOG_LEVEL": "debug", "STREAM_IDLE_SEC": "100", "TRADE_TIMEOUT": "140",
            "ORDERBOOK_TIMEOUT": "170", "STARVATION_SEC": "7", "SYMBOL_IDLE_SEC": "XAUUSD=300",
            "RISK_WEBHOOK_URL": "https://example.com/planted",
        ]
        let decision = try decide([:], new)
        #expect(Set(decision.applied.map(\.variable)) == Set(new.keys))
        #expect(decision.configuration == (try resolve(new).configuration))
        #expect(decision.lines.contains("reloaded: LOG_LEVEL info → debug"))
        #expect(!decision.lines.joined().contains("planted"))
        #expect(decision.changes(["STARVATION_SEC"]) && !decision.changes(["FEEDS"]))
    }

    @Test(
        arguments: [
            ("RISK_MAX_DAILY_LOSS", "50"), ("RISK_MAX_ORDER_RATE", "99"),
            ("RISK_MAX_POSITION_SIZE", "9999.99"), ("RISK_MAX_ORDER_VOLUME", "*=0.5"),
            ("RISK_MAX_ORDER_VOLUME", "XAUUSD=0.1,*=1"), ("RISK_MAX_ORDER_VOLUME", "EURUSD=1"),
            ("RISK_MAX_ORDER_VALUE", "1000"), ("RISK_MAX_DRAWDOWN", "10"),
            ("RISK_MAX_OPEN_ORDERS", "3"), ("RISK_DUPLICATE_WINDOW_MS", "500"),
            ("RISK_MAX_RECENT_VOLUME", "2"), ("RISK_MAX_RECENT_VALUE", "2"),
            ("RISK_MAX_REPEATS", "5"), ("RISK_PREVENT_SELF_MATCH", "true"),
            ("RISK_ALLOWED_SYMBOLS", "EURUSD"), ("RISK_DENIED_SYMBOLS", "EURUSD"),
            ("RISK_PRICE_COLLAR_PERCENT", "1"), ("RISK_PRICE_DRIFT_PERCENT", "1"),
            ("RISK_MAX_QUOTE_AGE_MS", "4999"), ("RISK_MAX_CONVERSION_AGE_MS", "59999"),
        ]
    ) func `each limit may be made tighter, and never looser`(name: String, value: String) throws {
        let tighter = try decide([:], [name: value])
        #expect(tighter.applied.map(\.variable) == [name])
        #expect(tighter.configuration == (try resolve([name: value]).configuration))

        let looser = try decide([name: value], ["LOG_LEVEL": "debug"])
        #expect(looser.isRefused)
        #expect(looser.loosened.map(\.variable) == [name])
        #expect(looser.configuration == (try resolve([name: value]).configuration))
        #expect(looser.applied.isEmpty)
        #expect(looser.lines.first == "reload refused, nothing is changed:")
        #expect(looser.lines.dropFirst().first?.contains(name) == true)
    }

    @Test func `each rule for tightening was tried above`() {
        #expect(ReloadRule.tighteningNames.count == 18)
    }

    @Test func `one looser limit refuses the tighter ones with it`() throws {
        let decision = try decide(
            [:],
            ["RISK_MAX_DAILY_LOSS": "50", "RISK_MAX_ORDER_RATE": "101", "FEEDS": "a=tcp://a:1"]
        )
        #expect(decision.loosened.map(\.variable) == ["RISK_MAX_ORDER_RATE"])
        #expect(decision.needsRestart.isEmpty)
        #expect(decision.configuration == AppConfiguration())
    }

    @Test func `everything else is named, left as it was, and hinders nothing`() throws {
        let decision = try decide(
            [:],
            [
                "FEEDS": "a=tcp://a:1", "RISK_DAY_TZ": "UTC", "ACCOUNT_CURRENCY": "EUR",
                "MT5_CRS_LOCK_DIR": "/tmp/x", "RISK_TRADING_HOURS": "*=fx",
                "RISK_CANCEL_HEADROOM": "1", "LOOP_STALL_KILL_SEC": "7", "LOG_LEVEL": "error",
            ]
        )
        #expect(
            Set(decision.needsRestart.map(\.variable)) == [
                "FEEDS", "ACCOUNT_CURRENCY", "MT5_CRS_LOCK_DIR", "RISK_TRADING_HOURS",
                "RISK_CANCEL_HEADROOM", "LOOP_STALL_KILL_SEC",
            ]
        )
        var expected = AppConfiguration()
        expected.log.level = .error
        #expect(decision.configuration == expected)
        #expect(decision.lines.contains("needs a restart: FEEDS (none) → a=tcp://a:1"))
    }

    @Test func `what needs a restart is named again each time, until it is started again`() throws {
        let new = try resolve(["BUFFER_CAPACITY": "2048"]).configuration
        let first = ReloadDecision(from: AppConfiguration(), to: new)
        let second = ReloadDecision(from: first.configuration, to: new)
        #expect(second.needsRestart == first.needsRestart)
    }
}
