package import TradingCore

/// One thing that is to be made durable.
///
/// Indirect, because lists of them grow and an order with all that is known of it is large.
package indirect enum LedgerEntry: Sendable, Equatable {
    /// A new command; nothing of it may be sent before this is on the disk.
    case intent(OrderIntent)
    /// A fact about a command, and the command as it is after it.
    case fact(OrderRecord, OrderFact)
    /// An execution; the same one may be told several times.
    case deal(Deal)
    /// Every deal up to this number has been fetched.
    case dealsKnown(through: UInt64)
    /// The risk state, which replaces the one before.
    case risk(RiskRecord)

    /// Whether it must survive a loss of power and not only the end of this process.
    ///
    /// After a loss of power an order is `unknown` and the gateway is asked, so that what the gateway
    /// has told need not be waited for. An intent, an operator's word and the risk state nobody else
    /// knows.
    package var mustSurvivePowerLoss: Bool {
        switch self {
        case .intent, .risk: true
        case .fact(_, .settled): true
        case .fact, .deal, .dealsKnown: false
        }
    }
}
