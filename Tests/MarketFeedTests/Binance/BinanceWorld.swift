import MarketFeed
import TestSupport
import TradingCore

/// A venue made up from a seed: it trades, numbers every change, and cuts the same changes into other
/// messages on each connection.
struct BinanceWorld {
    /// A connection's view of the venue: what it has still to send.
    struct Line {
        var isOpen = false
        /// The last update that was put into a message.
        var sentUpdate: UInt64 = 0
        var previousUpdate: UInt64 = 0
        var messages: [String] = []
    }

    let market: BinanceMarket
    var random: SeededRandom
    /// The levels at each update, as text; the index is the update less the first one.
    private var levels: [(isAsk: Bool, price: Int, quantity: Int)] = []
    private var updateIDs: [UInt64] = []
    private(set) var truth = OrderBook(levelsMax: 64)
    /// The best prices and sizes at each update.
    private(set) var bestByUpdate: [UInt64: String] = [:]
    private(set) var lastUpdate: UInt64 = 1000
    private(set) var lastTrade: UInt64 = 500
    var lines = [Line(), Line()]

    init(_ market: BinanceMarket, seed: UInt64) {
        self.market = market
        random = SeededRandom(seed: seed)
        truth.apply(event(.bookClear, isAsk: false, price: 0, quantity: 0))
        for _ in 0..<30 { changeBook() }
    }

    mutating func open(_ line: Int) {
        lines[line] = Line()
        lines[line].isOpen = true
        lines[line].sentUpdate = lastUpdate
        lines[line].previousUpdate = lastUpdate
    }

    /// Something happens at the venue, and each connection may get a message of it.
    mutating func step() {
        switch Int.random(in: 0..<10, using: &random) {
        case 0..<3:
            lastTrade += 1
            let text =
                #"{"e":"trade","s":"ETHUSDT","t":\#(lastTrade),"p":"50.5","q":"1","T":5,"m":true}"#
            for line in lines.indices where lines[line].isOpen { lines[line].messages.append(text) }
        default:
            for _ in 0..<Int.random(in: 1...4, using: &random) { changeBook() }
        }
        for line in lines.indices
        where lines[line].isOpen && Int.random(in: 0..<3, using: &random) == 0 {
            flush(line)
        }
    }

    /// Puts all changes that a connection has not got into a message.
    mutating func flush(_ line: Int) {
        let sent = lines[line].sentUpdate
        guard let first = updateIDs.firstIndex(where: { $0 > sent }) else { return }
        // The newest change of each price is what the venue sends.
        var newest: [String: String] = [:]
        for index in first..<levels.count {
            let level = levels[index]
            newest["\(level.isAsk ? "a" : "b")\(level.price)"] =
                "[\"\(level.price).5\",\"\(level.quantity).0\"]"
        }
        func side(_ letter: String) -> String {
            newest.filter { $0.key.hasPrefix(letter) }.sorted { $0.key < $1.key }.map(\.value)
                .joined(separator: ",")
        }
        let previous =
            market == .spot ? "" : #","pu":\#(lines[line].previousUpdate)"#
        lines[line].messages.append(
            #"{"e":"depthUpdate","E":1,"s":"ETHUSDT","U":\#(updateIDs[first]),"u":\#(lastUpdate)"#
                + #"\#(previous),"b":[\#(side("b"))],"a":[\#(side("a"))]}"#
        )
        lines[line].sentUpdate = lastUpdate
        lines[line].previousUpdate = lastUpdate
    }

    /// The venue's answer to a request.
    func answer(_ query: BinanceRequest.Query) -> [UInt8] {
        switch query {
        case .snapshot: return Array(truth.snapshotText.utf8)
        case .trades(let first, let last), .aggTrades(let first, let last):
            let rows = (first...max(first, min(last, lastTrade))).filter { $0 <= lastTrade }.map {
                #"{"id":\#($0),"price":"50.5","qty":"1","time":5,"isBuyerMaker":true}"#
            }
            return Array("[\(rows.joined(separator: ","))]".utf8)
        }
    }

    /// Best prices and sizes, to be compared.
    static func best(_ book: OrderBook) -> String {
        let bid = book.bestBid.map { "\($0.price) \($0.quantity)" } ?? "-"
        let ask = book.bestAsk.map { "\($0.price) \($0.quantity)" } ?? "-"
        return "\(bid) | \(ask) | \(book.bids.count) \(book.asks.count)"
    }

    private mutating func changeBook() {
        let isAsk = Bool.random(using: &random)
        let offset = Int.random(in: 0..<12, using: &random)
        let price = isAsk ? 60 + offset : 50 - offset
        let quantity = Int.random(in: 0..<4, using: &random)
        lastUpdate += market == .spot ? 1 : .random(in: 1...5, using: &random)
        levels.append((isAsk, price, quantity))
        updateIDs.append(lastUpdate)
        truth.apply(event(.bookLevel, isAsk: isAsk, price: price, quantity: quantity))
        bestByUpdate[lastUpdate] = Self.best(truth)
    }

    private func event(
        _ kind: MarketEvent.Kind,
        isAsk: Bool,
        price: Int,
        quantity: Int
    ) -> MarketEvent {
        var event = MarketEvent(
            kind: kind,
            feed: FeedID(rawValue: 0),
            symbol: SymbolID(rawValue: 0),
            sequence: lastUpdate,
            receiveTime: .zero,
            flags: isAsk ? [.ask, .last] : .last
        )
        event.word0 = Int64(price * 10 + 5)
        event.word1 = Int64(quantity * 10)
        event.scales = (1, 1, 0, 0)
        return event
    }
}
