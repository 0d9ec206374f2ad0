import TradingCore

/// The way from one currency to another over quotes of a venue, found once.
struct CurrencyConversion: Sendable, Equatable {
    /// One pair on the way.
    struct Step: Sendable, Equatable {
        /// The symbol whose quote is used.
        let symbol: Int
        /// Whether the amount is in the pair's base, so that it is multiplied.
        let isFromBase: Bool
    }

    /// No pair where both are the same, or count as the same.
    let steps: [Step]

    /// Amounts on the way keep so many digits.
    private static let digits = 8

    /// Finds a way over one pair, or over two by the US dollar.
    ///
    /// `USDT` and `USDC` count as dollars, because no pair is quoted that says otherwise.
    init?(from source: String, to target: String, over instruments: [InstrumentDefinition]) {
        let source = Self.parity(source)
        let target = Self.parity(target)
        if source == target {
            steps = []
        } else if let step = Self.step(source, target, instruments) {
            steps = [step]
        } else if let first = Self.step(source, "USD", instruments),
            let second = Self.step("USD", target, instruments)
        {
            steps = [first, second]
        } else {
            return nil
        }
    }

    /// Converts at the worse side of each quote; `nil` without a quote.
    func convert(_ amount: WideDecimal, _ quotes: [VenueQuote?]) -> WideDecimal? {
        var amount = amount.rounded(to: Self.digits)
        for step in steps {
            guard let quote = quotes[step.symbol] else { return nil }
            if step.isFromBase {
                let rate = amount.isNegative ? quote.ask : quote.bid
                amount = (amount * WideDecimal(rate)).rounded(to: Self.digits)
            } else {
                let rate = amount.isNegative ? quote.bid : quote.ask
                amount = amount.divided(by: WideDecimal(rate), digits: Self.digits)
            }
        }
        return amount
    }

    private static func parity(_ currency: String) -> String {
        currency == "USDT" || currency == "USDC" ? "USD" : currency
    }

    private static func step(
        _ source: String,
        _ target: String,
        _ instruments: [InstrumentDefinition]
    ) -> Step? {
        for (index, instrument) in instruments.enumerated() {
            let base = parity(instrument.baseCurrency)
            let profit = parity(instrument.profitCurrency)
            if base == source, profit == target { return Step(symbol: index, isFromBase: true) }
            if base == target, profit == source { return Step(symbol: index, isFromBase: false) }
        }
        return nil
    }
}
