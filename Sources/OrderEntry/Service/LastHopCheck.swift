package import TradingCore

/// The last look before an order is handed over, taken on the order thread.
///
/// It asks what only the outside world can tell: whether the kill switch can be shown not to be engaged.
/// It must not wait.
package protocol LastHopCheck: Sendable {
    /// Why an order must not leave at this moment; `nil` when it may.
    ///
    /// An engaged kill switch lets through what takes back and closes; the caller sees to that.
    func block(of intent: OrderIntent) -> OrderBlock?
}

/// The places on the way of an order at which a process may die.
package enum OrderStep: String, Sendable, CaseIterable {
    /// The intent is about to be written.
    case beforePersist
    /// The intent is on the disk, and nothing was sent.
    case afterPersist
    /// The last look was taken, and nothing was sent.
    case afterCheck
    /// The order was handed over, and the ledger does not say so.
    case afterSend
    /// The answer was read, and the ledger does not say so.
    case afterReply
    /// The ledger has the facts, and the loop was not told.
    case afterFacts
}
