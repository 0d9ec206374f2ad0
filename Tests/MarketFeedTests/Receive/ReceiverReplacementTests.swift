import MarketFeed
import Testing
import TradingCore
import ZeroMQ

@Suite struct ReceiverReplacementTests {
    @Test func `a connection that is replaced while ticks flow loses and doubles none`() throws {
        let context = try Context()
        let source = try TickSource(context)
        let harness = try ReceiverHarness(source.endpoint, context: context)
        defer { harness.stop() }
        try harness.connect(source)
        try replace(source, harness, times: 3)
        let sent = try #require(source.next["EURUSD"]) - 1
        #expect(harness.numbers() == Array(1...sent))
        #expect(harness.gaps().isEmpty)
        #expect(harness.tally().missing == 0)
        #expect(harness.seams.allSatisfy { $0.isProven })
        #expect(!harness.states.contains(.reconnecting))
        harness.expectConserved(sent: sent)
    }

    @Test func `without numbers a replacement is in order, and its seam is told as unprovable`()
        throws
    {
        let context = try Context()
        let source = try TickSource(context, form: .unsequenced)
        let harness = try ReceiverHarness(source.endpoint, context: context)
        defer { harness.stop() }
        try harness.connect(source)
        try replace(source, harness, times: 2)
        #expect(harness.seams.allSatisfy { $0.unprovableStreams == 1 && !$0.isProven })
        #expect(harness.gaps().map(\.gapCause) == [.unprovableSeam, .unprovableSeam])
        #expect(harness.tally().unprovableSeams == 2)
        let tally = harness.tally()
        #expect(tally.received == tally.appended + tally.duplicate)
        #expect(tally.appended == UInt64(harness.numbers().count))
    }

    /// Asks for new connections while at least 5,000 ticks flow.
    private func replace(_ source: TickSource, _ harness: ReceiverHarness, times: Int) throws {
        let start = source.next["EURUSD", default: 1]
        for round in 1...times {
            harness.receiver.requestReconnect()
            try harness.wait(for: "replaced") {
                try sendSome(source, harness)
                return harness.seams.count == round
            }
        }
        try harness.wait(for: "5,000 ticks") {
            try sendSome(source, harness)
            return source.next["EURUSD", default: 1] - start > 5000
        }
        try harness.settle(source)
        #expect(harness.seams.count == times)
    }

    /// Sends ticks unless many are still under way: a publisher drops what a slow receiver leaves.
    private func sendSome(_ source: TickSource, _ harness: ReceiverHarness) throws {
        guard source.next["EURUSD", default: 1] <= harness.tally().appended + 500 else { return }
        for _ in 0..<100 { try source.sendTick() }
    }
}
