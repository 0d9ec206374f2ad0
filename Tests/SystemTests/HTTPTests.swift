import Foundation
import Glibc
import Platform
import TestSupport
import Testing
import TradingCore

/// A live loop that is seen and steered over HTTP.
@Suite struct HTTPTests {
    // MARK: Steering

    @Test func `K01, K02: a kill by HTTP stops orders, and only the token for resets resumes`()
        throws
    {
        try withHTTP(["STRATEGY": "sma-cross?fast=2&slow=3"]) { interface in
            _ = try interface.orders { !$0.positions.isEmpty }
            #expect(try interface.post("kill-switch", nil) == 401)
            #expect(try interface.post("kill-switch", interface.resetToken) == 401)
            #expect(try interface.account().trading_state.state == "active")
            let said = #"{"operator":"ann","reason":"fat finger"}"#
            #expect(try interface.post("kill-switch", interface.token, said) == 200)
            _ = try #require(interface.loop.line("Circuit Breaker: ENGAGED"))
            _ = try interface.account { $0.trading_state.state == "halted" }
            let state = try interface.get("/api/v1/kill-switch")["kill_switch"] as? [String: Any]
            #expect(state?["engaged"] as? Bool == true)
            #expect(state?["operator"] as? String == "ann")
            let trip = (state?["trips"] as? [[String: Any]])?.first
            #expect(trip?["noticed_by"] as? String == "http")
            #expect(
                try HTTPTestClient.ask(interface.port, "GET", "/readyz").status == 503
            )

            // What was on its way may still fill; then nothing is opened, though the strategy tries.
            let before = try interface.orders { $0.orders.open.isEmpty }
            let after = try interface.orders { $0.stopped > before.stopped + 2 }
            #expect(after.tickets.isSubset(of: before.tickets))

            let path = "kill-switch/reset"
            #expect(try interface.post(path, interface.token, said) == 401)
            #expect(try interface.post(path, interface.resetToken, #"{"operator":"ann"}"#) == 400)
            #expect(try interface.account().trading_state.state == "halted")
            #expect(try interface.post(path, interface.resetToken, said) == 200)
            _ = try interface.account { $0.trading_state.state == "active" }
            _ = try interface.orders { !$0.tickets.isSubset(of: before.tickets) }

            let journal = interface.site.stateDirectory + "/kill_switch.journal"
            let text = try String(contentsOfFile: journal, encoding: .utf8)
            let events = text.split(separator: "\n").filter { $0.contains(#""operator":"ann""#) }
            #expect(events.count == 2)
        }
    }

    @Test func `K02: a reset by HTTP is refused while the kill file is there`() throws {
        try withHTTP { interface in
            try AtomicFile.createEmpty(interface.site.killFile)
            _ = try interface.account { $0.trading_state.state == "halted" }
            let said = #"{"operator":"ann","reason":"tested"}"#
            #expect(try interface.post("kill-switch/reset", interface.resetToken, said) == 409)
            #expect(try interface.account().trading_state.state == "halted")
        }
    }

    @Test func `K01: a kill by HTTP for one symbol stops that symbol alone`() throws {
        try withHTTP { interface in
            _ = try interface.account { $0.trading_state.state == "active" }
            let said = #"{"operator":"ann","reason":"tested","symbol":"EURUSD"}"#
            #expect(try interface.post("kill-switch", interface.token, said) == 200)
            let account = try interface.account { $0.kill_switch.symbols == ["EURUSD"] }
            #expect(!account.kill_switch.engaged)
            #expect(account.trading_state.state == "active")
        }
    }

    @Test func `G18: a reconnect hammered by HTTP is merged, and nothing is lost`() throws {
        try withSite { site in
            let gateway = try RunningGateway(site, ["--rate", "200", "--wait-subscriber", "30"])
            try withHTTP(["FEEDS": "mt5=\(gateway.endpoint)"]) { interface in
                _ = try interface.account { $0.trading_state.state == "active" }
                let begun = SystemClock.monotonicNanoseconds()
                for _ in 0..<300 {
                    let status = try interface.post(
                        "network/connections/mt5/reconnect",
                        interface.token,
                        #"{"operator":"ann","reason":"tested"}"#
                    )
                    #expect(status == 202)
                }
                #expect(
                    try interface.post("network/connections/x/reconnect", interface.token) == 404
                )
                _ = try interface.account { $0.feeds[0].successes >= 2 }
                // One at once and one for each ten seconds, however long the machine takes; what a busy
                // machine makes the feed do by itself is not counted.
                let forced = try interface.metric(
                    #"network_reconnect_triggers_total{connection="mt5",reason="forced"}"#
                )
                let seconds = (SystemClock.monotonicNanoseconds() - begun) / 1_000_000_000
                #expect(forced >= 1 && forced <= Double(2 + seconds / 10))
                let settled = try interface.account {
                    $0.feeds[0].status == "connected" && $0.total(\.received) > 500
                }
                #expect(settled.total { $0.missing ?? 1 } == 0)
                #expect(interface.loop.lines("a new connection was asked for").count <= 10)
            }
        }
    }

    @Test func `K02: a reset that is sent again does not lift a kill that came in between`() throws
    {
        try withHTTP { interface in
            _ = try interface.account { $0.trading_state.state == "active" }
            let said = #"{"operator":"ann","reason":"tested"}"#
            let send = { (path: String, token: String) in
                try HTTPTestClient.ask(
                    interface.port,
                    "POST",
                    "/api/v1/" + path,
                    token: token,
                    body: said,
                    fields: ["Idempotency-Key: 8e03978e"]
                )
            }
            #expect(try send("kill-switch", interface.token).status == 200)
            let reset = try send("kill-switch/reset", interface.resetToken)
            #expect(reset.status == 200)
            _ = try interface.account { $0.trading_state.state == "active" }
            #expect(try send("kill-switch", interface.token).status == 200)
            _ = try interface.account { $0.trading_state.state == "halted" }
            let again = try send("kill-switch/reset", interface.resetToken)
            #expect(again.status == 200 && again.body == reset.body)
            #expect(try interface.account().trading_state.state == "halted")
            #expect(try interface.metric("liveloop_http_repeated_total") == 1)
            let resets = #"http_requests_total{handler="/api/v1/kill-switch/reset",code="200"}"#
            #expect(try interface.metric(resets) == 2)
        }
    }

    // MARK: Seeing

    @Test func `H02: many scrapers at once each get a page that agrees with itself`() throws {
        try withHTTP { interface in
            _ = try interface.account { $0.trading_state.state == "active" }
            let port = interface.port
            let faults = Locked<[String]>([])
            let rounds = 25
            let scrapers = try ["/metrics", "/metrics", "/api/v1/status", "/api/v1/status"].map {
                path in
                try Thread(name: "scraper") {
                    for _ in 0..<rounds {
                        let reply = try? HTTPTestClient.ask(port, "GET", path)
                        let end = path == "/metrics" ? "liveloop_http_repeated_total 0\n" : "}\n"
                        let isWhole = reply?.status == 200 && reply?.body.contains(end) == true
                        let agrees =
                            path == "/metrics" || reply?.body.contains(#""conserved":true"#) == true
                        if !isWhole || !agrees {
                            faults.withLock { $0.append(reply?.head ?? "no answer") }
                        }
                    }
                }
            }
            for scraper in scrapers { scraper.join() }
            #expect(faults.withLock { $0 } == [])
            let scrapes = #"http_requests_total{handler="/metrics",code="200"}"#
            #expect(try interface.metric(scrapes) == Double(2 * rounds))
            let timed = #"http_request_duration_seconds_count{handler="/metrics"}"#
            #expect(try interface.metric(timed) >= Double(2 * rounds))
        }
    }

    @Test func `connections have the form of the network-reconnect document`() throws {
        try withHTTP { interface in
            _ = try interface.account { $0.feeds.first?.status == "connected" }
            let all = try interface.get("/api/v1/network/connections")
            #expect(Set(all.keys) == ["connections"])
            let connections = try #require(all["connections"] as? [String: [String: Any]])
            let paper = try #require(connections["paper"])
            #expect(
                Set(paper.keys) == [
                    "id", "url", "status", "last_connected", "reconnect_attempts",
                    "consecutive_failures", "total_uptime", "last_reconnect_latency",
                ]
            )
            #expect(paper["id"] as? String == "paper")
            #expect(paper["status"] as? String == "connected")
            #expect((paper["url"] as? String)?.hasPrefix("tcp://127.0.0.1:") == true)
            #expect((paper["last_connected"] as? String)?.hasSuffix("Z") == true)
            #expect(paper["reconnect_attempts"] as? Int == 0)
            #expect((paper["total_uptime"] as? String)?.hasSuffix("s") == true)
            let one = try interface.get("/api/v1/network/connections/paper")
            #expect(Set(one.keys) == Set(paper.keys))
            let none = try HTTPTestClient.ask(
                interface.port,
                "GET",
                "/api/v1/network/connections/none"
            )
            #expect(none.status == 404)
        }
    }

    @Test func `every body is JSON, and the probes tell whether it may trade`() throws {
        try withHTTP { interface in
            _ = try interface.account { $0.trading_state.state == "active" }
            for name in ["status", "risk", "orders", "gaps", "alerts", "kill-switch"] {
                #expect(try !interface.get("/api/v1/" + name).isEmpty, "\(name)")
            }
            #expect(try interface.get("/healthz")["status"] as? String == "ok")
            #expect(try interface.get("/readyz")["ready"] as? Bool == true)
        }
    }

    @Test func `clients of events see the kill switch engage`() throws {
        try withHTTP(["HTTP_EVENT_INTERVAL": "20ms"]) { interface in
            let client = try HTTPTestClient(port: interface.port)
            try client.send("GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\n\r\n")
            _ = try client.read(until: #""state":"active""#)
            #expect(try interface.post("kill-switch", interface.token) == 200)
            _ = try client.read(until: #""state":"halted""#)
        }
    }

    @Test func `no secret is in the log, in the metrics, in a body or among the arguments`() throws
    {
        try withHTTP { interface in
            let secrets = [interface.token, interface.resetToken]
            #expect(secrets.allSatisfy { $0.utf8.count == 64 })
            #expect(secrets[0] != secrets[1])
            _ = try interface.post("kill-switch", interface.token)
            _ = try interface.post("kill-switch/reset", interface.resetToken)
            _ = try interface.post("kill-switch", interface.resetToken)
            var shown = interface.loop.output + interface.loop.error
            shown += try String(contentsOfFile: interface.site.logFile, encoding: .utf8)
            for path in ["", "metrics", "api/v1/status", "api/v1/kill-switch", "healthz"] {
                shown += try HTTPTestClient.ask(interface.port, "GET", "/" + path).body
            }
            shown += try interface.site.run("config", "--json").output
            let process = "/proc/\(interface.loop.processID)"
            shown += try String(contentsOfFile: process + "/cmdline", encoding: .utf8)
            for secret in secrets { #expect(!shown.contains(secret)) }
        }
    }

    // MARK: Starting

    @Test func `a port that is taken is told on paper and refused live`() throws {
        try withSite { site in
            let other = try StubbornListener(.silent)
            defer { other.stop() }
            var taken = site
            taken.settings["HTTP_LISTEN"] = "127.0.0.1:\(other.port)"
            let paper = try taken.run("run", "--for", "1s")
            #expect(paper.status == 0, "\(paper.error)")
            #expect((paper.output + paper.error).contains("[HTTP] off: HTTP_LISTEN="))
            taken.settings.merge([
                "TRADING_MODE": "live", "ORDER_GATEWAY_URL": "tcp://127.0.0.1:1",
                "RISK_MAX_DAILY_LOSS": "1", "RISK_MAX_ORDER_RATE": "1",
                "RISK_MAX_POSITION_SIZE": "1",
            ]) { $1 }
            let live = try taken.run("run", "--for", "1s")
            #expect(live.status == 1)
            #expect(live.error.contains("HTTP_LISTEN=127.0.0.1:\(other.port)"), "\(live.error)")
        }
    }

    @Test func `an address of a network needs both token files, and they must differ`() throws {
        try withSite(["HTTP_LISTEN": "0.0.0.0:0"]) { site in
            let refused = try site.run("run", "--for", "1s")
            #expect(refused.status == 78)
            #expect(refused.error.contains("HTTP_LISTEN"), "\(refused.error)")
            var named = site
            named.settings["HTTP_TOKEN_FILE"] = site.path + "/a"
            #expect(try named.run("run", "--for", "1s").status == 78)
            named.settings["HTTP_RESET_TOKEN_FILE"] = site.path + "/a"
            let same = try named.run("run", "--for", "1s")
            #expect(same.status == 78)
            #expect(same.error.contains("one and the same token"), "\(same.error)")
            named.settings["HTTP_RESET_TOKEN_FILE"] = site.path + "/b"
            let served = try named.run("run", "--for", "1s")
            #expect(served.status == 0, "\(served.error)")
            #expect((served.output + served.error).contains("[HTTP] http://0.0.0.0:"))
        }
    }
}
