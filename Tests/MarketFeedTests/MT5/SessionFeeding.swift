import MarketFeed
import TradingCore

extension MT5Session {
    /// A session with one open connection, numbers from 10, and room for 20 symbols.
    static func opened(configured: [String] = [], symbolCount: Int = 21) -> MT5Session {
        var session = MT5Session(
            Configuration(
                feed: FeedID(rawValue: 3),
                symbols: 10..<10 + symbolCount,
                configured: configured.compactMap { SymbolText($0) }
            )
        )
        session.merger.connectionOpened(.a)
        return session
    }

    /// Receives one message given as text.
    mutating func receive(
        _ payload: String,
        topic: String? = nil,
        from slot: ConnectionSlot = .a,
        at nanoseconds: Int64 = 1,
        isBacklog: Bool = false
    ) {
        let bytes = Array(payload.utf8)
        let topicBytes = topic.map { Array($0.utf8) }
        receive(
            topic: topicBytes?.span,
            payload: bytes.span,
            from: slot,
            at: MonotonicTime(nanoseconds: nanoseconds),
            isBacklog: isBacklog
        )
    }

    /// Receives a sequenced tick.
    mutating func receiveTick(
        _ symbol: String = "EURUSD",
        sequence: UInt64,
        epoch: UInt64 = 1,
        bid: String = "1.08500",
        from slot: ConnectionSlot = .a
    ) {
        let head = "{\"type\":\"TICK\",\"symbol\":\"\(symbol)\",\"bid\":\(bid),\"ask\":1.08520,"
        receive(head + "\"seq\":\(sequence),\"epoch\":\(epoch)}", from: slot)
    }

    /// The counters of the feed's n-th symbol; 0 is the feed itself.
    func tally(_ place: UInt16, _ kind: StreamKind = .quote) -> StreamTally {
        merger.tallies[StreamID(symbol: SymbolID(rawValue: 10 + place), kind: kind).index]
    }

    /// The counters of everything that has no symbol.
    var feedTally: StreamTally { tally(0, .unattributed) }
}

extension StreamTally {
    /// Whether every message received is accounted for, while none is held back.
    var isConserved: Bool { received == appended + duplicate + late + quarantined }
}
