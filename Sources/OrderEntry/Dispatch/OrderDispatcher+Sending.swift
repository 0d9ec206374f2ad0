internal import Telemetry
internal import TradingCore

extension OrderDispatcher {
    // MARK: Taking on

    mutating func take(_ intent: OrderIntent, _ actions: inout [OrderDispatchAction]) {
        let id = intent.id
        guard id.ledger == ledger, id.epoch == epoch, id.sequence > lastSequence else {
            counters.duplicateSubmissions += 1
            log(.error, "order \(id) was submitted before, or under another start", &actions)
            return
        }
        lastSequence = id.sequence
        counters.submitted += 1
        let waiting = commands.count - inquiries.count - working.count
        let block: OrderBlock? =
            if stopLimit != nil {
                .stopping
            } else if ledgerFailure != nil {
                .ledger
            } else if waiting >= settings.queueMax || commands.count >= settings.openOrdersMax {
                .inFlight
            } else {
                nil
            }
        if let block {
            // It never gets into the ledger, so that there is nothing to make durable.
            counters.blocked += 1
            actions.append(.tell(.fact(id, .blocked(block))))
            return
        }
        commands[id] = CommandInProgress(OrderRecord(intent), .persisting, at: now)
        outbox.append(.intent(intent))
        effects.append(.tell(.fact(id, .durable)))
        effects.append(.makeReady(id))
    }

    /// The intent is durable; the command may be sent.
    mutating func makeReady(_ id: OrderID) {
        guard var command = commands[id], command.stage == .persisting else { return }
        if ledgerFailure != nil { return block(id, .ledger) }
        _ = command.record.apply(.durable)
        command.stage = .ready
        commands[id] = command
        insertReady(id, command.priority)
    }

    private mutating func insertReady(_ id: OrderID, _ priority: Int) {
        let place = ready.firstIndex { (commands[$0]?.priority ?? 0) > priority }
        ready.insert(id, at: place ?? ready.endIndex)
    }

    // MARK: Sending

    /// Brings the commands that can be sent before their last look, and ends those that cannot.
    mutating func dispatchReady(_ actions: inout [OrderDispatchAction]) {
        guard !ready.isEmpty else { return }
        var left: [OrderID] = []
        let commandSlots = 0..<settings.ordersInFlightMax
        let hasConnection = slots[commandSlots].contains { $0.isConnected }
        for id in ready {
            guard let command = commands[id] else { continue }
            if let reason = obstacle(to: command) {
                block(id, reason)
            } else if command.notBefore > now {
                left.append(id)
            } else if !hasConnection || !isUsable(for: command) {
                if !keepTrying(id, "no usable connection", .gatewayDown, &actions) { continue }
                left.append(id)
            } else if let slot = slots[commandSlots].firstIndex(where: \.isFree) {
                slots[slot].isReserved = true
                commands[id]?.stage = .checking(slot: slot)
                actions.append(.check(command.record.intent))
            } else {
                left.append(id)
            }
        }
        ready = left
    }

    /// Why a command must not be handed over at this moment, the outside world apart.
    private func obstacle(to command: CommandInProgress) -> OrderBlock? {
        if stopLimit != nil { return .stopping }
        if ledgerFailure != nil { return .ledger }
        if now >= command.expiry { return .expired }
        guard command.priority == 3 || command.priority == 2 else { return nil }
        let age = now - command.record.intent.quoteTime
        return age > settings.quoteAgeMax ? .stale : nil
    }

    /// Whether the gateway can be relied on for a command.
    private func isUsable(for command: CommandInProgress) -> Bool {
        guard clock.now(at: now) != nil else { return false }
        return command.isRetriedUnsent || (liveness.link == .alive && liveness.holdsLease(at: now))
    }

    /// Decides whether a command that has certainly not left is tried again; ends it if not.
    private mutating func keepTrying(
        _ id: OrderID,
        _ reason: String,
        _ block: OrderBlock?,
        _ actions: inout [OrderDispatchAction]
    ) -> Bool {
        guard var command = commands[id] else { return false }
        if command.isRetriedUnsent {
            var retry =
                command.retry ?? WaitOrDie("send \(id)", policy: settings.waitOrDie, at: now)
            if case .retry(let time) = retry.failed(at: now, using: &random) {
                log(.warning, retry.retryLine(reason), &actions)
                command.retry = retry
                command.notBefore = time
                commands[id] = command
                return true
            }
            log(.error, retry.exhaustedLine(reason, at: now), &actions)
        }
        if let block {
            self.block(id, block)
        } else {
            counters.notSent += 1
            learn(.notSent, about: id)
        }
        return false
    }

    /// Ends a command that was not handed over.
    mutating func block(_ id: OrderID, _ reason: OrderBlock) {
        counters.blocked += 1
        learn(.blocked(reason), about: id)
    }

    /// The last look was taken.
    mutating func didCheck(
        _ id: OrderID,
        _ block: OrderBlock?,
        _ actions: inout [OrderDispatchAction]
    ) {
        guard let command = commands[id], case .checking(let slot) = command.stage else { return }
        slots[slot].isReserved = false
        if block == .killSwitch { kill() }
        let isPassing = block == .killSwitch && command.record.intent.passesKillSwitch
        if let reason = isPassing ? obstacle(to: command) : block ?? obstacle(to: command) {
            return self.block(id, reason)
        }
        guard slots[slot].isFree, let gatewayNow = clock.now(at: now) else {
            commands[id]?.stage = .ready
            insertReady(id, command.priority)
            return
        }
        let intent = command.record.intent
        let limit = gatewayNow.nanoseconds + intent.lifetime.wholeNanoseconds
        let frame = encoder.command(intent, validUntil: WallTime(nanoseconds: limit), at: wall)
        commands[id]?.stage = .waiting(slot: slot)
        begin(.command(id), id.description, on: slot, settings.replyTimeout)
        actions.append(.send(slot: slot, frame))
    }

    /// A frame was handed over, or was not.
    mutating func didSend(
        _ slot: Int,
        _ outcome: HandoverOutcome,
        _ actions: inout [OrderDispatchAction]
    ) {
        guard let job = slots[slot].job else { return }
        switch job {
        case .command(let id): didSend(id, slot, outcome, &actions)
        case .query(let query):
            guard outcome != .accepted else { return }
            release(slot)
            replaceLater(slot)
            retry(query, "no connection", &actions)
        }
    }

    private mutating func didSend(
        _ id: OrderID,
        _ slot: Int,
        _ outcome: HandoverOutcome,
        _ actions: inout [OrderDispatchAction]
    ) {
        guard outcome != .refused else {
            release(slot)
            replaceLater(slot)
            commands[id]?.stage = .ready
            if keepTrying(id, "no connection", nil, &actions), let command = commands[id] {
                insertReady(id, command.priority)
            }
            return
        }
        counters.sent += 1
        commands[id]?.bootID = bootID
        commands[id]?.dealMark = lastDeal
        let lifetime = commands[id]?.record.intent.lifetime ?? .zero
        let limit = WallTime(nanoseconds: wall.nanoseconds + lifetime.wholeNanoseconds)
        learn(.sent(at: wall, validUntil: limit), about: id)
        if outcome == .uncertain { giveUp(slot, .disconnected, &actions) }
    }

    // MARK: Kill and stop

    /// New exposure no longer leaves.
    ///
    /// What is on its way is waited for only shortly, and then its socket is closed with what it still
    /// holds. Idle sockets hold nothing.
    mutating func kill() {
        for id in ready where commands[id]?.record.intent.passesKillSwitch == false {
            block(id, .killSwitch)
        }
        ready.removeAll { commands[$0] == nil }
        for slot in slots.indices {
            guard case .command(let id) = slots[slot].job,
                commands[id]?.record.intent.passesKillSwitch == false
            else { continue }
            slots[slot].deadline = min(slots[slot].deadline, now + settings.killGrace)
        }
    }

    /// Nothing more is sent; answers are waited for only shortly.
    mutating func stop() {
        guard stopLimit == nil else { return }
        stopLimit = now + settings.stopGrace + .milliseconds(500)
        queries = []
        for slot in slots.indices {
            if case .command = slots[slot].job {
                slots[slot].deadline = min(slots[slot].deadline, now + settings.stopGrace)
            } else {
                slots[slot].job = nil
                slots[slot].deadline = .never
            }
            slots[slot].reopenAt = .never
        }
    }

    /// Says that all is done, once.
    mutating func finishIfDone(_ actions: inout [OrderDispatchAction]) {
        guard let stopLimit, !hasFinished else { return }
        let isWaiting = slots.contains { $0.job != nil || $0.isReserved }
        let isStored = outbox.isEmpty && effects.isEmpty && effectsOnCommit == nil
        let isQuiet = !isWaiting && ready.isEmpty && isStored
        guard isQuiet || now >= stopLimit else { return }
        hasFinished = true
        actions.append(.finished)
    }
}
