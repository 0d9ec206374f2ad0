package import TradingCore

/// `live-loop orders`: the ledger.
package struct OrdersOptions: Sendable, Equatable {
    /// Which orders are shown.
    package enum Selection: Sendable, Equatable {
        /// The newest ones.
        case all
        /// Those that are not settled for good.
        case open
        /// Those whose outcome is unknown.
        case unknown
        /// One, with all that was learned of it.
        case id(OrderID)
    }

    /// What is done.
    package enum Work: Sendable, Equatable {
        case list(Selection)
        case settle(OrderSettlementRequest)
    }

    /// What is done.
    package var work = Work.list(.all)
    /// Whether JSON is printed, `--json`.
    package var isJSON = false
    /// The file of variables, `--env-file`.
    package var environmentFile: String?

    package init() {}
}
