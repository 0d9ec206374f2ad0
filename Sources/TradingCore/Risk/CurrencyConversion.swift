/// How amounts of one currency become amounts of another, by the quotes of at most two instruments.
struct CurrencyConversion: Sendable, Equatable {
    /// One step: an instrument whose price is the rate, or one over it.
    struct Leg: Sendable, Equatable {
        var instrument: InstrumentID
        var isInverse: Bool
    }

    /// The steps in order; none when both currencies are the same.
    var first: Leg?
    var second: Leg?

    /// Finds the way from one currency to another: an instrument of the two, in either direction, or two
    /// instruments with a third currency between them.
    ///
    /// Instruments that have no quote are passed over, because a broker may list a pair that it does not
    /// serve.
    init?(
        from source: String,
        to target: String,
        in table: InstrumentTable,
        isQuoted: (InstrumentID) -> Bool
    ) {
        guard source != target else { return }
        let legs = table.ids.compactMap { id -> (id: InstrumentID, definition: Instrument)? in
            guard isQuoted(id), table.disagreement(of: id) == nil,
                let definition = table.definition(of: id),
                definition.baseCurrency != definition.profitCurrency
            else { return nil }
            return (id, definition)
        }
        func leg(_ from: String, _ to: String) -> Leg? {
            for (id, pair) in legs {
                if pair.baseCurrency == from, pair.profitCurrency == to {
                    return Leg(instrument: id, isInverse: false)
                }
                if pair.baseCurrency == to, pair.profitCurrency == from {
                    return Leg(instrument: id, isInverse: true)
                }
            }
            return nil
        }
        first = leg(source, target)
        guard first == nil else { return }
        for (_, pair) in legs {
            let middle: String
            if pair.baseCurrency == source {
                middle = pair.profitCurrency
            } else if pair.profitCurrency == source {
                middle = pair.baseCurrency
            } else {
                continue
            }
            if let into = leg(source, middle), let out = leg(middle, target) {
                first = into
                second = out
                return
            }
        }
        return nil
    }

    /// Converts an amount, at the side of each quote and with the rounding that is worse for us.
    ///
    /// - Parameters:
    ///   - amount: A loss below zero, a gain or an exposure above it.
    ///   - isExposure: Whether more is worse although the amount is above zero.
    ///   - firstQuote: The quote of the first step; `nil` when there is none that may be used.
    ///   - secondQuote: The quote of the second step.
    /// - Returns: The amount, or `nil` when a quote is missing or it does not fit.
    func convert(
        _ amount: Amount,
        isExposure: Bool,
        firstQuote: BidAsk?,
        secondQuote: BidAsk?
    ) -> Amount? {
        guard let first else { return amount }
        guard let firstQuote, let converted = first.apply(to: amount, isExposure, firstQuote) else {
            return nil
        }
        guard let second else { return converted }
        return secondQuote.flatMap { second.apply(to: converted, isExposure, $0) }
    }
}

extension CurrencyConversion.Leg {
    func apply(to amount: Amount, _ isExposure: Bool, _ quote: BidAsk) -> Amount? {
        let enlarges = isExposure || amount.isNegative
        let rounding = isExposure ? RoundingDirection.up : .down
        return isInverse
            ? amount.divided(by: enlarges ? quote.bid : quote.ask, rounding: rounding)
            : amount.multiplied(by: enlarges ? quote.ask : quote.bid, rounding: rounding)
    }
}
