import MarketFeed
import Platform
import Testing
import TradingCore
import ZeroMQ

@Suite struct ReceiverFlowTests {
    @Test func `F22: an oversized frame costs one reconnect and the next good message arrives`()
        throws
    {
        let context = try Context()
        let source = try TickSource(context)
        let harness = try ReceiverHarness(source.endpoint, context: context) {
            $0.socket.messageBytesMax = 4096
        }
        defer { harness.stop() }
        try harness.connect(source)
        try source.send([Array(repeating: 32, count: 4097)])
        try harness.wait(for: "loss noticed") { harness.alerts(.connectionLost).count == 1 }
        let subscriptions = source.subscriptions
        try harness.wait(for: "subscribed again") {
            try source.noteSubscriptions()
            return source.subscriptions > subscriptions
        }
        for _ in 0..<50 { try source.sendTick() }
        try harness.settle(source)
        let sent = try #require(source.next["EURUSD"]) - 1
        #expect(harness.numbers() == Array(1...sent))
        #expect(harness.alerts(.reconnectAttempt).count == 1)
        #expect(harness.alerts(.reconnectSuccess).count == 1)
        let counters = try harness.counters { $0.connection.successes == 2 }.connection
        #expect(counters.losses == 1)
        #expect(counters[ConnectionFailure.oversized] == 1)
        harness.expectConserved(sent: sent)
    }

    @Test func `F23: a message of any number of parts is taken or rejected whole`() throws {
        let context = try Context()
        let source = try TickSource(context)
        let harness = try ReceiverHarness(source.endpoint, context: context)
        defer { harness.stop() }
        try harness.connect(source)
        let start = harness.numbers().count
        let text = { (number: UInt64) in Array(source.tick("EURUSD", number).utf8) }
        let empty: [UInt8] = []
        let topic = Array("EURUSD".utf8)
        var number = try #require(source.next["EURUSD"])
        let rejected: [[[UInt8]]] = [
            [empty], [empty, text(99)], [topic, empty], [topic, text(99), empty],
            [text(99), text(99), text(99)], Array(repeating: text(99), count: 10_000),
        ]
        for parts in rejected {
            try source.send(parts)
            try source.send([text(number)])
            try source.send([topic, text(number + 1)])
            number += 2
        }
        source.next["EURUSD"] = number
        try harness.settle(source)
        #expect(harness.numbers().count == start + 2 * rejected.count)
        #expect(harness.numbers() == Array(1..<number))
        let frames = try harness.counters { $0.frames.ticks == number - 1 }.frames
        #expect(frames[DecodeFault.Reason.emptyPart] == 3)
        #expect(frames[DecodeFault.Reason.tooManyParts] == 3)
        let feed = StreamID(symbol: SymbolID(rawValue: 0), kind: .unattributed)
        #expect(harness.tally(of: feed).quarantined == UInt64(rejected.count))
        harness.expectConserved(sent: number - 1)
    }

    @Test func `F26: while nobody consumes, the newest survive and each lost tick is counted`()
        throws
    {
        let context = try Context()
        let source = try TickSource(context)
        let harness = try ReceiverHarness(source.endpoint, context: context, capacity: 100)
        defer { harness.stop() }
        try harness.connect(source)
        let before = harness.tally().received
        for number in 0..<4000 { try send(source, number % 4 == 0 ? "USDJPY" : "EURUSD") }
        try harness.wait(for: "all received", consuming: false) {
            harness.tally().received == before + 3000 && harness.tally("USDJPY").received == 1000
        }
        let tail = Array(source.tailNumbers("EURUSD", 75))
        harness.consume()
        #expect(harness.numbers().suffix(75) == tail[...])
        #expect(harness.numbers("USDJPY") == Array(source.tailNumbers("USDJPY", 25)))
        #expect(harness.tally().shed == 3000 - 75)
        #expect(harness.tally("USDJPY").shed == 1000 - 25)
        #expect(harness.gaps().map(\.gapCount) == [3000 - 75])
        #expect(harness.gaps("USDJPY").map(\.gapCount) == [1000 - 25])
        harness.expectConserved(sent: before + 3000)
        harness.expectConserved(sent: 1000, "USDJPY")
    }

    @Test func `F27: a burst of 100,000 ticks is received whole`() throws {
        let context = try Context()
        let source = try TickSource(context)
        let harness = try ReceiverHarness(source.endpoint, context: context)
        defer { harness.stop() }
        try harness.connect(source)
        for number in 0..<100_000 {
            if number % 256 == 0 { harness.consume() }
            if try !source.sendTick() {
                try harness.wait(for: "room in the queue", seconds: 60) { try source.sendTick() }
            }
        }
        let last = try #require(source.next["EURUSD"]) - 1
        try harness.wait(for: "all received", seconds: 60) { harness.tally().received == last }
        harness.consume()
        #expect(harness.numbers() == Array(1...last))
        #expect(harness.tally().missing == 0)
        harness.expectConserved(sent: last)
    }

    @Test func `heartbeats that meet a full queue do not end the process`() throws {
        let context = try Context()
        let source = try TickSource(context)
        let isHeld = Locked(false)
        let harness = try ReceiverHarness(
            source.endpoint,
            context: context,
            adjust: {
                $0.socket.heartbeatInterval = 20
                $0.socket.heartbeatTimeout = 100
                $0.socket.receiveHighWaterMark = 2
                $0.socket.receiveBufferBytes = 4096
            },
            onNotice: { notice in
                guard case .stateChanged(_, .connected, _) = notice else { return }
                isHeld.withLock { $0 = true }
                while isHeld.withLock({ $0 }) { PollSet.pause(milliseconds: 1) }
            }
        )
        defer { harness.stop() }
        defer { isHeld.withLock { $0 = false } }
        for _ in 0..<3 {
            try harness.wait(for: "held") {
                try source.sendTickIfHeard()
                return isHeld.withLock { $0 }
            }
            let end = SystemClock.monotonicNanoseconds() + 400_000_000
            try harness.wait(for: "twenty heartbeats") {
                for _ in 0..<20 { try source.sendTick() }
                return SystemClock.monotonicNanoseconds() > end
            }
            isHeld.withLock { $0 = false }
            try harness.wait(for: "loss noticed") {
                try source.sendTick()
                return harness.state == .reconnecting
            }
        }
        try harness.wait(for: "held") {
            try source.sendTick()
            return isHeld.withLock { $0 }
        }
        isHeld.withLock { $0 = false }
        try harness.settle(source)
        harness.expectConserved(sent: try #require(source.next["EURUSD"]) - 1)
    }

    @Test func `an idle receiver wakes up a few times in a tenth of a second and no more`() throws {
        let context = try Context()
        let source = try TickSource(context)
        let harness = try ReceiverHarness(source.endpoint, context: context, name: "idle-9")
        defer { harness.stop() }
        try harness.connect(source)
        let before = try ThreadActivity.ofThread(named: "feed.idle-9")
        let end = SystemClock.monotonicNanoseconds() + 500_000_000
        try harness.wait(for: "half a second") { SystemClock.monotonicNanoseconds() > end }
        let after = try ThreadActivity.ofThread(named: "feed.idle-9")
        #expect(after.wakeUps - before.wakeUps <= 25)
        #expect(after.processorNanoseconds - before.processorNanoseconds < 25_000_000)
    }

    private func send(_ source: TickSource, _ symbol: String) throws {
        let isSent = try source.sendTick(symbol)
        try #require(isSent)
    }
}

extension TickSource {
    /// The numbers of the last ticks of a symbol.
    fileprivate func tailNumbers(_ symbol: String, _ count: UInt64) -> Range<UInt64> {
        let end = next[symbol, default: 1]
        return end - count..<end
    }
}

extension PollSet {
    /// Gives the processor away for a moment, in a loop that waits for a fact.
    static func pause(milliseconds: Int64) {
        var nothing = PollSet(reading: [])
        _ = nothing.wait(nanoseconds: milliseconds * 1_000_000)
    }
}
