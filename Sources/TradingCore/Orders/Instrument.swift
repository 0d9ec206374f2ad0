/// What a symbol is at the venue (`GET_SYMBOL_INFO`); without it nothing is traded.
package struct Instrument: Sendable, Equatable {
    /// The symbol's name, broker's suffix included: `EURUSD` and `EURUSD.s` are two instruments.
    package var symbol: String
    /// What one lot holds, in units of the base: 100000 for EURUSD, 100 for XAUUSD.
    package var contractSize: ExactDecimal
    /// The smallest price step.
    package var tickSize: ExactDecimal
    /// The number of digits of a price; a point is `10^-digits`.
    package var digits: UInt8
    /// The smallest volume of an order, in lots.
    package var volumeMin: ExactDecimal
    /// The largest volume of an order, in lots.
    package var volumeMax: ExactDecimal
    /// The step of volumes, in lots.
    package var volumeStep: ExactDecimal
    /// The currency that is bought or sold.
    package var baseCurrency: String
    /// The currency in which prices and profit are.
    package var profitCurrency: String
    /// Whether the venue lets it be opened.
    package var isTradable: Bool

    package init(
        symbol: String,
        contractSize: ExactDecimal,
        tickSize: ExactDecimal,
        digits: UInt8,
        volumeMin: ExactDecimal,
        volumeMax: ExactDecimal,
        volumeStep: ExactDecimal,
        baseCurrency: String,
        profitCurrency: String,
        isTradable: Bool = true
    ) {
        self.symbol = symbol
        self.contractSize = contractSize
        self.tickSize = tickSize
        self.digits = digits
        self.volumeMin = volumeMin
        self.volumeMax = volumeMax
        self.volumeStep = volumeStep
        self.baseCurrency = baseCurrency
        self.profitCurrency = profitCurrency
        self.isTradable = isTradable
    }
}
