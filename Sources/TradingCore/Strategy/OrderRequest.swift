/// What a strategy wishes to trade; it leaves only if every check agrees.
public struct OrderRequest: Sendable, Equatable {
    /// The direction of an order.
    public enum Side: UInt8, Sendable {
        /// Buys.
        case buy
        /// Sells.
        case sell

        /// The other direction.
        public var opposite: Side { self == .buy ? .sell : .buy }
    }

    /// How the order is to be executed.
    public enum Kind: Sendable, Equatable {
        /// At the best price, at once.
        case market
        /// At this price or better.
        case limit(ExactDecimal)
        /// At the market, once this price is reached.
        case stop(ExactDecimal)
    }

    /// The symbol to trade.
    public var symbol: SymbolID
    /// The direction.
    public var side: Side
    /// The volume, in lots.
    public var quantity: ExactDecimal
    /// How it is to be executed.
    public var kind: Kind
    /// A price at which the venue closes the position at a loss.
    public var stopLoss: ExactDecimal?
    /// A price at which the venue closes the position at a profit.
    public var takeProfit: ExactDecimal?
    /// How far the market may move before a market order is refused, in points.
    public var deviation: UInt32

    /// Creates a request.
    public init(
        symbol: SymbolID,
        side: Side,
        quantity: ExactDecimal,
        kind: Kind = .market,
        stopLoss: ExactDecimal? = nil,
        takeProfit: ExactDecimal? = nil,
        deviation: UInt32 = 20
    ) {
        self.symbol = symbol
        self.side = side
        self.quantity = quantity
        self.kind = kind
        self.stopLoss = stopLoss
        self.takeProfit = takeProfit
        self.deviation = deviation
    }
}
