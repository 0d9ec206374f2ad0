internal import TradingCore

/// A feed's supervisor in simulated time, which keeps all that it asked for.
struct FeedSimulation {
    /// One action and when it was asked for.
    struct Entry {
        /// When, since the start.
        var time: Duration
        /// What.
        var action: FeedAction
    }

    /// Steps that a simulation takes at most; a supervisor that wants more is at fault.
    private static let stepsMax = 100_000

    private var supervisor: FeedSupervisor
    private let start = MonotonicTime(nanoseconds: 5_000_000_000_000)
    private var now = MonotonicTime(nanoseconds: 5_000_000_000_000)
    private var actions = FeedActions()
    private var steps = 0
    /// What the supervisor asked for.
    private(set) var log: [Entry] = []
    /// The slots that have a socket, in the order of their opening.
    private(set) var open: [ConnectionSlot] = []

    init(_ settings: FeedSupervisor.Settings, seed: UInt64) {
        supervisor = FeedSupervisor(settings: settings, seed: seed)
    }

    /// The time since the start.
    var elapsed: Duration { now - start }
    /// The state that the feed is in.
    var state: ConnectionState { supervisor.state }
    /// Whether the feed is starved.
    var isStarved: Bool { supervisor.isStarved }

    /// Tells an event.
    mutating func send(_ event: FeedConnectionEvent) {
        steps += 1
        let wall = WallTime(
            nanoseconds: SimulatedDesk.start.nanoseconds + elapsed.wholeNanoseconds
        )
        supervisor.step(event, at: now, wall: wall, into: &actions)
        for index in 0..<actions.count {
            log.append(Entry(time: elapsed, action: actions[index]))
            switch actions[index] {
            case .open(let slot, _): open.append(slot)
            case .close(let slot): open.removeAll { $0 == slot }
            case .resubscribe, .stateChanged, .alert: break
            }
        }
    }

    /// Brings data of some symbols.
    mutating func data(_ slot: ConnectionSlot, symbolCount: Int) {
        var isStepDue = supervisor.didReceiveData(symbol: nil, slot: slot, at: now)
        for symbol in 0..<symbolCount
        where supervisor.didReceiveData(symbol: symbol, slot: slot, at: now) { isStepDue = true }
        if isStepDue { send(.timer) }
    }

    /// Lets time pass without an event.
    mutating func wait(_ duration: Duration) { now = now + duration }

    /// Takes the steps that become due until something is so, or the time is over.
    ///
    /// - Returns: Whether it became so.
    mutating func run(
        until limit: Duration,
        answer: (ConnectionSlot) -> FeedConnectionEvent? = { _ in nil },
        isDone: (FeedSimulation) -> Bool
    ) -> Bool {
        while !isDone(self) {
            let next = supervisor.nextDeadline
            guard next <= start + limit, steps < Self.stepsMax else { return false }
            now = max(now, next)
            let before = log.count
            send(.timer)
            for entry in log[before...] {
                if case .open(let slot, _) = entry.action, let event = answer(slot) { send(event) }
            }
        }
        return true
    }

    /// When an alert of a kind was first told.
    func alert(_ kind: FeedAlert.Kind) -> Duration? {
        log.first { entry in
            if case .alert(let alert) = entry.action { alert.kind == kind } else { false }
        }?.time
    }

    /// How often an alert of a kind was told.
    func count(_ kind: FeedAlert.Kind) -> Int {
        log.count { entry in
            if case .alert(let alert) = entry.action { alert.kind == kind } else { false }
        }
    }

    /// The times at which sockets were opened.
    var openings: [Duration] {
        log.compactMap { if case .open = $0.action { $0.time } else { nil } }
    }
}
