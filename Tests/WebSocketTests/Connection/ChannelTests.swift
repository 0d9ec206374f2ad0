import Platform
import TestSupport
import Testing
import WebSocket

@Suite struct ChannelTests {
    /// Times that a test can wait for.
    private static var short: WebSocketChannel.Options {
        var options = WebSocketChannel.Options()
        options.timing.connecting = .milliseconds(300)
        options.timing.agreeing = .milliseconds(300)
        return options
    }

    @Test func `many connections live on one thread`() throws {
        let server = try TestServer(TestServer.echo)
        defer { server.stop() }
        let loop = ClientLoop()
        for _ in 0..<50 { loop.connect("ws://127.0.0.1:\(server.port)/") }
        #expect(loop.run { $0.channels.allSatisfy { $0.phase == .open } })
        let now = SystemClock.monotonicNanoseconds()
        for (index, channel) in loop.channels.enumerated() {
            try channel.send(.text, Array("\(index)".utf8).span, at: now)
        }
        #expect(loop.run { $0.received.allSatisfy { $0.count == 1 } })
        #expect(loop.received == (0..<50).map { [Found.text("\($0)")] })
        for channel in loop.channels { channel.close(at: SystemClock.monotonicNanoseconds()) }
        #expect(loop.runToEnd())
        #expect(loop.channels.allSatisfy { $0.end == .closedByUs(.normal) })
    }

    @Test func `messages that are queued wait for one flush, and arrive in their order`() throws {
        let server = try TestServer { event, channel, now in
            switch event {
            case .request: channel.grant(at: now)
            case .message:
                for number in 0..<100 {
                    try? channel.queue(.text, Array("\(number)".utf8).span, at: now)
                }
                // Each takes two bytes of head; nothing of it is on its way yet.
                let waiting = channel.bytesToSend
                try? channel.queue(.text, Array("\(waiting)".utf8).span, at: now)
                channel.flush(at: now)
            case .turn: break
            }
        }
        defer { server.stop() }
        let loop = ClientLoop()
        let channel = loop.connect("ws://127.0.0.1:\(server.port)/")
        #expect(loop.run { $0.channels[0].phase == .open })
        try channel.send(.text, Array("go".utf8).span, at: SystemClock.monotonicNanoseconds())
        #expect(loop.run { $0.received[0].count == 101 })
        #expect(loop.received[0] == (0..<100).map { Found.text("\($0)") } + [.text("390")])
    }

    @Test(arguments: [false, true])
    func `a reset is seen as a broken connection, with and without TLS`(isSecure: Bool) throws {
        let server = try TestServer(tls: isSecure ? Fixture.server() : nil) { event, channel, now in
            if case .request = event { channel.grant(at: now) }
            if case .message = event { channel.reset() }
        }
        defer { server.stop() }
        let loop = ClientLoop()
        let scheme = isSecure ? "wss" : "ws"
        let channel = loop.connect(
            "\(scheme)://127.0.0.1:\(server.port)/",
            try ClientLoop.options()
        )
        #expect(loop.run { $0.channels[0].phase == .open })
        try channel.send(.text, Array("go".utf8).span, at: SystemClock.monotonicNanoseconds())
        #expect(loop.runToEnd())
        guard case .failed(.system(let error)) = channel.end else {
            Issue.record("\(String(describing: channel.end))")
            return
        }
        #expect(error.codeName == "ECONNRESET")
    }

    @Test func `F07: nobody at the port is told with the reason`() throws {
        let closed = try ClosedPort()
        let loop = ClientLoop()
        let channel = loop.connect("ws://127.0.0.1:\(closed.port)/")
        #expect(loop.runToEnd())
        guard case .failed(.connect(let error)) = channel.end else {
            Issue.record("\(String(describing: channel.end))")
            return
        }
        #expect(error.codeName == "ECONNREFUSED")
    }

    @Test func `F08: a port that answers nothing ends the attempt in time`() throws {
        let full = try FullListener()
        let loop = ClientLoop()
        let channel = loop.connect("ws://127.0.0.1:\(full.port)/", Self.short)
        #expect(loop.runToEnd())
        #expect(channel.end == .failed(.timeout(.connecting(0))))
    }

    @Test func `F09: a server that says nothing is given up in each phase`() throws {
        let silent = try StubbornListener(.silent)
        defer { silent.stop() }
        let loop = ClientLoop()
        loop.connect("ws://127.0.0.1:\(silent.port)/", Self.short)
        var secure = Self.short
        secure.tls = try TLSContext(authorityFile: Fixture.path("authority"))
        loop.connect("wss://127.0.0.1:\(silent.port)/", secure)
        var proxied = Self.short
        proxied.proxies = try ProxySettings {
            $0 == "http_proxy" ? "127.0.0.1:\(silent.port)" : nil
        }
        loop.connect("ws://h.example/", proxied)
        #expect(loop.runToEnd())
        #expect(
            loop.channels.map(\.end) == [
                .failed(.timeout(.upgrading)), .failed(.timeout(.securing)),
                .failed(.timeout(.tunneling)),
            ]
        )
    }

    @Test func `F10: what is no server for WebSockets is told apart`() throws {
        let garbage = try StubbornListener(.saying([0xFF, 0x00, 13, 10, 13, 10]))
        defer { garbage.stop() }
        let http = try StubHTTPServer { _ in .status(503, headers: ["Retry-After: 3"]) }
        defer { http.stop() }
        let gone = try StubHTTPServer { _ in .hangUp }
        defer { gone.stop() }
        let loop = ClientLoop()
        for port in [garbage.port, http.port, gone.port] { loop.connect("ws://127.0.0.1:\(port)/") }
        #expect(loop.runToEnd())
        let refusal = HTTPRefusal(status: 503, retryAfterSeconds: 3)
        #expect(
            loop.channels.map(\.end) == [
                .failed(.handshake(.malformedHead)), .failed(.handshake(.refused(refusal))),
                .failed(.ended(.upgrading)),
            ]
        )
    }

    @Test func `F16: a name that nobody knows is a failure while others go on`() throws {
        let server = try TestServer(TestServer.echo)
        defer { server.stop() }
        var options = WebSocketChannel.Options()
        options.timing.resolving = .seconds(1)
        let loop = ClientLoop()
        let lost = loop.connect("ws://no-such-host.invalid/", options)
        let good = loop.connect("ws://127.0.0.1:\(server.port)/")
        #expect(loop.run { $0.channels[1].phase == .open })
        #expect(loop.run { $0.channels[0].phase == .closed })
        switch lost.end {
        case .failed(.resolve), .failed(.timeout(.resolving)): break
        default: Issue.record("\(String(describing: lost.end))")
        }
        #expect(good.phase == .open)
    }

    /// A server that grants the request, says these bytes and ends the connection.
    private func saying(_ bytes: [UInt8]) throws -> StubHTTPServer {
        try StubHTTPServer { request in
            let head = Array((request.head + ["", ""]).joined(separator: "\r\n").utf8)
            guard let handshake = try? ServerHandshake(head) else { return .hangUp }
            return .bytes(handshake.granting() + bytes)
        }
    }

    @Test func `what came before the end of a connection is delivered, and then the end`() throws {
        let fragments =
            Wire.frame(1, Array("fr".utf8), isFinal: false)
            + Wire.frame(0, Array("agments".utf8)) + Wire.text("second")
        let cases: [([UInt8], ConnectionEnd)] = [
            ([], .failed(.ended(.open))),
            (
                Wire.close(1012, "restart"),
                .closedByPeer(CloseStatus(code: 1012, reason: "restart"))
            ),
            (Wire.frame(1, [0xFF]), .failed(.violation(.invalidUTF8))),
            (Wire.frame(2, [1], isFinal: false), .failed(.ended(.open))),
        ]
        for (last, end) in cases {
            let server = try saying(fragments + last)
            defer { server.stop() }
            let loop = ClientLoop()
            let channel = loop.connect("ws://127.0.0.1:\(server.port)/")
            #expect(loop.runToEnd())
            #expect(loop.received[0] == [.text("fragments"), .text("second")])
            #expect(channel.end == end)
        }
    }

    @Test func `F13: who does not read holds the sender back, and nothing is lost or kept twice`()
        throws
    {
        let sent = try SentCount()
        let filling = String(repeating: "x", count: 16_384)
        var limits = MessageLimits()
        limits.sendBytesMax = 100_000
        let server = try TestServer(tls: try Fixture.server(), limits: limits) {
            event,
            channel,
            now in
            if case .request = event { channel.grant(at: now) }
            guard channel.phase == .open else { return }
            do throws(SendFault) {
                while sent.count < 1000 {
                    let text = Array("\(sent.count) \(filling)".utf8)
                    try channel.send(.text, text.span, at: now)
                    sent.count += 1
                }
            } catch {
                sent.refused.signal()
            }
        }
        defer { server.stop() }
        let loop = ClientLoop()
        let channel = loop.connect(
            "wss://127.0.0.1:\(server.port)/",
            try ClientLoop.options()
        )
        #expect(loop.run { $0.channels[0].phase == .open })
        // Nothing is read before the server finds no more room.
        var refused = PollSet(reading: [sent.refused.pollDescriptor])
        let wasRefused = refused.wait(nanoseconds: 20_000_000_000)
        #expect(wasRefused)
        #expect(loop.run { $0.received[0].count == 1000 })
        for (index, found) in loop.received[0].enumerated() {
            let text = String(decoding: found.payload, as: UTF8.self)
            guard text.hasPrefix("\(index) ") else {
                Issue.record("message \(index) is \(text.prefix(20))")
                return
            }
        }
        channel.cancel()
        #expect(channel.end == .failed(.cancelled))
    }

    /// Only the server's thread counts.
    private final class SentCount: @unchecked Sendable {
        var count = 0
        let refused: WakeUp

        init() throws { refused = try WakeUp() }
    }

    @Test func `a reset is told as what it is`() throws {
        let server = try TestServer { event, channel, now in
            switch event {
            case .request: channel.grant(at: now)
            // Closing with unread bytes makes the system reset the connection.
            case .message: channel.cancel()
            case .turn: break
            }
        }
        defer { server.stop() }
        let loop = ClientLoop()
        let channel = loop.connect("ws://127.0.0.1:\(server.port)/")
        #expect(loop.run { $0.channels[0].phase == .open })
        try channel.send(.text, [0x61].span, at: SystemClock.monotonicNanoseconds())
        #expect(loop.runToEnd())
        switch channel.end {
        case .failed(.ended(.open)), .failed(.system): break
        default: Issue.record("\(String(describing: channel.end))")
        }
    }
}
