/// When to ping, and when silence after a ping is too long.
///
/// Whatever comes after a ping shows that the other side lives: a pong may stand behind megabytes on a slow
/// link, and ending a connection that delivers would lose them.
struct PingSchedule: Sendable {
    enum Action: Equatable {
        case ping(UInt64)
        case missing
    }

    private let interval: Int64
    private let timeout: Int64
    private var next: Int64 = .max
    private var number: UInt64 = 0
    private var pending: Int64?
    private var lastReceived: Int64 = .min

    init(interval: Int64, timeout: Int64) {
        self.interval = interval
        self.timeout = timeout
    }

    /// Begins to count from here.
    mutating func start(at now: Int64) {
        guard interval > 0 else { return }
        next = now + interval
    }

    mutating func received(at now: Int64) { lastReceived = now }

    /// When ``advance(to:)`` has something to do.
    var deadline: Int64? {
        if let pending { return max(pending, lastReceived) + timeout }
        return next == .max ? nil : next
    }

    mutating func advance(to now: Int64) -> Action? {
        guard let deadline, now >= deadline else { return nil }
        guard pending == nil else { return .missing }
        number += 1
        pending = now
        next = now + interval
        return .ping(number)
    }

    /// Whether a pong answers the last ping.
    mutating func isAnswered(by number: UInt64?) -> Bool {
        guard pending != nil, number == self.number else { return false }
        pending = nil
        return true
    }
}
