import HTTPServer
import Platform
import StatusAPI
import TestSupport
import Testing
import TradingCore

/// The interface on a real socket.
@Suite struct StatusServerTests {
    /// Runs a test with a server on a port that the system chooses.
    private func withServer(
        _ limits: HTTPLimits = HTTPLimits(),
        _ change: (inout StatusSources) -> Void = { _ in },
        _ body: (StatusServer, UInt16) throws -> Void
    ) throws {
        var settings = StatusServer.Configuration(
            token: try TestTokens.token(TestTokens.text),
            resetToken: try TestTokens.token(TestTokens.resetText)
        )
        settings.eventInterval = .milliseconds(20)
        settings.limits = limits
        var sources = StatusSources()
        sources.status = { #"{"a":1}"# }
        change(&sources)
        let server = try StatusServer(settings, sources: sources)
        defer { server.stop() }
        try body(server, server.port)
    }

    private func ask(_ port: UInt16, _ text: String) throws -> HTTPTestClient.Reply {
        let client = try HTTPTestClient(port: port)
        try client.send(text)
        return try client.reply()
    }

    /// Waits for counters, which are shared after each turn of the server.
    private func counters(
        _ server: StatusServer,
        until isReached: (HTTPServerCounters) -> Bool
    ) throws -> HTTPServerCounters {
        let end = SystemClock.monotonicNanoseconds() + 20_000_000_000
        var nothing = PollSet(reading: [])
        while true {
            let counters = server.counters.connections
            if isReached(counters) || SystemClock.monotonicNanoseconds() > end {
                #expect(isReached(counters), "\(counters)")
                return counters
            }
            _ = nothing.wait(nanoseconds: 5_000_000)
        }
    }

    // MARK: Requests

    @Test func `answers, says what it sends and closes`() throws {
        try withServer { _, port in
            let reply = try HTTPTestClient.ask(port, "GET", "/api/v1/status")
            #expect(reply.status == 200)
            #expect(reply.body == "{\"a\":1}\n")
            #expect(reply.value("content-length") == "8")
            #expect(reply.value("connection")?.lowercased() == "close")
            #expect(reply.value("cache-control") == "no-store")
            #expect(reply.value("x-content-type-options") == "nosniff")
            #expect(reply.value("access-control-allow-origin") == nil)
        }
    }

    @Test func `the page is the embedded file and may load nothing else`() throws {
        try withServer { _, port in
            let reply = try HTTPTestClient.ask(port, "GET", "/")
            #expect(reply.status == 200)
            #expect(reply.body.hasPrefix("<!doctype html>"))
            let policy = try #require(reply.value("content-security-policy"))
            #expect(policy.contains("default-src 'none'"))
        }
    }

    @Test func `metrics come in the format that is asked for`() throws {
        let change: (inout StatusSources) -> Void = { sources in
            sources.metrics = { $0 ? "open" : "text" }
        }
        try withServer(HTTPLimits(), change) { _, port in
            let text = try HTTPTestClient.ask(port, "GET", "/metrics")
            #expect(text.body == "text")
            #expect(text.value("content-type") == "text/plain; version=0.0.4; charset=utf-8")
            let accept = "Accept: application/openmetrics-text;version=1.0.0,text/plain;q=0.5"
            let open = try HTTPTestClient.ask(port, "GET", "/metrics", fields: [accept])
            #expect(open.body == "open")
            let type = "application/openmetrics-text; version=1.0.0; charset=utf-8"
            #expect(open.value("content-type") == type)
        }
    }

    @Test func `a POST hands over who, why and what about`() throws {
        let asked = Locked<[OperatorRequest]>([])
        let change: (inout StatusSources) -> Void = { sources in
            sources.kill = { request in
                asked.withLock { $0.append(request) }
                return .done("engaged")
            }
        }
        try withServer(HTTPLimits(), change) { _, port in
            let reply = try HTTPTestClient.ask(
                port,
                "POST",
                "/api/v1/kill-switch",
                token: TestTokens.text,
                body: #"{"operator":"ann","reason":"a \"test\""}"#
            )
            #expect(reply.status == 200)
            #expect(reply.body == "{\"ok\":true,\"message\":\"engaged\"}\n")
            #expect(
                asked.withLock { $0 }
                    == [OperatorRequest(operatorName: "ann", reason: "a \"test\"")]
            )
        }
    }

    @Test func `a body may come in pieces, and one of the longest kind is read whole`() throws {
        let reason = String(repeating: "r", count: 500)
        let filler = String(repeating: " ", count: (64 << 10) - reason.utf8.count - 13)
        let body = #"{"reason":"\#(reason)"\#(filler)}"#
        let heard = Locked("")
        let change: (inout StatusSources) -> Void = { sources in
            sources.kill = { request in
                heard.withLock { $0 = request.reason }
                return .done("")
            }
        }
        try withServer(HTTPLimits(), change) { _, port in
            let client = try HTTPTestClient(port: port)
            try client.send(
                """
                POST /api/v1/kill-switch HTTP/1.1\r\nHost: localhost\r\nContent-Length: 65536\r
                Content-Type: application/json\r\nAuthorization: Bearer \(TestTokens.text)\r\n\r\n
                """
                .replacing("\r\n\n", with: "\r\n")
            )
            #expect(body.utf8.count == 65_536)
            try client.send(String(body.prefix(10)))
            try client.send(String(body.dropFirst(10)))
            #expect(try client.reply().status == 200)
            #expect(heard.withLock { $0 } == reason)
        }
    }

    // MARK: Foul play

    @Test func `H01: what follows a request is never taken for another one`() throws {
        try withServer { server, port in
            let one = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"
            let reply = try ask(port, one + one + one)
            #expect(reply.status == 200)
            #expect(!reply.body.contains("HTTP/1.1"))
            #expect(try counters(server) { $0.openConnections == 0 }.requests == 1)
        }
    }

    @Test func `H01: a smuggled request is refused with what carries it`() throws {
        try withServer { server, port in
            let start =
                "POST /api/v1/kill-switch HTTP/1.1\r\nHost: localhost\r\n"
                + "Authorization: Bearer \(TestTokens.text)\r\nContent-Type: application/json\r\n"
            let inner = "0\r\n\r\nGET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"
            let both = "Content-Length: \(inner.utf8.count)\r\nTransfer-Encoding: chunked\r\n\r\n"
            for text in [
                start + both + inner,
                start + "Content-Length: 2\r\nContent-Length: 40\r\n\r\n" + inner,
                start + "Transfer-Encoding: xchunked\r\nContent-Length: 5\r\n\r\n" + inner,
                start + "Transfer-Encoding: chunked\r\nTransfer-Encoding: x\r\n\r\n" + inner,
            ] {
                let reply = try ask(port, text)
                #expect(reply.status == 400, "\(reply.head)")
                #expect(!reply.body.contains("HTTP/1.1"))
            }
            #expect(try counters(server) { $0.openConnections == 0 }.requests == 4)
        }
    }

    @Test(arguments: [
        "\r\n\r\n\r\n", "x\r\n\r\n", "GET\r\n\r\n", "GET / HTTP/9\r\n\r\n",
        "\u{0}\u{1}\u{2}\r\n\r\n",
        "GET / HTTP/1.1\r\n\r\n", "GET / HTTP/1.1\r\nHost localhost\r\n\r\n",
        "GET / HTTP/1.1\r\n Host: localhost\r\n\r\n",
        "GET http://evil.example/ HTTP/1.1\r\nHost: evil.example\r\n\r\n",
    ])
    func `H01: a malformed head gets nothing and ends the connection`(text: String) throws {
        var limits = HTTPLimits()
        limits.headNanoseconds = 200_000_000
        try withServer(limits) { server, port in
            let reply = try ask(port, text)
            #expect(reply.status == 0 || reply.status >= 400, "\(reply.head)")
            #expect(!reply.body.contains("doctype"))
            _ = try counters(server) { $0.openConnections == 0 }
        }
    }

    @Test func `H01: a head of a megabyte is refused, and so is a path without end`() throws {
        try withServer { _, port in
            let long = String(repeating: "a", count: 1 << 20)
            for text in [
                "GET / HTTP/1.1\r\nHost: localhost\r\nX: \(long)\r\n\r\n",
                "GET /\(long) HTTP/1.1\r\nHost: localhost\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: localhost\r\n"
                    + String(repeating: "X: 1\r\n", count: 100_000) + "\r\n",
            ] {
                let reply = try ask(port, text)
                #expect([0, 400, 413, 414, 431].contains(reply.status), "\(reply.head)")
            }
            let head = "GET / HTTP/1.1\r\nHost: localhost\r\nX: "
            let fits = String(repeating: "a", count: (16 << 10) - head.utf8.count - 4)
            #expect(try ask(port, head + fits + "\r\n\r\n").status == 200)
            #expect(try ask(port, head + fits + "aaaa\r\n\r\n").status == 431)
        }
    }

    @Test func `H01: a body of a gigabyte is refused by its length`() throws {
        try withServer { _, port in
            let reply = try HTTPTestClient.ask(
                port,
                "POST",
                "/api/v1/kill-switch",
                token: TestTokens.text,
                fields: ["Content-Length: 1000000000"]
            )
            #expect(reply.status == 413)
        }
    }

    @Test func `H01: who sends byte by byte is cut off, in the head and in the body`() throws {
        var limits = HTTPLimits()
        limits.headNanoseconds = 300_000_000
        limits.bodyNanoseconds = 300_000_000
        try withServer(limits) { server, port in
            let silent = try HTTPTestClient(port: port)
            let slow = try HTTPTestClient(port: port)
            var pause = PollSet(reading: [])
            for byte in "GET / HTTP/1.1\r\nX: " + String(repeating: "x", count: 1000) {
                guard try slow.send(String(byte)) else { break }
                _ = pause.wait(nanoseconds: 2_000_000)
            }
            #expect(try slow.reply().status == 408)
            #expect(try silent.reply().status == 408)
            let body = try HTTPTestClient.ask(
                port,
                "POST",
                "/api/v1/kill-switch",
                token: TestTokens.text,
                fields: ["Content-Length: 2"]
            )
            #expect(body.status == 408)
            let seen = try counters(server) { $0.openConnections == 0 }
            #expect(seen.headTimeouts == 2)
            #expect(seen.bodyTimeouts == 1)
        }
    }

    @Test func `H01: more connections than are allowed are closed, and the others served`() throws {
        var limits = HTTPLimits()
        limits.requestConnections = 4
        try withServer(limits) { server, port in
            let held = try (0..<4).map { _ in try HTTPTestClient(port: port) }
            _ = try counters(server) { $0.openConnections == 4 }
            for _ in 0..<100 {
                let reply = try HTTPTestClient(port: port).reply()
                #expect(reply.status == 0)
            }
            #expect(try counters(server) { $0.refusedConnections == 100 }.accepted == 4)
            for client in held {
                try client.send("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
                #expect(try client.reply().status == 200)
            }
        }
    }
}
