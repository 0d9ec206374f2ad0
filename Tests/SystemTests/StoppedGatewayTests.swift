import Glibc
import Platform
import Testing

/// What is already with a gateway when the kill switch is engaged.
@Suite(.timeLimit(.minutes(3))) struct StoppedGatewayTests {
    @Test func `K01: what a stopped gateway holds when the kill comes is not executed later`()
        throws
    {
        try withSite { site in
            let summary = site.path + "/gateway.json"
            let market = try RunningGateway(site, ["--rate", "400"])
            let gateway = try RunningGateway(
                site,
                ["--rate", "400", "--state", site.path + "/orders", "--summary", summary]
            )
            var trading = site
            trading.settings = [
                "FEEDS": "mt5=\(market.endpoint)", "ORDER_GATEWAY_URL": gateway.replyEndpoint,
                "ORDER_EVENTS_URL": gateway.endpoint, "STRATEGY": "sma-cross?fast=2&slow=5",
                "RISK_MAX_ORDER_VOLUME": "*=1", "RISK_MAX_ORDER_RATE": "10000",
                "RISK_MAX_POSITION_SIZE": "1000000", "RISK_MAX_DAILY_LOSS": "100000",
                "ORDER_VALIDITY_MS": "500",
            ]
            let loop = try trading.startLoop()
            _ = try #require(loop.line("→ FILLED", count: 3, within: 60), "\(loop.error)")
            gateway.program.send(SIGSTOP)
            // What it got since then, or gets now, waits in its sockets.
            _ = try #require(loop.line("→ UNKNOWN"), "\(loop.error)")
            try AtomicFile.createEmpty(site.killFile)
            _ = try #require(loop.line("[KILL] engaged"), "\(loop.error)")
            gateway.program.send(SIGCONT)
            let rows = try trading.settledOrders(of: loop)
            loop.send(SIGTERM)
            _ = try #require(loop.waitForEnd(), "\(loop.error)")
            let orders = try gateway.stop(summary: summary)
            #expect(orders.executions_max == 1)
            #expect(rows.contains { $0.state == "FENCED" || $0.state == "REJECTED" })
            for row in rows {
                let times = orders.executions[row.id] ?? 0
                #expect(times == (row.state == "FILLED" ? 1 : 0), "\(row)")
            }
        }
    }
}
