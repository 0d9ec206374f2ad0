import Testing
import TradingCore

/// A supervisor with a simulated clock, which keeps all that the supervisor asked for.
struct SupervisorHarness {
    /// One action and when it was asked for.
    struct Entry {
        var time: MonotonicTime
        var action: FeedAction
    }

    var supervisor: FeedSupervisor
    var now = MonotonicTime(nanoseconds: 5_000_000_000_000)
    /// Wednesday 2026-01-14 12:00 UTC at the start, unless told otherwise.
    var wall = WallTime(nanoseconds: 1_768_392_000 * 1_000_000_000)
    var actions = FeedActions()
    var log: [Entry] = []
    /// What happens to each socket that is opened; done in the step after the opening.
    var answer: (ConnectionSlot) -> FeedConnectionEvent? = { _ in nil }

    init(_ settings: FeedSupervisor.Settings = .init(), seed: UInt64 = 7) {
        supervisor = FeedSupervisor(settings: settings, seed: seed)
    }

    /// Tells an event, and what `answer` makes of the sockets that are opened.
    mutating func send(_ event: FeedConnectionEvent) {
        supervisor.step(event, at: now, wall: wall, into: &actions)
        var answers: [FeedConnectionEvent] = []
        for index in 0..<actions.count {
            log.append(Entry(time: now, action: actions[index]))
            if case .open(let slot, _) = actions[index], let event = answer(slot) {
                answers.append(event)
            }
        }
        for answer in answers { send(answer) }
    }

    /// Tells data, and steps when that is asked for.
    mutating func data(_ slot: ConnectionSlot, symbol: Int? = nil) {
        if supervisor.didReceiveData(symbol: symbol, slot: slot, at: now) { send(.timer) }
    }

    /// Lets time pass, with a step at each deadline; data flows on `slots` each `interval`.
    mutating func advance(
        _ duration: Duration,
        dataOn slots: [ConnectionSlot] = [],
        symbols: [Int?] = [nil],
        every interval: Duration = .milliseconds(500)
    ) {
        let end = now + duration
        var nextData = slots.isEmpty ? MonotonicTime.never : now + interval
        var stepsAtOnce = 0
        var last = now
        while true {
            let next = min(supervisor.nextDeadline, nextData)
            guard next <= end else { break }
            move(to: max(now, next))
            if next == nextData {
                for slot in slots { for symbol in symbols { data(slot, symbol: symbol) } }
                nextData = nextData + interval
            } else {
                send(.timer)
            }
            // A deadline that does not move would be a thread that spins.
            stepsAtOnce = now == last ? stepsAtOnce + 1 : 0
            last = now
            guard stepsAtOnce < 1000 else {
                Issue.record("a thousand steps at \(now)")
                break
            }
        }
        move(to: end)
    }

    /// Starts the feed and brings its first connection up, in slot `a`.
    mutating func connect() {
        send(.started)
        send(.handshakeSucceeded(.a))
        data(.a)
    }

    private mutating func move(to time: MonotonicTime) {
        wall.nanoseconds += (time - now).wholeNanoseconds
        now = time
    }

    // MARK: What was asked for

    /// The alerts of a kind.
    func alerts(_ kind: FeedAlert.Kind) -> [FeedAlert] {
        log.compactMap {
            guard case .alert(let alert) = $0.action, alert.kind == kind else { return nil }
            return alert
        }
    }

    /// The times at which sockets were opened.
    var openings: [MonotonicTime] {
        log.compactMap { if case .open = $0.action { $0.time } else { nil } }
    }

    /// The endpoints in the order in which they were tried.
    var endpoints: [Int] {
        log.compactMap { if case .open(_, let endpoint) = $0.action { endpoint } else { nil } }
    }

    /// How often an action was asked for.
    func count(_ action: FeedAction) -> Int { log.count { $0.action == action } }

    var counters: ConnectionCounters { supervisor.counters(at: now) }
}
