import TradingCore

/// A merger with one trade stream of symbol 2, and its output in short.
struct MergerFixture {
    static let stream = StreamID(symbol: SymbolID(rawValue: 2), kind: .trade)
    var merger = FeedMerger(
        feed: FeedID(rawValue: 1),
        streamCount: 16,
        stagingCapacity: 4,
        holdLimit: .seconds(2)
    )

    mutating func offer(
        _ sequences: UInt64...,
        epoch: UInt64 = 1,
        symbol: UInt16 = 2,
        from slot: ConnectionSlot = .a,
        atSecond second: Int64 = 0,
        flags: MarketEvent.Flags = [.last, .sequenced]
    ) {
        for sequence in sequences {
            let event = MarketEvent(
                kind: .trade,
                feed: FeedID(rawValue: 1),
                symbol: SymbolID(rawValue: symbol),
                sequence: sequence,
                receiveTime: MonotonicTime(nanoseconds: second * 1_000_000_000),
                flags: flags
            )
            merger.offer(event, epoch: epoch, from: slot)
        }
    }

    mutating func offerPlain(
        symbol: UInt16 = 2,
        times: Int = 1,
        from slot: ConnectionSlot
    ) {
        for _ in 0..<times { offer(0, symbol: symbol, from: slot, flags: .last) }
    }

    /// The output in short: sequences, and gaps as `first-last cause`.
    var output: [String] {
        merger.output.map { event in
            guard event.kind == .gap else { return "\(event.sequence)" }
            return event.gapCount == 0
                ? "\(event.gapCause)" : "\(event.gapFirst)-\(event.gapLast) \(event.gapCause)"
        }
    }

    var tally: StreamTally { merger.tallies[Self.stream.index] }
}
