/// Why the last look before the send kept an order back.
package enum OrderBlock: String, Sendable, CaseIterable {
    /// The kill switch is engaged, or cannot be shown not to be.
    case killSwitch = "kill"
    /// The quote that it rests on has become too old.
    case stale
    /// Its time was over before it could be sent.
    case expired
    /// The gateway is not connected, silent, or its clock is not known.
    case gatewayDown = "gateway_down"
    /// Too many orders wait for their answers.
    case inFlight = "in_flight"
    /// The intent could not be made durable.
    case ledger
    /// The process is stopping.
    case stopping
}

/// Why the outcome of an order is not known.
package enum UnknownCause: String, Sendable, CaseIterable {
    /// No answer came in time.
    case timeout
    /// The connection ended after bytes may have left.
    case disconnected
    /// An answer came that cannot be read.
    case malformedReply = "malformed_reply"
    /// The process ended between the intent and the answer.
    case crash
    /// The gateway itself does not know (`TRADE_RETCODE_TIMEOUT` and the like).
    case gateway
}

/// What the order thread learned of an order command; it is durable before the loop is told.
///
/// The same facts in the same order give the same states: the ledger, the loop and a recovery apply
/// them with the one function ``OrderRecord/apply(_:)``.
package enum OrderFact: Sendable, Equatable {
    /// The intent is on disk.
    case durable
    /// It was kept back at the last look.
    case blocked(OrderBlock)
    /// No byte left: there was no connection to take it.
    case notSent
    /// It was handed over; the time is the wall clock's.
    case sent(at: WallTime, validUntil: WallTime)
    /// The gateway's answer to this very id.
    case answered(OrderReport)
    /// No answer, or none that can be read.
    case unanswered(UnknownCause)
    /// What a query brought, after the outcome was unknown.
    case found(OrderReport)
    /// The gateway has promised never to execute it.
    case fenced
    /// No evidence can be had; the text says why.
    case needsOperator(String)
    /// The gateway told by itself what became of a working order: filled, cancelled, expired.
    case updated(OrderReport)
    /// An operator settled it.
    case settled(as: OrderState, operatorName: String, reason: String)
}

/// What a gateway says about an order command.
package struct OrderReport: Sendable, Equatable {
    /// What became of it; ``OrderState/acknowledged`` while it works.
    package var state: OrderState
    /// The order's number at the venue, 0 where there is none.
    package var ticket: UInt64
    /// The position that it opened or changed, 0 where there is none.
    package var position: UInt64
    /// How much is filled, all in all.
    package var filled: ExactDecimal
    /// The average price of what is filled, 0 where nothing is.
    package var averagePrice: ExactDecimal
    /// The return code of MQL5, or a negative one of ours.
    package var returnCode: Int32
    /// A sentence for people, at most 256 bytes.
    package var message: String
    /// The executions that the answer names.
    package var deals: [Deal]

    package init(
        state: OrderState,
        ticket: UInt64 = 0,
        position: UInt64 = 0,
        filled: ExactDecimal = .zero,
        averagePrice: ExactDecimal = .zero,
        returnCode: Int32,
        message: String = "",
        deals: [Deal] = []
    ) {
        self.state = state
        self.ticket = ticket
        self.position = position
        self.filled = filled
        self.averagePrice = averagePrice
        self.returnCode = returnCode
        self.message = message
        self.deals = deals
    }
}
