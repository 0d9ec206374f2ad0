import Testing
import TradingCore

@Suite struct EventBufferStressTests {
    private static let messageCount: UInt64 = 10_000

    /// Appends all messages, waking the consumer when told to.
    private static func produce(
        _ buffer: EventBuffer,
        symbol: UInt16,
        wake: AsyncStream<Void>.Continuation
    ) async {
        var source = EventSource()
        let stream = StreamID(symbol: SymbolID(rawValue: symbol), kind: .book)
        let touched = [stream.rawValue]
        for number in 1...messageCount {
            let message = source.message(symbol: symbol, size: Int(number % 3) + 1)
            let tallies = source.tallies
            if buffer.append(message.span, touched: touched.span, tallies: tallies.span) {
                wake.yield()
            }
            if number % 64 == 0 { await Task.yield() }
        }
    }

    /// Takes until the last message of both streams was seen.
    ///
    /// - Returns: Messages delivered and messages told as shed, by stream.
    private static func consume(
        _ buffer: EventBuffer,
        wakeUps: AsyncStream<Void>
    ) async -> (delivered: [UInt64], told: [UInt64]) {
        var batch = buffer.makeSpareBatch()
        var last: [UInt64] = Array(repeating: 0, count: EventSource.streamCount)
        var delivered = last
        var told = last
        var waiting = wakeUps.makeAsyncIterator()
        while last[2] < messageCount || last[6] < messageCount {
            guard buffer.take(&batch) else {
                // Without a wake-up for each empty take this never returns.
                await waiting.next()
                continue
            }
            for event in batch.events() {
                let stream = event.stream.index
                if event.kind == .gap {
                    #expect(event.gapFirst == last[stream] + 1)
                    told[stream] += event.gapCount
                    last[stream] = event.gapLast
                } else if event.flags.contains(.last) {
                    #expect(event.sequence == last[stream] + 1)
                    delivered[stream] += 1
                    last[stream] = event.sequence
                }
            }
            batch.clear()
        }
        return (delivered, told)
    }

    /// What left the buffer never falls, so that counters and events are of one moment.
    private static func observe(_ buffer: EventBuffer) async {
        var goneBefore: UInt64 = 0
        var isDone = false
        while !isDone {
            buffer.withTallies { tallies, shed, occupancy in
                let appended = tallies.reduce(0) { $0 + $1.appended }
                let gone = appended - shed.reduce(0, +) - UInt64(occupancy.messages)
                #expect(gone >= goneBefore)
                goneBefore = gone
                isDone = appended == 2 * messageCount
            }
            await Task.yield()
        }
    }

    @Test(.timeLimit(.minutes(2)), arguments: [5, 1024])
    func `two producers and a consumer lose nothing that is not counted`(capacity: Int) async {
        let buffer = EventBuffer(
            EventBuffer.Configuration(
                capacity: capacity,
                streamCount: EventSource.streamCount,
                feedCount: 1
            )
        )
        let (wakeUps, wake) = AsyncStream<Void>.makeStream()
        async let first: Void = Self.produce(buffer, symbol: 0, wake: wake)
        async let second: Void = Self.produce(buffer, symbol: 1, wake: wake)
        async let observed: Void = Self.observe(buffer)
        let (delivered, told) = await Self.consume(buffer, wakeUps: wakeUps)
        _ = await (first, second, observed)
        buffer.withTallies { tallies, shed, occupancy in
            for stream in [2, 6] {
                #expect(tallies[stream].appended == Self.messageCount)
                #expect(delivered[stream] + told[stream] == Self.messageCount)
                #expect(shed[stream] == told[stream])
            }
            #expect(occupancy.messages == 0)
        }
    }
}
