import Testing
import TradingCore

@Suite struct EventBufferTests {
    private static let stream = StreamID(symbol: SymbolID(rawValue: 0), kind: .book)

    private func makeBuffer(capacity: Int = 8, inputs: Int = 4) -> EventBuffer {
        EventBuffer(
            EventBuffer.Configuration(
                capacity: capacity,
                streamCount: EventSource.streamCount,
                feedCount: 2,
                inputCapacity: inputs
            )
        )
    }

    private func append(
        _ events: [MarketEvent],
        to buffer: EventBuffer,
        _ source: EventSource
    ) -> Bool {
        let touched = [Self.stream.rawValue]
        return buffer.append(events.span, touched: touched.span, tallies: source.tallies.span)
    }

    private func state(_ state: ConnectionState, feed: UInt8) -> MarketEvent {
        .feedState(feed: FeedID(rawValue: feed), state: state, isStarved: false, at: .zero)
    }

    @Test func `a shed gap is told with the messages shed around it`() {
        let buffer = makeBuffer(capacity: 2)
        var source = EventSource()
        var batch = buffer.makeSpareBatch()
        _ = append(source.message(symbol: 0, size: 1), to: buffer, source)
        _ = append(source.gap(symbol: 0, count: 5), to: buffer, source)
        for _ in 0..<3 { _ = append(source.message(symbol: 0, size: 1), to: buffer, source) }
        #expect(buffer.take(&batch))
        let events = batch.events()
        #expect(events.map(\.kind) == [.gap, .bookLevel, .bookLevel])
        #expect(events[0].gapCause == .shed)
        #expect(events[0].gapCount == 7)
        #expect(events[0].gapFirst == 1)
        #expect(events[0].gapLast == 7)
        #expect(events.map(\.sequence) == [7, 8, 9])
    }

    @Test func `shed gaps of unknown length are told once`() {
        let buffer = makeBuffer(capacity: 1)
        var source = EventSource()
        var batch = buffer.makeSpareBatch()
        for _ in 0..<3 { _ = append(source.gap(symbol: 0, count: 0), to: buffer, source) }
        #expect(buffer.take(&batch))
        #expect(batch.events().map(\.gapCount) == [0, 0])
        #expect(batch.events().map(\.gapCause) == [.shed, .sequence])
    }

    @Test func `a message larger than the buffer is shed in its place`() {
        let buffer = makeBuffer(capacity: 2)
        var source = EventSource()
        var batch = buffer.makeSpareBatch()
        _ = append(source.message(symbol: 0, size: 1), to: buffer, source)
        _ = append(source.message(symbol: 0, size: 3), to: buffer, source)
        #expect(buffer.take(&batch))
        #expect(batch.events().map(\.kind) == [.bookLevel, .gap])
        #expect(batch.events()[1].gapFirst == 2)
        buffer.withTallies { _, shed, occupancy in
            #expect(shed[Self.stream.index] == 1)
            #expect(occupancy.messages == 0)
        }
    }

    @Test func `inputs are never shed and the one too many is refused`() {
        let buffer = makeBuffer(capacity: 1, inputs: 2)
        var source = EventSource()
        var batch = buffer.makeSpareBatch()
        let request = LoopInput.symbolAdded(
            SymbolID(rawValue: 0),
            feed: FeedID(rawValue: 0),
            name: "EURUSD"
        )
        #expect(buffer.append(request) == false)
        #expect(buffer.append(request) == false)
        #expect(buffer.append(request) == nil)
        for _ in 0..<9 { _ = append(source.message(symbol: 0, size: 1), to: buffer, source) }
        #expect(buffer.take(&batch))
        #expect(batch.inputs.count == 2)
        #expect(batch.eventCount == 1)
        batch.clear()
        #expect(batch.inputs.isEmpty)
        #expect(buffer.append(request) == false)
    }

    @Test func `the latest state of each feed is kept whatever is shed`() {
        let buffer = makeBuffer(capacity: 1)
        var source = EventSource()
        var batch = buffer.makeSpareBatch()
        _ = buffer.setFeedState(state(.connecting, feed: 1))
        _ = buffer.setFeedState(state(.failed, feed: 0))
        _ = buffer.setFeedState(state(.connected, feed: 1))
        for _ in 0..<3 { _ = append(source.message(symbol: 0, size: 1), to: buffer, source) }
        #expect(buffer.take(&batch))
        let events = batch.events()
        #expect(events.map(\.kind) == [.feedState, .feedState, .gap, .bookLevel])
        #expect(events[0].connectionState == .failed)
        #expect(events[1].connectionState == .connected)
        batch.clear()
        #expect(batch.events().isEmpty)
        #expect(!buffer.take(&batch))
        // Two rounds, so that either batch is used again: no old state comes with a new one.
        for _ in 0..<2 {
            _ = buffer.setFeedState(state(.connecting, feed: 1))
            #expect(buffer.take(&batch))
            #expect(batch.events().map(\.feed) == [FeedID(rawValue: 1)])
            batch.clear()
        }
    }

    @Test func `a state alone is handed over and an empty take marks the consumer as waiting`() {
        let buffer = makeBuffer()
        var source = EventSource()
        var batch = buffer.makeSpareBatch()
        #expect(!append(source.message(symbol: 0, size: 1), to: buffer, source))
        #expect(buffer.take(&batch))
        batch.clear()
        #expect(!buffer.setFeedState(state(.connected, feed: 0)))
        #expect(buffer.take(&batch))
        batch.clear()
        #expect(!buffer.take(&batch))
        #expect(append(source.message(symbol: 0, size: 1), to: buffer, source))
        #expect(!append(source.message(symbol: 0, size: 1), to: buffer, source))
        #expect(buffer.take(&batch))
        batch.clear()
        #expect(!buffer.take(&batch))
        #expect(buffer.setFeedState(state(.failed, feed: 0)))
        #expect(buffer.take(&batch))
        batch.clear()
        #expect(!buffer.take(&batch))
        let request = LoopInput.symbolAdded(
            SymbolID(rawValue: 0),
            feed: FeedID(rawValue: 0),
            name: "EURUSD"
        )
        #expect(buffer.append(request) == true)
    }

    @Test func `F26: a loop that stalls for 500 messages gets the newest and a count of the rest`()
    {
        let buffer = makeBuffer(capacity: 64)
        var source = EventSource()
        var batch = buffer.makeSpareBatch()
        for _ in 0..<500 { _ = append(source.message(symbol: 0, size: 1), to: buffer, source) }
        #expect(buffer.take(&batch))
        let events = batch.events()
        #expect(events[0].gapCount == 436)
        #expect(events[0].gapFirst == 1)
        #expect(events[0].gapLast == 436)
        #expect(events.dropFirst().map(\.sequence) == Array(437...500))
        buffer.withTallies { tallies, shed, occupancy in
            #expect(tallies[Self.stream.index].appended == 500)
            #expect(shed[Self.stream.index] == 436)
            #expect(occupancy == EventBuffer.Occupancy(highWaterEvents: 64))
        }
    }

    @Test func `F34: a consumer that is always too slow sees the newest and every loss is counted`()
    {
        let capacity = 16
        let buffer = makeBuffer(capacity: capacity)
        var source = EventSource()
        var batch = buffer.makeSpareBatch()
        var delivered: UInt64 = 0
        var told: UInt64 = 0
        for _ in 0..<500 {
            for _ in 0..<50 {
                #expect(!append(source.message(symbol: 0, size: 1), to: buffer, source))
            }
            #expect(buffer.take(&batch))
            let events = batch.events()
            let newest = source.sequences[Self.stream.index]
            #expect(events.last?.sequence == newest)
            for event in events where event.kind != .gap {
                #expect(newest - event.sequence < UInt64(capacity))
                delivered += 1
            }
            told += events[0].gapCount
            batch.clear()
        }
        #expect(delivered == 500 * 16)
        buffer.withTallies { tallies, shed, _ in
            #expect(shed[Self.stream.index] == told)
            #expect(tallies[Self.stream.index].appended == delivered + told)
        }
    }
}
