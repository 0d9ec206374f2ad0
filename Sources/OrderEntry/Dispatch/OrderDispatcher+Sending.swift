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
        insertReady(command)
    }

    private mutating func insertReady(_ command: CommandInProgress) {
        let entry = ReadyCommand(command, quoteAgeMax: settings.quoteAgeMax)
        let place = ready.firstIndex { $0.priority > entry.priority }
        ready.insert(entry, at: place ?? ready.endIndex)
        readyDeadline = min(readyDeadline, entry.deadline(after: now))
    }

    // MARK: Sending

    /// Brings the commands that can be sent before their last look, and ends those that cannot.
    mutating func dispatchReady(_ actions: inout [OrderDispatchAction]) {
        guard !ready.isEmpty else { return }
        let commandSlots = 0..<settings.ordersInFlightMax
        // By index, so that no slot is copied: this is asked at each step.
        let hasConnection = commandSlots.contains { slots[$0].isConnected }
        let isWhole = hasConnection && isUsable(forExposure: true)
        let hasFreeSlot = commandSlots.contains { slots[$0].isFree }
        // With every slot taken only time, an end or a loss can change anything.
        if isWhole, !hasFreeSlot, now < readyDeadline, stopLimit == nil, ledgerFailure == nil {
            return
        }
        var left: [ReadyCommand] = []
        for command in ready {
            if let reason = obstacle(to: command) {
                block(command.id, reason)
            } else if command.notBefore > now {
                left.append(command)
            } else if !hasConnection || !isUsable(forExposure: command.priority >= 2) {
                let isKept = keepTrying(command.id, "no usable connection", .gatewayDown, &actions)
                guard isKept, let kept = commands[command.id] else { continue }
                left.append(ReadyCommand(kept, quoteAgeMax: settings.quoteAgeMax))
            } else if let slot = commandSlots.first(where: { slots[$0].isFree }),
                let intent = commands[command.id]?.record.intent
            {
                slots[slot].isReserved = true
                commands[command.id]?.stage = .checking(slot: slot)
                actions.append(.check(intent))
            } else {
                left.append(command)
            }
        }
        ready = left
        readyDeadline = left.reduce(.never) { min($0, $1.deadline(after: now)) }
    }

    /// Why a command must not be handed over at this moment, the outside world apart.
    private func obstacle(to command: ReadyCommand) -> OrderBlock? {
        if stopLimit != nil { return .stopping }
        if ledgerFailure != nil { return .ledger }
        if now >= command.expiry { return .expired }
        return now > command.staleAfter ? .stale : nil
    }

    /// Whether the gateway can be relied on for a command that adds exposure, or for one that does not.
    private func isUsable(forExposure addsExposure: Bool) -> Bool {
        guard clock.now(at: now) != nil else { return false }
        return !addsExposure || (liveness.link == .alive && liveness.holdsLease(at: now))
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
        let obstacle = obstacle(to: ReadyCommand(command, quoteAgeMax: settings.quoteAgeMax))
        if let reason = isPassing ? obstacle : block ?? obstacle {
            return self.block(id, reason)
        }
        guard slots[slot].isFree, let gatewayNow = clock.now(at: now) else {
            commands[id]?.stage = .ready
            insertReady(command)
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
                insertReady(command)
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
        for command in ready where !command.passesKillSwitch { block(command.id, .killSwitch) }
        ready.removeAll { !$0.passesKillSwitch }
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
