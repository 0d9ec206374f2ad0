import Glibc
import Platform
import TestSupport
import Testing

/// The real process, killed while it trades, against the real gateway's own account.
@Suite struct OrderCrashTests {
    private static let isLong = ProcessEnvironment.variables()["LIVE_LOOP_LONG"] == "1"
    /// The rows that `live-loop orders` shows.
    private static let rowsMax = 200

    @Test(.timeLimit(.minutes(10)))
    func `G09, G10: killed again and again while it trades, it executes nothing twice`() throws {
        try withSite { site in
            let gatewaySummary = site.path + "/gateway.json"
            let gateway = try RunningGateway(
                site,
                ["--rate", "400", "--state", site.path + "/orders", "--summary", gatewaySummary]
            )
            var trading = site
            trading.settings = Self.settings(gateway)
            var random = SeededRandom(seed: 50)
            for _ in 0..<(Self.isLong ? 50 : 10) {
                let loop = try trading.startLoop()
                let count = Int.random(in: 1...6, using: &random)
                _ = try #require(
                    loop.line("order place", count: count, within: 60),
                    "\(loop.error)"
                )
                var moment = PollSet(reading: [])
                _ = moment.wait(nanoseconds: Int64.random(in: 0...4_000_000, using: &random))
                loop.send(SIGKILL)
                #expect(loop.waitForEnd() == 128 + SIGKILL)
            }
            let rows = try settle(trading)
            try compare(rows, try gateway.stop(summary: gatewaySummary), site)
        }
    }

    /// The places on the way of an order, and what must not have happened at the first ones.
    private static let steps = [
        "beforePersist", "afterPersist", "afterCheck", "afterSend", "afterReply", "afterFacts",
    ]

    #if DEBUG
    private static let hasCrashPoints = true
    #else
    private static let hasCrashPoints = false
    #endif

    @Test(.enabled(if: hasCrashPoints, "a release has no crash points"), .timeLimit(.minutes(10)))
    func `G09: killed at each marked step of the way of an order, it executes nothing twice`()
        throws
    {
        try withSite { site in
            let gatewaySummary = site.path + "/gateway.json"
            let gateway = try RunningGateway(
                site,
                ["--rate", "400", "--state", site.path + "/orders", "--summary", gatewaySummary]
            )
            var random = SeededRandom(seed: 9)
            var counts: [String: Int] = [:]
            for round in 0..<(Self.isLong ? 50 : Self.steps.count) {
                let step = Self.steps[round % Self.steps.count]
                var trading = site
                trading.settings = Self.settings(gateway)
                let intent = Int.random(in: 1...3, using: &random)
                trading.settings["TEST_CRASH_AT"] = "\(step):\(intent)"
                let loop = try trading.startLoop()
                #expect(loop.waitForEnd(within: 60) == 128 + SIGKILL, "\(step): \(loop.error)")
                counts[step, default: 0] += 1
            }
            var quiet = site
            quiet.settings = Self.settings(gateway)
            let rows = try settle(quiet)
            // What never got to the disk is not there; what was not sent was not executed.
            #expect(rows.contains { $0.state == "FENCED" })
            try compare(rows, try gateway.stop(summary: gatewaySummary), site)
            print("system: killed at \(counts.sorted { $0.key < $1.key })")
        }
    }

    /// Two averages so short that an order follows the other.
    private static func settings(_ gateway: RunningGateway) -> [String: String] {
        [
            "FEEDS": "mt5=\(gateway.endpoint)", "ORDER_GATEWAY_URL": gateway.replyEndpoint,
            "ORDER_EVENTS_URL": gateway.endpoint, "STRATEGY": "sma-cross?fast=2&slow=5",
            "RISK_MAX_ORDER_VOLUME": "*=1", "RISK_MAX_ORDER_RATE": "10000",
            "RISK_MAX_POSITION_SIZE": "1000000", "RISK_ALLOWED_SYMBOLS": "EURUSD",
            "RISK_MAX_DAILY_LOSS": "100000",
        ]
    }

    /// A last life that wishes for nothing, until nothing is unknown any more.
    private func settle(_ site: Site) throws -> [OrderRow] {
        var quiet = site
        quiet.settings["STRATEGY"] = "observe"
        let loop = try quiet.startLoop()
        _ = try #require(loop.line("the gateway's account agree"), "\(loop.error)")
        let rows = try quiet.settledOrders(of: loop)
        _ = try quiet.stop(loop)
        return rows
    }

    /// What one side says was executed, the other one says too.
    private func compare(_ rows: [OrderRow], _ truth: GatewayOrders, _ site: Site) throws {
        #expect(truth.executions_max == 1)
        #expect(truth.executed > 0)
        for row in rows {
            let times = truth.executions[row.id] ?? 0
            guard times != (row.state == "FILLED" ? 1 : 0) else { continue }
            let history = try site.run("orders", row.id).output
            Issue.record("executed \(times) times by the gateway: \(row.command) \(history)")
        }
        let known = Set(rows.map(\.id))
        let missing = truth.executions.keys.filter { !known.contains($0) }
        if rows.count < Self.rowsMax { #expect(missing.isEmpty, "not in the ledger: \(missing)") }
        print("system: \(rows.count) orders shown, \(truth.executed) executed")
    }
}
