// What strategies read of a book. Nothing here allocates.

/// The levels of one side of a book, best price first.
///
/// It is a view: taking it, and slices of it, copies no levels. Keeping it beyond the call makes the book copy its
/// levels at the next change.
public struct BookLevels: RandomAccessCollection, Sendable {
    let side: BookSide
    /// The best level's place.
    public let startIndex = 0
    /// The number of levels; 0 while the book is not valid.
    public let endIndex: Int

    init(_ side: BookSide, isValid: Bool) {
        self.side = side
        endIndex = isValid ? side.count : 0
    }

    /// The level at a place, 0 being the best price.
    ///
    /// - Complexity: O(1).
    public subscript(place: Int) -> BookLevel {
        precondition(place >= 0 && place < endIndex, "no level \(place) of \(endIndex)")
        return side.level(place)
    }
}

/// What a quantity would meet in a book if it were taken at once.
public struct BookDepth: Sendable, Equatable {
    /// The quantity that the levels hold, at most the one asked for.
    public var quantity: ExactDecimal
    /// The price of the last level needed.
    public var worstPrice: ExactDecimal
    /// The levels needed, the last one perhaps in part.
    public var levelCount: Int
    /// The sum of price times quantity; `nil` when it has more digits than can be held.
    public var cost: ExactDecimal?
    /// Whether the book holds the whole quantity asked for.
    public var isComplete: Bool
}

extension OrderBook {
    /// The bids, highest price first; none while the book is not valid.
    public var bids: BookLevels { BookLevels(bidSide, isValid: isValid) }
    /// The asks, lowest price first; none while the book is not valid.
    public var asks: BookLevels { BookLevels(askSide, isValid: isValid) }

    /// The highest bid; `nil` while the book is not valid, or has none.
    public var bestBid: BookLevel? { isValid && bidSide.count > 0 ? bidSide.level(0) : nil }
    /// The lowest ask; `nil` while the book is not valid, or has none.
    public var bestAsk: BookLevel? { isValid && askSide.count > 0 ? askSide.level(0) : nil }

    /// Whether the highest bid is at or above the lowest ask, which after a whole message is an error.
    public var isCrossed: Bool {
        guard let bestBid, let bestAsk else { return false }
        return bestBid.price >= bestAsk.price
    }

    /// The lowest ask less the highest bid.
    public var spread: ExactDecimal? {
        guard let bestBid, let bestAsk else { return nil }
        return bestAsk.price.subtracting(bestBid.price)
    }

    /// The middle between the best prices, exactly; it may have one digit more than they have.
    public var mid: ExactDecimal? {
        guard let bestBid, let bestAsk, let sum = bestBid.price.adding(bestAsk.price) else {
            return nil
        }
        if sum.mantissa % 2 == 0 {
            return ExactDecimal(mantissa: sum.mantissa / 2, scale: sum.scale)
        }
        return sum.multiplied(by: ExactDecimal(mantissa: 5, scale: 1))
    }

    /// Bid less ask quantity over their sum, from −1 (only asks) to 1 (only bids), of the best levels.
    ///
    /// An indicator, hence a binary fraction.
    ///
    /// - Parameter levels: The levels of each side that count.
    /// - Returns: `nil` while the book is not valid, or has no level.
    public func imbalance(levels: Int = 1) -> Double? {
        precondition(levels > 0, "levels must be positive, was \(levels)")
        guard isValid else { return nil }
        let bid = Self.sum(bidSide, levels)
        let ask = Self.sum(askSide, levels)
        guard bid + ask > 0 else { return nil }
        return (bid - ask) / (bid + ask)
    }

    /// What a purchase or sale at once would meet.
    ///
    /// - Parameters:
    ///   - quantity: How much is bought or sold, above zero.
    ///   - side: A purchase meets the asks, a sale the bids.
    /// - Returns: `nil` while the book is not valid, or has no level on that side.
    public func depth(of quantity: ExactDecimal, _ side: OrderRequest.Side) -> BookDepth? {
        let levels = side == .buy ? askSide : bidSide
        guard isValid, levels.count > 0, quantity.mantissa > 0 else { return nil }
        var left = quantity
        var cost: ExactDecimal? = .zero
        var place = 0
        while true {
            let level = levels.level(place)
            let taken = level.quantity < left ? level.quantity : left
            cost = cost.flatMap { sum in
                level.price.multiplied(by: taken).flatMap { sum.adding($0) }
            }
            guard let rest = left.subtracting(taken) else { return nil }
            left = rest
            place += 1
            guard left.mantissa > 0, place < levels.count else {
                guard let filled = quantity.subtracting(left) else { return nil }
                return BookDepth(
                    quantity: filled,
                    worstPrice: level.price,
                    levelCount: place,
                    cost: cost,
                    isComplete: left.mantissa == 0
                )
            }
        }
    }

    /// The quantities of the best levels, added in the order of their prices.
    private static func sum(_ side: BookSide, _ levels: Int) -> Double {
        var sum = 0.0
        for place in 0..<min(levels, side.count) { sum += side.level(place).quantity.doubleValue }
        return sum
    }
}
