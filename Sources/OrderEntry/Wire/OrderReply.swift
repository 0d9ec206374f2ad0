package import TradingCore

/// What every answer says, before what it is about.
package struct ReplyEnvelope: Sendable, Equatable {
    /// The id of the question; `nil` in the dialect that repeats none.
    package var requestID: String?
    /// Which start of the gateway answers; empty in the older dialects.
    package var bootID = ""
    /// Whether the question was refused.
    package var isError = false
    /// The order's number at the venue.
    package var ticket: UInt64 = 0
    /// A sentence for people, cut after 256 bytes.
    package var message = ""
    /// The return code; `nil` in the dialect that has none.
    package var returnCode: Int32?
    /// The word of the oldest dialect: `SUCCESS`, `ERROR` or `PENDING`.
    package var status: String?
    /// When the gateway answered, where the envelope says it.
    package var time: WallTime?
    /// Where `data` begins, where it is an object.
    package var dataPosition: Int?

    package init() {}

    /// Whether it is the refusal of an action that the gateway does not know.
    package var isUnknownAction: Bool {
        if status != nil { return isError }
        return isError && returnCode == ReturnCode.invalid
    }
}

/// The answer to `HEARTBEAT`.
package struct HeartbeatReply: Sendable, Equatable {
    /// The gateway's clock when it answered; `nil` where it does not say.
    package var time: WallTime?
    /// Whether its kill switch is engaged.
    package var isKilled = false
    /// How long it serves orders without a further heartbeat; `nil` where it keeps no lease.
    package var lease: Duration?

    package init(time: WallTime? = nil, isKilled: Bool = false, lease: Duration? = nil) {
        self.time = time
        self.isKilled = isKilled
        self.lease = lease
    }
}

/// The answer to `ORDER_STATUS` and `ORDER_FENCE`.
package struct OrderStatusReply: Sendable, Equatable {
    /// Whether the gateway has decided or executed it.
    package var isKnown = false
    /// Whether it will never be executed.
    package var isFenced = false
    /// Whether it is still being decided.
    package var isInFlight = false
    /// What became of it.
    package var report: OrderReport?

    package init(
        isKnown: Bool = false,
        isFenced: Bool = false,
        isInFlight: Bool = false,
        report: OrderReport? = nil
    ) {
        self.isKnown = isKnown
        self.isFenced = isFenced
        self.isInFlight = isInFlight
        self.report = report
    }
}

/// The answer to `SYNC_ALL`.
package struct AccountReply: Sendable, Equatable {
    /// Everything, as the loop wants it.
    package var snapshot: AccountSnapshot
    /// The last deal of the account; 0 where it does not say.
    package var lastDeal: UInt64
    /// The number of the last `EXEC` event; `nil` where it does not say.
    package var eventSequence: UInt64?
    /// Whether the gateway's kill switch is engaged; `nil` where it does not say.
    package var isKilled: Bool?

    package init(
        snapshot: AccountSnapshot,
        lastDeal: UInt64 = 0,
        eventSequence: UInt64? = nil,
        isKilled: Bool? = nil
    ) {
        self.snapshot = snapshot
        self.lastDeal = lastDeal
        self.eventSequence = eventSequence
        self.isKilled = isKilled
    }
}

/// What the gateway publishes by itself.
package enum GatewayEvent: Sendable, Equatable {
    /// An execution.
    case deal(Deal)
    /// A working order changed.
    case order(OrderID, OrderReport)
    /// Of an order that is not ours.
    case foreignOrder
    /// A heartbeat of the publisher, with the number of its last event.
    case heartbeat
}

/// An event and where it stands in its sequence.
package struct NumberedGatewayEvent: Sendable, Equatable {
    /// Which run of numbers it belongs to.
    package var epoch: UInt64
    /// Its number; of a heartbeat, that of the last event; `nil` where it does not say.
    package var sequence: UInt64?
    /// What happened.
    package var event: GatewayEvent
}
