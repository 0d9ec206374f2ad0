/// Anything that a strategy may ask for.
public enum StrategyRequest: Sendable, Equatable {
    /// A new order.
    case place(OrderRequest)
    /// Other prices for the working order of an earlier request.
    case modify(
        request: UInt64,
        price: ExactDecimal,
        stopLoss: ExactDecimal?,
        takeProfit: ExactDecimal?
    )
    /// Taking back the working order of an earlier request.
    case cancel(request: UInt64)
    /// Closing a position, or so many lots of it.
    case close(Position, quantity: ExactDecimal?)
}
