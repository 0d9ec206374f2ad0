import MarketFeed
import TradingCore

/// A session that is fed by a test, with a book for each symbol as the loop would keep it.
struct BinanceReplay {
    var session: BinanceSession
    var books: [OrderBook]
    /// Everything that was handed over.
    var quoteCount = 0
    var tradeIDs: [UInt64] = []
    var levelMessages = 0
    var gaps: [MarketEvent] = []
    var crossedUpdates = 0
    var notices: [BinanceNotice] = []
    /// Requests that wait for their answer.
    var requests: [BinanceRequest] = []
    /// Called after each message of a book, and for each quote.
    var onBook: ((OrderBook) -> Void)?
    var onQuote: ((MarketEvent) -> Void)?

    init(
        _ market: BinanceMarket = .spot,
        symbols: [String] = ["ETHUSDT"],
        streams: [BinanceStream] = [.trade, .depth, .bookTicker],
        change: (inout BinanceConfiguration) -> Void = { _ in }
    ) {
        var configuration = BinanceConfiguration(
            feed: FeedID(rawValue: 1),
            market: market,
            numbers: 4..<5 + symbols.count,
            symbols: symbols.compactMap { SymbolText($0) },
            streams: streams
        )
        change(&configuration)
        session = BinanceSession(configuration)
        books = Array(repeating: OrderBook(), count: symbols.count)
    }

    /// Opens a connection on each path.
    mutating func open(_ slot: ConnectionSlot = .a, at time: MonotonicTime = .zero) {
        for route in session.configuration.routes {
            session.connectionOpening(BinanceConnection(route, slot))
            session.connectionOpened(BinanceConnection(route, slot), at: time)
        }
    }

    /// Closes the connection on each path.
    mutating func close(_ slot: ConnectionSlot, at time: MonotonicTime = .zero) {
        for route in session.configuration.routes {
            session.connectionClosed(BinanceConnection(route, slot), at: time)
        }
        collect()
    }

    /// Receives one frame, on the path of its stream.
    mutating func receive(
        _ bytes: [UInt8],
        from slot: ConnectionSlot = .a,
        at time: MonotonicTime = .zero
    ) {
        var route = session.configuration.routes[0]
        if session.configuration.market == .usdMargined {
            let head = String(decoding: bytes.prefix(120), as: UTF8.self)
            let isTrade = head.contains("rade\"")
            route = isTrade ? .marketData : .publicData
        }
        session.receive(bytes.span, from: BinanceConnection(route, slot), at: time)
        collect()
        while let request = session.nextRequest(at: time) { requests.append(request) }
    }

    mutating func receive(
        _ text: String,
        from slot: ConnectionSlot = .a,
        at time: MonotonicTime = .zero
    ) {
        receive(Array(text.utf8), from: slot, at: time)
    }

    /// Lets time pass.
    mutating func advance(to time: MonotonicTime, healthySince: MonotonicTime? = nil) {
        session.advance(to: time, healthySince: healthySince)
        collect()
        while let request = session.nextRequest(at: time) { requests.append(request) }
    }

    /// Answers the oldest request for a symbol's book; `false` when there is none.
    @discardableResult mutating func answerSnapshot(
        _ body: [UInt8],
        of symbol: String = "ETHUSDT",
        at time: MonotonicTime = .zero
    ) -> Bool {
        let place = requests.firstIndex { request in
            guard request.symbol == symbol, case .snapshot = request.query else { return false }
            return true
        }
        guard let place else { return false }
        session.receiveReply(requests.remove(at: place).number, body: body.span, at: time)
        collect()
        while let request = session.nextRequest(at: time) { requests.append(request) }
        return true
    }

    /// Takes what the session hands over.
    mutating func collect() {
        notices += session.drainNotices()
        for event in session.merger.output {
            let place = event.symbol.index - session.configuration.numbers.lowerBound - 1
            switch event.kind {
            case .quote:
                quoteCount += 1
                onQuote?(event)
            case .trade: tradeIDs.append(event.sequence)
            case .bookLevel, .bookClear:
                books[place].apply(event)
                guard event.flags.contains(.last) else { continue }
                levelMessages += 1
                if books[place].isCrossed { crossedUpdates += 1 }
                onBook?(books[place])
            case .gap:
                gaps.append(event)
                if event.gapStreamKind == .book { books[place].apply(event) }
            case .feedState: break
            }
        }
        session.clearOutput()
    }

    /// The counters of a stream of the symbol at a place.
    func tally(_ kind: StreamKind, _ place: Int = 0) -> StreamTally {
        let number = session.configuration.numbers.lowerBound + 1 + place
        let symbol = SymbolID(rawValue: UInt16(number))
        return session.merger.tallies[StreamID(symbol: symbol, kind: kind).index]
    }

    /// The stream of the symbol at a place.
    func stream(_ kind: StreamKind, _ place: Int = 0) -> StreamID {
        let number = session.configuration.numbers.lowerBound + 1 + place
        return StreamID(symbol: SymbolID(rawValue: UInt16(number)), kind: kind)
    }

    /// Messages that are not accounted for, of all streams; 0 while the law holds.
    var unaccounted: Int {
        var sum = 0
        for tally in session.merger.tallies {
            let settled = tally.appended + tally.duplicate + tally.late + tally.quarantined
            sum += Int(tally.received) - Int(settled)
        }
        return sum - session.heldCount
    }
}

extension OrderBook {
    /// The book as the venue's answer to a request.
    var snapshotText: String {
        func side(_ levels: BookLevels) -> String {
            levels.map { "[\"\($0.price)\",\"\($0.quantity)\"]" }.joined(separator: ",")
        }
        return "{\"lastUpdateId\":\(updateID),\"bids\":[\(side(bids))],\"asks\":[\(side(asks))]}"
    }
}
