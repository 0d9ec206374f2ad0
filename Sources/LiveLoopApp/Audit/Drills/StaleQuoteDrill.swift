internal import TradingCore

/// An order on a quote that is too old is refused, and one on a quote that is just young enough is not.
package struct StaleQuoteDrill: AuditCheck {
    /// The age at which a quote is too old, as configured.
    package var quoteAgeMax: Duration
    /// The age that the loop is told; another one than configured is a fault.
    package var loopQuoteAgeMax: Duration

    package init(quoteAgeMax: Duration) {
        self.quoteAgeMax = quoteAgeMax
        loopQuoteAgeMax = quoteAgeMax
    }

    package func run() -> [AuditResult] {
        let young = refusal(at: quoteAgeMax)
        let old = refusal(at: quoteAgeMax + .milliseconds(1))
        let age = DurationText.render(quoteAgeMax, bare: nil)
        return [
            AuditItem(
                .marketData,
                "an order on a stale quote is refused",
                limit: "refused beyond RISK_MAX_QUOTE_AGE_MS = \(age), not at it",
                remedy: "do not trade with this build: the age of a quote is not respected"
            ).result(
                holds: young.isClear && old == .staleQuote,
                "at \(age): \(young.shown); 1 ms later: \(old.shown)"
            )
        ]
    }

    private func refusal(at age: Duration) -> OrderRefusal? {
        var desk = SimulatedDesk(quoteAgeMax: loopQuoteAgeMax)
        desk.quote()
        desk.advance(by: age)
        return desk.order()
    }
}
