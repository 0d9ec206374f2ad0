import Platform
import TestSupport
import Testing
import WebSocket

/// Ours against `websockets` of Python, which shares no code with it.
@Suite struct PeerTests {
    private func peer(_ mode: String, _ first: String, _ second: String = "") throws -> ChildProcess
    {
        let script = Fixture.path("peer").replacing(".pem", with: ".py")
        return try ChildProcess("exec /usr/bin/python3 \"$@\" 2>&1", script, mode, first, second)
    }

    @Test func `a server of others gets back what it sends in fragments, and its close`() throws {
        let server = try peer("server", Fixture.path("server"))
        defer { server.end() }
        let loop = ClientLoop()
        let address = "wss://127.0.0.1:\(server.nextLine())/"
        let channel = loop.connect(address, try ClientLoop.options())
        var answered = 0
        #expect(
            loop.run { loop in
                let now = SystemClock.monotonicNanoseconds()
                for found in loop.received[0].dropFirst(answered) {
                    guard case .message(let kind) = found.item else { continue }
                    try? channel.send(kind, found.payload.span, at: now)
                    answered += 1
                }
                return channel.phase == .closed
            }
        )
        #expect(channel.end == .closedByPeer(CloseStatus(code: 1012, reason: "restart")))
        #expect(answered == 27 && channel.counters.pongsSent == 27)
        #expect(server.nextLine() == "ok")
    }

    @Test func `a client of others gets back what it sends in fragments, and its close`() throws {
        let end = EndBox()
        let server = try TestServer(tls: try Fixture.server()) { event, channel, now in
            TestServer.echo(event, channel, now)
            if channel.end != nil { end.set(channel.end) }
        }
        let client = try peer("client", Fixture.path("authority"), "\(server.port)")
        defer { client.end() }
        #expect(client.nextLine() == "\(server.port)")
        #expect(client.nextLine() == "ok")
        // The server may be about to note what it has answered.
        server.stop()
        #expect(end.value == .closedByPeer(CloseStatus(code: 1001, reason: "over")))
    }

    @Test func `a proxy connects through, and TLS knows the server behind it by its name`() throws {
        let server = try TestServer(tls: try Fixture.server("other"), TestServer.echo)
        defer { server.stop() }
        let proxy = try peer("proxy", "\(server.port)")
        defer { proxy.end() }
        let port = proxy.nextLine()
        var options = try ClientLoop.options()
        options.proxies = try ProxySettings {
            $0 == "https_proxy" ? "http://user:pass@127.0.0.1:\(port)" : nil
        }
        let loop = ClientLoop()
        let channel = loop.connect("wss://other.example/x", options)
        #expect(loop.run { $0.channels[0].phase == .open }, "\(String(describing: channel.end))")
        let request = "CONNECT other.example:443 HTTP/1.1"
        #expect(proxy.nextLine() == "\(request)|Proxy-Authorization: Basic dXNlcjpwYXNz")
        try channel.send(.text, [0x61].span, at: SystemClock.monotonicNanoseconds())
        #expect(loop.run { $0.received[0] == [.text("a")] })
        channel.close(at: SystemClock.monotonicNanoseconds())
        #expect(loop.runToEnd())
    }
}
