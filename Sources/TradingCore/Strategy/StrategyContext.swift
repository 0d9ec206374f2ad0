/// The newest quote of a symbol.
public struct Quote: Sendable {
    /// The event it came with.
    package var event: MarketEvent

    /// The bid price.
    public var bid: ExactDecimal { event.bid }
    /// The ask price.
    public var ask: ExactDecimal { event.ask }
    /// The size at the bid, 0 where the source sends none.
    public var bidSize: ExactDecimal { event.bidSize }
    /// The size at the ask, 0 where the source sends none.
    public var askSize: ExactDecimal { event.askSize }
    /// When it reached this process.
    public var receiveTime: MonotonicTime { event.receiveTime }
    /// Its sequence.
    public var sequence: UInt64 { event.sequence }
}

/// What a strategy can see and ask for while it is called.
///
/// It cannot reach the network: an order request is only a wish until every check has agreed.
public struct StrategyContext: ~Copyable {
    /// Requests of one call at most; further ones are refused and counted.
    package static let requestsMax = 64

    /// When this step began, on the monotonic clock.
    public internal(set) var now = MonotonicTime.zero
    /// When this step began, on the wall clock.
    public internal(set) var wallTime = WallTime(nanoseconds: 0)
    /// Whether orders may add exposure.
    public internal(set) var tradingState = TradingState.reduceOnly(.noData)

    /// All open positions that the venue has told of, foreign ones included, by number.
    public internal(set) var positions: [Position] = []
    /// Realised and unrealised profit since the day began, in account currency; `nil` while it is not known.
    public internal(set) var dayProfit: ExactDecimal?

    var symbols: [SymbolState] = []
    /// The order books by the number of the symbol; `nil` where no feed has brought one.
    var books: [OrderBook?]
    var requests: [PendingRequest] = []
    /// The strategy that is being called, by its place in the configuration.
    var activeStrategy = 0
    var reports: [String] = []
    private var nextRequestNumber: UInt64 = 1
    /// Requests and reports that found no room.
    package internal(set) var overflowCount: UInt64 = 0

    init(symbolCount: Int) {
        symbols = Array(repeating: SymbolState(), count: symbolCount)
        books = Array(repeating: nil, count: symbolCount)
        requests.reserveCapacity(Self.requestsMax)
        reports.reserveCapacity(Self.requestsMax)
    }

    /// The name of a symbol.
    public func name(of symbol: SymbolID) -> String { symbols[symbol.index].name }

    /// The symbol with a name, if any feed has met it.
    ///
    /// - Complexity: O(symbols); look it up once and keep it.
    public func symbol(named name: String) -> SymbolID? {
        symbols.firstIndex { $0.isKnown && $0.name == name }
            .map { SymbolID(rawValue: UInt16($0)) }
    }

    /// The newest quote of a symbol.
    public func quote(_ symbol: SymbolID) -> Quote? {
        symbols[symbol.index].quote.map(Quote.init(event:))
    }

    /// The order book of a symbol; `nil` while no feed has brought one.
    ///
    /// It copies no levels; keep what is read from it, not the book. It is whole, or shows no levels.
    public func book(_ symbol: SymbolID) -> OrderBook? { books[symbol.index] }

    /// What is wrong with a symbol's data; empty when it is whole.
    public func condition(_ symbol: SymbolID) -> SymbolCondition { symbols[symbol.index].condition }

    /// What we hold of a symbol, in lots: bought minus sold.
    public func netVolume(_ symbol: SymbolID) -> ExactDecimal {
        var sum = ExactDecimal.zero
        for position in positions where position.isOurs && position.symbol == symbol {
            let next =
                position.side == .buy
                ? sum.adding(position.volume) : sum.subtracting(position.volume)
            // Lots have few digits; a sum that does not fit would be billions of lots.
            sum = next ?? sum
        }
        return sum
    }

    /// Asks for an order; `onOrder` tells what became of it.
    ///
    /// - Returns: The number by which `onOrder` names it, or `nil` when one call asks for too many.
    @discardableResult
    public mutating func submit(_ request: OrderRequest) -> UInt64? { ask(.place(request)) }

    /// Asks to take back the working order of an earlier request.
    ///
    /// - Returns: As ``submit(_:)``.
    @discardableResult
    public mutating func cancel(_ request: UInt64) -> UInt64? { ask(.cancel(request: request)) }

    /// Asks for other prices of the working order of an earlier request; `nil` removes a stop.
    ///
    /// - Returns: As ``submit(_:)``.
    @discardableResult
    public mutating func modify(
        _ request: UInt64,
        price: ExactDecimal,
        stopLoss: ExactDecimal? = nil,
        takeProfit: ExactDecimal? = nil
    ) -> UInt64? {
        ask(.modify(request: request, price: price, stopLoss: stopLoss, takeProfit: takeProfit))
    }

    /// Asks to close a position, or so many lots of it.
    ///
    /// - Returns: As ``submit(_:)``.
    @discardableResult
    public mutating func close(_ position: Position, quantity: ExactDecimal? = nil) -> UInt64? {
        ask(.close(position, quantity: quantity))
    }

    private mutating func ask(_ request: StrategyRequest) -> UInt64? {
        guard requests.count < Self.requestsMax else {
            overflowCount &+= 1
            return nil
        }
        let number = nextRequestNumber
        nextRequestNumber += 1
        requests.append(
            PendingRequest(number: number, strategy: activeStrategy, request: request)
        )
        return number
    }

    /// Says something in the log; at most 64 lines a step.
    public mutating func report(_ text: String) {
        guard reports.count < Self.requestsMax else {
            overflowCount &+= 1
            return
        }
        reports.append(text)
    }
}

/// A request of a strategy that is not decided yet.
struct PendingRequest: Sendable {
    var number: UInt64
    var strategy: Int
    var request: StrategyRequest
}

/// What the loop knows of one symbol.
struct SymbolState: Sendable {
    var name = ""
    var feed = FeedID(rawValue: 0)
    var isKnown = false
    var quote: MarketEvent?
    var condition: SymbolCondition = .noQuote
    var ticksSinceSample: UInt64 = 0
    var lastSample = MonotonicTime(nanoseconds: .min / 2)
}
