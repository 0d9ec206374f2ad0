import MarketFeed
import TestSupport
import Testing
import TradingCore
import ZeroMQ

@Suite struct ReceiverHandshakeTests {
    @Test func `F09: a greeting that never comes is a handshake timeout and no success`() throws {
        let listener = try StubbornListener(.silent)
        defer { listener.stop() }
        let counters = try failures(of: "tcp://127.0.0.1:\(listener.port)")
        #expect(counters[ConnectionFailure.handshakeTimeout] == counters.failures)
        // Connections that were taken wait in the kernel until the listener's thread has its turn.
        try listener.waitForAccepted(counters.failures)
    }

    @Test(arguments: ["noise", "http", "old"])
    func `F10: whoever does not speak ZMTP is counted, backed off from and never connected`(
        speaker: String
    ) throws {
        let manner: StubbornListener.Manner =
            switch speaker {
            case "noise": .saying((0..<200).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ 1) })
            case "old": .saying([0x01, 0x00] + Array("SSH-2.0-OpenSSH\r\n".utf8))
            default: .http
            }
        let listener = try StubbornListener(manner)
        defer { listener.stop() }
        let counters = try failures(of: "tcp://127.0.0.1:\(listener.port)") {
            // Bytes that come in pieces can look like an old peer that says nothing more.
            $0.supervisor.policy.connectionTimeout = .seconds(2)
        }
        let handshakeFailures =
            counters[ConnectionFailure.handshakeProtocol]
            + counters[ConnectionFailure.handshakeNoDetail]
            + counters[ConnectionFailure.handshakeTimeout]
            + counters[ConnectionFailure.attemptTimeout]
        #expect(handshakeFailures == counters.failures)
        #expect(listener.acceptedCount <= counters.attempts)
    }

    @Test func `F11: a slow handshake that comes to an end is a connection`() throws {
        let context = try Context()
        let source = try TickSource(context)
        let proxy = try ChaosProxy(to: source.port)
        defer { proxy.stop() }
        proxy.set(.sliced(nanoseconds: 1))
        let harness = try ReceiverHarness("tcp://127.0.0.1:\(proxy.port)", context: context) {
            $0.socket.handshakeTimeout = 20_000
            $0.supervisor.policy.connectionTimeout = .seconds(20)
        }
        defer { harness.stop() }
        try harness.wait(for: "subscribed") {
            try source.noteSubscriptions()
            return source.subscriptions > 0
        }
        for _ in 0..<3 { try source.sendTick() }
        try harness.settle(source)
        #expect(harness.alerts(.reconnectFailure).isEmpty)
        #expect(harness.numbers() == [1, 2, 3])
    }

    @Test func `F11: a handshake of one byte at a time is ended by its timeout`() throws {
        let context = try Context()
        let source = try TickSource(context)
        let proxy = try ChaosProxy(to: source.port)
        defer { proxy.stop() }
        proxy.set(.sliced(nanoseconds: 50_000_000))
        let counters = try failures(of: "tcp://127.0.0.1:\(proxy.port)")
        #expect(counters[ConnectionFailure.handshakeTimeout] == counters.failures)
    }

    @Test func `S01: with a wrong server key nothing connects, with the right one it does`() throws
    {
        let context = try Context()
        let server = try CurveKeyPair.generate()
        var options = PublishSocket.Options()
        options.curveSecretKey = server.secretKey
        let source = try TickSource(context, options: options)
        let wrong = try CurveKeyPair.generate().publicKey
        let own = try CurveKeyPair.generate()
        let counters = try failures(of: source.endpoint) {
            $0.socket.curve = CurveClientKeys(serverKey: wrong, own: own)
        }
        #expect(counters[ConnectionFailure.connectFailed] == 0)
        #expect(counters[ConnectionFailure.attemptTimeout] == 0)

        let harness = try ReceiverHarness(source.endpoint, context: context) {
            $0.socket.curve = CurveClientKeys(serverKey: server.publicKey, own: own)
        }
        defer { harness.stop() }
        try harness.connect(source)
        #expect(harness.alerts(.reconnectFailure).isEmpty)
    }

    /// The counters after three attempts that must all have failed, none of them connected.
    private func failures(
        of endpoint: String,
        _ adjust: (inout MT5FeedConfiguration) -> Void = { _ in }
    ) throws -> ConnectionCounters {
        let harness = try ReceiverHarness(endpoint, context: Context()) {
            $0.socket.handshakeTimeout = 300
            // A busy machine must not make another timeout the first.
            $0.socket.connectTimeout = 20_000
            $0.supervisor.policy.connectionTimeout = .seconds(20)
            adjust(&$0)
        }
        let found = try harness.counters { $0.connection.failures >= 3 }.connection
        harness.stop()
        #expect(!harness.states.contains(.connected))
        #expect(harness.events.isEmpty)
        #expect(found.successes == 0)
        #expect(found.attempts - found.failures == found.inFlight)
        let attempts = harness.times(.reconnectAttempt)
        for (attempt, failure) in zip(attempts, harness.times(.reconnectFailure)) {
            #expect(attempt - failure > 16_000_000, "the next attempt was not backed off")
        }
        return found
    }
}
