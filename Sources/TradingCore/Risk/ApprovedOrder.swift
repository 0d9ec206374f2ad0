/// An order that passed every check; only ``RiskEngine`` makes one, and handing it over consumes it.
///
/// It cannot be copied, so that one approval can lead to one send at most.
package struct ApprovedOrder: ~Copyable, Sendable {
    /// What may be sent.
    package let intent: OrderIntent

    /// Only for `RiskEngine.swift`; a test of the sources holds this.
    init(approving intent: OrderIntent) { self.intent = intent }
}
