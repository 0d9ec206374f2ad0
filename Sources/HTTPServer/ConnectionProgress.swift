/// How far a connection is, and until when it must be further.
///
/// One connection carries one request, so that the phases come once and in this order.
struct ConnectionProgress: Sendable, Equatable {
    /// What is waited for.
    enum Phase: Sendable, Equatable {
        /// The head of the request.
        case head
        /// The body of the request.
        case body
        /// That the client reads the response.
        case reply
        /// The client takes events; whether it keeps up is seen from its queue.
        case events
        /// The connection was ended by us and is about to be closed.
        case ended
    }

    private(set) var phase = Phase.head
    /// On the monotonic clock, in nanoseconds.
    private(set) var deadline: Int64
    private let limits: HTTPLimits

    /// A connection that was just taken.
    init(_ limits: HTTPLimits, at now: Int64) {
        self.limits = limits
        deadline = Self.sum(now, limits.headNanoseconds)
    }

    /// The head is read.
    mutating func headIsRead(at now: Int64) { move(to: .body, limits.bodyNanoseconds, now) }

    /// The response is on its way.
    mutating func replies(at now: Int64) { move(to: .reply, limits.replyNanoseconds, now) }

    /// Events are sent from now on.
    mutating func streams() { move(to: .events, .max, 0) }

    /// The phase that took too long; the connection counts as ended then.
    mutating func expire(at now: Int64) -> Phase? {
        guard now >= deadline else { return nil }
        let overdue = phase
        end()
        return overdue
    }

    /// Nothing is waited for any more.
    mutating func end() { move(to: .ended, .max, 0) }

    private mutating func move(to next: Phase, _ time: Int64, _ now: Int64) {
        phase = next
        deadline = Self.sum(now, time)
    }

    private static func sum(_ time: Int64, _ duration: Int64) -> Int64 {
        let (sum, overflow) = time.addingReportingOverflow(duration)
        return overflow ? .max : sum
    }
}
