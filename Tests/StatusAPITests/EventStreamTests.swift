import HTTPServer
import Platform
import StatusAPI
import TestSupport
import Testing
import TradingCore

/// Clients that are told what happens as it happens.
@Suite struct EventStreamTests {
    private static let request = "GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\n\r\n"

    private func withServer(
        interval: Duration = .milliseconds(20),
        _ limits: HTTPLimits = HTTPLimits(),
        status: @escaping @Sendable () -> String = { "{}" },
        _ body: (StatusServer) throws -> Void
    ) throws {
        var settings = StatusServer.Configuration(
            token: try TestTokens.token(TestTokens.text),
            resetToken: try TestTokens.token(TestTokens.resetText)
        )
        settings.eventInterval = interval
        settings.limits = limits
        var sources = StatusSources()
        sources.status = status
        let server = try StatusServer(settings, sources: sources)
        defer { server.stop() }
        try body(server)
    }

    private func listen(_ server: StatusServer) throws -> HTTPTestClient {
        let client = try HTTPTestClient(port: server.port)
        try client.send(Self.request)
        _ = try client.read(until: "event: status\n")
        return client
    }

    @Test func `a client gets the state at once and again, and alerts between`() throws {
        let made = Locked(0)
        let status: @Sendable () -> String = {
            let number = made.withLock { made in
                made += 1
                return made
            }
            return "{\"made\":\(number)}"
        }
        try withServer(status: status) { server in
            let client = try listen(server)
            let start = try client.read(until: "event: status\n")
            #expect(start.hasPrefix("HTTP/1.1 200"))
            #expect(start.contains("text/event-stream"))
            #expect(start.contains("retry: 1000\n\n"))
            server.publish("alert", json: #"{"type":"test"}"#)
            let text = try client.read(until: "event: alert\ndata: {\"type\":\"test\"}\n\n")
            #expect(text.contains("data: {\"made\":1}\n\n"))
            _ = try client.read(until: "data: {\"made\":5}\n\n")
        }
    }

    @Test func `the state is made once for all clients, and not at all without one`() throws {
        let made = Locked(0)
        let status: @Sendable () -> String = {
            made.withLock { $0 += 1 }
            return "{}"
        }
        try withServer(interval: .seconds(3600), status: status) { server in
            _ = try HTTPTestClient.ask(server.port, "GET", "/healthz")
            #expect(made.withLock { $0 } == 0)
            let clients = try (0..<20).map { _ in try listen(server) }
            let before = made.withLock { $0 }
            server.publish("alert", json: "1")
            for client in clients { _ = try client.read(until: "event: alert\n") }
            // One for the first words of each client, and one for all of them.
            #expect((20...21).contains(before))
            #expect(made.withLock { $0 } == before)
        }
    }

    @Test func `a client that reads nothing is dropped, and the others miss nothing`() throws {
        var limits = HTTPLimits()
        limits.eventsWaiting = 8
        limits.sendBufferBytes = 4096
        try withServer(interval: .seconds(3600), limits) { server in
            let slow = try listen(server)
            let quick = try listen(server)
            let filler = String(repeating: "x", count: 65_536)
            var sent = 0
            while server.counters.connections.droppedStreams == 0, sent < 2000 {
                sent += 1
                server.publish("alert", json: "\"\(sent) \(filler)\"")
                _ = try quick.read(until: "data: \"\(sent) ")
                quick.forget()
            }
            #expect(server.counters.connections.droppedStreams == 1)
            #expect(sent < 2000)
            let heard = try slow.readToEnd()
            #expect(!heard.contains("data: \"\(sent) "))
            server.publish("alert", json: "\"last\"")
            _ = try quick.read(until: "\"last\"")
        }
    }

    @Test func `clients of events are bounded apart from requests`() throws {
        var limits = HTTPLimits()
        limits.requestConnections = 2
        limits.eventStreams = 5
        try withServer(limits) { server in
            let clients = try (0..<5).map { _ in try listen(server) }
            let refused = try HTTPTestClient(port: server.port)
            try refused.send(Self.request)
            let reply = try refused.reply()
            #expect(reply.status == 503)
            #expect(reply.value("retry-after") == "10")
            #expect(try HTTPTestClient.ask(server.port, "GET", "/healthz").status == 200)
            let seen = server.counters.connections
            #expect(seen.openStreams == 5)
            #expect(seen.refusedStreams == 1)
            for client in clients {
                client.forget()
                _ = try client.read(until: "event: status\n")
            }
        }
    }

    @Test func `clients that leave are forgotten`() throws {
        try withServer { server in
            for _ in 0..<3 { _ = try listen(server) }
            let end = SystemClock.monotonicNanoseconds() + 20_000_000_000
            var nothing = PollSet(reading: [])
            while server.counters.connections.openConnections > 0,
                SystemClock.monotonicNanoseconds() < end
            {
                _ = nothing.wait(nanoseconds: 5_000_000)
            }
            #expect(server.counters.connections.openConnections == 0)
            #expect(server.counters.connections.openStreams == 0)
        }
    }

    @Test func `a stop ends all clients`() throws {
        var client: HTTPTestClient?
        try withServer { server in client = try listen(server) }
        #expect(try client?.readToEnd().contains("event: status\n") == true)
    }
}
