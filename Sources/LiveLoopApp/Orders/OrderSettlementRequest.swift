package import TradingCore

/// An operator's word about an order of unknown outcome.
package struct OrderSettlementRequest: Sendable, Equatable {
    /// The order.
    package var id: OrderID
    /// What became of it: filled, cancelled or rejected.
    package var state: OrderState
    /// Who says so.
    package var operatorName: String
    /// From what the person knows.
    package var reason: String

    package init(id: OrderID, state: OrderState, operatorName: String, reason: String) {
        self.id = id
        self.state = state
        self.operatorName = operatorName
        self.reason = reason
    }

    /// The same as a fact.
    var fact: OrderFact { .settled(as: state, operatorName: operatorName, reason: reason) }

    /// What an order can be settled as.
    package static let states: [(word: String, state: OrderState)] = [
        ("filled", .filled), ("cancelled", .cancelled), ("rejected", .rejected),
    ]
}
