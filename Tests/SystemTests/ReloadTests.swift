import Foundation
import Glibc
import Platform
import TestSupport
import Testing

/// Settings that are read again while the process runs.
@Suite struct ReloadTests {
    /// Writes the file of settings and starts a live loop with it.
    private func withLoop(
        _ file: String,
        _ settings: [String: String] = [:],
        _ body: (Site, RunningProgram, (String) throws -> Void) throws -> Void
    ) throws {
        try withSite(settings) { site in
            let path = site.path + "/my.env"
            let write = { (text: String) in try AtomicFile.write(Array(text.utf8), to: path) }
            try write(file)
            let loop = try site.startLoop("--env-file", path)
            try body(site, loop, write)
            _ = try site.stop(loop)
        }
    }

    @Test func `a signal and a command read the settings again, whole or not at all`() throws {
        try withLoop("RISK_MAX_DAILY_LOSS=100\n") { site, loop, write in
            try write("RISK_MAX_DAILY_LOSS=90\nLOG_LEVEL=warning\nBUFFER_CAPACITY=2048\n")
            loop.send(SIGHUP)
            _ = try #require(loop.line("[RELOAD] needs a restart: BUFFER_CAPACITY 65536 → 2048"))
            #expect(loop.lines("[RELOAD] reloaded: RISK_MAX_DAILY_LOSS 100 → 90").count == 1)
            // The level is in force: what is below it is written no more.
            let beats = loop.lines("[Heartbeat] 接收器").count
            let steps = try site.status().loop.steps
            _ = try site.status { $0.loop.steps > steps + 250 }
            #expect(loop.lines("[Heartbeat] 接收器").count <= beats + 1)

            try write("RISK_MAX_DAILY_LOSS=91\nLOG_LEVEL=debug\n")
            let looser = try site.run("reload", "--env-file", site.path + "/my.env")
            #expect(looser.status == 78)
            #expect(looser.output.contains("RISK_MAX_DAILY_LOSS 90 → 91: a limit may only"))
            #expect(!looser.output.contains("LOG_LEVEL"))

            try write("LOG_LEVEL=loud\n")
            loop.send(SIGHUP)
            _ = try #require(loop.line("LOG_LEVEL='loud'"))

            try write("RISK_MAX_DAILY_LOSS=90\nLOG_LEVEL=info\n")
            let good = try site.run("reload", "--env-file", site.path + "/my.env")
            #expect(good.status == 0, "\(good.output)\(good.error)")
            #expect(good.output == "reloaded: LOG_LEVEL warning → info\n")
            _ = try #require(loop.line("[Heartbeat] 接收器", count: beats + 3))
        }
    }

    @Test func `a tightened limit refuses the next order`() throws {
        let strategy = ["STRATEGY": "sma-cross?fast=1&slow=2"]
        try withLoop("", strategy) { site, loop, write in
            _ = try #require(loop.line("[orders] [INFO] bought"))
            try write("RISK_DENIED_SYMBOLS=EURUSD,GBPUSD,USDJPY,XAUUSD\n")
            loop.send(SIGHUP)
            _ = try #require(loop.line("[RELOAD] reloaded: RISK_DENIED_SYMBOLS"))
            _ = try #require(loop.line("order refused: "), "\(loop.error.suffix(2000))")
            #expect(loop.lines("order refused: ").contains { $0.contains("R8 ") })
        }
    }

    @Test func `alerts go to the webhook that a reload names, and to none without one`() throws {
        let first = try StubHTTPServer { _ in .status(204) }
        defer { first.stop() }
        let second = try StubHTTPServer { _ in .status(204) }
        defer { second.stop() }
        let setting = { (server: StubHTTPServer) in
            "RISK_WEBHOOK_URL=http://127.0.0.1:\(server.port)/planted\n"
        }
        try withLoop(setting(first)) { site, loop, write in
            _ = try site.status { $0.trading_state.state == "active" }
            try write(setting(second))
            loop.send(SIGHUP)
            _ = try #require(loop.line("[RELOAD] reloaded: RISK_WEBHOOK_URL"))
            try AtomicFile.createEmpty(site.killFile)
            let posted = try #require(second.waitForRequests(1).first)
            #expect(posted.body.contains(#""type":"kill_switch""#), "\(posted.body)")
            #expect(first.requests.isEmpty)

            try write("\n")
            loop.send(SIGHUP)
            _ = try #require(loop.line("[RELOAD] reloaded: RISK_WEBHOOK_URL", count: 2))
            let before = second.requests.count
            let reset = try site.run("reset", "--operator", "ann", "--reason", "tested")
            #expect(reset.status == 0, "\(reset.error)")
            _ = try #require(loop.line("[ALERT] resolved kill_switch"))
            #expect(second.requests.count == before)
            #expect(!(loop.output + loop.error).contains("planted"))
        }
    }

    @Test func `a stream limit reaches the feed that is silent, and a moved log begins anew`()
        throws
    {
        try withSite { site in
            let gateway = try RunningGateway(site)
            let settings = ["FEEDS": "mt5=\(gateway.endpoint)"]
            try withLoop("STARVATION_SEC=3600\n", settings) { site, loop, write in
                _ = try #require(loop.line("[LIVE_TICK]"))
                try gateway.fault("hang", #""seconds":30"#)
                try RegularFile.rename(site.logFile, to: site.logFile + ".moved")
                try write("STARVATION_SEC=1\n")
                loop.send(SIGHUP)
                _ = try #require(loop.line("[RELOAD] reloaded: STARVATION_SEC 3600 → 1"))
                _ = try #require(loop.line("DATA_STARVED"), "\(loop.error.suffix(2000))")
                var looks = Looks(within: 20)
                while !FileManager.default.fileExists(atPath: site.logFile), looks.next() {}
                let file = try String(contentsOfFile: site.logFile, encoding: .utf8)
                #expect(file.contains("[RELOAD] reloaded: STARVATION_SEC"))
            }
        }
    }
}
