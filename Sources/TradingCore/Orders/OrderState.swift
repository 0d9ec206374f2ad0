/// How far an order command got.
///
/// `intent → notSent | sent → acknowledged → filled | cancelled | expired`, `sent → rejected`, and
/// `sent → unknown → (what was found) | fenced | manual`. There is no way from ``unknown`` back to
/// ``sent``: what may have been executed is never sent again.
package enum OrderState: UInt8, Sendable, CaseIterable {
    /// Decided and about to be made durable; no byte has left.
    case intent = 0
    /// Certainly not sent, and never will be.
    case notSent = 1
    /// Handed over; the answer is awaited.
    case sent = 2
    /// The gateway has it and it is working, perhaps filled in part.
    case acknowledged = 3
    /// Filled whole; of a modification, cancellation or close: carried out.
    case filled = 4
    /// Taken back with what was not filled.
    case cancelled = 5
    /// Its time was over before it was filled.
    case expired = 6
    /// Refused by gateway or venue: certainly not executed.
    case rejected = 7
    /// It may have been executed or not; counts as filled against every limit until settled.
    case unknown = 8
    /// The gateway has promised never to execute it.
    case fenced = 9
    /// No evidence can be had; an operator must settle it, and the symbol opens nothing until then.
    case manual = 10

    /// Whether nothing more can happen to it.
    package var isTerminal: Bool {
        switch self {
        case .notSent, .filled, .cancelled, .expired, .rejected, .fenced: true
        case .intent, .sent, .acknowledged, .unknown, .manual: false
        }
    }

    /// Whether nobody knows if it was executed.
    package var isUnknown: Bool { self == .unknown || self == .manual }

    /// The word used in the ledger, in logs and in JSON.
    package var name: String {
        switch self {
        case .intent: "INTENT"
        case .notSent: "NOT_SENT"
        case .sent: "SENT"
        case .acknowledged: "ACKED"
        case .filled: "FILLED"
        case .cancelled: "CANCELLED"
        case .expired: "EXPIRED"
        case .rejected: "REJECTED"
        case .unknown: "UNKNOWN"
        case .fenced: "FENCED"
        case .manual: "MANUAL"
        }
    }
}

/// How an order of unknown outcome was settled.
package enum OrderSettlement: UInt8, Sendable {
    /// It never was unknown.
    case none = 0
    /// The gateway knew it.
    case found = 1
    /// The gateway has promised never to execute it.
    case fenced = 2
    /// An operator said so.
    case `operator` = 3
}
