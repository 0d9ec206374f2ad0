import TradingCore

/// What the world around a supervisor knows, and the rules that must hold after each step.
///
/// It keeps its own account of sockets, data and alerts, and never looks inside.
struct SupervisorModel {
    /// A socket as its owner sees it.
    struct Socket {
        var isPending = true
        var hasSpoken = false
        var lastData = MonotonicTime.zero
    }

    let settings: FeedSupervisor.Settings
    /// When the feed's session opens; silence before it is no fault.
    let opening: MonotonicTime
    var sockets: [Socket?] = [nil, nil]
    private(set) var violations: [String] = []
    private var lastFailure: MonotonicTime?
    private var isRequested = false
    private var isStarvationTold = false
    private var connectedSince: MonotonicTime?
    private var uptime = Duration.zero
    private var lastData = MonotonicTime.zero
    private var startedAt: MonotonicTime?

    init(settings: FeedSupervisor.Settings, opening: MonotonicTime) {
        self.settings = settings
        self.opening = opening
    }

    /// Notes a rule that was seen to be broken outside.
    mutating func report(_ violation: String) { require(false, violation) }

    mutating func tellData(_ slot: ConnectionSlot, at now: MonotonicTime) {
        let index = Int(slot.rawValue)
        guard sockets[index] != nil else { return }
        sockets[index]?.lastData = now
        lastData = now
    }

    /// Takes what one step asked for, and holds it against the rules.
    mutating func observe(
        _ event: FeedConnectionEvent,
        _ actions: FeedActions,
        _ supervisor: FeedSupervisor,
        at now: MonotonicTime
    ) {
        if event == .started, startedAt == nil { startedAt = now }
        if event == .stopped {
            startedAt = nil
            lastFailure = nil
        }
        if case .reconnectRequested = event { isRequested = true }
        var ended: ConnectionSlot?
        switch event {
        case .openFailed(let slot, _):
            ended = slot
            sockets[Int(slot.rawValue)] = nil
        case .handshakeFailed(let slot, _), .connectFailed(let slot), .disconnected(let slot, _):
            ended = slot
        default: break
        }
        for index in sockets.indices where sockets[index].map({ $0.lastData > .zero }) ?? false {
            sockets[index]?.hasSpoken = true
            sockets[index]?.isPending = false
        }
        for index in 0..<actions.count {
            apply(actions[index], event: event, ended: ended, at: now)
        }
        check(supervisor, at: now)
    }

    private mutating func apply(
        _ action: FeedAction,
        event: FeedConnectionEvent,
        ended: ConnectionSlot?,
        at now: MonotonicTime
    ) {
        switch action {
        case .open(let slot, let endpoint):
            require(sockets[Int(slot.rawValue)] == nil, "opened a taken slot")
            require(!sockets.contains { $0?.isPending ?? false }, "two attempts in flight")
            require((0..<settings.endpointCount).contains(endpoint), "endpoint \(endpoint)")
            if let lastFailure, !isRequested {
                let delay = now - lastFailure
                require(delay >= .milliseconds(900), "retried after \(delay)")
            }
            isRequested = false
            sockets[Int(slot.rawValue)] = Socket()
        case .close(let slot):
            require(sockets[Int(slot.rawValue)] != nil, "closed an empty slot")
            checkClose(slot, event: event, ended: ended, at: now)
            sockets[Int(slot.rawValue)] = nil
        case .stateChanged(let state, let isStarved):
            if state == .connected {
                connectedSince = connectedSince ?? now
            } else if let since = connectedSince {
                uptime += now - since
                connectedSince = nil
            }
            require(!isStarved || isStarvationTold, "starved without an alert")
            require(!(isStarved && state == .connected), "connected and starved")
        case .alert(let alert):
            note(alert, at: now)
        case .resubscribe(let symbol):
            require(settings.symbols.indices.contains(symbol), "resubscribed \(symbol)")
        }
    }

    private mutating func note(_ alert: FeedAlert, at now: MonotonicTime) {
        switch alert.kind {
        case .dataStarved:
            isStarvationTold = true
            require(alert.duration >= settings.starvationLimit, "starved after \(alert.duration)")
            require(now >= opening + settings.starvationLimit, "starved outside the session")
        case .dataRecovered:
            require(isStarvationTold, "recovered without starvation")
            isStarvationTold = false
        case .reconnectFailure:
            lastFailure = now
            if let slot = alert.slot { sockets[Int(slot.rawValue)]?.isPending = false }
        case .reconnectSuccess: lastFailure = nil
        default: break
        }
        require(alert.duration >= .zero, "negative duration in \(alert)")
    }

    private mutating func checkClose(
        _ slot: ConnectionSlot,
        event: FeedConnectionEvent,
        ended: ConnectionSlot?,
        at now: MonotonicTime
    ) {
        guard let socket = sockets[Int(slot.rawValue)], socket.hasSpoken, ended != slot,
            event != .stopped, now - socket.lastData < settings.silentLimit
        else { return }
        let other = sockets[Int(slot.other.rawValue)]
        require(other?.hasSpoken ?? false, "closed the last speaking connection")
    }

    private mutating func check(_ supervisor: FeedSupervisor, at now: MonotonicTime) {
        let counters = supervisor.counters(at: now)
        let settled = counters.successes + counters.failures
        require(counters.attempts == settled + counters.inFlight, "attempts do not add up")
        let pending = sockets.count { $0?.isPending ?? false }
        require(counters.inFlight == pending, "\(counters.inFlight) in flight, not \(pending)")
        let total = uptime + (connectedSince.map { now - $0 } ?? .zero)
        require(counters.totalUptime == total, "uptime \(counters.totalUptime), not \(total)")
        guard let startedAt else {
            require(supervisor.nextDeadline == .never, "a stopped feed has a deadline")
            require(sockets.allSatisfy { $0 == nil }, "a stopped feed has sockets")
            return
        }
        let latest = now + settings.policy.healthCheckInterval
        require(supervisor.nextDeadline <= latest, "wedged: no deadline")
        let isSpeaking = sockets.contains { $0?.hasSpoken ?? false }
        let isConnected = supervisor.state == .connected
        require(
            isConnected == (isSpeaking && !supervisor.isStarved),
            "\(supervisor.state) while speaking is \(isSpeaking)"
        )
        if pending == 0, !isSpeaking {
            let policy = settings.policy
            let limit = now + (now < opening ? policy.maxDelay : policy.feedMaxDelay)
            require(supervisor.nextDeadline <= limit, "waits beyond the cap")
        }
        if now - max(lastData, startedAt, opening) >= settings.starvationLimit {
            require(supervisor.isStarved && isStarvationTold, "silent and nobody was told")
        }
    }

    private mutating func require(_ holds: Bool, _ rule: @autoclosure () -> String) {
        if !holds, violations.count < 5 { violations.append(rule()) }
    }
}
