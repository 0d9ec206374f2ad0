import LiveLoopApp
import Platform
import TestSupport
import Testing
import ZeroMQ

@Suite(.timeLimit(.minutes(1))) struct NetworkCheckTests {
    private func run(
        _ endpoints: [String],
        _ options: SubscribeSocket.Options = .init()
    ) -> AuditResult {
        let feed = EndpointCheck.Feed(name: "mt5", endpoints: endpoints)
        return EndpointCheck(feeds: [feed], options: options).run()[0]
    }

    @Test func `a publisher is reachable`() throws {
        let publisher = try PublishSocket(context: try Context())
        let endpoint = try publisher.bind(to: "tcp://127.0.0.1:*")
        let result = run([endpoint])
        #expect(result.outcome == .pass)
        #expect(result.measured.hasPrefix("\(endpoint): handshake in "))
    }

    @Test func `a feed with one dead alternate is a warning, and with none alive a failure`() throws
    {
        try withTemporaryDirectory { base in
            let publisher = try PublishSocket(context: try Context())
            let alive = try publisher.bind(to: "tcp://127.0.0.1:*")
            let dead = "ipc://\(base)/nobody"
            #expect(run([dead, alive]).outcome == .warn)
            let result = run([dead, dead])
            #expect(result.outcome == .fail)
            #expect(result.measured.contains("\(ConnectionObstacle.refused)"))
        }
    }

    @Test func `F09: whoever accepts and never speaks ZeroMQ is not reachable`() throws {
        try withTemporaryDirectory { base in
            let listener = try LocalSocketListener(base + "/silent")
            defer { withExtendedLifetime(listener) {} }
            var options = SubscribeSocket.Options()
            options.handshakeTimeout = 100
            let result = run(["ipc://\(base)/silent"], options)
            #expect(result.outcome == .fail)
            #expect(
                result.measured == "ipc://\(base)/silent: \(ConnectionObstacle.handshakeTimeout)"
            )
        }
    }

    @Test func `S02: a publisher that wants CURVE is not reachable without keys`() throws {
        var options = PublishSocket.Options()
        options.curveSecretKey = try CurveKeyPair.generate().secretKey
        let publisher = try PublishSocket(context: try Context(), options: options)
        let endpoint = try publisher.bind(to: "tcp://127.0.0.1:*")
        let result = run([endpoint])
        #expect(result.outcome == .fail)
        #expect(result.measured.contains("CURVE"), "\(result.measured)")
    }

    @Test func `an address that no socket takes is told as such`() {
        let result = run(["tcp://127.0.0.1"])
        #expect(result.outcome == .fail)
        #expect(result.measured.contains("zmq_connect"))
    }

    @Test func `rows go to their feeds`() throws {
        let publisher = try PublishSocket(context: try Context())
        let alive = try publisher.bind(to: "tcp://127.0.0.1:*")
        let check = EndpointCheck(
            feeds: [
                EndpointCheck.Feed(name: "a", endpoints: ["tcp://127.0.0.1"]),
                EndpointCheck.Feed(name: "b", endpoints: [alive]),
            ],
            options: SubscribeSocket.Options()
        )
        #expect(check.run().map(\.name) == ["feed a is reachable", "feed b is reachable"])
        #expect(outcomes(check) == [.fail, .pass])
    }

    @Test func `F22: an oversized frame reaches nobody, and the next connection works`() {
        #expect(outcomes(OversizedFrameDrill(messageBytesMax: 4096)) == [.pass])
    }

    @Test func `a socket with another limit than configured fails`() {
        var drill = OversizedFrameDrill(messageBytesMax: 4096)
        drill.socketBytesMax = 1_000_000
        #expect(outcomes(drill) == [.fail])
    }

    @Test func `each thing that must be received has its say`() {
        let drill = OversizedFrameDrill(messageBytesMax: 64)
        func outcome(_ small: Bool, _ large: Bool, _ next: Bool) -> AuditOutcome {
            drill.judge(.init(smallCame: small, largeCame: large, nextCame: next)).outcome
        }
        #expect(outcome(true, false, true) == .pass)
        #expect(outcome(false, false, true) == .fail)
        #expect(outcome(true, true, true) == .fail)
        #expect(outcome(true, false, false) == .fail)
    }

    @Test func `a tick of the embedded gateway reaches the loop`() throws {
        let result = try GatewayDrill(AppConfiguration()).run()[0]
        #expect(result.outcome == .pass)
        #expect(result.measured.hasPrefix("EURUSD after "))
    }

    @Test func `a gateway whose ticks cannot be used fails`() throws {
        var drill = try GatewayDrill(AppConfiguration())
        drill.symbol = String(repeating: "X", count: 32)
        drill.limit = .milliseconds(500)
        #expect(outcomes(drill) == [.fail])
    }
}
