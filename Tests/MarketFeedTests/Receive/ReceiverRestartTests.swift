import MarketFeed
import Platform
import TestSupport
import Testing
import TradingCore
import ZeroMQ

@Suite struct ReceiverRestartTests {
    @Test func `F01: a publisher that dies and comes back with a new epoch is found again`() throws
    {
        let context = try Context()
        // An address of this test alone, so that nobody takes the port in between.
        var source: TickSource? = try TickSource(context, at: "tcp://127.1.0.1:*")
        let endpoint = try #require(source?.endpoint)
        let harness = try ReceiverHarness(endpoint, context: context)
        defer { harness.stop() }
        if let source { try harness.connect(source) }
        let sentBefore = try #require(source?.next["EURUSD"]) - 1
        source = nil
        try harness.wait(for: "loss noticed") { harness.state == .reconnecting }
        let back = try rebound(context, endpoint, harness)
        // The first five of the new epoch went to nobody.
        back.next["EURUSD"] = 6
        try harness.connect(back)
        for _ in 0..<20 { try back.sendTick() }
        try harness.settle(back)
        let sentAfter = try #require(back.next["EURUSD"]) - 1
        #expect(harness.numbers() == Array(1...sentBefore) + Array(6...sentAfter))
        #expect(harness.gaps().map(\.gapCause) == [.restart])
        #expect(harness.gaps().first?.gapCount == 5)
        #expect(harness.tally().missing == 5)
        harness.expectConserved(sent: sentBefore + sentAfter)
        #expect(harness.alerts(.connectionLost).map(\.failure) == [.disconnected])
    }

    @Test func `what had arrived before the connection ended is read before the socket is dropped`()
        throws
    {
        let context = try Context()
        let source = try TickSource(context)
        let proxy = try ChaosProxy(to: source.port)
        defer { proxy.stop() }
        let isHeld = Locked(false)
        let hasHeld = Locked(false)
        let harness = try ReceiverHarness(
            "tcp://127.0.0.1:\(proxy.port)",
            context: context,
            onNotice: { notice in
                // The receiver stands still when it is connected first, until it may go on.
                guard case .stateChanged(_, .connected, _) = notice,
                    !hasHeld.withLock({ $0.exchange(true) })
                else { return }
                isHeld.withLock { $0 = true }
                while isHeld.withLock({ $0 }) { PollSet.pause(milliseconds: 1) }
            }
        )
        defer { harness.stop() }
        defer { isHeld.withLock { $0 = false } }
        try harness.wait(for: "connected") {
            if source.next.isEmpty { try source.sendTickIfHeard() }
            return isHeld.withLock { $0 }
        }
        let before = proxy.count.bytesToClients
        for _ in 0..<520 { try source.sendTick() }
        // Frames have a head of two bytes; the last ticks are a reserve that may be cut off.
        let bytes = 510 * (source.tick("EURUSD", 520).utf8.count + 2)
        try harness.wait(for: "bytes passed") { proxy.count.bytesToClients - before >= bytes }
        proxy.end(.orderly)
        try harness.wait(for: "connection ended") { proxy.count.open == 0 }
        isHeld.withLock { $0 = false }
        try harness.wait(for: "loss noticed") { harness.alerts(.connectionLost).count == 1 }
        try harness.wait(for: "reconnected") {
            try source.sendTick()
            return harness.state == .connected && harness.states.count > 3
        }
        try harness.settle(source)
        #expect(Array(harness.numbers().prefix(501)) == Array(1...501))
        harness.expectConserved(sent: try #require(source.next["EURUSD"]) - 1)
    }

    @Test
    func `F07: a refused connection is tried on schedule for ever, and found when it is there`()
        throws
    {
        let context = try Context()
        // The port is given back before the receiver starts: a context waits for its sockets.
        let endpoint = try TickSource(Context(), at: "tcp://127.1.0.7:*").endpoint
        let harness = try ReceiverHarness(endpoint, context: context) {
            $0.supervisor.policy.maxRetries = 3
        }
        defer { harness.stop() }
        try harness.wait(for: "eight attempts") {
            harness.alerts(.reconnectAttempt).count >= 8
        }
        #expect(harness.states.contains(.failed))
        #expect(!harness.states.contains(.connected))
        #expect(harness.alerts(.maxRetriesExceeded).count == 1)
        #expect(harness.alerts(.reconnectFailure).allSatisfy { $0.failure == .connectFailed })
        let failures = harness.times(.reconnectFailure)
        let attempts = harness.times(.reconnectAttempt)
        let delays = zip(attempts, failures).map { $0 - $1 }
        for (delay, nominal) in zip(delays, [20, 40, 80, 100, 100, 100, 100] as [Int64]) {
            // The notices are a little later than what they tell of.
            #expect(delay > nominal * 900_000 - 2_000_000)
            #expect(delay < nominal * 1_100_000 + 2_000_000_000)
        }
        let source = try rebound(context, endpoint, harness)
        try harness.connect(source)
        #expect(harness.alerts(.reconnectSuccess).count == 1)
        let counters = try harness.counters { $0.connection.consecutiveFailures == 0 }.connection
        #expect(counters.attempts == counters.successes + counters.failures)
        harness.expectConserved(sent: try #require(source.next["EURUSD"]) - 1)
    }

    /// Binds an endpoint again, which the system may take a moment to allow.
    private func rebound(
        _ context: Context,
        _ endpoint: String,
        _ harness: ReceiverHarness
    ) throws -> TickSource {
        var source: TickSource?
        try harness.wait(for: "bound again") {
            source = try? TickSource(context, at: endpoint, epoch: 2)
            return source != nil
        }
        return try #require(source)
    }
}

extension Bool {
    fileprivate mutating func exchange(_ new: Bool) -> Bool {
        defer { self = new }
        return self
    }
}
