/// Whether the order gateway can be relied on.
package enum GatewayLink: UInt8, Sendable {
    /// No order route is configured.
    case none = 0
    /// It has not answered yet.
    case connecting = 1
    /// It answers.
    case alive = 2
    /// Three heartbeats in a row went unanswered: reduce-only.
    case silent = 3
    /// Silent for so long that the kill switch must be engaged.
    case lost = 4

    /// The word used in logs and in JSON.
    package var name: String {
        switch self {
        case .none: "none"
        case .connecting: "connecting"
        case .alive: "alive"
        case .silent: "silent"
        case .lost: "lost"
        }
    }
}

/// How the order gateway fares.
package struct GatewayCondition: Sendable, Equatable {
    /// Whether it can be relied on.
    package var link: GatewayLink
    /// Which start of its process answered last; empty before the first answer.
    package var bootID: String
    /// Its clock minus ours, as far as heartbeats show; `nil` before the first one.
    package var clockOffset: Duration?
    /// Whether its own kill switch is engaged.
    package var isKilled: Bool

    package init(
        link: GatewayLink,
        bootID: String = "",
        clockOffset: Duration? = nil,
        isKilled: Bool = false
    ) {
        self.link = link
        self.bootID = bootID
        self.clockOffset = clockOffset
        self.isKilled = isKilled
    }
}

/// What the order thread tells the loop.
package enum OrderInput: Sendable, Equatable {
    /// Something happened to an order command; it is durable already.
    case fact(OrderID, OrderFact)
    /// An execution was told by an `EXEC` event.
    case deal(Deal)
    /// The gateway's account of everything.
    case account(AccountSnapshot)
    /// The gateway became reliable or unreliable.
    case gateway(GatewayCondition)
    /// What a symbol is at the venue.
    case instrument(Instrument)
    /// The venue does not know a symbol.
    case instrumentUnknown(String)
    /// The ledger cannot be written; nothing may be sent any more.
    case ledgerFailed(String)
}

/// What the loop wants of the order thread besides approved orders.
package enum OrderErrand: Sendable, Equatable {
    /// Fetch the account (`SYNC_ALL`) with the deals after this number.
    case synchronize(sinceDeal: UInt64)
    /// Ask what became of an order that is believed to be working.
    case query(OrderID)
    /// Fetch what a symbol is.
    case describe(symbol: String)
    /// Make the risk state durable; a newer one replaces it.
    case storeRisk(RiskRecord)
    /// Tell the gateway's own kill switch.
    case killGateway(reason: String)
    /// An operator settles an order of unknown outcome.
    case settle(OrderID, as: OrderState, operatorName: String, reason: String)
}

/// The risk state as named texts, so that its store needs to know nothing of risk.
package struct RiskRecord: Sendable, Equatable {
    /// One named value.
    package struct Field: Sendable, Equatable {
        /// Its name.
        package var name: String
        /// Its value.
        package var value: String
        package init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    /// The fields, in a fixed order.
    package var fields: [Field]
    package init(fields: [Field] = []) { self.fields = fields }
}
