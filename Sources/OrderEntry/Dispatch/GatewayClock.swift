package import TradingCore

/// What the gateway's clock shows, learned from its answers.
///
/// An answer that says `t` proves that the clock shows at least `t` when it arrives. The greatest such
/// bound of the last few answers is the estimate: it is late by at most the shortest way of an answer,
/// so that a `valid_until` made of it is never later than meant. Our own wall clock takes no part.
package struct GatewayClock: Sendable {
    /// Answers that are remembered.
    private static let samplesMax = 8
    /// A difference that no way of an answer explains: the clock was set.
    private static let stepMin = Duration.milliseconds(500)

    /// What each of the last answers proves: the gateway's clock minus our monotonic one, at least.
    private var bounds: [Int64] = []
    /// The greatest of ``bounds``.
    private var bound: Int64?

    package init() {}

    /// Takes an answer.
    ///
    /// - Parameters:
    ///   - time: What the gateway says.
    ///   - sentAt: When it was asked.
    ///   - receivedAt: When the answer came.
    package mutating func didAnswer(
        _ time: WallTime,
        sentAt: MonotonicTime,
        receivedAt: MonotonicTime
    ) {
        if let expected = now(at: receivedAt) {
            let difference = Duration.nanoseconds(expected.nanoseconds &- time.nanoseconds)
            let roundTrip = receivedAt - sentAt
            if difference > roundTrip + Self.stepMin || difference < .zero - Self.stepMin {
                bounds.removeAll()
            }
        }
        bounds.append(time.nanoseconds &- receivedAt.nanoseconds)
        if bounds.count > Self.samplesMax { bounds.removeFirst() }
        bound = bounds.max()
    }

    /// Forgets everything; the gateway was started again.
    package mutating func reset() {
        bounds.removeAll()
        bound = nil
    }

    /// What the gateway's clock shows, at least; `nil` before its first answer.
    package func now(at time: MonotonicTime) -> WallTime? {
        bound.map { WallTime(nanoseconds: $0 &+ time.nanoseconds) }
    }
}
