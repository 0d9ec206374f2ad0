internal import Platform
internal import TradingCore
internal import ZeroMQ

/// What a feed thread owns: up to two connections, the session that understands their frames, and
/// the supervisor that decides about them.
struct FeedRunner: ~Copyable {
    /// Messages read from one connection before the other one and the timers are looked at.
    private static let messagesPerTurn = 4096
    /// Messages handed over at once at most; more would only make the loop wait longer.
    private static let messagesPerHandover = 256
    /// Messages that share one reading of the clock.
    private static let messagesPerStamp = 8
    /// A longer absence of the thread itself means that the process was paused.
    private static let pauseNanoseconds: Int64 = 1_000_000_000
    /// The longest wait; others are told at least this often how the feed fares.
    static let turnMilliseconds: Int64 = 200
    /// The longest wait while two connections overlap, whose messages may be held back for each other.
    static let overlapTurnMilliseconds: Int64 = 100

    var configuration: MT5FeedConfiguration
    let context: Context
    let outlet: FeedOutlet
    var session: MT5Session
    var supervisor: FeedSupervisor
    private var actions = FeedActions()
    private var pending: [FeedConnectionEvent] = []
    var a: FeedConnection?
    var b: FeedConnection?
    var poll = PollSet(reading: [])
    var isPollStale = true
    /// Where the monitors of the slots are in ``poll``.
    var monitorIndices = InlineArray<2, Int?>(repeating: nil)
    /// Whether a socket was left before it was empty, of which its descriptor says nothing more.
    private var hasUnread = false
    var endpointName = ""
    private var isBacklog = false
    var nextSnapshot: Int64 = 0
    var state = ConnectionState.disconnected
    var isStarved = false
    var lastData: MonotonicTime?
    var figures = FeedFigures()

    init(_ configuration: MT5FeedConfiguration, context: Context, outlet: FeedOutlet) {
        self.configuration = configuration
        self.context = context
        self.outlet = outlet
        session = MT5Session(configuration.session)
        supervisor = FeedSupervisor(
            settings: configuration.supervisor,
            seed: configuration.backoffSeed
        )
        decide(.started)
    }

    /// Waits for something to happen, and deals with it.
    mutating func turn(wakeUp: WakeUp) {
        let isNewPoll = rebuildPoll(wakeUp)
        let before = SystemClock.monotonicNanoseconds()
        let milliseconds = hasUnread || isNewPoll ? 0 : waitMilliseconds(before)
        _ = poll.wait(nanoseconds: milliseconds * 1_000_000)
        let after = SystemClock.monotonicNanoseconds()
        if after - before > milliseconds * 1_000_000 + Self.pauseNanoseconds { isBacklog = true }
        if poll.isReady(0) { wakeUp.consume() }
        // A connection is known before its first message is read.
        readMonitors(all: isNewPoll)
        hasUnread = drain()
        if !hasUnread { isBacklog = false }
        let now = MonotonicTime(nanoseconds: SystemClock.monotonicNanoseconds())
        session.merger.advance(to: now)
        if session.merger.isOverlapping { settleSeam() }
        if now >= supervisor.nextDeadline { decide(.timer) }
        handOver()
    }

    /// Asks the supervisor for a new connection.
    mutating func requestReconnect() { decide(.reconnectRequested(.forced)) }

    /// Hands over what is held back and closes everything.
    mutating func finish() {
        session.merger.flush()
        handOver()
        a = nil
        b = nil
    }

    // MARK: Reading

    /// Reads what both connections have; `true` when one of them has more.
    ///
    /// While two overlap the older one is read first, and the newer one only as far as the staging can
    /// hold: what it brings ahead of the older one would else be released as if something were missing.
    private mutating func drain() -> Bool {
        guard session.merger.isOverlapping, let old = session.merger.seamReport()?.old else {
            let hasMoreA = drain(.a)
            let hasMoreB = drain(.b)
            return hasMoreA || hasMoreB
        }
        let hasMoreOld = drain(old)
        let room = hasMoreOld ? 0 : configuration.stagingCapacity - session.merger.heldCount
        let hasMoreNew = drain(old.other, most: max(Self.messagesPerStamp, room))
        return hasMoreOld || hasMoreNew
    }

    private mutating func drain(_ slot: ConnectionSlot, most: Int = messagesPerTurn) -> Bool {
        guard let connection = slot == .a ? a.take() : b.take() else { return false }
        // Restored on every way out.
        guard connection.isEstablished else { return restore(connection, slot) }
        var count = 0
        var stamp = MonotonicTime.zero
        var hasMore = true
        while hasMore, count < min(most, Self.messagesPerTurn) {
            if count % Self.messagesPerStamp == 0 {
                stamp = MonotonicTime(nanoseconds: SystemClock.monotonicNanoseconds())
            }
            do {
                hasMore = try connection.socket.receive { first, second, partCount in
                    read(first, second, partCount, from: slot, at: stamp)
                }
            } catch {
                // The socket is unusable; the monitor or the starvation timer replaces it.
                hasMore = false
            }
            if hasMore { count += 1 }
            // The first one does not wait for the look that finds the socket empty.
            if count == 1 || session.merger.output.count >= Self.messagesPerHandover { handOver() }
        }
        _ = restore(connection, slot)
        return hasMore
    }

    private mutating func restore(
        _ connection: consuming FeedConnection,
        _ slot: ConnectionSlot
    ) -> Bool {
        if slot == .a { a = consume connection } else { b = consume connection }
        return false
    }

    @inline(__always)
    private mutating func read(
        _ first: Span<UInt8>,
        _ second: Span<UInt8>?,
        _ partCount: Int,
        from slot: ConnectionSlot,
        at time: MonotonicTime
    ) {
        figures.receivedBytes &+= UInt64(first.count &+ (second?.count ?? 0))
        switch MT5Session.parts(count: partCount) {
        case .payload:
            session.receive(
                topic: nil,
                payload: first,
                from: slot,
                at: time,
                isBacklog: isBacklog
            )
        case .topicAndPayload:
            guard let second else { return }
            session.receive(
                topic: first,
                payload: second,
                from: slot,
                at: time,
                isBacklog: isBacklog
            )
        case .rejected(let fault): session.reject(fault, sample: first, at: time)
        }
        guard let symbol = session.heardSymbol else { return }
        lastData = time
        // What the supervisor has to do is due at the next deadline, which is now.
        _ = supervisor.didReceiveData(
            symbol: configuration.watchNumber(of: symbol),
            slot: slot,
            at: time
        )
    }

    // MARK: Handing over

    private mutating func handOver() {
        if session.hasNewSymbols { announceSymbols() }
        guard !session.merger.touched.isEmpty || !session.merger.output.isEmpty else { return }
        outlet.quotes?.take(session.merger.output.span)
        let mustWake = outlet.buffer.append(
            session.merger.output.span,
            touched: session.merger.touched.span,
            tallies: session.merger.tallies.span
        )
        session.merger.clearOutput()
        if mustWake { outlet.loopWakeUp.signal() }
    }

    private mutating func announceSymbols() {
        for symbol in session.drainNewSymbols() {
            outlet.tell(.symbolMet(symbol.id, name: symbol.name))
            guard let number = configuration.watchNumber(of: symbol.id) else { continue }
            supervisor.watch(symbol: number, as: configuration.expectation(symbol.name))
            outlet.quotes?.meet(symbol.id, named: symbol.name)
            tellLoop(.symbolAdded(symbol.id, feed: configuration.id, name: symbol.name))
        }
    }

    // MARK: Connections

    /// Reads the monitors that have something to say; `all` reads those too whose descriptor is silent,
    /// as it is before the first look.
    private mutating func readMonitors(all: Bool) {
        for slot in ConnectionSlot.allCases {
            guard let index = monitorIndices[Int(slot.rawValue)], all || poll.isReady(index) else {
                continue
            }
            while let event = nextSocketEvent(slot) {
                // What had arrived before the end is read now; it goes with the socket.
                if event == .disconnected { while drain(slot) {} }
                if let told = translate(event, slot) { decide(told) }
            }
        }
    }

    private mutating func nextSocketEvent(_ slot: ConnectionSlot) -> SocketEvent? {
        guard let connection = slot == .a ? a.take() : b.take() else { return nil }
        let event = connection.nextEvent()
        _ = restore(connection, slot)
        return event
    }

    private mutating func translate(
        _ event: SocketEvent,
        _ slot: ConnectionSlot
    ) -> FeedConnectionEvent? {
        let isEstablished = slot == .a ? a?.isEstablished ?? false : b?.isEstablished ?? false
        switch event {
        case .connected: return .tcpConnected(slot)
        case .handshakeSucceeded:
            establish(slot)
            return .handshakeSucceeded(slot)
        case .handshakeFailed: return .handshakeFailed(slot, unexplainedFailure(slot))
        case .handshakeFailedProtocol: return .handshakeFailed(slot, .protocolError)
        case .handshakeFailedAuthentication: return .handshakeFailed(slot, .authentication)
        case .closed: return isEstablished ? nil : .connectFailed(slot)
        case .waitingToReconnect: return nil
        case .disconnected:
            return isEstablished
                ? .disconnected(slot, suspectedOversized: wasEndedForProtocol(slot))
                : .handshakeFailed(slot, unexplainedFailure(slot))
        }
    }

    /// Tells the supervisor that nothing more can be learned from both connections being open.
    private mutating func settleSeam() {
        guard session.merger.heldCount == 0, let report = session.merger.seamReport(),
            report.silentStreams == 0, report.brokenStreams == 0,
            report.provenStreams + report.unprovableStreams > 0
        else { return }
        decide(.seamSettled(report.new))
    }

    /// Tells the supervisor of an event and does what it says.
    ///
    /// An action can fail and so be an event itself; it then waits until the others are done.
    mutating func decide(_ event: FeedConnectionEvent) {
        pending.append(event)
        guard pending.count == 1 else { return }
        while let next = pending.first {
            let now = MonotonicTime(nanoseconds: SystemClock.monotonicNanoseconds())
            let wall = WallTime(nanoseconds: SystemClock.wallNanoseconds())
            supervisor.step(next, at: now, wall: wall, into: &actions)
            for index in 0..<actions.count { perform(actions[index], now) }
            pending.removeFirst()
        }
    }

    private mutating func perform(_ action: FeedAction, _ now: MonotonicTime) {
        switch action {
        case .open(let slot, let endpoint): open(slot, endpoint)
        case .close(let slot):
            close(slot, now)
        case .resubscribe: break
        case .stateChanged(let state, let isStarved):
            self.state = state
            self.isStarved = isStarved
            nextSnapshot = 0
            let event = MarketEvent.feedState(
                feed: configuration.id,
                state: state,
                isStarved: isStarved,
                at: now
            )
            handOver()
            if outlet.buffer.setFeedState(event) { outlet.loopWakeUp.signal() }
            outlet.tell(.stateChanged(configuration.id, state, isStarved: isStarved))
        case .alert(let alert): tell(alert)
        }
    }
}
