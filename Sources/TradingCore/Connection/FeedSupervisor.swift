/// Decides what happens to the connections of one feed: connect, back off, watch, replace.
///
/// The owner of the sockets tells what happened and does what comes back; it sleeps at most until
/// ``nextDeadline``. It never reconnects by itself, so that every attempt is one of these. Sockets
/// should be drained before a ``FeedConnectionEvent/timer``: data that waits in them while the process
/// was paused would look like silence.
///
/// - *Connected* means that data was seen. A handshake alone, or TCP alone, is not a success.
/// - At most one attempt is under way. A connection that may still be alive is kept until its
///   replacement has sent data and the merger has settled the seam, or ``Settings/seamLimit`` passed.
/// - Retries never end; after `maxRetries` the state says *failed* and people are told.
package struct FeedSupervisor: Sendable {
    private(set) var settings: Settings
    var backoff: ReconnectBackoff
    var starvation: StarvationMonitor
    var streams: StreamWatch
    var sessions = SessionClock()
    private var connections = InlineArray<2, SupervisedConnection>(repeating: .init())
    var tally = ConnectionCounters()

    private var isRunning = false
    /// The slot whose connection is being made and has not sent data yet.
    var attempt: ConnectionSlot?
    /// The replaced connection, which lives until the seam is settled.
    var retirement: Retirement?
    /// Why the standing connection is to be replaced.
    var want: ReconnectTrigger?
    /// No attempt starts before this.
    var gate = MonotonicTime.zero
    /// Since when the feed has been in trouble, or a replacement was asked for.
    var troubleSince: MonotonicTime?
    var lastAttempt: MonotonicTime?
    var lastForced: MonotonicTime?
    /// When something last went wrong, or well again; stability is counted from here.
    var unstableAt = MonotonicTime.zero
    var isExhaustionTold = false
    private(set) var healthySince: MonotonicTime?
    private var hasEverConnected = false

    /// The feed's state as last told.
    package private(set) var state = ConnectionState.disconnected
    /// Whether the feed was last told to be starved.
    package private(set) var isStarved = false
    /// When the next step is due at the latest.
    package private(set) var nextDeadline = MonotonicTime.never

    /// Creates the supervisor of a feed; feeds and processes should have different seeds.
    package init(settings: Settings, seed: UInt64) {
        precondition(
            settings.endpointCount > 0,
            "a feed must have an endpoint, had \(settings.endpointCount)"
        )
        self.settings = settings
        backoff = ReconnectBackoff(policy: settings.policy, seed: seed)
        starvation = StarvationMonitor(limit: settings.starvationLimit, start: .zero)
        streams = StreamWatch(
            idleLimit: settings.streamIdleLimit,
            firstMessageLimit: settings.firstMessageLimit,
            symbolsMax: settings.symbolsMax
        )
        for (index, symbol) in settings.symbols.enumerated() {
            streams.watch(symbol: index, as: symbol)
        }
    }

    /// Notes decoded market data; call it for each message.
    ///
    /// It stores times and allocates nothing. `symbol` is the symbol's number within the feed, if the message has one.
    /// - Returns: Whether a ``step(_:at:wall:into:)`` is due now, because the data changed something.
    package mutating func didReceiveData(
        symbol: Int?,
        slot: ConnectionSlot,
        at now: MonotonicTime
    ) -> Bool {
        let index = Int(slot.rawValue)
        guard connections[index].phase != .free else { return false }
        connections[index].lastData = now
        var needsStep = starvation.didReceiveData(at: now)
        if connections[index].firstData == nil {
            connections[index].firstData = now
            needsStep = true
        }
        if let symbol, streams.didReceiveData(symbol: symbol, at: now) { needsStep = true }
        if needsStep { nextDeadline = min(nextDeadline, now) }
        return needsStep
    }

    /// Expects a symbol with its own calendar or limit, when it was met after the start.
    package mutating func watch(symbol: Int, as expected: WatchedSymbol) {
        streams.watch(symbol: symbol, as: expected)
    }

    /// Judges silence by other limits from the next step on; watch each symbol again after it.
    package mutating func change(_ limits: Limits, at now: MonotonicTime) {
        settings.starvationLimit = limits.starvation
        settings.firstMessageLimit = limits.firstMessage
        settings.streamIdleLimit = limits.streamIdle
        starvation.change(limit: limits.starvation)
        streams.change(idleLimit: limits.streamIdle, firstMessageLimit: limits.firstMessage)
        nextDeadline = min(nextDeadline, now)
    }

    /// Takes one event and gives what must be done, replacing the content of `actions`.
    package mutating func step(
        _ event: FeedConnectionEvent,
        at now: MonotonicTime,
        wall: WallTime,
        into actions: inout FeedActions
    ) {
        actions.removeAll()
        if event == .started, !isRunning { start(at: now) }
        guard isRunning else { return }
        sessions.update(at: now, wall: wall)
        noteStability(at: now)
        noteFirstData(at: now, wall: wall, into: &actions)
        handle(event, at: now, into: &actions)
        if isRunning {
            checkDeadlines(at: now, into: &actions)
            checkStarvation(at: now, into: &actions)
            checkStreams(at: now, into: &actions)
            openIfDue(at: now, into: &actions)
        }
        publishState(at: now, into: &actions)
        nextDeadline = isRunning ? earliestDeadline(at: now, actions: actions) : .never
    }

    subscript(slot: ConnectionSlot) -> SupervisedConnection {
        get { connections[Int(slot.rawValue)] }
        set { connections[Int(slot.rawValue)] = newValue }
    }
}

// MARK: State

extension FeedSupervisor {
    /// The slot from which the feed is taken, if one has sent data.
    package var connectedSlot: ConnectionSlot? {
        ConnectionSlot.allCases.first { self[$0].phase == .speaking && retirement?.slot != $0 }
    }

    /// The endpoint of ``connectedSlot``, else of the attempt under way.
    package var endpoint: Int? {
        guard let slot = connectedSlot ?? attempt else { return nil }
        return self[slot].endpoint
    }

    /// How many symbols are silent while the feed is well.
    package var idleSymbolCount: Int { streams.idleCount }

    /// Symbols beyond ``Settings/symbolsMax``, which are not watched.
    package var unwatchedSymbolCount: Int { streams.unwatchedCount }

    /// Whether an expected symbol is in session, so that silence means something.
    package var isInSession: Bool { openSince != nil }

    /// What the connection has been through, up to `now`.
    package func counters(at now: MonotonicTime) -> ConnectionCounters {
        var counters = tally
        if let healthySince { counters.totalUptime += now - healthySince }
        return counters
    }

    var hasSpeaking: Bool { self[.a].phase == .speaking || self[.b].phase == .speaking }

    /// Whether a new connection is to be opened when ``gate`` is passed.
    var wantsConnection: Bool {
        attempt == nil && retirement == nil && (want != nil || !hasSpeaking)
    }

    /// Since when an expected symbol has been in session; `nil` while none is.
    var openSince: MonotonicTime? {
        streams.openSince(sessions: sessions, default: settings.defaultCalendar)
    }

    /// The longest delay that is allowed now.
    var delayCap: Duration {
        let policy = settings.policy
        return openSince == nil ? policy.maxDelay : min(policy.maxDelay, policy.feedMaxDelay)
    }

    private mutating func start(at now: MonotonicTime) {
        isRunning = true
        gate = now
        unstableAt = now
        troubleSince = now
        starvation = StarvationMonitor(limit: settings.starvationLimit, start: now)
    }

    private mutating func handle(
        _ event: FeedConnectionEvent,
        at now: MonotonicTime,
        into actions: inout FeedActions
    ) {
        switch event {
        case .started, .timer, .tcpConnected: break
        case .openFailed(let slot, let code):
            end(slot, .openFailed, code: code, at: now, into: &actions)
        case .handshakeSucceeded(let slot):
            guard self[slot].phase == .opening else { break }
            self[slot].phase = .handshaken
            self[slot].handshakenAt = now
        case .handshakeFailed(let slot, let failure):
            end(slot, ConnectionFailure(failure), at: now, into: &actions)
        case .connectFailed(let slot):
            end(slot, .connectFailed, at: now, into: &actions)
        case .disconnected(let slot, let suspectedOversized):
            end(slot, suspectedOversized ? .oversized : .disconnected, at: now, into: &actions)
        case .seamSettled(let slot):
            if retirement?.slot == slot.other { retire(into: &actions) }
        case .reconnectRequested(let request):
            requestReconnect(request, at: now)
        case .stopped:
            stop(at: now, into: &actions)
        }
    }

    private mutating func stop(at now: MonotonicTime, into actions: inout FeedActions) {
        if attempt != nil {
            tally.count(.stopped)
            settleAttempt(succeeded: false)
        }
        retirement = nil
        want = nil
        troubleSince = nil
        for slot in ConnectionSlot.allCases where self[slot].phase != .free {
            close(slot, into: &actions)
        }
        isRunning = false
    }

    private mutating func publishState(at now: MonotonicTime, into actions: inout FeedActions) {
        let newState = currentState
        let newStarved = isRunning && starvation.isStarved
        guard newState != state || newStarved != isStarved else { return }
        if let since = healthySince, newState != .connected {
            tally.totalUptime += now - since
            healthySince = nil
            unstableAt = now
        } else if healthySince == nil, newState == .connected {
            healthySince = now
            hasEverConnected = true
            unstableAt = now
        }
        state = newState
        isStarved = newStarved
        actions.append(.stateChanged(newState, isStarved: newStarved))
    }

    private var currentState: ConnectionState {
        guard isRunning else { return .disconnected }
        if hasSpeaking, !starvation.isStarved { return .connected }
        if isExhausted { return .failed }
        return hasEverConnected ? .reconnecting : .connecting
    }

    private func earliestDeadline(at now: MonotonicTime, actions: FeedActions) -> MonotonicTime {
        guard actions.hasRoomForSymbols else { return now }
        var deadline = now + settings.policy.healthCheckInterval
        if wantsConnection { deadline = min(deadline, gate) }
        if let attempt { deadline = min(deadline, attemptDeadline(of: self[attempt])) }
        if let retirement { deadline = min(deadline, retirement.deadline) }
        deadline = min(deadline, starvation.nextDeadline(openSince: openSince))
        deadline = min(
            deadline,
            streams.nextDeadline(sessions: sessions, healthySince: healthySince),
            streams.nextOpening(sessions: sessions, default: settings.defaultCalendar)
        )
        return max(now, deadline)
    }
}
