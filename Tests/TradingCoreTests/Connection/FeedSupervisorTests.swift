import Testing
import TradingCore

@Suite struct FeedSupervisorTests {
    @Test func `is connected only when data was seen`() {
        var harness = SupervisorHarness()
        harness.send(.started)
        #expect(harness.log.last?.action == .stateChanged(.connecting, isStarved: false))
        #expect(harness.count(.open(.a, endpoint: 0)) == 1)
        harness.send(.tcpConnected(.a))
        harness.send(.handshakeSucceeded(.a))
        #expect(harness.supervisor.state == .connecting)
        #expect(harness.counters.successes == 0)
        harness.data(.a)
        #expect(harness.supervisor.state == .connected)
        #expect(harness.counters.successes == 1)
        #expect(harness.alerts(.reconnectSuccess).isEmpty)
    }

    @Test func `takes data before the handshake's event as proof of the handshake`() {
        var harness = SupervisorHarness()
        harness.send(.started)
        harness.data(.a)
        #expect(harness.supervisor.state == .connected)
        harness.send(.handshakeSucceeded(.a))
        harness.advance(.seconds(60), dataOn: [.a])
        #expect(harness.supervisor.state == .connected)
        #expect(harness.counters.attempts == 1)
    }

    @Test func `F01: retries at once after a connection that brought data, then by schedule`() {
        var harness = SupervisorHarness()
        harness.connect()
        harness.advance(.seconds(5), dataOn: [.a])
        harness.send(.disconnected(.a, suspectedOversized: false))
        #expect(harness.count(.close(.a)) == 1)
        #expect(harness.supervisor.state == .reconnecting)
        let lost = harness.now
        harness.answer = { .connectFailed($0) }
        harness.advance(.seconds(3))
        let delays = harness.openings.dropFirst().map { $0 - lost }
        #expect(delays[0] <= .milliseconds(100))
        let second = delays[1] - delays[0]
        #expect(second >= .milliseconds(900) && second <= .milliseconds(1100))
        #expect(harness.alerts(.connectionLost).count == 1)
        #expect(harness.counters[.disconnect] == 1)
    }

    @Test func `F07: a refused connection is tried by schedule, called failed, and never given up`()
    {
        var harness = SupervisorHarness()
        harness.answer = { .connectFailed($0) }
        harness.send(.started)
        harness.advance(.seconds(600))
        let openings = harness.openings
        let delays = zip(openings.dropFirst(), openings).map { $0 - $1 }
        var nominal = 1.0
        for delay in delays {
            #expect(delay.inSeconds >= nominal * 0.9 && delay.inSeconds <= min(30, nominal * 1.1))
            nominal = min(30, nominal * 2)
        }
        #expect(delays.count > 20)
        #expect(harness.supervisor.state == .failed)
        #expect(harness.alerts(.maxRetriesExceeded).map(\.count) == [10])
        #expect(harness.counters.successes == 0)
        #expect(harness.counters[.connectFailed] == openings.count)
    }

    @Test func `F07: each alert level of repeated failures is told once`() {
        var harness = SupervisorHarness()
        harness.answer = { .connectFailed($0) }
        harness.send(.started)
        harness.advance(.seconds(600))
        let failures = harness.alerts(.reconnectFailure)
        #expect(failures.filter { $0.severity == .warning }.map(\.count) == [3])
        #expect(failures.filter { $0.severity == .critical }.map(\.count) == [5])
    }

    @Test func `F07: unlimited retries are never called failed`() {
        var settings = FeedSupervisor.Settings()
        settings.policy.maxRetries = -1
        var harness = SupervisorHarness(settings)
        harness.answer = { .connectFailed($0) }
        harness.send(.started)
        harness.advance(.seconds(600))
        #expect(harness.supervisor.state == .connecting)
        #expect(harness.alerts(.maxRetriesExceeded).isEmpty)
    }

    @Test func `F09: a greeting that never comes is a failure with its reason, not a success`() {
        var harness = SupervisorHarness()
        harness.send(.started)
        harness.send(.tcpConnected(.a))
        harness.advance(.seconds(2))
        harness.send(.handshakeFailed(.a, .timeout))
        #expect(harness.count(.close(.a)) == 1)
        #expect(harness.counters[.handshakeTimeout] == 1)
        #expect(harness.counters.failures == 1)
        #expect(harness.supervisor.state == .connecting)
        #expect(ConnectionFailure.handshakeTimeout.name == "timeout")
    }

    @Test func `F09: an attempt without any event ends at the connection timeout`() {
        var harness = SupervisorHarness()
        harness.send(.started)
        harness.advance(.milliseconds(29_999))
        #expect(harness.count(.close(.a)) == 0)
        harness.advance(.milliseconds(1))
        #expect(harness.count(.close(.a)) == 1)
        #expect(harness.counters[.attemptTimeout] == 1)
    }

    @Test(arguments: HandshakeFailure.allCases)
    func `F10: a peer that speaks something else is counted and backed off`(
        failure: HandshakeFailure
    ) {
        var harness = SupervisorHarness()
        harness.answer = { .handshakeFailed($0, failure) }
        harness.send(.started)
        harness.advance(.seconds(60))
        #expect(!harness.log.contains { $0.action == .stateChanged(.connected, isStarved: false) })
        #expect(harness.counters.failures == harness.counters.attempts)
        // 1 + 2 + 4 + 8 + 16 seconds and the cap: a storm would be hundreds.
        #expect(harness.counters.attempts <= 7)
        #expect(harness.counters.attempts >= 6)
    }

    @Test func `F10: TCP that comes up for ever with a wrong key is never connected`() {
        var harness = SupervisorHarness()
        harness.send(.started)
        for _ in 0..<1000 {
            harness.send(.tcpConnected(.a))
            harness.advance(.milliseconds(150))
        }
        #expect(harness.counters.successes == 0)
        #expect(harness.counters.failures > 2)
        #expect(!harness.log.contains { $0.action == .stateChanged(.connected, isStarved: false) })
        #expect(!harness.alerts(.dataStarved).isEmpty)
    }

    @Test func `F11: a handshake without data is starvation, and another connection is tried`() {
        var harness = SupervisorHarness()
        harness.send(.started)
        harness.send(.handshakeSucceeded(.a))
        harness.advance(.seconds(10))
        #expect(harness.alerts(.dataStarved).count == 1)
        #expect(harness.counters.inFlight == 1)
        harness.advance(.seconds(5))
        #expect(harness.counters[.firstMessageTimeout] == 1)
        harness.advance(.seconds(2))
        #expect(harness.count(.open(.b, endpoint: 0)) == 1)
        #expect(harness.count(.close(.a)) == 0)
        harness.send(.handshakeSucceeded(.b))
        harness.data(.b)
        #expect(harness.count(.close(.a)) == 1)
        #expect(harness.supervisor.state == .connected)
    }

    @Test func `F14: a flapping link keeps to its budget and is told`() {
        var harness = SupervisorHarness()
        harness.send(.started)
        let start = harness.now
        while harness.now - start < .seconds(300) {
            let isUp = (harness.now - start).wholeNanoseconds / 1_000_000_000 % 2 == 0
            for slot in ConnectionSlot.allCases {
                if isUp {
                    harness.send(.handshakeSucceeded(slot))
                    harness.data(slot)
                } else {
                    harness.send(.disconnected(slot, suspectedOversized: false))
                }
            }
            harness.advance(.milliseconds(50))
        }
        #expect(harness.counters.attempts <= 20)
        #expect(harness.counters.attempts >= 10)
        #expect(harness.alerts(.connectionLost).contains { $0.severity == .critical })
        #expect(harness.counters.lossesSinceStable == harness.counters.losses)
    }

    @Test func `the delays start again only after a stable period`() {
        var harness = SupervisorHarness()
        harness.connect()
        for uptime in [10, 10, 61] {
            harness.advance(.seconds(uptime), dataOn: ConnectionSlot.allCases)
            let slot = harness.supervisor.connectedSlot ?? .a
            harness.send(.disconnected(slot, suspectedOversized: true))
            let lost = harness.now
            harness.answer = { .handshakeSucceeded($0) }
            harness.advance(.seconds(5))
            harness.data(.a)
            harness.data(.b)
            let delay = (harness.openings.last ?? lost) - lost
            let isPrompt = delay <= .milliseconds(100)
            // The first loss and the one after a stable period are retried at once.
            #expect(isPrompt == (harness.counters.losses != 2), "loss \(harness.counters.losses)")
        }
        #expect(harness.counters[ReconnectTrigger.oversized] == 3)
        #expect(harness.counters[ConnectionFailure.oversized] == 3)
    }

    @Test func `takes the alternate endpoints in turn`() {
        var settings = FeedSupervisor.Settings()
        settings.endpointCount = 3
        var harness = SupervisorHarness(settings)
        harness.answer = { .openFailed($0, code: 24) }
        harness.send(.started)
        harness.advance(.seconds(10))
        #expect(harness.endpoints == [0, 1, 2, 0])
        // The shell has no socket to close when none could be made.
        #expect(harness.count(.close(.a)) == 0)
        #expect(harness.alerts(.reconnectFailure).first?.code == 24)
    }

    @Test func `counts the time in which the feed was well`() {
        var harness = SupervisorHarness()
        harness.connect()
        harness.advance(.seconds(30), dataOn: [.a])
        #expect(harness.counters.totalUptime == .seconds(30))
        harness.send(.disconnected(.a, suspectedOversized: false))
        harness.advance(.milliseconds(200))
        harness.data(.a)
        harness.advance(.seconds(5), dataOn: [.a])
        #expect(harness.counters.totalUptime == .seconds(35))
        #expect(harness.counters.lastReconnectLatency == .milliseconds(200))
        #expect(harness.counters.reconnectAttempts == 1)
        #expect(harness.counters.reconnectSuccesses == 1)
        #expect(harness.counters.successes == 2)
    }

    @Test func `closes everything when stopped, and can start again`() {
        var harness = SupervisorHarness()
        harness.connect()
        harness.send(.reconnectRequested(.forced))
        harness.advance(.seconds(1), dataOn: [.a])
        #expect(harness.counters.inFlight == 1)
        harness.send(.stopped)
        #expect(harness.count(.close(.a)) == 1)
        #expect(harness.count(.close(.b)) == 1)
        #expect(harness.supervisor.state == .disconnected)
        #expect(harness.supervisor.nextDeadline == .never)
        #expect(harness.counters.failures == 1)
        #expect(harness.counters.consecutiveFailures == 0)
        harness.send(.timer)
        #expect(harness.openings.count == 2)
        harness.send(.started)
        #expect(harness.openings.count == 3)
    }
}
