/// One price of an order book and what is offered at it.
public struct BookLevel: Sendable, Equatable {
    /// The price, as the venue wrote it.
    public var price: ExactDecimal
    /// The quantity, as the venue wrote it.
    public var quantity: ExactDecimal

    package init(price: ExactDecimal, quantity: ExactDecimal) {
        self.price = price
        self.quantity = quantity
    }
}

/// One side of an order book: its levels in order of price.
///
/// Sorted arrays with the best level last. Nearly all changes are near the best price, where a search
/// from that end takes a few steps and an insertion moves a few levels. The arrays grow to the bound
/// once and are kept.
struct BookSide: Sendable {
    /// What a level holds beside its place.
    struct Content: Sendable {
        var quantity: Int64
        var quantityScale: UInt8
        /// The scale the venue wrote, which may be smaller than that of the keys.
        var priceScale: UInt8
    }

    /// What became of a level that was set.
    enum Change: Sendable, Equatable {
        case applied
        /// It lies beyond the levels that are kept.
        case beyondBound
        /// Its price cannot be held at the scale of the others.
        case unrepresentable
    }

    /// The most levels.
    let capacity: Int
    private let isAsk: Bool
    /// Prices at the common scale, of asks negated, so that a larger key is always a better price.
    private var keys: [Int64] = []
    private var contents: [Content] = []
    private var scale: UInt8 = 0
    /// The worst key kept when levels were dropped for want of room; what lies beyond is not known.
    private var bound: Int64?
    /// Levels dropped for want of room since the side was cleared.
    private(set) var droppedCount = 0

    init(isAsk: Bool, capacity: Int) {
        precondition(capacity >= 8, "a book side must hold at least 8 levels, was \(capacity)")
        self.isAsk = isAsk
        self.capacity = capacity
    }

    /// The number of levels.
    var count: Int { keys.count }

    /// The level at a place, 0 being the best price.
    func level(_ place: Int) -> BookLevel {
        let index = keys.count - 1 - place
        let content = contents[index]
        var price = isAsk ? 0 &- keys[index] : keys[index]
        if content.priceScale != scale {
            price /= ExactDecimal.powersOfTen[Int(scale - content.priceScale)]
        }
        return BookLevel(
            price: ExactDecimal(mantissa: price, scale: content.priceScale),
            quantity: ExactDecimal(mantissa: content.quantity, scale: content.quantityScale)
        )
    }

    /// Removes everything and keeps the room.
    mutating func clear() {
        keys.removeAll(keepingCapacity: true)
        contents.removeAll(keepingCapacity: true)
        bound = nil
        droppedCount = 0
    }

    /// Sets the quantity at a price; 0 removes the level, and removing what is not there is routine.
    mutating func set(
        price: Int64,
        scale priceScale: UInt8,
        quantity: Int64,
        quantityScale: UInt8
    ) -> Change {
        var key = isAsk ? 0 &- price : price
        if priceScale != scale {
            guard let widened = align(key, scale: priceScale) else { return .unrepresentable }
            key = widened
        }
        let index = lowerBound(key)
        let exists = index < keys.count && keys[index] == key
        if quantity == 0 {
            if exists {
                keys.remove(at: index)
                contents.remove(at: index)
            }
            return .applied
        }
        let content = Content(
            quantity: quantity,
            quantityScale: quantityScale,
            priceScale: priceScale
        )
        if exists {
            contents[index] = content
            return .applied
        }
        if let bound, key < bound { return .beyondBound }
        keys.insert(key, at: index)
        contents.insert(content, at: index)
        if keys.count > capacity { dropFarthest() }
        return .applied
    }

    /// How many keys are smaller than `key`, searched from the best price on in doubling steps.
    @inline(__always)
    private func lowerBound(_ key: Int64) -> Int {
        var high = keys.count
        var low = high &- 1
        var step = 1
        while low >= 0, keys[low] >= key {
            high = low
            low &-= step
            step &*= 2
        }
        low = max(low &+ 1, 0)
        while low < high {
            let middle = (low &+ high) &>> 1
            if keys[middle] < key { low = middle &+ 1 } else { high = middle }
        }
        return low
    }

    /// Makes room: an eighth at once, so that a full side is not moved for each new level.
    private mutating func dropFarthest() {
        let dropped = capacity / 8
        keys.removeFirst(dropped)
        contents.removeFirst(dropped)
        droppedCount += dropped
        bound = keys[0]
    }

    /// Brings a key and the side to one scale; `nil` when a price would not fit.
    private mutating func align(_ key: Int64, scale other: UInt8) -> Int64? {
        if keys.isEmpty, bound == nil {
            scale = other
            return key
        }
        if other < scale {
            let factor = ExactDecimal.powersOfTen[Int(scale - other)]
            let (product, overflow) = key.multipliedReportingOverflow(by: factor)
            return overflow ? nil : product
        }
        let factor = ExactDecimal.powersOfTen[Int(other - scale)]
        // The first key is the largest in magnitude for asks, the last one for bids.
        for edge in [keys.first, keys.last, bound].compactMap(\.self)
        where edge.multipliedReportingOverflow(by: factor).overflow {
            return nil
        }
        for index in keys.indices { keys[index] *= factor }
        bound = bound.map { $0 * factor }
        scale = other
        return key
    }
}
