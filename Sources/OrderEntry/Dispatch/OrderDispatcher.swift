internal import Telemetry
package import TradingCore

/// Decides the life of each order command, from the intent to the last fact.
///
/// A command is made durable, then looked at a last time, then handed over once. What comes back is a
/// fact. What does not come back is `unknown`: then only questions are asked, and there is no way, in
/// code or by an operator, to a second hand-over. It reads no clock, socket or file.
package struct OrderDispatcher: Sendable {
    /// What has been counted so far.
    package internal(set) var counters = OrderEntryCounters()

    let settings: OrderDispatchSettings
    let encoder: OrderWireEncoder
    let decoder: OrderWireDecoder
    let ledger: UInt32
    let epoch: UInt32
    var random: SplitMix64
    var now: MonotonicTime
    var wall: WallTime

    // MARK: Commands
    /// Every command to which something can still happen.
    var commands: [OrderID: CommandInProgress] = [:]
    /// The commands that wait to be sent, in the order in which they are.
    var ready: [ReadyCommand] = []
    /// When time alone changes something among ``ready``; looked at only when no slot is free.
    var readyDeadline = MonotonicTime.never
    /// The commands whose outcome is being found out.
    var inquiries: [OrderID] = []
    /// The orders that work at the venue.
    var working: [OrderID] = []
    /// The last command that was submitted.
    var lastSequence: UInt64 = 0

    // MARK: Ledger
    var outbox: [LedgerEntry] = []
    var effects: [Effect] = []
    /// What is done when the commit that is under way is done.
    var effectsOnCommit: [Effect]?
    var ledgerFailure: String?

    // MARK: Gateway
    var slots: [OrderSlot]
    var queries: [QueryInProgress] = []
    var queryCount: UInt64 = 0
    var clock = GatewayClock()
    var liveness: GatewayLiveness
    var events = EventSequence()
    var bootID = ""
    var isGatewayKilled = false
    var conditionTold: GatewayCondition?
    /// Whether something was learned that may change what the loop was told of the gateway.
    var isConditionStale = true
    var lastDeal: UInt64
    /// Answers to `SYNC_ALL` that brought everything, and when the one under way was begun.
    var round = SynchronizationRound()
    var nextSynchronization = MonotonicTime.never

    // MARK: End
    var stopLimit: MonotonicTime?
    var hasFinished = false

    /// What is done once something is durable.
    enum Effect: Sendable {
        case tell(OrderInput)
        case makeReady(OrderID)
    }

    /// Creates a dispatcher that goes on where the ledger ended.
    ///
    /// The seed spreads retries; two processes should be given different ones.
    package init(
        settings: OrderDispatchSettings,
        recovery: OrderRecovery,
        seed: UInt64,
        at now: MonotonicTime,
        wall: WallTime
    ) {
        self.settings = settings
        self.now = now
        self.wall = wall
        encoder = OrderWireEncoder(magic: settings.magic)
        decoder = OrderWireDecoder(magic: settings.magic)
        ledger = recovery.ledger
        epoch = recovery.epoch
        lastDeal = recovery.lastDeal
        random = SplitMix64(seed: seed)
        slots = Array(repeating: OrderSlot(), count: settings.slotCount)
        liveness = GatewayLiveness(
            interval: settings.heartbeatInterval,
            missedMax: settings.heartbeatsMissedMax,
            lostAfter: settings.lostAfter,
            at: now
        )
        for record in recovery.records { adopt(record) }
    }

    private mutating func adopt(_ record: OrderRecord) {
        let id = record.intent.id
        // Which deals were known when it was handed over is forgotten, and so are those that name it: what
        // needs evidence looks at all of them.
        commands[id] = CommandInProgress(record, .away, at: now)
        if record.state == .acknowledged {
            working.append(id)
        } else if record.state.isUnknown {
            beginInquiry(id)
            commands[id]?.inquiry?.isManual = record.state == .manual
        } else {
            learn(.unanswered(.crash), about: id)
        }
    }

    // MARK: Steps

    /// Takes an approved order; it is the only way in which a command can come to be sent.
    ///
    /// Nothing is done with it before the next ``step(_:at:wall:into:)``, so that the orders that come
    /// together are made durable together.
    package mutating func submit(
        _ order: consuming ApprovedOrder,
        at now: MonotonicTime,
        wall: WallTime,
        into actions: inout [OrderDispatchAction]
    ) {
        (self.now, self.wall) = (now, wall)
        take(order.intent, &actions)
    }

    /// Takes an event and says what is to be done.
    package mutating func step(
        _ event: OrderDispatchEvent,
        at now: MonotonicTime,
        wall: WallTime,
        into actions: inout [OrderDispatchAction]
    ) {
        (self.now, self.wall) = (now, wall)
        switch event {
        case .started:
            for slot in slots.indices { replaceSocket(slot, &actions) }
        case .timer: isConditionStale = true
        case .errand(let errand): take(errand, &actions)
        case .persisted: didPersist(&actions)
        case .persistFailed(let text): didFailToPersist(text, &actions)
        case .checked(let id, let block): didCheck(id, block, &actions)
        case .sent(let slot, let outcome): didSend(slot, outcome, &actions)
        case .connected(let slot): didConnect(slot, &actions)
        case .disconnected(let slot, let reason): didDisconnect(slot, reason, &actions)
        case .received(let slot, let bytes): didReceive(slot, bytes, &actions)
        case .receivedMalformed(let slot): didReceiveMalformed(slot)
        case .published(let bytes): didPublish(bytes, &actions)
        case .publisherConnected(let isConnected): if isConnected { wantSynchronization() }
        case .killed: kill()
        case .stop: stop()
        }
        settle(&actions)
    }

    /// When something is due; the thread waits no longer.
    package var nextDeadline: MonotonicTime {
        guard outbox.isEmpty || effectsOnCommit != nil else { return now }
        var deadline = MonotonicTime.never
        // By index, so that no slot is copied: this is asked at each turn.
        for slot in slots.indices { deadline = min(deadline, slots[slot].deadline) }
        if let stopLimit { return min(deadline, stopLimit) }
        for slot in slots.indices { deadline = min(deadline, slots[slot].reopenAt) }
        deadline = min(deadline, liveness.lostDeadline)
        let isQuerySlotFree = slots[settings.querySlot].isFree
        if isQuerySlotFree || !slots[settings.querySlot].isConnected {
            deadline = min(deadline, liveness.nextHeartbeat)
        }
        if isQuerySlotFree {
            for query in queries { deadline = min(deadline, query.notBefore) }
            if liveness.link == .alive { deadline = min(deadline, nextSynchronization) }
        }
        for command in ready { deadline = min(deadline, command.deadline(after: now)) }
        for id in inquiries {
            guard let inquiry = commands[id]?.inquiry else { continue }
            if !inquiry.isAsking, inquiry.phase != .nothing {
                deadline = min(deadline, inquiry.nextAt)
            }
            if !inquiry.isManual { deadline = min(deadline, inquiry.since + settings.settleLimit) }
        }
        return deadline
    }

    /// The commands that wait, work, or are unknown.
    package var openCount: Int { commands.count }
    /// The commands whose outcome is unknown.
    package var unknownCount: Int { inquiries.count }

    /// Does what is due, in the order in which it matters.
    private mutating func settle(_ actions: inout [OrderDispatchAction]) {
        expireSlots(&actions)
        reopenSockets(&actions)
        judgeLiveness(&actions)
        pageOperators(&actions)
        dispatchReady(&actions)
        askQuestions(&actions)
        flush(&actions)
        finishIfDone(&actions)
    }

    // MARK: Ledger

    /// Makes what is queued durable, one commit at a time.
    private mutating func flush(_ actions: inout [OrderDispatchAction]) {
        if ledgerFailure != nil {
            // Knowledge of what happens at the venue is still worth having.
            outbox.removeAll()
            perform(takeEffects(), &actions)
            return
        }
        guard effectsOnCommit == nil, !outbox.isEmpty || !effects.isEmpty else { return }
        guard !outbox.isEmpty else {
            perform(takeEffects(), &actions)
            return
        }
        let effects = takeEffects()
        if outbox.contains(where: \.mustSurvivePowerLoss) {
            effectsOnCommit = effects
        } else {
            // What the gateway told, it tells again after any end of this process: the loop need not wait for
            // the disk. What the loop wants because of it is written after it, and sent after that.
            effectsOnCommit = []
            perform(effects, &actions)
        }
        counters.commits += 1
        actions.append(.persist(outbox))
        outbox = []
    }

    private mutating func takeEffects() -> [Effect] {
        defer { effects = [] }
        return effects
    }

    private mutating func didPersist(_ actions: inout [OrderDispatchAction]) {
        guard let done = effectsOnCommit else { return }
        effectsOnCommit = nil
        perform(done, &actions)
    }

    private mutating func didFailToPersist(
        _ text: String,
        _ actions: inout [OrderDispatchAction]
    ) {
        let lost = effectsOnCommit ?? []
        effectsOnCommit = nil
        ledgerFailure = text
        counters.commitFailures += 1
        log(.error, "the ledger failed, nothing is sent any more: \(text)", &actions)
        actions.append(.tell(.ledgerFailed(text)))
        perform(lost, &actions)
        for command in ready { block(command.id, .ledger) }
        ready = []
    }

    private mutating func perform(
        _ effects: [Effect],
        _ actions: inout [OrderDispatchAction]
    ) {
        for effect in effects {
            switch effect {
            case .tell(.fact(_, .durable)) where ledgerFailure != nil: break
            case .tell(let input): actions.append(.tell(input))
            case .makeReady(let id): makeReady(id)
            }
        }
    }

    // MARK: Words

    /// Adds a line to the log.
    func log(_ level: LogLevel, _ message: String, _ actions: inout [OrderDispatchAction]) {
        actions.append(
            .log(
                LogRecord(
                    wallNanoseconds: wall.nanoseconds,
                    level: level,
                    component: "OrderEntry",
                    message: message
                )
            )
        )
    }
}

/// One walk through the account: several answers, where one does not hold all deals.
struct SynchronizationRound: Sendable {
    /// The number of the round that is under way or was the last.
    var number: UInt64 = 0
    /// The deal after which it began; `nil` while none is under way.
    var since: UInt64?
    /// What the next round must begin at or before; `nil` where none is wanted.
    var wanted: UInt64?
}
