import Foundation
import Glibc
import Platform
import Testing

/// The program as a whole: what it takes in, what it says at the end, how it ends.
@Suite struct RunTests {
    @Test func `delivers the ticks of the embedded gateway and accounts for every one`() throws {
        try withSite { site in
            let finished = try site.run("run", "--for", "3s", "--summary", site.summaryFile)
            #expect(finished.status == 0, "\(finished.error)")
            let account = try site.summary()
            #expect(account.streams.count == 4)
            #expect(account.streams.allSatisfy { $0.delivered > 0 && $0.missing == 0 })
            #expect(account.streams.allSatisfy { $0.provable && $0.feed == "paper" })
            #expect(account.latency_us.p50 > 0)
            #expect(account.loop_lateness_us.max >= account.loop_lateness_us.p50)
            #expect(account.process.rss_bytes > 1_000_000)
            #expect(account.process.cpu_seconds > 0)
            let log = try String(contentsOfFile: site.logFile, encoding: .utf8)
            #expect(log.contains("[LIVE_TICK] EURUSD: "))
            #expect(log.contains("[Heartbeat] 接收器: ticks="))
            #expect(log.contains("Circuit Breaker: SAFE"))
            #expect(log.contains("every message is accounted for"))
        }
    }

    /// Names that others read must not vanish, not even those whose value may be null.
    @Test func `the summary has every member that is promised`() throws {
        try withSite { site in
            _ = try site.run("run", "--for", "2s", "--summary", site.summaryFile)
            let data = try Data(contentsOf: URL(fileURLWithPath: site.summaryFile))
            let report = try #require(
                try JSONSerialization.jsonObject(with: data) as? [String: Any]
            )
            let promised: [String: Set<String>] = [
                "trading_state": ["state", "reasons"],
                "kill_switch": ["engaged", "reason", "reaction_us", "time", "trips", "file"],
                "risk": ["currency", "limits"],
                "gaps": ["sequence", "shed", "unprovable_seam", "restart"],
                "buffer": ["events", "high_water_events", "capacity_events"],
                "latency_us": ["p50", "p99", "max", "recent"],
                "loop_lateness_us": ["p50", "p99", "max", "recent"],
                "process": ["rss_bytes", "cpu_seconds"],
            ]
            for (name, members) in promised {
                let object = report[name] as? [String: Any] ?? [:]
                #expect(members.isSubset(of: Set(object.keys)), "\(name)")
            }
            let streams = try #require(report["streams"] as? [[String: Any]])
            #expect(!streams.isEmpty)
            let ofStream: Set = [
                "feed", "symbol", "kind", "received", "delivered", "duplicate", "late", "shed",
                "quarantined", "missing", "provable",
            ]
            for stream in streams { #expect(ofStream.isSubset(of: Set(stream.keys))) }
            let symbols = try #require(report["symbols"] as? [[String: Any]])
            #expect(symbols.allSatisfy { $0["bid"] is String && $0["ask"] is String })
            let limits = (report["risk"] as? [String: Any])?["limits"] as? [[String: Any]] ?? []
            let rate = try #require(limits.first { $0["limit"] as? String == "order_rate" })
            #expect(rate["bound"] as? String == "100.0")
            #expect(rate["per_order"] as? Bool == false)
            #expect(report["conserved"] as? Bool == true)
        }
    }

    private static let recordings =
        ProcessInfo.processInfo.environment["LIVE_LOOP_DATA"] ?? packageRoot + "/../shared/data"

    @Test(.enabled(if: FileManager.default.fileExists(atPath: recordings), "no recordings"))
    func `counts each tick of a replay as its publisher does`() throws {
        try withSite { site in
            let folders = ["finiex/mt5", "finiex/history", "sum3api"]
            let files = try folders.flatMap { folder in
                let path = Self.recordings + "/" + folder
                return try FileManager.default.contentsOfDirectory(atPath: path).sorted()
                    .filter { $0.hasSuffix(".json") || $0.hasSuffix(".csv") }
                    .map { "\(path)/\($0)" }
            }
            let gateway = try RunningGateway(
                site,
                ["--speed", "max", "--wait-subscriber", "30", "--replay"] + files
            )
            var fed = site
            fed.settings["FEEDS"] = "mt5=\(gateway.endpoint)"
            let loop = try fed.startLoop()
            _ = try #require(gateway.program.line("replay is at its end"))
            let truth = try gateway.truth()
            #expect(truth.sent > 500)
            #expect(truth.dropped == 0)
            _ = try fed.status { $0.total(\.received) >= truth.sent }
            let account = try fed.stop(loop)
            #expect(account.quotes(\.received) == truth.lastNumbers)
            #expect(account.total { $0.missing ?? 1 } == 0)
            #expect(account.total(\.duplicate) == 0)
        }
    }

    @Test(arguments: [SIGTERM, SIGINT])
    func `ends in order when it is told to`(signal: Int32) throws {
        try withSite { site in
            let loop = try site.startLoop()
            _ = try #require(loop.line("[LIVE_TICK]"))
            loop.send(signal)
            #expect(loop.waitForEnd(within: 5) == 0, "\(loop.error)")
            #expect(try site.summary().total(\.delivered) > 0)
        }
    }

    /// The directory of `Package.swift`.
    private static let packageRoot = String(
        #filePath.dropLast("/Tests/SystemTests/RunTests.swift".count)
    )
}
