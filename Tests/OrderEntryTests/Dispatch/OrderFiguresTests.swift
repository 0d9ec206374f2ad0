import OrderEntry
import Telemetry
import TestSupport
import Testing

@testable import TradingCore

/// What the order thread counts for metrics: it moves when it should, and only then.
@Suite(.timeLimit(.minutes(2))) struct OrderFiguresTests {
    private let intent = SampleOrders.intent(SampleOrders.id(1))

    @Test func `the time to an answer counts once an answer came, and not for questions`() throws {
        var harness = DispatcherHarness.alive()
        #expect(harness.dispatcher.counters.replyLatency.count == 0)
        harness.submit(intent)
        harness.now = harness.now + .milliseconds(30)
        try harness.fill(harness.order(intent.id))
        let latency = harness.dispatcher.counters.replyLatency
        #expect(latency.count == 1)
        #expect(latency.sum == 30_000_000)
        harness.advance(by: .seconds(60), answering: true)
        #expect(harness.dispatcher.counters.replyLatency.count == 1)
    }

    @Test func `an order without an answer has no time to an answer`() {
        var harness = DispatcherHarness.alive()
        harness.submit(intent)
        harness.advance(by: .seconds(20), answering: true)
        #expect(harness.dispatcher.counters.unanswered == 1)
        #expect(harness.dispatcher.counters.replyLatency.count == 0)
    }

    @Test func `a ledger that fails counts each commit that failed`() {
        var harness = DispatcherHarness.alive()
        #expect(harness.dispatcher.counters.commitFailures == 0)
        harness.ledgerFault = "disk full"
        harness.submit(intent)
        #expect(harness.dispatcher.counters.commitFailures == 1)
    }

    @Test func `the lease ends its length after the heartbeat that was answered`() throws {
        var harness = DispatcherHarness()
        harness.run(.started)
        #expect(harness.dispatcher.snapshot.leaseUntil == nil)
        let sentAt = harness.now
        harness.now = harness.now + .milliseconds(200)
        try harness.answerHeartbeat(harness.last("HEARTBEAT"), members: #","lease_seconds":15"#)
        let until = try #require(harness.dispatcher.snapshot.leaseUntil)
        #expect(until == sentAt + .seconds(15))
    }

    @Test func `each commit of the ledger is timed`() throws {
        try withTemporaryDirectory { directory in
            let gateway = try StubGateway()
            let harness = try ServiceHarness(directory, endpoint: gateway.endpoint)
            #expect(harness.waitUntilAlive())
            let id = harness.submit()
            #expect(harness.wait(for: "answered", of: id))
            harness.stop()
            gateway.stop()
            let snapshot = harness.service.snapshot
            #expect(snapshot.counters.commits > 0)
            #expect(snapshot.commitDurations.count == snapshot.counters.commits)
            #expect(snapshot.commitDurations.sum > 0)
        }
    }
}
