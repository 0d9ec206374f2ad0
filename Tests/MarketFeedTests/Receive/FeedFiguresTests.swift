import MarketFeed
import Platform
import Telemetry
import TestSupport
import Testing
import ZeroMQ

@testable import TradingCore

/// What a feed thread counts for metrics: it moves when it should, and only then.
@Suite struct FeedFiguresTests {
    @Test(arguments: FeedAlert.Kind.allCases)
    func `only a success is a reconnect, and only the first report is a starvation`(
        kind: FeedAlert.Kind
    ) {
        var figures = FeedFigures()
        var alert = FeedAlert(kind: kind, severity: .info)
        alert.duration = .milliseconds(700)
        for count in 1...3 {
            alert.count = count
            figures.note(alert)
        }
        #expect(figures.reconnectLatency.count == (kind == .reconnectSuccess ? 3 : 0))
        #expect(figures.reconnectLatency.sum == (kind == .reconnectSuccess ? 2_100_000_000 : 0))
        #expect(figures.starvations == (kind == .dataStarved ? 1 : 0))
    }

    @Test(
        arguments: [
            (0, 0, 0, SeamResult.silent), (3, 0, 0, .proven), (3, 1, 0, .unprovable),
            (0, 1, 0, .unprovable), (3, 1, 1, .broken), (0, 0, 1, .broken),
        ]
    )
    func `a seam is as good as its worst stream`(
        proven: Int,
        unprovable: Int,
        broken: Int,
        result: SeamResult
    ) {
        var report = SeamReport(old: .a, new: .b)
        report.silentStreams = 1
        report.provenStreams = proven
        report.unprovableStreams = unprovable
        report.brokenStreams = broken
        var figures = FeedFigures()
        figures.note(report)
        for other in SeamResult.allCases { #expect(figures[other] == (other == result ? 1 : 0)) }
    }

    @Test func `bytes are those of the messages, and a replaced connection is timed`() throws {
        let context = try Context()
        let source = try TickSource(context)
        let harness = try ReceiverHarness(source.endpoint, context: context)
        defer { harness.stop() }
        try harness.connect(source)
        // The ticks before the subscription went to nobody.
        let bytes = harness.numbers().reduce(0) { $0 + source.tick("EURUSD", $1).utf8.count }
        let before = try harness.counters { $0.figures.receivedBytes >= UInt64(bytes) }
        #expect(before.figures.receivedBytes == UInt64(bytes))
        #expect(before.isInSession)
        #expect(before.figures.reconnectLatency.count == 0)
        harness.receiver.requestReconnect()
        try harness.wait(for: "a seam") {
            try source.sendTick()
            return !harness.seams.isEmpty
        }
        let after = try harness.counters { $0.figures[.proven] > 0 }
        #expect(after.figures.reconnectLatency.count == 1)
        #expect(after.figures[.proven] == 1)
        #expect(after.figures.receivedBytes > before.figures.receivedBytes)
    }
}
