package import TradingCore

/// What a paper venue knows of a symbol.
package struct InstrumentDefinition: Sendable, Equatable {
    /// Whether orders are taken; the raw value is the word on the wire.
    package enum TradeMode: String, Sendable, CaseIterable {
        case full
        case closeOnly = "close_only"
        case disabled
    }

    /// The symbol's name, broker's suffix included.
    package var symbol: String
    /// Units of the base in one lot.
    package var contractSize: ExactDecimal
    /// The smallest price step.
    package var tickSize: ExactDecimal
    /// The digits of a price after the point.
    package var digits: UInt8
    /// The smallest volume, in lots.
    package var volumeMin: ExactDecimal
    /// The largest volume, in lots.
    package var volumeMax: ExactDecimal
    /// The step of volumes, in lots.
    package var volumeStep: ExactDecimal
    /// What is bought or sold.
    package var baseCurrency: String
    /// What prices and profit are in.
    package var profitCurrency: String
    /// Whether orders are taken.
    package var tradeMode: TradeMode

    package init(
        symbol: String,
        contractSize: ExactDecimal,
        tickSize: ExactDecimal,
        digits: UInt8,
        volumeMin: ExactDecimal = ExactDecimal(mantissa: 1, scale: 2),
        volumeMax: ExactDecimal = ExactDecimal(mantissa: 100, scale: 0),
        volumeStep: ExactDecimal = ExactDecimal(mantissa: 1, scale: 2),
        baseCurrency: String,
        profitCurrency: String,
        tradeMode: TradeMode = .full
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
        self.tradeMode = tradeMode
    }

    /// One point: the last digit of a price.
    var point: ExactDecimal { ExactDecimal(mantissa: 1, scale: digits) }
}

extension InstrumentDefinition {
    /// What the built-in table says of a name: what brokers usually offer under it.
    ///
    /// Currency pairs are known by their two codes, whatever a broker puts behind (`EURUSD.s`) or between
    /// them (`EUR-USD`); metals and coins by how they begin. Any other name is one unit a lot with
    /// five digits, in `currency`.
    package init(builtInFor name: String, currency: String = "USD") {
        let letters = String(name.uppercased().filter(\.isLetter))
        let base = String(letters.prefix(3))
        let rest = letters.dropFirst(3)
        if let known = Self.units.first(where: { $0.code == base }),
            let quoted = Self.quoteCurrencies.first(where: { rest.hasPrefix($0) })
        {
            self.init(
                symbol: name,
                contractSize: ExactDecimal(mantissa: known.contractSize, scale: 0),
                digits: known.digits,
                base: base,
                profit: quoted
            )
        } else if letters.count >= 6, Self.currencies.contains(base),
            let quoted = Self.currencies.first(where: { rest.hasPrefix($0) })
        {
            self.init(
                symbol: name,
                contractSize: ExactDecimal(mantissa: 100_000, scale: 0),
                digits: quoted == "JPY" ? 3 : 5,
                base: base,
                profit: quoted
            )
        } else {
            self.init(
                symbol: name,
                contractSize: ExactDecimal(mantissa: 1, scale: 0),
                digits: 5,
                base: name,
                profit: currency
            )
        }
    }

    private init(
        symbol: String,
        contractSize: ExactDecimal,
        digits: UInt8,
        base: String,
        profit: String
    ) {
        self.init(
            symbol: symbol,
            contractSize: contractSize,
            tickSize: ExactDecimal(mantissa: 1, scale: digits),
            digits: digits,
            baseCurrency: base,
            profitCurrency: profit
        )
    }

    private static let units: [(code: String, contractSize: Int64, digits: UInt8)] = [
        ("XAU", 100, 2), ("XAG", 5000, 3), ("BTC", 1, 2), ("ETH", 1, 2),
    ]
    private static let quoteCurrencies = ["USDT", "USDC", "USD", "EUR", "JPY", "GBP"]
    private static let currencies = [
        "USD", "EUR", "GBP", "JPY", "CHF", "AUD", "NZD", "CAD", "SEK", "NOK", "DKK", "PLN", "HUF",
        "CZK", "MXN", "ZAR", "TRY", "SGD", "HKD", "CNH",
    ]
}
