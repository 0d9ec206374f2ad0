internal import Telemetry
internal import TradingCore

extension OrderDispatcher {
    /// A slot waits for an answer from now on.
    mutating func begin(
        _ job: OrderSlot.Job,
        _ requestID: String,
        on slot: Int,
        _ timeout: Duration
    ) {
        slots[slot].job = job
        slots[slot].requestID = requestID
        slots[slot].sentAt = now
        slots[slot].deadline = now + timeout
        slots[slot].sawMalformed = false
    }

    /// A slot waits for nothing any more.
    mutating func release(_ slot: Int, wasAnswered: Bool = false) {
        slots[slot].job = nil
        slots[slot].answeredID = wasAnswered ? slots[slot].requestID : ""
        slots[slot].requestID = ""
        slots[slot].deadline = .never
    }

    // MARK: Connections

    mutating func didConnect(_ slot: Int, _ actions: inout [OrderDispatchAction]) {
        slots[slot].isConnected = true
        slots[slot].reopenAt = .never
        if slot == settings.querySlot, let retry = slots[slot].retry, retry.tries > 0 {
            log(.info, retry.successLine(at: now), &actions)
        }
        slots[slot].retry = nil
        guard slot == settings.querySlot else { return }
        // A gateway that answers keeps its pace, so that three misses take as long as they should.
        if liveness.link != .alive { liveness.wantHeartbeat(at: now) }
        // What happened in between nobody has told.
        wantSynchronization()
    }

    mutating func didDisconnect(
        _ slot: Int,
        _ reason: ConnectionLoss,
        _ actions: inout [OrderDispatchAction]
    ) {
        if reason == .handshake { counters.handshakeFailures += 1 }
        slots[slot].isConnected = false
        guard slots[slot].job == nil else { return giveUp(slot, .disconnected, &actions) }
        slots[slot].isReserved = false
        replaceLater(slot, reason.rawValue, &actions)
    }

    /// Closes a socket at once and makes a new one.
    mutating func replaceSocket(_ slot: Int, _ actions: inout [OrderDispatchAction]) {
        slots[slot].isConnected = false
        // A try of which nothing is heard is over after this.
        slots[slot].reopenAt = now + settings.waitOrDie.total
        counters.socketsReplaced += 1
        actions.append(.replaceSocket(slot: slot))
    }

    /// Makes a new socket after a wait; the connection is known to be gone.
    mutating func replaceLater(_ slot: Int) {
        slots[slot].isConnected = false
        slots[slot].reopenAt = now + .milliseconds(100)
    }

    private mutating func replaceLater(
        _ slot: Int,
        _ reason: String,
        _ actions: inout [OrderDispatchAction]
    ) {
        guard stopLimit == nil else { return }
        var retry = slots[slot].retry ?? WaitOrDie("connect", policy: settings.waitOrDie, at: now)
        let isSpokesman = slot == settings.querySlot
        switch retry.failed(at: now, using: &random) {
        case .retry(let time):
            slots[slot].reopenAt = time
            if isSpokesman { log(.warning, retry.retryLine(reason), &actions) }
            slots[slot].retry = retry
        case .exhausted:
            // The process goes on without orders, and a new budget begins after a pause.
            slots[slot].reopenAt = now + settings.waitOrDie.longest
            if isSpokesman { log(.error, retry.exhaustedLine(reason, at: now), &actions) }
            slots[slot].retry = nil
        }
    }

    /// Makes the sockets that are due.
    mutating func reopenSockets(_ actions: inout [OrderDispatchAction]) {
        guard stopLimit == nil else { return }
        for slot in slots.indices where now >= slots[slot].reopenAt {
            replaceSocket(slot, &actions)
        }
    }

    // MARK: Deadlines

    /// Gives up what was not answered in time.
    mutating func expireSlots(_ actions: inout [OrderDispatchAction]) {
        for slot in slots.indices where now >= slots[slot].deadline {
            giveUp(slot, slots[slot].sawMalformed ? .malformedReply : .timeout, &actions)
        }
    }

    /// Stops waiting for an answer; the socket is thrown away, so that it can never come to another
    /// question.
    mutating func giveUp(
        _ slot: Int,
        _ cause: UnknownCause,
        _ actions: inout [OrderDispatchAction]
    ) {
        slots[slot].isReserved = false
        guard let job = slots[slot].job else { return }
        release(slot)
        if stopLimit == nil { replaceSocket(slot, &actions) }
        switch job {
        case .command(let id):
            log(
                .warning,
                "Order \(cause.rawValue) - status unknown (NOT retrying) id=\(id)",
                &actions
            )
            learn(.unanswered(cause), about: id)
        case .query(let query):
            counters.queriesUnanswered += 1
            retry(query, cause.rawValue, &actions)
        }
    }

    // MARK: Condition

    /// Looks at what time alone does to the gateway's condition.
    mutating func judgeLiveness(_ actions: inout [OrderDispatchAction]) {
        if now >= liveness.nextHeartbeat, !slots[settings.querySlot].isConnected {
            liveness.didMiss(at: now)
        }
        let before = liveness.link
        liveness.advance(to: now)
        guard isConditionStale || liveness.link != before else { return }
        isConditionStale = false
        tellCondition(&actions)
    }

    /// Tells the loop how the gateway fares, when that changed.
    mutating func tellCondition(_ actions: inout [OrderDispatchAction]) {
        let offset = clock.now(at: now).map {
            Duration.nanoseconds($0.nanoseconds - wall.nanoseconds)
        }
        let condition = GatewayCondition(
            link: liveness.link,
            bootID: bootID,
            clockOffset: offset,
            isKilled: isGatewayKilled
        )
        if let told = conditionTold {
            let drift = ((offset ?? .zero) - (told.clockOffset ?? .zero)).wholeNanoseconds
            let isSame =
                told.link == condition.link && told.bootID == condition.bootID
                && told.isKilled == condition.isKilled
                && (told.clockOffset == nil) == (offset == nil)
                && drift.magnitude < 100_000_000
            if isSame { return }
            if told.link != condition.link {
                let level = condition.link == .alive ? "alive again" : condition.link.name
                log(
                    condition.link == .alive ? .info : .error,
                    "order gateway \(level), was \(told.link.name)",
                    &actions
                )
            }
        }
        conditionTold = condition
        actions.append(.tell(.gateway(condition)))
    }

    /// An answer names a start of the gateway.
    mutating func note(bootID told: String, _ actions: inout [OrderDispatchAction]) {
        guard !told.isEmpty, told != bootID else { return }
        isConditionStale = true
        if !bootID.isEmpty {
            log(.warning, "order gateway was started again: boot_id \(told)", &actions)
            clock.reset()
            liveness.wantHeartbeat(at: now)
            wantSynchronization()
        }
        bootID = told
    }
}
