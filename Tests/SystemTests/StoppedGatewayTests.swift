import Foundation
import Glibc
import Platform
import Testing

/// What is already with a gateway when the kill switch is engaged.
@Suite(.timeLimit(.minutes(3))) struct StoppedGatewayTests {
    private struct Orders: Decodable {
        let commands: Int
        let executed: Int
        let executions_max: Int
        let executions: [String: Int]
    }

    private struct Summary: Decodable { let orders: Orders }

    private struct Row: Decodable {
        let id: String
        let command: String
        let state: String
    }

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
            let rows = try settledRows(trading, loop)
            loop.send(SIGTERM)
            _ = try #require(loop.waitForEnd(), "\(loop.error)")
            gateway.program.send(SIGTERM)
            _ = try #require(gateway.program.waitForEnd(), "\(gateway.program.error)")
            let data = try Data(contentsOf: URL(fileURLWithPath: summary))
            let orders = try JSONDecoder().decode(Summary.self, from: data).orders
            #expect(orders.executions_max == 1)
            #expect(rows.contains { $0.state == "FENCED" || $0.state == "REJECTED" })
            for row in rows {
                let times = orders.executions[row.id] ?? 0
                #expect(times == (row.state == "FILLED" ? 1 : 0), "\(row)")
            }
        }
    }

    /// The ledger, once nothing in it is unknown any more.
    private func settledRows(_ site: Site, _ loop: RunningProgram) throws -> [Row] {
        var looks = Looks(within: 40)
        var open = try rows(site, "--open")
        while !open.isEmpty, looks.next() { open = try rows(site, "--open") }
        try #require(open.isEmpty, "\(open): \(loop.error)")
        return try rows(site)
    }

    private func rows(_ site: Site, _ options: String...) throws -> [Row] {
        let finished =
            options.isEmpty
            ? try site.run("orders", "--json") : try site.run("orders", "--json", options[0])
        try #require(finished.status == 0, "\(finished.error)")
        return try JSONDecoder().decode([Row].self, from: Data(finished.output.utf8))
    }
}
