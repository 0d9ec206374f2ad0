import Foundation
import Glibc
import Testing

/// Faults of the publisher and of the machine, brought about on real processes.
@Suite struct FaultTests {
    /// A site with a live loop on a gateway, which has delivered ticks of every symbol.
    private func withFeed(
        _ settings: [String: String] = [:],
        _ body: (Site, RunningGateway, RunningProgram) throws -> Void
    ) throws {
        try withSite { site in
            // Nothing is sent before the subscription, which nobody could know of.
            let gateway = try RunningGateway(site, ["--rate", "200", "--wait-subscriber", "30"])
            var fed = site
            fed.settings = settings.merging(["FEEDS": "mt5=\(gateway.endpoint)"]) { $1 }
            let loop = try fed.startLoop()
            _ = try fed.status { $0.trading_state.state == "active" && $0.streams.count == 4 }
            try body(fed, gateway, loop)
        }
    }

    /// Ends the ticks, but not the heartbeats, and waits until both sides agree on their number.
    ///
    /// - Parameters:
    ///   - site: Where the live loop runs.
    ///   - gateway: What it listens to.
    ///   - before: What came from lives before.
    /// - Returns: The number of ticks of each symbol on which both agree.
    /// - Throws: `ExpectationFailedError` when they do not agree in time.
    @discardableResult
    private func settle(
        _ site: Site,
        _ gateway: RunningGateway,
        since before: [String: UInt64] = [:]
    ) throws -> [String: UInt64] {
        try gateway.fault("mute", #""seconds":3600"#)
        let truth = try gateway.truth().lastNumbers.merging(before) { $0 + $1 }
        var looks = Looks(within: 20)
        var numbered = try site.status().numbered
        while numbered != truth, looks.next() { numbered = try site.status().numbered }
        try #require(numbered == truth)
        return truth
    }

    @Test func `F01: a killed gateway that comes back is a restart, and its lost head is counted`()
        throws
    {
        try withFeed(["STARVATION_SEC": "60"]) { site, gateway, loop in
            // An epoch is a whole second: the second life must begin in another one.
            _ = try gateway.truth { $0.sent > 250 }
            gateway.program.end()
            _ = try #require(loop.line("connection lost"))
            let before = try site.status {
                $0.feeds[0].status != "connected" && $0.trading_state.state == "reduce_only"
            }
            let second = try RunningGateway(site, endpoint: gateway.endpoint)
            _ = try #require(loop.line("connected, first data"), "\(loop.error)")
            _ = try site.status { $0.trading_state.state == "active" }
            // The sequences began anew, so that what the first life brought comes on top.
            let truth = try settle(site, second, since: before.numbered)
            let account = try site.stop(loop)
            #expect(account.numbered == truth)
            #expect(account.total(\.duplicate) == 0)
            #expect(account.total(\.late) == 0)
            #expect(account.feeds[0].successes == 2)
            #expect(loop.lines("connection lost").count == 1)
            #expect(loop.lines("[GAP]").count <= 4)
        }
    }

    @Test func `F02: a gateway that stops for longer than starvation costs nothing`() throws {
        let patience = [
            "STARVATION_SEC": "2", "NETWORK_PING_INTERVAL": "300s", "NETWORK_PONG_TIMEOUT": "120s",
        ]
        try withFeed(patience) { site, gateway, loop in
            gateway.program.send(SIGSTOP)
            _ = try #require(loop.line("DATA_STARVED"))
            _ = try site.status { $0.trading_state.state == "reduce_only" && $0.feeds[0].starved }
            gateway.program.send(SIGCONT)
            _ = try #require(loop.line("data came again"), "\(loop.error)")
            _ = try site.status { $0.trading_state.state == "active" }
            let truth = try settle(site, gateway)
            let account = try site.stop(loop)
            #expect(account.total { $0.missing ?? 1 } == 0)
            #expect(account.quotes(\.delivered) == truth)
        }
    }

    @Test func `F03: a gateway that hangs is starved in time, reduce-only, and recovers`() throws {
        try withFeed(["STARVATION_SEC": "2"]) { site, gateway, loop in
            try gateway.fault("hang", #""seconds":6"#)
            let alert = try #require(loop.line("数据饥饿告警"), "\(loop.error)")
            let silence = try #require(alert.firstMatch(of: /no data for ([0-9.]+) s/))
            // The limit, and what a busy machine may take to look at it.
            #expect((2.0...3.5).contains(Double(silence.1) ?? 0), "\(alert)")
            let starved = try site.status { $0.trading_state.state == "reduce_only" }
            #expect(!starved.trading_state.reasons.isEmpty)
            _ = try #require(loop.line("data came again"), "\(loop.error)")
            _ = try site.status { $0.trading_state.state == "active" && !$0.feeds[0].starved }
            try settle(site, gateway)
            let account = try site.stop(loop)
            #expect(account.total { $0.missing ?? 1 } == 0)
        }
    }

    @Test func `F22: a frame that is too long costs one reconnect and nothing unseen`() throws {
        try withFeed(["STARVATION_SEC": "60"]) { site, gateway, loop in
            try gateway.fault("oversize", #""count":70000"#)
            _ = try #require(loop.line("connected, first data"), "\(loop.error)")
            _ = try site.status { $0.trading_state.state == "active" }
            #expect(try gateway.truth().oversize_sent == 1)
            try settle(site, gateway)
            let account = try site.stop(loop)
            #expect(account.feeds[0].successes == 2)
            #expect(loop.lines("connection lost").count == 1)
            #expect(account.total(\.duplicate) == 0)
        }
    }

    @Test func `F28: says that it did not run, catches up, and accounts for all of it`() throws {
        try withFeed(["STARVATION_SEC": "60"]) { site, gateway, loop in
            let before = try gateway.truth().sent
            loop.send(SIGSTOP)
            // The gateway sends 200 ticks a second: 500 of them take two and a half seconds.
            _ = try gateway.truth { $0.sent >= before + 500 }
            loop.send(SIGCONT)
            _ = try #require(loop.line("the process did not run for"), "\(loop.error)")
            _ = try site.status { $0.trading_state.state == "active" }
            let truth = try settle(site, gateway)
            let account = try site.stop(loop)
            #expect(account.total { $0.missing ?? 1 } == 0)
            #expect(account.quotes(\.received) == truth)
        }
    }
}
