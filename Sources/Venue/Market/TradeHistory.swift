/// The last trades of a symbol, for who asks for them by number.
struct TradeHistory: Sendable {
    /// The most trades, and aggregates, that are kept of one symbol; the oldest are forgotten first.
    static let countMax = 100_000
    /// The same of all symbols together, which share it; each may keep the smaller number.
    static let sharedMax = 2_000_000
    static let countMin = 1000

    /// How many each of so many symbols may keep.
    static func share(of symbols: Int) -> Int {
        min(countMax, max(countMin, sharedMax / max(1, symbols)))
    }

    private(set) var trades: [MarketTrade] = []
    private(set) var aggregates: [AggregateTrade] = []

    /// Keeps a trade that is newer than all others; others are repetitions.
    mutating func append(_ trade: MarketTrade, max most: Int = Self.countMax) {
        guard trade.isMarket, trade.id > trades.last?.id ?? .min else { return }
        trades.append(trade)
        if trades.count > most { trades.removeFirst(trades.count - most * 9 / 10) }
    }

    /// Keeps an aggregate that is newer than all others.
    mutating func append(_ trade: AggregateTrade, max most: Int = Self.countMax) {
        guard trade.id > aggregates.last?.id ?? .min else { return }
        aggregates.append(trade)
        if aggregates.count > most { aggregates.removeFirst(aggregates.count - most * 9 / 10) }
    }

    /// Trades from a number on, or the last ones.
    func trades(from id: Int64?, limit: Int) -> ArraySlice<MarketTrade> {
        guard let id else { return trades.suffix(limit) }
        return trades[Self.first(trades.count) { trades[$0].id >= id }...].prefix(limit)
    }

    /// Aggregates from a number or a time on, or the last ones.
    func aggregates(
        from id: Int64?,
        since start: Int64?,
        until end: Int64?,
        limit: Int
    ) -> ArraySlice<AggregateTrade> {
        if let id {
            return aggregates[Self.first(aggregates.count) { aggregates[$0].id >= id }...]
                .prefix(limit)
        }
        guard start != nil || end != nil else { return aggregates.suffix(limit) }
        let from = Self.first(aggregates.count) { aggregates[$0].time >= start ?? .min }
        let to = Self.first(aggregates.count) { aggregates[$0].time > end ?? .max }
        return aggregates[from..<max(from, to)].prefix(limit)
    }

    /// The first index for which an ordered condition holds.
    private static func first(_ count: Int, where holds: (Int) -> Bool) -> Int {
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if holds(middle) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}

/// The books and trades of all symbols, as the market has them, whatever was lost on the way to a client.
struct MarketBooks: Sendable {
    private(set) var books: [String: DepthBook] = [:]
    private(set) var histories: [String: TradeHistory] = [:]
    /// Milliseconds of the last event that said a time.
    private(set) var lastEventTime: Int64 = 0

    /// Takes what a message says of a symbol.
    mutating func apply(_ update: MarketUpdate, symbol: String) {
        switch update {
        case .trade(let trade):
            let share = TradeHistory.share(of: histories.count)
            histories[symbol, default: TradeHistory()].append(trade, max: share)
            lastEventTime = max(lastEventTime, trade.time)
        case .aggregate(let trade):
            let share = TradeHistory.share(of: histories.count)
            histories[symbol, default: TradeHistory()].append(trade, max: share)
            lastEventTime = max(lastEventTime, trade.time)
        case .depth(let update):
            books[symbol, default: DepthBook()].apply(update)
            lastEventTime = max(lastEventTime, update.eventTime)
        case .ticker, .other: break
        }
    }

    /// Begins a symbol's book with a snapshot.
    mutating func begin(_ snapshot: DepthSnapshot, symbol: String) {
        books[symbol, default: DepthBook()].begin(snapshot)
    }

    /// The trades of a symbol, none of one that has only a book; `nil` of one that the market does not have.
    func history(_ symbol: String) -> TradeHistory? {
        histories[symbol] ?? books[symbol].map { _ in TradeHistory() }
    }

    /// All symbols that have a book or trades, in their order.
    var symbols: [String] { Set(books.keys).union(histories.keys).sorted() }
}
