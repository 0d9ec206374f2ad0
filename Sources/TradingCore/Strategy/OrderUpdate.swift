/// What became of a request.
public struct OrderUpdate: Sendable, Equatable {
    /// What happened.
    public enum Event: Sendable, Equatable {
        /// It was refused; nothing was sent.
        case refused(OrderRefusal)
        /// It passed every check and goes out.
        case accepted
        /// It was not sent after all, and never will be.
        case notSent
        /// It was handed to the gateway.
        case sent
        /// The venue has it and it is working; so much is filled so far.
        case working(filled: ExactDecimal)
        /// It is carried out whole, at this average price.
        case filled(ExactDecimal, price: ExactDecimal)
        /// It ended before it was filled whole; so much was.
        case ended(filled: ExactDecimal, price: ExactDecimal)
        /// The venue refused it, with a return code of MQL5.
        case rejected(code: Int32, message: String)
        /// Nobody knows whether it was executed. It is never sent again; the symbol opens nothing until
        /// it is settled.
        case unknown
    }

    /// The number that the request got.
    public var requestNumber: UInt64
    /// The request.
    public var request: StrategyRequest
    /// What happened.
    public var event: Event

    /// Creates an update.
    public init(requestNumber: UInt64, request: StrategyRequest, event: Event) {
        self.requestNumber = requestNumber
        self.request = request
        self.event = event
    }

    /// Why it was refused, if it was.
    public var refusal: OrderRefusal? {
        if case .refused(let refusal) = event { refusal } else { nil }
    }
}
