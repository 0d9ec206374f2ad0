import TradingCore

/// What one event of a made-up market does.
struct SyntheticEvent: Sendable, Equatable {
    var trades: [MarketTrade] = []
    var aggregates: [AggregateTrade] = []
    /// The quantities after the event, of the prices that changed.
    var bids: [PriceLevel] = []
    var asks: [PriceLevel] = []
}

/// One symbol of a market that does not exist: its book, and what people do to it.
struct SyntheticBook: Sendable {
    /// Sides are filled up to so many levels, and takers leave at least the smaller number.
    private static let levelsUsual = 60
    private static let levelsMin = 10

    /// The last change of the book.
    var lastID: Int64 = 0
    private var book = DepthBook()
    private let priceStep: Int64
    private let priceScale: UInt8
    private let quantityStep: Int64
    private let quantityScale: UInt8
    private let kind: MarketKind
    private var tradeID: Int64
    private var aggregateID: Int64

    init(name: String, kind: MarketKind, random: inout SplitMix64) {
        self.kind = kind
        let start: Int64
        // Prices in hundredths, except for the small ones.
        switch true {
        case name.hasPrefix("BTC"): start = 6_500_000
        case name.hasPrefix("ETH"): start = 268_000
        case name.hasPrefix("SOL"): start = 15_000
        default:
            let sum = name.utf8.reduce(Int64(7)) { ($0 &* 31 &+ Int64($1)) & 0xFFFF }
            start = 2000 + sum
        }
        priceScale = kind == .spot ? 8 : 2
        priceStep = kind == .spot ? 1_000_000 : 1
        quantityScale = kind == .spot ? 8 : 3
        quantityStep = kind == .spot ? 10_000 : 1
        tradeID = 1_000_000 + Int64(random.next() % 1_000_000)
        aggregateID = tradeID / 2
        var bids: [PriceLevel] = []
        var asks: [PriceLevel] = []
        for rank in 0..<Int64(Self.levelsUsual) {
            bids.append(level(start - 1 - rank, lots: Self.lots(&random)))
            asks.append(level(start + 1 + rank, lots: Self.lots(&random)))
        }
        book.begin(DepthSnapshot(lastID: 0, bids: bids, asks: asks))
    }

    private func level(_ ticks: Int64, lots: Int64) -> PriceLevel {
        PriceLevel(
            price: ExactDecimal(mantissa: ticks * priceStep, scale: priceScale),
            quantity: ExactDecimal(mantissa: lots * quantityStep, scale: quantityScale)
        )
    }

    private func ticks(_ price: ExactDecimal) -> Int64 { price.mantissa / priceStep }

    private static func lots(_ random: inout SplitMix64) -> Int64 {
        1 + Int64(random.next() % 400) * (1 + Int64(random.next() % 50))
    }

    /// Both best levels.
    var bestPair: BestPair? {
        guard let bid = book.best(isBid: true), let ask = book.best(isBid: false) else {
            return nil
        }
        return BestPair(bid: bid, ask: ask)
    }

    /// The best level of each side.
    struct BestPair: Sendable, Equatable {
        var bid: PriceLevel
        var ask: PriceLevel
    }

    /// The whole book.
    func snapshot(_ time: Int64) -> DepthSnapshot {
        var snapshot = book.snapshot(limit: .max)
        snapshot.lastID = lastID
        snapshot.eventTime = time
        snapshot.transactionTime = time
        return snapshot
    }

    /// Lets one thing happen.
    mutating func step(_ random: inout SplitMix64, time: Int64, into event: inout SyntheticEvent) {
        let isBid = random.next() & 1 == 0
        if random.next() % 5 == 0 {
            take(isBid: isBid, &random, time, &event)
            return
        }
        if kind == .usdm, random.next() % 256 == 0 { number(time, &event) }
        let count = book.count(isBid: isBid)
        if count < Self.levelsUsual, random.next() % 2 == 0 {
            put(isBid: isBid, &random, &event)
            return
        }
        // The lower of two numbers: what is near the best price changes most.
        let first = random.next() % UInt64(count)
        let rank = Int(min(first, random.next() % UInt64(count)))
        guard let level = book.level(rank, isBid: isBid) else { return }
        let isTakenBack = random.next() % 8 == 0 && count > Self.levelsMin
        let lots = isTakenBack ? 0 : Self.lots(&random)
        change(level.price, lots, isBid: isBid, &event)
    }

    /// Futures give numbers of trades to things that are none.
    private mutating func number(_ time: Int64, _ event: inout SyntheticEvent) {
        tradeID += 1
        let none = ExactDecimal.zero
        event.trades.append(
            MarketTrade(
                id: tradeID,
                price: none,
                quantity: none,
                time: time,
                isBuyerMaker: false,
                isMarket: false
            )
        )
    }

    /// Offers where nothing is offered: within the spread, or behind the worst price.
    private mutating func put(
        isBid: Bool,
        _ random: inout SplitMix64,
        _ event: inout SyntheticEvent
    ) {
        guard let pair = bestPair,
            let worst = book.level(book.count(isBid: isBid) - 1, isBid: isBid)
        else { return }
        let step: Int64 = isBid ? 1 : -1
        let bid = ticks(pair.bid.price)
        let ask = ticks(pair.ask.price)
        let price: Int64 =
            if ask - bid > 1, random.next() % 4 != 0 {
                isBid ? bid + 1 : ask - 1
            } else {
                ticks(worst.price) - step
            }
        guard price > 0 else { return }
        change(level(price, lots: 0).price, Self.lots(&random), isBid: isBid, &event)
    }

    private mutating func take(
        isBid: Bool,
        _ random: inout SplitMix64,
        _ time: Int64,
        _ event: inout SyntheticEvent
    ) {
        var wanted = Self.lots(&random) * 2
        while wanted > 0, book.count(isBid: isBid) > Self.levelsMin,
            let best = book.best(isBid: isBid), event.aggregates.count < 8
        {
            let there = best.quantity.mantissa / quantityStep
            let taken = min(there, wanted)
            wanted -= taken
            let firstID = tradeID + 1
            // Two makers may have been there.
            let first = taken > 1 && random.next() % 4 == 0 ? taken / 2 : taken
            for lots in [first, taken - first] where lots > 0 {
                tradeID += 1
                event.trades.append(
                    MarketTrade(
                        id: tradeID,
                        price: best.price,
                        quantity: level(0, lots: lots).quantity,
                        time: time,
                        isBuyerMaker: isBid
                    )
                )
            }
            aggregateID += 1
            event.aggregates.append(
                AggregateTrade(
                    id: aggregateID,
                    firstTradeID: firstID,
                    lastTradeID: tradeID,
                    price: best.price,
                    quantity: level(0, lots: taken).quantity,
                    time: time,
                    isBuyerMaker: isBid
                )
            )
            change(best.price, there - taken, isBid: isBid, &event)
        }
    }

    private mutating func change(
        _ price: ExactDecimal,
        _ lots: Int64,
        isBid: Bool,
        _ event: inout SyntheticEvent
    ) {
        let changed = PriceLevel(price: price, quantity: level(0, lots: lots).quantity)
        if isBid { event.bids.append(changed) } else { event.asks.append(changed) }
        book.set(changed, isBid: isBid)
    }
}
