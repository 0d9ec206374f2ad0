import Gateway
import OrderEntry
import Platform
import TestSupport
import Testing

@testable import LiveLoopApp
@testable import TradingCore

/// Where orders go, and what of an account must be shown before.
@Suite struct OrderRouteTests {
    private static let feed = ["FEEDS": "a=tcp://a:1"]
    private static let gateway = feed.merging(["ORDER_GATEWAY_URL": "tcp://b:1"]) { $1 }
    private static let live = gateway.merging([
        "TRADING_MODE": "live", "RISK_MAX_DAILY_LOSS": "100", "RISK_MAX_ORDER_RATE": "10",
        "RISK_MAX_POSITION_SIZE": "10000",
    ]) { $1 }

    private func factory(_ values: [String: String]) throws -> OrderFactory {
        try OrderFactory(
            resolve(values).configuration,
            paths: KillSwitchPaths(lockDirectory: "/lock", stateDirectory: "/state")
        )
    }

    @Test(
        arguments: [
            ([:], .embedded, "orders.paper.sqlite"),
            (feed, .paperAtFeeds, "orders.paper-feeds.sqlite"),
            (gateway, .gateway, "orders.paper.sqlite"), (live, .gateway, "orders.live.sqlite"),
        ] as [([String: String], OrderRoute, String)]
    )
    func `orders go where the configuration says, and each account has a ledger of its own`(
        values: [String: String],
        route: OrderRoute,
        ledger: String
    ) throws {
        let configuration = try resolve(values).configuration
        #expect(OrderRoute(configuration) == route)
        #expect(OrderFactory.ledgerPath(configuration).hasSuffix("/" + ledger))
        #expect(OrderRoute(configuration).isPaperVenue == (route != .gateway))
        guard let directory = try factory(values).desk().stateDirectory else { return }
        #expect(directory.hasSuffix(route == .paperAtFeeds ? "/paper-feeds" : "/paper"))
    }

    @Test(
        arguments: [
            ([:], true), (feed, true), (live, true), (gateway, false),
            (gateway.merging(["PAPER_ALLOW_REAL_ACCOUNT": "false"]) { $1 }, false),
            (gateway.merging(["PAPER_ALLOW_REAL_ACCOUNT": "true"]) { $1 }, true),
        ] as [([String: String], Bool)]
    )
    func `on paper an account elsewhere must be shown to be a demo account, unless that is waived`(
        values: [String: String],
        mayBeUsed: Bool
    ) throws {
        let control = try factory(values).control(OrderRecovery(ledger: 1, epoch: 1))
        #expect(control.mayUseAccount == mayBeUsed)
    }

    @Test func `what the user defines goes before what is well known of the same name`() throws {
        let text = """
            {"instruments":[{"symbol":"EURUSD","contract_size":7,"tick_size":0.00001,"digits":5,\
            "volume_min":0.01,"volume_max":10,"volume_step":0.01,"currency_base":"EUR",\
            "currency_profit":"USD"}]}
            """
        try withTemporaryDirectory { directory in
            let file = directory + "/instruments.json"
            try AtomicFile.write(Array(text.utf8), to: file)
            let own = Self.feed.merging(["INSTRUMENTS_FILE": file]) { $1 }
            let found = try factory(own).paperInstruments()
            #expect(Set(found.map(\.symbol)).count == found.count)
            #expect(found.count == InstrumentDefinition.wellKnown.count)
            let euro = found.first { $0.symbol == "EURUSD" }
            #expect(euro?.contractSize == ExactDecimal(mantissa: 7, scale: 0))
        }
    }
}

#if DEBUG
/// Where a process that is tested dies.
@Suite struct CrashPointTests {
    @Test func `the process dies at the named step of the named intent, and not before`() throws {
        var point = try #require(CrashPoint("afterSend:2"))
        let life: [OrderStep] = [
            .afterFacts, .afterSend, .beforePersist, .afterPersist, .afterCheck, .afterSend,
            .afterReply, .beforePersist, .afterReply, .afterFacts, .afterPersist,
        ]
        for step in life {
            let isOver = point.isReached(by: step)
            #expect(!isOver, "\(step)")
        }
        let isOver = point.isReached(by: .afterSend)
        #expect(isOver)
    }

    @Test(arguments: ["", "afterSend", "afterSend:0", "afterSend:-1", "never:1", "afterSend:1:2"])
    func `what names no step and intent is no crash`(text: String) {
        #expect(CrashPoint(text) == nil)
    }
}
#endif
