/// Something the loop must consider that is not market data; never shed.
package enum LoopInput: Sendable, Equatable {
    /// A feed met a new symbol; comes before the symbol's first event.
    case symbolAdded(SymbolID, feed: FeedID, name: String)
    /// A symbol fell silent beyond its limit, or speaks again.
    case symbolIdle(SymbolID, isIdle: Bool)
    /// An operator has reset the kill switch and says what risk is to make of the day's loss.
    case resetRisk(RiskReset)
    /// An operator has set tighter limits; what would be looser in them is not taken.
    ///
    /// Indirect, because room for thousands of inputs is kept and one of these comes in a month.
    indirect case tightenRisk(RiskLimits)
    /// Something about orders, from the order thread.
    case order(OrderInput)
}
