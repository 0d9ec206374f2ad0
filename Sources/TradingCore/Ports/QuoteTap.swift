/// Sees the quotes of a feed right before the loop can.
///
/// It is called on the feed's thread and must neither wait nor keep it.
package protocol QuoteTap: Sendable {
    /// A symbol got its number; called before any of its events is taken.
    func meet(_ symbol: SymbolID, named name: String)
    /// Takes what is handed over to the loop next, of which only quotes matter here.
    func take(_ events: Span<MarketEvent>)
}
