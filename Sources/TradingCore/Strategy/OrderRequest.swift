/// What a strategy wishes to trade; it leaves only if every check agrees.
public struct OrderRequest: Sendable, Equatable {
    /// The direction of an order.
    public enum Side: UInt8, Sendable {
        /// Buys.
        case buy
        /// Sells.
        case sell
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

    /// Creates a request.
    public init(symbol: SymbolID, side: Side, quantity: ExactDecimal, kind: Kind = .market) {
        self.symbol = symbol
        self.side = side
        self.quantity = quantity
        self.kind = kind
    }
}

/// Why an order request was refused before anything was sent.
public enum OrderRefusal: UInt8, Sendable, CaseIterable {
    /// The kill switch is engaged.
    case killSwitch = 0
    /// The process or the symbol is reduce-only.
    case reduceOnly = 1
    /// The quote the decision rests on is too old.
    case staleQuote = 2
    /// No order route is configured for the symbol.
    case noOrderRoute = 3

    /// The name used in logs and in JSON.
    public var name: String {
        switch self {
        case .killSwitch: "kill_switch"
        case .reduceOnly: "reduce_only"
        case .staleQuote: "stale_quote"
        case .noOrderRoute: "no_order_route"
        }
    }
}

/// What became of an order request.
public struct OrderUpdate: Sendable, Equatable {
    /// The number that ``StrategyContext/submit(_:)`` returned.
    public var requestNumber: UInt64
    /// The request.
    public var request: OrderRequest
    /// Why it was refused.
    public var refusal: OrderRefusal
}
