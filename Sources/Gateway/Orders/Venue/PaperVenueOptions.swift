package import TradingCore

/// Everything that can be chosen about a paper venue.
package struct PaperVenueOptions: Sendable, Equatable {
    /// A position that is there from the first quote of its symbol on, as if opened by hand.
    package struct ForeignPosition: Sendable, Equatable {
        /// The symbol's name.
        package var symbol: String
        /// The direction.
        package var side: OrderRequest.Side
        /// In lots.
        package var volume: ExactDecimal
        package init(symbol: String, side: OrderRequest.Side, volume: ExactDecimal) {
            self.symbol = symbol
            self.side = side
            self.volume = volume
        }
    }

    /// The account's number.
    package var login: UInt64 = 1
    /// ISO 4217.
    package var currency = "USD"
    /// How opposite orders are treated.
    package var marginMode = AccountSnapshot.MarginMode.hedging
    /// What the account says that it is, so that a client's caution can be tried.
    package var accountKind = AccountSnapshot.Kind.demo
    /// The balance at the very first start.
    package var balance = ExactDecimal(mantissa: 1_000_000, scale: 2)
    /// The value that one unit of margin carries.
    package var leverage = 100
    /// Below so many percent of equity over margin positions are closed; 0 never does.
    package var stopOutPercent = 50
    package var latency = Duration.zero
    /// The most points by which a market price is worse than the quote; drawn evenly.
    package var slippageMax: UInt32 = 0
    /// The most lots that one quote fills; `nil` is any volume.
    package var liquidity: ExactDecimal?
    /// The part of new orders that is refused with 10006, 0 to 1.
    package var rejectRate = 0.0
    /// When orders are taken.
    package var calendar = SessionCalendar.alwaysOpen
    /// Whether the account may trade at all.
    package var isTradeAllowed = true
    /// A cost for each lot and deal, in account currency.
    package var commissionPerLot = ExactDecimal.zero
    /// What a bought lot earns (or, negative, costs) a night, in account currency.
    package var swapPerLotLong = ExactDecimal.zero
    /// What a sold lot earns (or, negative, costs) a night, in account currency.
    package var swapPerLotShort = ExactDecimal.zero
    /// Positions that are not ours.
    package var foreignPositions: [ForeignPosition] = []
    /// Decides slippage and refusals.
    package var seed: UInt64 = 1
    /// The most working orders.
    package var workingOrdersMax = 200
    /// The most positions.
    package var positionsMax = 200
    /// In place of the built-in table, for the symbols that it names.
    package var instruments: [InstrumentDefinition] = []

    package init() {}

    /// The digits of amounts in a currency.
    static func digits(of currency: String) -> Int { currency == "JPY" ? 0 : 2 }
}
