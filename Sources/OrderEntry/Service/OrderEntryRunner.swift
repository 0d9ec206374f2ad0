internal import Platform
internal import Telemetry
internal import TradingCore
internal import ZeroMQ

/// What the order thread owns: the sockets, the ledger, and the value that decides.
struct OrderEntryRunner: ~Copyable {
    /// The longest wait; others are told at least this often how the thread fares.
    private static let turnNanoseconds: Int64 = 200_000_000
    /// The wait before the event socket is made anew.
    private static let reopenNanoseconds: Int64 = 1_000_000_000

    private let configuration: OrderEntryConfiguration
    private let context: Context
    private let outlet: OrderEntryOutlet
    private var store: OrderStore
    private(set) var dispatcher: OrderDispatcher
    private var connections: [OrderConnection?]
    private var events: EventConnection?
    private var reopenEventsAt: Int64 = 0
    private var poll = PollSet(reading: [])
    private var isPollStale = true
    /// Which sockets may have something to read: one for each slot, and one for the events.
    private var isUnread: [Bool]
    /// Whose each polled descriptor is, as an index of ``isUnread``.
    private var polledSockets: [Int] = []
    private var pendingEntries: [LedgerEntry]?
    private(set) var hasFinished = false
    /// The times that commits took.
    private(set) var commitDurations = BucketHistogram(bounds: BucketBounds.append)

    init(
        _ configuration: OrderEntryConfiguration,
        context: Context,
        outlet: OrderEntryOutlet,
        store: consuming OrderStore,
        recovery: OrderRecovery
    ) {
        self.configuration = configuration
        self.context = context
        self.outlet = outlet
        self.store = store
        dispatcher = OrderDispatcher(
            settings: configuration.dispatch,
            recovery: recovery,
            seed: configuration.seed,
            at: MonotonicTime(nanoseconds: SystemClock.monotonicNanoseconds()),
            wall: WallTime(nanoseconds: SystemClock.wallNanoseconds())
        )
        connections = Array(repeating: nil, count: configuration.dispatch.slotCount)
        isUnread = Array(repeating: false, count: configuration.dispatch.slotCount + 1)
        decide(.started)
        commitAll()
    }

    /// Waits for something to happen, and deals with it.
    mutating func turn(_ inbox: OrderInbox) {
        openEvents()
        rebuildPoll(inbox.wakeUp)
        // A descriptor tells of changes only: everything was read before this wait.
        if poll.wait(nanoseconds: waitNanoseconds()) {
            if poll.isReady(0) { inbox.wakeUp.consume() }
            for (index, socket) in polledSockets.enumerated() where poll.isReady(index + 1) {
                isUnread[socket] = true
            }
        }
        take(inbox.takeAll())
        decide(.timer)
        commitAll()
        while readAll() { commitAll() }
    }

    /// Closes everything; what was not handed over by libzmq yet is dropped.
    mutating func close() {
        connections = []
        events = nil
    }

    // MARK: Reading

    private mutating func take(_ content: OrderInbox.Content) {
        if content.isKilled { decide(.killed) }
        for slip in content.orders {
            guard let order = slip.withLock({ $0.take() }) else { continue }
            var actions: [OrderDispatchAction] = []
            dispatcher.submit(order, at: Self.now(), wall: Self.wall(), into: &actions)
            for action in actions { perform(action) }
        }
        for errand in content.errands { decide(.errand(errand)) }
        if content.isStopping { decide(.stop) }
    }

    /// Reads every socket that may have something; `true` when there was, after which there may be more.
    private mutating func readAll() -> Bool {
        var hasRead = false
        for slot in connections.indices where isUnread[slot] {
            isUnread[slot] = false
            while let event = connections[slot]?.nextAnswer(slot: slot) {
                hasRead = true
                didRead(event)
            }
            guard let connection = connections[slot] else { continue }
            while let event = connection.nextEvent(slot: slot) {
                hasRead = true
                // An answer that came before the end counts.
                if case .disconnected = event {
                    while let answer = connection.nextAnswer(slot: slot) { didRead(answer) }
                }
                decide(event)
                guard connections[slot] === connection else { break }
            }
        }
        guard isUnread[connections.count] else { return hasRead }
        isUnread[connections.count] = false
        while let event = events?.nextEvent() {
            hasRead = true
            decide(event)
            if events?.isOver == true { dropEvents() }
        }
        return hasRead
    }

    private mutating func didRead(_ event: OrderDispatchEvent) {
        reach(.afterReply)
        decide(event)
    }

    // MARK: Deciding

    private mutating func decide(_ event: OrderDispatchEvent) {
        var actions: [OrderDispatchAction] = []
        dispatcher.step(event, at: Self.now(), wall: Self.wall(), into: &actions)
        for action in actions { perform(action) }
    }

    private mutating func perform(_ action: OrderDispatchAction) {
        switch action {
        case .persist(let entries): pendingEntries = entries
        case .check(let intent):
            let block = outlet.check.block(of: intent)
            reach(.afterCheck)
            decide(.checked(intent.id, block))
        case .send(let slot, let bytes):
            let outcome = connections[slot]?.send(bytes) ?? .refused
            // What arrived meanwhile is taken in by the send, and the descriptor says nothing of it.
            isUnread[slot] = true
            reach(.afterSend)
            decide(.sent(slot: slot, outcome))
        case .replaceSocket(let slot): replaceSocket(slot)
        case .tell(let input): outlet.tell(input)
        case .log(let record): outlet.log(record)
        case .finished: hasFinished = true
        }
    }

    /// Makes durable what is queued, one transaction after the other.
    private mutating func commitAll() {
        while let entries = pendingEntries {
            pendingEntries = nil
            let hasIntent = entries.contains { if case .intent = $0 { true } else { false } }
            if hasIntent { reach(.beforePersist) }
            let began = SystemClock.monotonicNanoseconds()
            let failure = commit(entries)
            commitDurations.record(SystemClock.monotonicNanoseconds() - began)
            if let failure {
                decide(.persistFailed(failure))
                continue
            }
            reach(hasIntent ? .afterPersist : .afterFacts)
            decide(.persisted)
        }
    }

    /// Why it did not work; `nil` when it did.
    private mutating func commit(_ entries: [LedgerEntry]) -> String? {
        do throws(OrderStoreError) {
            try store.commit(entries, at: Self.wall())
            return nil
        } catch {
            return error.description
        }
    }

    private func reach(_ step: OrderStep) { configuration.didReach?(step) }

    // MARK: Sockets

    private mutating func replaceSocket(_ slot: Int) {
        isPollStale = true
        // Closed first, so that two sockets never carry the same slot.
        connections[slot] = nil
        do throws(ZeroMQError) {
            let connection = try OrderConnection(
                context: context,
                options: configuration.socket,
                endpoint: configuration.endpoint
            )
            connections[slot] = connection
            guard configuration.endpoint.hasPrefix("inproc://") else { return }
            connection.establish()
            decide(.connected(slot: slot))
        } catch {
            decide(.disconnected(slot: slot, .noSocket))
        }
    }

    private mutating func openEvents() {
        guard let endpoint = configuration.eventsEndpoint, events == nil,
            SystemClock.monotonicNanoseconds() >= reopenEventsAt
        else { return }
        reopenEventsAt = SystemClock.monotonicNanoseconds() + Self.reopenNanoseconds
        isPollStale = true
        events = try? EventConnection(
            context: context,
            options: configuration.eventSocket,
            endpoint: endpoint
        )
    }

    private mutating func dropEvents() {
        events = nil
        isPollStale = true
        reopenEventsAt = SystemClock.monotonicNanoseconds() + Self.reopenNanoseconds
    }

    private mutating func rebuildPoll(_ wakeUp: WakeUp) {
        guard isPollStale else { return }
        isPollStale = false
        var descriptors = [wakeUp.pollDescriptor]
        polledSockets = []
        for slot in connections.indices {
            watch(connections[slot]?.pollDescriptors ?? [], of: slot, &descriptors)
        }
        watch(events?.pollDescriptors ?? [], of: connections.count, &descriptors)
        poll = PollSet(reading: descriptors)
        // A new descriptor is silent about what came before it was looked at.
        for index in isUnread.indices { isUnread[index] = true }
        while readAll() { commitAll() }
    }

    private mutating func watch(
        _ added: [Int32],
        of socket: Int,
        _ descriptors: inout [Int32]
    ) {
        descriptors += added
        for _ in added { polledSockets.append(socket) }
    }

    private func waitNanoseconds() -> Int64 {
        if pendingEntries != nil || hasFinished || isPollStale { return 0 }
        let deadline = dispatcher.nextDeadline.nanoseconds
        guard deadline != .max else { return Self.turnNanoseconds }
        let left = deadline - SystemClock.monotonicNanoseconds()
        return max(0, min(left, Self.turnNanoseconds))
    }

    private static func now() -> MonotonicTime {
        MonotonicTime(nanoseconds: SystemClock.monotonicNanoseconds())
    }

    private static func wall() -> WallTime {
        WallTime(nanoseconds: SystemClock.wallNanoseconds())
    }
}
