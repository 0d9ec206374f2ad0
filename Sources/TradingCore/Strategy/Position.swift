/// An open position, as the deals so far make it.
public struct Position: Sendable, Equatable {
    /// Its number at the venue.
    public var ticket: UInt64
    /// The symbol.
    public var symbol: SymbolID
    /// Its direction.
    public var side: OrderRequest.Side
    /// Its volume in lots.
    public var volume: ExactDecimal
    /// Its average opening price.
    public var openPrice: ExactDecimal
    /// Whether this installation opened it; others are seen and never touched.
    public var isOurs: Bool

    /// Creates a position.
    public init(
        ticket: UInt64,
        symbol: SymbolID,
        side: OrderRequest.Side,
        volume: ExactDecimal,
        openPrice: ExactDecimal,
        isOurs: Bool
    ) {
        self.ticket = ticket
        self.symbol = symbol
        self.side = side
        self.volume = volume
        self.openPrice = openPrice
        self.isOurs = isOurs
    }
}
