import Testing
import TradingCore

@Suite struct FeedReplacementTests {
    @Test func `F03: a hung publisher is starvation at ten seconds, beside the kept connection`() {
        var harness = SupervisorHarness()
        harness.connect()
        harness.advance(.seconds(60), dataOn: [.a])
        harness.advance(.milliseconds(9_999))
        #expect(harness.supervisor.state == .connected)
        harness.advance(.milliseconds(1))
        #expect(harness.supervisor.state == .reconnecting)
        #expect(harness.supervisor.isStarved)
        #expect(harness.alerts(.dataStarved).map(\.duration) == [.seconds(10)])
        harness.advance(.milliseconds(100))
        #expect(harness.count(.open(.b, endpoint: 0)) == 1)
        harness.advance(.seconds(10))
        #expect(harness.alerts(.dataStarved).map(\.count) == [1, 2])
        #expect(harness.count(.close(.a)) == 0)
        #expect(harness.counters[.starvation] == 1)
    }

    @Test func `F02: the old connection that comes back ends the starvation`() {
        var harness = SupervisorHarness()
        harness.connect()
        harness.advance(.seconds(12))
        harness.send(.handshakeSucceeded(.b))
        harness.data(.a)
        #expect(harness.supervisor.state == .connected)
        #expect(!harness.supervisor.isStarved)
        #expect(harness.alerts(.dataRecovered).map(\.duration) == [.seconds(12)])
        // The new connection is kept until it speaks or its time is over, and not tried again.
        harness.advance(.seconds(14), dataOn: [.a])
        #expect(harness.count(.close(.b)) == 0)
        harness.advance(.seconds(120), dataOn: [.a])
        #expect(harness.count(.close(.b)) == 1)
        #expect(harness.counters.attempts == 2)
        #expect(harness.supervisor.state == .connected)
    }

    @Test func `closes the old connection when the merger has settled the seam`() {
        var harness = replacing()
        harness.data(.b)
        #expect(harness.count(.close(.a)) == 0)
        harness.send(.seamSettled(.a))
        #expect(harness.count(.close(.a)) == 0)
        harness.send(.seamSettled(.b))
        #expect(harness.count(.close(.a)) == 1)
        #expect(harness.supervisor.connectedSlot == .b)
    }

    @Test func `closes the old connection two seconds after the new one spoke at the latest`() {
        var harness = replacing()
        harness.data(.b)
        harness.advance(.milliseconds(1_999), dataOn: [.a, .b])
        #expect(harness.count(.close(.a)) == 0)
        harness.advance(.milliseconds(1), dataOn: [.b])
        #expect(harness.count(.close(.a)) == 1)
        #expect(harness.supervisor.state == .connected)
    }

    @Test func `F17: a replacement that never speaks is an alert, and the old connection stays`() {
        var harness = SupervisorHarness()
        harness.connect()
        harness.send(.reconnectRequested(.proactive))
        harness.send(.handshakeSucceeded(.b))
        harness.advance(.seconds(16), dataOn: [.a])
        #expect(harness.count(.close(.b)) == 1)
        #expect(harness.count(.close(.a)) == 0)
        #expect(harness.alerts(.reconnectFailure).map(\.failure) == [.firstMessageTimeout])
        #expect(harness.supervisor.state == .connected)
        // The request stands: it is tried again under back-off.
        harness.advance(.seconds(2), dataOn: [.a])
        #expect(harness.count(.open(.b, endpoint: 0)) == 2)
    }

    @Test func `the new connection is simply the connection when the old one dies meanwhile`() {
        var harness = replacing()
        harness.send(.disconnected(.a, suspectedOversized: false))
        #expect(harness.alerts(.connectionLost).count == 1)
        #expect(harness.supervisor.state == .reconnecting)
        #expect(harness.counters.inFlight == 1)
        harness.data(.b)
        #expect(harness.supervisor.state == .connected)
        #expect(harness.openings.count == 2)
        harness.advance(.seconds(60), dataOn: [.b])
        #expect(harness.count(.close(.b)) == 0)
    }

    @Test func `the old connection stays when the new one dies before the seam is settled`() {
        var harness = replacing()
        harness.data(.b)
        harness.advance(.seconds(1), dataOn: [.a])
        harness.send(.disconnected(.b, suspectedOversized: false))
        harness.advance(.seconds(1), dataOn: [.a])
        #expect(harness.count(.close(.a)) == 0)
        #expect(harness.supervisor.connectedSlot == .a)
        #expect(harness.supervisor.state == .connected)
        // The reason for the replacement still stands.
        #expect(harness.openings.count == 3)
    }

    @Test func `F05: an old connection is abandoned after a limit when no replacement succeeds`() {
        var harness = SupervisorHarness()
        harness.connect()
        harness.answer = { .connectFailed($0) }
        harness.advance(.seconds(119))
        #expect(harness.count(.close(.a)) == 0)
        harness.advance(.seconds(31))
        #expect(harness.count(.close(.a)) == 1)
        #expect(harness.counters[.abandoned] == 1)
        #expect(harness.alerts(.connectionLost).map(\.failure) == [.abandoned])
        let attempts = harness.counters.attempts
        harness.advance(.seconds(60))
        #expect(harness.counters.attempts >= attempts + 2)
    }

    @Test func `F05: a silent but younger connection takes the place of the abandoned one`() {
        var harness = SupervisorHarness()
        harness.connect()
        harness.answer = { .handshakeSucceeded($0) }
        harness.advance(.seconds(300))
        #expect(harness.count(.close(.a)) > 0)
        #expect(harness.counters[.abandoned] >= 1)
        // One connection is always held, so that the publisher's first word is heard at once.
        let opened = harness.openings.count
        let closed = harness.count(.close(.a)) + harness.count(.close(.b))
        #expect((1...2).contains(opened - closed))
    }

    @Test(arguments: [Duration.milliseconds(500), .seconds(30)])
    func `G18: hammered requests are merged and limited in rate`(longestDelay: Duration) {
        var settings = FeedSupervisor.Settings()
        settings.policy.initialDelay = .milliseconds(100)
        settings.policy.maxDelay = longestDelay
        settings.policy.feedMaxDelay = longestDelay
        var harness = SupervisorHarness(settings)
        harness.connect()
        harness.answer = { .handshakeSucceeded($0) }
        for _ in 0..<6000 {
            harness.send(.reconnectRequested(.forced))
            for slot in ConnectionSlot.allCases { harness.data(slot) }
            harness.advance(.milliseconds(10))
        }
        #expect(harness.counters.attempts >= 6)
        #expect(harness.counters.attempts <= 8)
        #expect(harness.counters.mergedRequests > 5900)
        #expect(harness.alerts(.connectionLost).isEmpty)
        #expect(harness.supervisor.state == .connected)
    }

    @Test func `G18: a request ends a long back-off at once`() {
        var harness = SupervisorHarness()
        harness.answer = { .connectFailed($0) }
        harness.send(.started)
        harness.advance(.seconds(120))
        let last = harness.openings.last ?? harness.now
        harness.advance(last + .seconds(5) - harness.now)
        let count = harness.openings.count
        harness.send(.reconnectRequested(.forced))
        #expect(harness.openings.count == count + 1)
        #expect(harness.counters[.forced] == 1)
    }

    /// A feed whose connection `a` is well and whose replacement `b` has its handshake.
    private func replacing() -> SupervisorHarness {
        var harness = SupervisorHarness()
        harness.connect()
        harness.advance(.seconds(5), dataOn: [.a])
        harness.send(.reconnectRequested(.forced))
        harness.send(.handshakeSucceeded(.b))
        return harness
    }
}
