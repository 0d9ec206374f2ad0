import TradingCore

/// One symbol's book, kept from a snapshot and the changes after it, or from the changes alone.
struct DepthBook: Sendable, Equatable {
    /// The most levels of a side; the worst ones beyond are forgotten and counted.
    static let levelsMax = 20_000

    /// The last change that is in the book; 0 before the first.
    private(set) var lastID: Int64 = 0
    private(set) var eventTime: Int64 = 0
    private(set) var transactionTime: Int64 = 0
    /// Whether a snapshot is under it; else it holds only prices that have changed since.
    private(set) var hasSnapshot = false
    /// Changes that did not follow the one before.
    private(set) var breaks = 0
    private(set) var levelsForgotten = 0
    // The best level is the last one, so that most changes move few others.
    private var bids: [PriceLevel] = []
    private var asks: [PriceLevel] = []

    /// Begins with a snapshot.
    ///
    /// One that is older than the book is left aside.
    mutating func begin(_ snapshot: DepthSnapshot) {
        guard snapshot.lastID >= lastID else { return }
        bids = snapshot.bids.sorted { $0.price < $1.price }
        asks = snapshot.asks.sorted { $1.price < $0.price }
        lastID = snapshot.lastID
        hasSnapshot = true
    }

    /// Applies changes; those that the book holds already change nothing.
    mutating func apply(_ update: BookChange) {
        guard update.lastID > lastID else { return }
        if lastID > 0 {
            let follows =
                if let previous = update.previousID {
                    previous <= lastID
                } else {
                    update.firstID <= lastID &+ 1
                }
            if !follows { breaks += 1 }
        }
        for level in update.bids { set(level, isBid: true) }
        for level in update.asks { set(level, isBid: false) }
        lastID = update.lastID
        eventTime = update.eventTime
        transactionTime = update.transactionTime ?? update.eventTime
    }

    /// The quantity at a price; `nil` when there is none.
    func quantity(at price: ExactDecimal, isBid: Bool) -> ExactDecimal? {
        let side = isBid ? bids : asks
        let index = Self.index(of: price, in: side, isBid: isBid)
        guard index < side.count, side[index].price == price else { return nil }
        return side[index].quantity
    }

    /// The best level of a side.
    func best(isBid: Bool) -> PriceLevel? { isBid ? bids.last : asks.last }

    /// How many levels a side has.
    func count(isBid: Bool) -> Int { isBid ? bids.count : asks.count }

    /// The level at a rank of a side, 0 for the best.
    func level(_ rank: Int, isBid: Bool) -> PriceLevel? {
        let side = isBid ? bids : asks
        return rank < side.count ? side[side.count - 1 - rank] : nil
    }

    /// The best levels of both sides, with the id of the last change.
    func snapshot(limit: Int) -> DepthSnapshot {
        DepthSnapshot(
            lastID: lastID,
            eventTime: eventTime,
            transactionTime: transactionTime,
            bids: bids.suffix(limit).reversed(),
            asks: asks.suffix(limit).reversed()
        )
    }

    /// Sets the quantity at a price; zero takes the price away.
    mutating func set(_ level: PriceLevel, isBid: Bool) {
        if isBid {
            Self.set(level, in: &bids, isBid: true)
        } else {
            Self.set(level, in: &asks, isBid: false)
        }
        if bids.count > Self.levelsMax { forgetWorst(of: \.bids) }
        if asks.count > Self.levelsMax { forgetWorst(of: \.asks) }
    }

    private mutating func forgetWorst(of side: WritableKeyPath<Self, [PriceLevel]>) {
        let surplus = Self.levelsMax / 10
        self[keyPath: side].removeFirst(surplus)
        levelsForgotten += surplus
    }

    private static func set(_ level: PriceLevel, in side: inout [PriceLevel], isBid: Bool) {
        let index = index(of: level.price, in: side, isBid: isBid)
        let isThere = index < side.count && side[index].price == level.price
        switch (isThere, level.quantity.mantissa == 0) {
        case (true, true): side.remove(at: index)
        case (true, false): side[index].quantity = level.quantity
        case (false, true): break
        case (false, false): side.insert(level, at: index)
        }
    }

    /// Where a price is, or would be; the worst price has index 0.
    private static func index(
        of price: ExactDecimal,
        in side: [PriceLevel],
        isBid: Bool
    ) -> Int {
        var low = 0
        var high = side.count
        while low < high {
            let middle = (low + high) / 2
            let isWorse = isBid ? side[middle].price < price : price < side[middle].price
            if isWorse { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
