import TradingCore

extension InstrumentDefinition {
    /// What is traded alike nearly everywhere, by its plain name: major and cross currency pairs, gold
    /// and silver.
    ///
    /// A lot is 100000 of the base currency, 100 ounces of gold, 5000 of silver; volumes go from 0.01 to
    /// 100 lots in steps of 0.01. A name with anything behind it (`EURUSD.s`, `XAUUSDc`) is a symbol of
    /// its own, whose lots may be a hundredth of these, so that it is not among them. Indices, shares and
    /// coins are not, because every broker cuts them otherwise.
    package static let wellKnown: [InstrumentDefinition] = wellKnownNames.map {
        InstrumentDefinition(builtInFor: $0)
    }

    /// The names of ``wellKnown``.
    package static let wellKnownNames = [
        "EURUSD", "GBPUSD", "AUDUSD", "NZDUSD", "USDCAD", "USDCHF", "USDJPY",
        "EURGBP", "EURJPY", "EURCHF", "EURAUD", "EURNZD", "EURCAD",
        "GBPJPY", "GBPCHF", "GBPAUD", "GBPNZD", "GBPCAD",
        "AUDJPY", "AUDCHF", "AUDNZD", "AUDCAD", "NZDJPY", "NZDCHF", "NZDCAD",
        "CADJPY", "CADCHF", "CHFJPY",
        "EURSEK", "EURNOK", "EURPLN", "USDSEK", "USDNOK", "USDDKK", "USDPLN", "USDMXN", "USDZAR",
        "USDSGD", "USDHKD", "USDCNH",
        "XAUUSD", "XAGUSD", "XAUEUR", "XAGEUR",
    ]
}
