/// An order command and how far it got; the ledger, the loop and a recovery all hold this value.
package struct OrderRecord: Sendable, Equatable {
    /// What became of a fact.
    package enum Outcome: Sendable, Equatable {
        /// The record changed.
        case changed
        /// It was known already.
        case unchanged
        /// It contradicts what is known and was not taken; that is worth an alert.
        case refused
    }

    /// What was wanted.
    package let intent: OrderIntent
    /// How far it got.
    package private(set) var state = OrderState.intent
    /// How an unknown outcome was settled.
    package private(set) var settlement = OrderSettlement.none
    /// Whether it is on disk.
    package private(set) var isDurable = false
    /// Why its outcome is or was not known.
    package private(set) var unknownCause: UnknownCause?
    /// Why it was kept back at the last look.
    package private(set) var block: OrderBlock?
    /// When it was handed over.
    package private(set) var sentAt: WallTime?
    /// Until when the gateway may execute it, on our wall clock.
    package private(set) var validUntil: WallTime?
    /// The order's number at the venue, 0 as long as it is not known.
    package private(set) var ticket: UInt64 = 0
    /// The position that it opened or changed, 0 as long as it is not known.
    package private(set) var position: UInt64 = 0
    /// How much is filled.
    package private(set) var filled = ExactDecimal.zero
    /// The average price of what is filled.
    package private(set) var averagePrice = ExactDecimal.zero
    /// The return code of the last answer.
    package private(set) var returnCode: Int32 = 0
    /// What the last answer, or the operator, said.
    package private(set) var message = ""

    package init(_ intent: OrderIntent) { self.intent = intent }

    /// Takes a fact.
    ///
    /// No fact leads from ``OrderState/unknown`` back to ``OrderState/sent``, and none out of a terminal
    /// state. What is filled never becomes less.
    package mutating func apply(_ fact: OrderFact) -> Outcome {
        switch fact {
        case .durable:
            guard !isDurable else { return .unchanged }
            isDurable = true
            return .changed
        case .blocked(let reason):
            guard state == .intent else { return .refused }
            block = reason
            return move(to: .notSent)
        case .notSent:
            guard state == .intent else { return .refused }
            return move(to: .notSent)
        case .sent(let time, let limit):
            guard state == .intent else { return .refused }
            sentAt = time
            validUntil = limit
            return move(to: .sent)
        case .unanswered(let cause):
            guard state == .sent || state == .intent else {
                return state.isUnknown ? .unchanged : .refused
            }
            unknownCause = cause
            return move(to: .unknown)
        case .answered(let report), .found(let report), .updated(let report):
            return take(report)
        case .fenced:
            guard state.isUnknown else { return state == .fenced ? .unchanged : .refused }
            settlement = .fenced
            return move(to: .fenced)
        case .needsOperator(let text):
            guard state == .unknown else { return state == .manual ? .unchanged : .refused }
            message = text
            return move(to: .manual)
        case .settled(let settled, let operatorName, let reason):
            guard state.isUnknown, settled.isTerminal, settled != .notSent else { return .refused }
            settlement = .operator
            message = "\(operatorName): \(reason)"
            if settled == .filled, filled.mantissa == 0 { filled = intent.quantity }
            return move(to: settled)
        }
    }

    private mutating func take(_ report: OrderReport) -> Outcome {
        guard state != .intent, state != .notSent, state != .fenced else { return .refused }
        guard !state.isTerminal else {
            return report.state == state && report.filled <= filled ? .unchanged : .refused
        }
        guard report.filled >= filled, report.filled <= intent.quantity else { return .refused }
        if report.state == .unknown {
            guard state == .sent else { return .unchanged }
            unknownCause = .gateway
        } else if state.isUnknown {
            settlement = .found
        }
        let before = self
        if report.ticket != 0 { ticket = report.ticket }
        if report.position != 0 { position = report.position }
        filled = report.filled
        averagePrice = report.averagePrice
        returnCode = report.returnCode
        message = report.message
        // What is known to work cannot become unknown again by a later answer.
        state = report.state
        return self == before ? .unchanged : .changed
    }

    private mutating func move(to next: OrderState) -> Outcome {
        state = next
        return .changed
    }

    /// What of it may still be filled, in the worst case: everything, as long as nobody knows.
    package var openQuantity: ExactDecimal {
        state.isTerminal ? .zero : intent.quantity.subtracting(filled) ?? intent.quantity
    }
}
