package import TradingCore

/// What one message of a Binance stream says, before anybody judges it.
///
/// What a member means depends on ``kind``.
package struct BinanceFrame: Sendable {
    /// What a message is.
    package enum Kind: UInt8, Sendable, CaseIterable {
        /// One trade.
        case trade
        /// Trades taken together.
        case aggTrade
        /// Changes of the book; the levels are with the decoder.
        case depth
        /// The best quote.
        case bookTicker
        /// A request was carried out.
        case acknowledgement
        /// A request was refused, or the connection is told of an error.
        case refusal
        /// The server will close the connection.
        case serverShutdown
        /// Something sound that is not market data of ours, such as a candle.
        case other
    }

    /// What the message is.
    package var kind = Kind.other
    /// The symbol.
    package var symbol = SymbolText.none
    /// The venue's time in nanoseconds since 1970: of the trade, else of the event; 0 where it sent none.
    package var venueNanoseconds: Int64 = 0
    /// The id of a trade; the last update of a book message or quote.
    package var id: UInt64 = 0
    /// What a book message covers.
    package var update = DepthUpdate(previous: 0, last: 0)
    /// The price of a trade, or the bid.
    package var price = ExactDecimal.zero
    /// The quantity of a trade, or the size at the bid.
    package var quantity = ExactDecimal.zero
    /// The ask.
    package var ask = ExactDecimal.zero
    /// The size at the ask.
    package var askQuantity = ExactDecimal.zero
    /// Whether the buyer's order rested, so that the seller took it.
    package var isBuyerMaker = false
    /// Whether it has a trade's id and is none (`X` is `NA`).
    package var isNoTrade = false
    /// The id of the request that is answered, where there is one.
    package var requestID: UInt64?
    /// The code of a refusal.
    package var code: Int64 = 0
    /// The text of a refusal, at most 200 characters.
    package var message = ""
    /// Keys that mean nothing to us.
    package var unknownKeys: UInt16 = 0

    init() {}

    /// Forgets what may be left of a message that was no market data, and what not each kind has.
    @inline(__always)
    mutating func start() {
        isNoTrade = false
        unknownKeys = 0
        guard requestID != nil || !message.isEmpty else { return }
        requestID = nil
        message = ""
    }
}

extension BinanceFrame: Equatable {
    /// Compares what the messages say: values count only where the kind has them.
    package static func == (lhs: Self, rhs: Self) -> Bool {
        guard lhs.kind == rhs.kind, lhs.symbol == rhs.symbol, lhs.id == rhs.id,
            lhs.venueNanoseconds == rhs.venueNanoseconds, lhs.unknownKeys == rhs.unknownKeys
        else { return false }
        switch lhs.kind {
        case .trade, .aggTrade:
            return same(lhs.price, rhs.price) && same(lhs.quantity, rhs.quantity)
                && lhs.isBuyerMaker == rhs.isBuyerMaker && lhs.isNoTrade == rhs.isNoTrade
        case .bookTicker:
            return same(lhs.price, rhs.price) && same(lhs.quantity, rhs.quantity)
                && same(lhs.ask, rhs.ask) && same(lhs.askQuantity, rhs.askQuantity)
        case .depth: return lhs.update == rhs.update
        case .acknowledgement, .refusal, .serverShutdown, .other:
            return lhs.requestID == rhs.requestID && lhs.code == rhs.code
                && lhs.message == rhs.message
        }
    }

    private static func same(_ lhs: ExactDecimal, _ rhs: ExactDecimal) -> Bool {
        lhs.mantissa == rhs.mantissa && lhs.scale == rhs.scale
    }
}
