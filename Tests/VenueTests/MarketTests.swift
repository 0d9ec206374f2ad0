import Testing
import TradingCore

@testable import Venue

/// A receiver that keeps books as the venue's documents ask it to, written apart from the simulator's own.
struct ReferenceBook: Equatable {
    var bids: [String: String] = [:]
    var asks: [String: String] = [:]
    var lastID: Int64 = 0

    init(_ snapshot: DepthSnapshot) {
        lastID = snapshot.lastID
        for level in snapshot.bids { bids["\(level.price)"] = "\(level.quantity)" }
        for level in snapshot.asks { asks["\(level.price)"] = "\(level.quantity)" }
    }

    /// Whether the changes follow; what the book holds already is left aside.
    mutating func apply(_ update: BookChange, isFirst: Bool) -> Bool {
        if let previous = update.previousID {
            if isFirst {
                guard update.lastID >= lastID else { return true }
                guard update.firstID <= lastID || previous == lastID else { return false }
            } else if previous != lastID {
                return false
            }
        } else {
            guard update.lastID > lastID else { return isFirst }
            guard isFirst ? update.firstID <= lastID + 1 : update.firstID == lastID + 1 else {
                return false
            }
        }
        for level in update.bids { bids["\(level.price)"] = quantity(level) }
        for level in update.asks { asks["\(level.price)"] = quantity(level) }
        lastID = update.lastID
        return true
    }

    private func quantity(_ level: PriceLevel) -> String? {
        level.quantity.mantissa == 0 ? nil : "\(level.quantity)"
    }
}

@Suite struct MarketTests {
    private struct Course {
        var directory = StreamDirectory()
        var books = MarketBooks()
        var market: VenueMarket
        var messages: [MarketMessage] = []

        init(
            _ kind: MarketKind,
            seed: UInt64 = 7,
            symbols: [String] = ["ETHUSDT", "XRPUSDT"]
        ) throws {
            market = try VenueMarket(
                kind: kind,
                symbols: symbols,
                rate: 1000,
                seed: seed,
                startMilliseconds: 1_700_000_000_000
            )
            try market.begin(&directory, &books)
        }

        mutating func next() throws -> [MarketMessage] {
            messages.removeAll()
            try market.next(into: &messages, &directory, &books)
            return messages
        }
    }

    @Test(arguments: MarketKind.allCases)
    func `a book kept from a snapshot and the changes is the market's book at every id`(
        kind: MarketKind
    ) throws {
        var course = try Course(kind)
        var mine: [String: ReferenceBook] = [:]
        for symbol in course.books.symbols {
            mine[symbol] = ReferenceBook(
                try #require(course.books.books[symbol]).snapshot(limit: .max)
            )
        }
        for _ in 0..<3000 {
            for message in try course.next() {
                guard case .depth(let update) = message.update else { continue }
                let follows = mine[update.symbol]?.apply(update, isFirst: false)
                #expect(follows == true)
                let theirs = ReferenceBook(
                    try #require(course.books.books[update.symbol]).snapshot(limit: .max)
                )
                #expect(mine[update.symbol] == theirs)
            }
        }
    }

    @Test(arguments: MarketKind.allCases)
    func `trades take what the book has, and their numbers have no hole`(kind: MarketKind) throws {
        var course = try Course(kind, symbols: ["ETHUSDT"])
        var lastTrade: Int64?
        var lastAggregate: Int64?
        var trades = 0
        for _ in 0..<3000 {
            let before = try #require(course.books.books["ETHUSDT"])
            var taken: [String: (quantity: ExactDecimal, isBid: Bool, price: ExactDecimal)] = [:]
            for message in try course.next() {
                switch message.update {
                case .trade(let trade):
                    #expect(trade.id == (lastTrade ?? trade.id - 1) + 1)
                    lastTrade = trade.id
                    guard trade.isMarket else { continue }
                    trades += 1
                    let sum = taken["\(trade.price)"]?.quantity ?? .zero
                    taken["\(trade.price)"] = (
                        try #require(sum.adding(trade.quantity)), trade.isBuyerMaker, trade.price
                    )
                case .aggregate(let trade):
                    #expect(trade.id == (lastAggregate ?? trade.id - 1) + 1)
                    #expect(trade.lastTradeID == lastTrade || trade.lastTradeID < lastTrade ?? 0)
                    lastAggregate = trade.id
                default: break
                }
            }
            let after = try #require(course.books.books["ETHUSDT"])
            for (_, take) in taken {
                let had = before.quantity(at: take.price, isBid: take.isBid) ?? .zero
                let has = after.quantity(at: take.price, isBid: take.isBid) ?? .zero
                #expect(had.subtracting(has) == take.quantity)
            }
        }
        #expect(trades > 500)
    }

    @Test(arguments: MarketKind.allCases)
    func `best prices are those of the book, and never cross`(kind: MarketKind) throws {
        var course = try Course(kind)
        var tickers = 0
        for _ in 0..<3000 {
            for message in try course.next() {
                guard case .ticker(let id) = message.update, let payload = message.payload else {
                    continue
                }
                tickers += 1
                let name = course.directory.names[message.stream]
                let book = try #require(course.books.books[name.symbol])
                #expect(book.lastID == id)
                let bid = try #require(book.best(isBid: true))
                let ask = try #require(book.best(isBid: false))
                #expect(bid.price < ask.price)
                let text = String(decoding: payload.bytes[payload.data], as: UTF8.self)
                #expect(
                    text.contains(
                        #""b":"\#(bid.price)","B":"\#(bid.quantity)","a":"\#(ask.price)""#
                    )
                )
            }
        }
        #expect(tickers > 100)
    }

    @Test func `the same seed makes the same market, and another one another`() throws {
        func text(_ seed: UInt64) throws -> [[UInt8]] {
            var course = try Course(.spot, seed: seed)
            var all: [[UInt8]] = []
            for _ in 0..<200 { all += try course.next().compactMap { $0.payload?.bytes } }
            return all
        }
        let first = try text(1)
        #expect(first == (try text(1)))
        #expect(first != (try text(2)))
    }

    @Test func `futures give trade numbers to what is no trade, and do not list it`() throws {
        var course = try Course(.usdm, symbols: ["ETHUSDT"])
        var others = 0
        for _ in 0..<5000 {
            for message in try course.next() {
                guard case .trade(let trade) = message.update, !trade.isMarket else { continue }
                others += 1
                let text = String(decoding: try #require(message.payload).bytes, as: UTF8.self)
                #expect(text.contains(#""p":"0","q":"0","X":"NA""#))
            }
        }
        #expect(others > 0)
        #expect(course.books.histories["ETHUSDT"]?.trades.allSatisfy(\.isMarket) == true)
    }

    @Test(arguments: [["eth"], [], ["A", "A"], ["X"], [String(repeating: "A", count: 21)]])
    func `names that the venue could not have are refused`(symbols: [String]) {
        #expect(throws: VenueError.self) {
            try VenueMarket(kind: .spot, symbols: symbols, startMilliseconds: 0)
        }
    }

    @Test func `collected changes lead to the same book with fewer messages`() throws {
        for policy in [DepthBatcher.Policy.count(3), .interval(100_000_000)] {
            for kind in MarketKind.allCases {
                var course = try Course(kind, symbols: ["ETHUSDT"])
                var book = ReferenceBook(
                    try #require(course.books.books["ETHUSDT"]).snapshot(limit: .max)
                )
                var batcher = DepthBatcher(policy)
                var made = 0
                var taken = 0
                for _ in 0..<2000 {
                    for message in try course.next() {
                        guard case .depth(let update) = message.update else { continue }
                        taken += 1
                        if message.offset >= batcher.flushOffset, let whole = batcher.flush() {
                            made += 1
                            let follows = book.apply(whole, isFirst: false)
                            #expect(follows)
                        }
                        if let whole = batcher.add(update, at: message.offset) {
                            made += 1
                            let follows = book.apply(whole, isFirst: false)
                            #expect(follows)
                        }
                    }
                }
                if let rest = batcher.flush() {
                    let follows = book.apply(rest, isFirst: false)
                    #expect(follows)
                }
                #expect(made * 2 < taken)
                let theirs = try #require(course.books.books["ETHUSDT"]).snapshot(limit: .max)
                #expect(book == ReferenceBook(theirs))
            }
        }
    }
}
