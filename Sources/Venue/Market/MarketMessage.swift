import TradingCore

/// A price with the quantity that is offered there, as the venue writes both.
struct PriceLevel: Sendable, Equatable {
    var price: ExactDecimal
    var quantity: ExactDecimal
}

/// Changes of a book over a range of update ids.
struct BookChange: Sendable, Equatable {
    /// Milliseconds of the event, and of the transaction where the market tells it.
    var eventTime: Int64
    var transactionTime: Int64?
    var symbol: String
    /// `U`, `u`, and `pu` on futures.
    var firstID: Int64
    var lastID: Int64
    var previousID: Int64?
    var bids: [PriceLevel]
    var asks: [PriceLevel]
}

/// A whole book as the REST interface gives it.
struct DepthSnapshot: Sendable, Equatable {
    var lastID: Int64
    var eventTime: Int64?
    var transactionTime: Int64?
    /// The best price first.
    var bids: [PriceLevel]
    var asks: [PriceLevel]
}

/// One trade.
struct MarketTrade: Sendable, Equatable {
    var id: Int64
    var price: ExactDecimal
    var quantity: ExactDecimal
    /// Milliseconds.
    var time: Int64
    /// Whether the buyer was there first, so that the seller made the trade.
    var isBuyerMaker: Bool
    /// Whether it is a trade of the market; futures number other things, too.
    var isMarket = true
}

/// Trades of one taker at one price.
struct AggregateTrade: Sendable, Equatable {
    var id: Int64
    var firstTradeID: Int64
    var lastTradeID: Int64
    var price: ExactDecimal
    var quantity: ExactDecimal
    /// Milliseconds.
    var time: Int64
    var isBuyerMaker: Bool
}

/// What a message says, as far as the simulator must know.
enum MarketUpdate: Sendable, Equatable {
    case trade(MarketTrade)
    case aggregate(AggregateTrade)
    case ticker(updateID: Int64)
    case depth(BookChange)
    case other

    /// The numbers by which a receiver proves that nothing is missing.
    var ids: ClosedRange<Int64>? {
        switch self {
        case .trade(let trade): trade.id...trade.id
        case .aggregate(let trade): trade.id...trade.id
        case .ticker(let id): id...id
        case .depth(let update): update.firstID...max(update.firstID, update.lastID)
        case .other: nil
        }
    }
}

/// A message of the market, before anybody's subscriptions are looked at.
struct MarketMessage: Sendable {
    /// The number of its stream in the ``StreamDirectory``.
    var stream: Int
    /// When it is due, in nanoseconds after the beginning.
    var offset: Int64
    /// What it says.
    var update: MarketUpdate
    /// The message as it is sent; `nil` for a change of a book that is still to be put into words.
    var payload: Payload?
}

/// A message in the form of combined streams, and where the raw form lies in it.
struct Payload: Sendable, Equatable {
    var bytes: [UInt8]
    /// The value of `data`.
    var data: Range<Int>
}

/// Where messages come from: a capture or a market that does not exist.
protocol MarketSource: Sendable {
    /// Which market it is.
    var kind: MarketKind { get }
    /// When the next messages are due, in nanoseconds after the beginning; `nil` at the end.
    var nextOffset: Int64? { get }
    /// Names the streams and lays out the books before the first message.
    ///
    /// - Throws: ``VenueError`` when a capture cannot be read.
    mutating func begin(
        _ directory: inout StreamDirectory,
        _ books: inout MarketBooks
    ) throws(VenueError)
    /// Takes the messages that are due next.
    ///
    /// - Throws: ``VenueError`` when a capture cannot be read any further.
    mutating func next(
        into messages: inout [MarketMessage],
        _ directory: inout StreamDirectory,
        _ books: inout MarketBooks
    ) throws(VenueError)
}
