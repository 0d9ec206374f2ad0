package import TradingCore

/// Judges by heartbeats whether the gateway can be relied on.
///
/// Three heartbeats in a row without an answer make it `silent`, a minute without any answer `lost`.
/// Before its first answer it is `connecting`, however long that takes: nothing can be sent then.
package struct GatewayLiveness: Sendable {
    /// When the next heartbeat is due.
    package private(set) var nextHeartbeat: MonotonicTime
    /// Whether the gateway can be relied on.
    package private(set) var link = GatewayLink.connecting
    /// Heartbeats in a row without an answer.
    package private(set) var missed = 0
    /// How long the gateway serves orders without a heartbeat; `nil` where it keeps no lease.
    package private(set) var lease: Duration?

    private let interval: Duration
    private let missedMax: Int
    private let lostAfter: Duration
    private var lastAnswer: MonotonicTime?

    package init(interval: Duration, missedMax: Int, lostAfter: Duration, at now: MonotonicTime) {
        self.interval = interval
        self.missedMax = missedMax
        self.lostAfter = lostAfter
        nextHeartbeat = now
    }

    /// A heartbeat was handed over.
    package mutating func didSend(at now: MonotonicTime) { nextHeartbeat = now + pace }

    /// A heartbeat was answered.
    package mutating func didAnswer(sentAt: MonotonicTime, lease: Duration?, at now: MonotonicTime)
    {
        missed = 0
        link = .alive
        self.lease = lease
        // The lease runs from when the gateway got the heartbeat, which was after this.
        lastAnswer = sentAt
        nextHeartbeat = min(nextHeartbeat, sentAt + pace)
    }

    /// A heartbeat went unanswered, or could not even be sent.
    package mutating func didMiss(at now: MonotonicTime) {
        missed += 1
        if nextHeartbeat <= now { nextHeartbeat = now + pace }
        if link == .alive, missed >= missedMax { link = .silent }
    }

    /// Looks at the time alone.
    package mutating func advance(to now: MonotonicTime) {
        guard let lastAnswer, link == .alive || link == .silent, now - lastAnswer >= lostAfter
        else { return }
        link = .lost
    }

    /// When the gateway is lost, if it stays silent.
    package var lostDeadline: MonotonicTime {
        guard let lastAnswer, link == .alive || link == .silent else { return .never }
        return lastAnswer + lostAfter
    }

    /// Wants a heartbeat at once, because there is a new connection or a new gateway.
    package mutating func wantHeartbeat(at now: MonotonicTime) { nextHeartbeat = now }

    /// Whether the gateway still serves orders by its own rule.
    package func holdsLease(at now: MonotonicTime) -> Bool {
        guard let lease else { return true }
        guard let lastAnswer else { return false }
        return now - lastAnswer < lease
    }

    /// Until when it does, without another answer; `nil` where it keeps no lease or never answered.
    package var leaseUntil: MonotonicTime? {
        guard let lease, let lastAnswer else { return nil }
        return lastAnswer + lease
    }

    private var pace: Duration {
        guard let lease else { return interval }
        return max(.milliseconds(100), min(interval, lease / 3))
    }
}
