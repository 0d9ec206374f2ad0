import TestSupport
import Testing
import TradingCore

@Suite struct OrderBookTests {
    private static func sample() throws -> OrderBook {
        var book = OrderBook()
        try book.apply(
            [
                ("b", "100.10", "2.0"), ("b", "100.00", "3.5"), ("b", "99.90", "1"),
                ("a", "100.20", "1.0"), ("a", "100.30", "4.00"), ("a", "101.00", "10"),
            ],
            update: 7,
            isSnapshot: true
        )
        return book
    }

    @Test func `a book shows nothing until its snapshot is whole`() throws {
        var book = OrderBook()
        try book.apply([("b", "1", "1")])
        #expect(book.validity == .awaitingSnapshot)
        #expect(book.bids.isEmpty && book.bestBid == nil && book.mid == nil)
        #expect(book.ignoredLevels == 1)
        book.apply(.bookClear(update: 4))
        #expect(!book.isValid)
        try book.apply([("b", "1", "1")], update: 4)
        #expect(book.isValid)
        #expect(book.updateID == 4)
        #expect(book.receiveTime.nanoseconds == 4)
    }

    @Test func `levels come back in order and as the venue wrote them`() throws {
        let book = try Self.sample()
        #expect(book.bids.map(\.price.description) == ["100.10", "100.00", "99.90"])
        #expect(book.asks.map(\.price.description) == ["100.20", "100.30", "101.00"])
        #expect(book.asks.map(\.quantity.description) == ["1.0", "4.00", "10"])
        #expect(book.asks.prefix(2).count == 2)
    }

    @Test func `a level is set, changed and removed; removing an unknown one is routine`() throws {
        var book = try Self.sample()
        try book.apply(
            [
                ("b", "100.10", "0.000"), ("b", "12.34", "0"), ("b", "100.00", "9"),
                ("a", "100.15", "5"),
            ],
            update: 8
        )
        #expect(book.bestBid?.price.description == "100.00")
        #expect(book.bestBid?.quantity.description == "9")
        #expect(book.bestAsk?.price.description == "100.15")
        #expect(book.bids.count == 2 && book.asks.count == 4)
        #expect(book.updateID == 8)
    }

    @Test func `a gap empties the book until the next snapshot`() throws {
        var book = try Self.sample()
        book.apply(.bookGap())
        #expect(book.validity == .invalid)
        #expect(book.bestBid == nil && book.asks.isEmpty && book.imbalance() == nil)
        try book.apply([("b", "1", "1")], update: 9)
        #expect(book.bids.isEmpty && !book.isValid)
        try book.apply([("b", "2", "1")], update: 12, isSnapshot: true)
        #expect(book.isValid && book.bids.count == 1 && book.updateID == 12)
        #expect(book.invalidationCount == 1 && book.snapshotCount == 2)
    }

    @Test func `the rest of a snapshot after a gap does not make the book valid`() throws {
        var book = OrderBook()
        book.apply(.bookClear(update: 4))
        book.apply(.bookGap(.shed))
        try book.apply([("b", "1", "1")], update: 4)
        #expect(!book.isValid && book.bids.isEmpty)
    }

    @Test func `a gap of another stream of the symbol leaves the book alone`() throws {
        var book = try Self.sample()
        book.apply(
            .gap(
                feed: FeedID(rawValue: 0),
                stream: StreamID(symbol: bookSymbol, kind: .trade),
                missing: (1, 2, 2),
                cause: .sequence,
                at: .zero
            )
        )
        #expect(book.isValid)
    }

    @Test func `an empty snapshot is a valid empty book`() {
        var book = OrderBook()
        var event = MarketEvent.bookClear(update: 5)
        event.flags.insert(.last)
        book.apply(event)
        #expect(book.isValid && book.bids.isEmpty && book.mid == nil && !book.isCrossed)
    }

    @Test func `the middle is exact even where it needs one digit more`() throws {
        var book = try Self.sample()
        #expect(book.mid?.description == "100.15")
        try book.apply([("a", "100.15", "1")], update: 8)
        #expect(book.mid?.description == "100.125")
        #expect(book.spread?.description == "0.05")
    }

    @Test func `imbalance weighs the best levels only`() throws {
        let book = try Self.sample()
        #expect(book.imbalance() == (2.0 - 1.0) / 3.0)
        #expect(book.imbalance(levels: 2) == (5.5 - 5.0) / 10.5)
        #expect(book.imbalance(levels: 100) == (6.5 - 15.0) / 21.5)
    }

    @Test func `depth to a quantity tells the last price, the cost and what is short`() throws {
        let book = try Self.sample()
        let some = try #require(book.depth(of: try ExactDecimal(text: "3"), .buy))
        #expect(some.worstPrice.description == "100.30")
        #expect(some.levelCount == 2 && some.isComplete)
        #expect(some.cost == (try ExactDecimal(text: "300.80")))
        let all = try #require(book.depth(of: try ExactDecimal(text: "100"), .sell))
        #expect(!all.isComplete && all.quantity.description == "6.5" && all.levelCount == 3)
        #expect(book.depth(of: .zero, .buy) == nil)
    }

    @Test func `a crossed book says so`() throws {
        var book = try Self.sample()
        #expect(!book.isCrossed)
        try book.apply([("b", "100.20", "1")], update: 8)
        #expect(book.isCrossed)
    }

    @Test func `prices of other scales are compared by value and keep their digits`() throws {
        var book = OrderBook()
        try book.apply([("a", "10", "1"), ("a", "9.5", "2"), ("a", "9.25", "3")], isSnapshot: true)
        try book.apply([("a", "9.50", "0"), ("a", "9.3", "7")], update: 2)
        #expect(book.asks.map(\.price.description) == ["9.25", "9.3", "10"])
    }

    @Test func `a price that cannot be held beside the others makes the book invalid`() throws {
        var book = OrderBook()
        try book.apply([("b", "9000000000000000000", "1")], isSnapshot: true)
        try book.apply([("b", "0.000001", "1")], update: 2)
        #expect(book.validity == .invalid && book.bids.isEmpty)
    }

    @Test func `a full side drops the farthest eighth and takes nothing beyond it`() throws {
        var book = OrderBook(levelsMax: 16)
        let levels = (0..<16).map { ("b" as Character, "\(100 + $0)", "1") }
        try book.apply(levels, isSnapshot: true)
        try book.apply([("b", "200", "1")], update: 2)
        #expect(book.bids.count == 15 && book.droppedLevels == 2)
        #expect(book.bids.last?.price.description == "102")
        try book.apply([("b", "101.5", "1"), ("b", "102", "0"), ("b", "103", "5")], update: 3)
        #expect(book.beyondBoundLevels == 1)
        #expect(book.bids.last?.price.description == "103")
        #expect(book.isValid)
    }

    @Test(arguments: 0..<20)
    func `random changes give the book that a sorted list gives`(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        var book = OrderBook()
        try book.apply([("b", "0.01", "0")], isSnapshot: true)
        var model: [[Int64: Int64]] = [[:], [:]]
        for update in 2..<1500 {
            let isAsk = Bool.random(using: &random)
            let spread = Int64.random(in: 0..<(update % 5 == 0 ? 4000 : 40), using: &random)
            let price = isAsk ? 5000 + spread : 4999 - spread
            let quantity = Int64.random(in: 0..<3, using: &random)
            book.apply(
                .level(
                    isAsk: isAsk,
                    ExactDecimal(mantissa: price, scale: 2),
                    ExactDecimal(mantissa: quantity, scale: 3),
                    update: UInt64(update)
                )
            )
            model[isAsk ? 1 : 0][price] = quantity == 0 ? nil : quantity
        }
        let bids = model[0].sorted { $0.key > $1.key }
        let asks = model[1].sorted { $0.key < $1.key }
        #expect(book.bids.map(\.price.mantissa) == bids.map(\.key))
        #expect(book.bids.map(\.quantity.mantissa) == bids.map(\.value))
        #expect(book.asks.map(\.price.mantissa) == asks.map(\.key))
        #expect(book.asks.map(\.quantity.mantissa) == asks.map(\.value))
    }
}
