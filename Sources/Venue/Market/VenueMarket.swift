import TradingCore

/// A market that does not exist: trades, books and best prices that agree with each other, the same ones for
/// the same seed.
///
/// Takers take from the book what is there; what they took is a change of the book and a trade. Others put
/// in, change and take back offers near the best price. All numbers are whole steps, so that they are exact.
struct VenueMarket: MarketSource {
    /// What is traded when nothing is configured.
    static let defaultSymbols = ["BTCUSDT", "ETHUSDT", "SOLUSDT", "XRPUSDT"]
    /// The events per second of such a market, all symbols together.
    static let defaultRate = 200.0
    /// The most symbols.
    static let symbolsMax = 2000

    let kind: MarketKind
    private var symbols: [SyntheticBook]
    private var streams: [Streams] = []
    private var random: SplitMix64
    private let interval: Double
    private let startMilliseconds: Int64
    private var elapsed = 0.0
    private var updateID: Int64 = 1_000_000_000
    private let names: [String]

    private struct Streams: Sendable {
        var trade: Int
        var aggregate: Int
        var ticker: Int
        var depth: Int
    }

    /// Lays out a market.
    ///
    /// - Parameters:
    ///   - kind: Which market's messages it writes.
    ///   - symbols: In capitals; steps and first prices follow from the names.
    ///   - rate: Events per second, all symbols together; each makes one message or a few.
    ///   - seed: Decides every number that follows.
    ///   - startMilliseconds: The wall time of its beginning.
    /// - Throws: ``VenueError`` for symbols or a rate that cannot be.
    init(
        kind: MarketKind,
        symbols: [String] = Self.defaultSymbols,
        rate: Double = Self.defaultRate,
        seed: UInt64 = 1,
        startMilliseconds: Int64
    ) throws(VenueError) {
        let isGood = symbols.allSatisfy { name in
            (2...20).contains(name.utf8.count)
                && name.utf8.allSatisfy { (48...57).contains($0) || (65...90).contains($0) }
        }
        guard isGood, !symbols.isEmpty, symbols.count <= Self.symbolsMax,
            Set(symbols).count == symbols.count
        else {
            throw VenueError(
                .invalidConfiguration,
                at: "--symbols",
                symbols.joined(separator: ","),
                remedy: "give 1 to \(Self.symbolsMax) different names of 2 to 20 letters and digits"
            )
        }
        guard (0.001...10_000_000).contains(rate) else {
            throw VenueError(
                .invalidConfiguration,
                at: "--rate",
                "\(rate) events/s",
                remedy: "give a rate of 0.001 to 10000000"
            )
        }
        self.kind = kind
        names = symbols
        interval = 1e9 / rate
        random = SplitMix64(seed: seed)
        self.startMilliseconds = startMilliseconds
        self.symbols = []
        for name in symbols {
            self.symbols.append(SyntheticBook(name: name, kind: kind, random: &random))
        }
    }

    mutating func begin(
        _ directory: inout StreamDirectory,
        _ books: inout MarketBooks
    ) throws(VenueError) {
        for index in symbols.indices {
            let name = names[index].lowercased()
            guard let trade = directory.number(of: name + "@trade"),
                let aggregate = directory.number(of: name + "@aggTrade"),
                let ticker = directory.number(of: name + "@bookTicker"),
                let depth = directory.number(of: name + "@depth@0ms")
            else { preconditionFailure("\(symbols.count) symbols do not fit the directory") }
            streams.append(
                Streams(trade: trade, aggregate: aggregate, ticker: ticker, depth: depth)
            )
            updateID += 1
            symbols[index].lastID = updateID
            books.begin(symbols[index].snapshot(startMilliseconds), symbol: names[index])
        }
    }

    var nextOffset: Int64? { Int64(elapsed) }

    mutating func next(
        into messages: inout [MarketMessage],
        _ directory: inout StreamDirectory,
        _ books: inout MarketBooks
    ) throws(VenueError) {
        let offset = Int64(elapsed)
        let time = startMilliseconds + offset / 1_000_000
        elapsed += interval * 2 * random.nextFraction()
        let index = Int(random.next().multipliedFullWidth(by: UInt64(symbols.count)).high)
        let before = symbols[index].bestPair
        var event = SyntheticEvent()
        symbols[index].step(&random, time: time, into: &event)
        append(event, of: index, time, offset, &messages, &books)
        let after = symbols[index].bestPair
        if before != after, let after {
            append(.ticker(updateID: updateID), index, offset, &messages) { name, stream in
                MessageText.ticker(
                    updateID,
                    bid: after.bid,
                    ask: after.ask,
                    time: time,
                    symbol: name,
                    stream: stream,
                    kind: kind
                )
            }
        }
    }

    private mutating func append(
        _ event: SyntheticEvent,
        of index: Int,
        _ time: Int64,
        _ offset: Int64,
        _ messages: inout [MarketMessage],
        _ books: inout MarketBooks
    ) {
        let name = names[index]
        let kind = kind
        for trade in event.trades {
            append(.trade(trade), index, offset, &messages) { name, stream in
                MessageText.trade(trade, symbol: name, stream: stream, kind: kind)
            }
            books.apply(.trade(trade), symbol: name)
        }
        for trade in event.aggregates {
            append(.aggregate(trade), index, offset, &messages) { name, stream in
                MessageText.aggregate(trade, symbol: name, stream: stream, kind: kind)
            }
            books.apply(.aggregate(trade), symbol: name)
        }
        let changes = event.bids.count + event.asks.count
        guard changes > 0 else { return }
        let previous = symbols[index].lastID
        let first = updateID + 1
        // Futures number the changes of all symbols together, with holes.
        updateID += kind == .spot ? Int64(changes) : Int64(changes) + Int64(random.next() % 40)
        symbols[index].lastID = updateID
        let update = BookChange(
            eventTime: time,
            transactionTime: kind == .usdm ? time : nil,
            symbol: name,
            firstID: kind == .spot ? previous + 1 : first,
            lastID: updateID,
            previousID: kind == .usdm ? previous : nil,
            bids: event.bids,
            asks: event.asks
        )
        books.apply(.depth(update), symbol: name)
        messages.append(
            MarketMessage(
                stream: streams[index].depth,
                offset: offset,
                update: .depth(update),
                payload: nil
            )
        )
    }

    private func append(
        _ update: MarketUpdate,
        _ index: Int,
        _ offset: Int64,
        _ messages: inout [MarketMessage],
        _ write: (String, String) -> Payload
    ) {
        let name = names[index]
        let stream =
            switch update {
            case .trade: (streams[index].trade, "@trade")
            case .aggregate: (streams[index].aggregate, "@aggTrade")
            default: (streams[index].ticker, "@bookTicker")
            }
        messages.append(
            MarketMessage(
                stream: stream.0,
                offset: offset,
                update: update,
                payload: write(name, name.lowercased() + stream.1)
            )
        )
    }
}
