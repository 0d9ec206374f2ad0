import LiveLoop

/// Reports a symbol's spread whenever it gets wider than ever before.
struct SpreadWatch: Strategy {
    private var widest: [SymbolID: ExactDecimal] = [:]

    mutating func onEvent(_ event: borrowing MarketEvent, _ context: inout StrategyContext) {
        // A crossed quote is delivered too; its spread would be negative.
        guard event.kind == .quote, !event.flags.contains(.crossed) else { return }
        guard let spread = spread(event) else { return }
        if let known = widest[event.symbol], spread <= known { return }
        widest[event.symbol] = spread
        context.report("\(context.name(of: event.symbol)) spread \(spread)")
    }

    /// Ask minus bid, exactly; `nil` where the two are written with different numbers of digits.
    private func spread(_ quote: borrowing MarketEvent) -> ExactDecimal? {
        let (bid, ask) = (quote.bid, quote.ask)
        guard bid.scale == ask.scale else { return nil }
        return ExactDecimal(mantissa: ask.mantissa - bid.mantissa, scale: ask.scale)
    }
}
