internal import Telemetry
internal import TradingCore

extension OrderDispatcher {
    // MARK: Errands

    mutating func take(_ errand: OrderErrand, _ actions: inout [OrderDispatchAction]) {
        switch errand {
        case .synchronize(let deal): wantSynchronization(sinceDeal: deal)
        case .query(let id):
            // One of unknown outcome is asked for anyway.
            if commands[id]?.record.state == .acknowledged { enqueue(.status(id), &actions) }
        case .describe(let symbol): enqueue(.describe(symbol: symbol), &actions)
        case .storeRisk(let risk):
            // Only the newest one counts.
            outbox.removeAll { if case .risk = $0 { true } else { false } }
            outbox.append(.risk(risk))
        case .killGateway(let reason): enqueue(.kill(reason: reason), &actions)
        case .settle(let id, let state, let operatorName, let reason):
            let fact = OrderFact.settled(as: state, operatorName: operatorName, reason: reason)
            guard var record = commands[id]?.record, record.apply(fact) == .changed else {
                log(.error, "order \(id) cannot be settled as \(state.name)", &actions)
                return
            }
            log(.warning, "order \(id) settled as \(state.name) by \(operatorName)", &actions)
            learn(fact, about: id)
        }
    }

    // MARK: Questions

    /// Queues a question, unless the same one waits already.
    ///
    /// - Returns: Whether it waits now.
    @discardableResult
    mutating func enqueue(
        _ query: OrderQuery,
        _ actions: inout [OrderDispatchAction]
    ) -> Bool {
        guard stopLimit == nil else { return false }
        guard !queries.contains(where: { $0.query == query }) else { return true }
        guard queries.count < OrderDispatchSettings.queriesMax else {
            counters.queriesRefused += 1
            log(.error, "too many questions wait, \(query.action) is dropped", &actions)
            return false
        }
        queries.append(QueryInProgress(query, policy: settings.waitOrDie, at: now))
        return true
    }

    /// Puts a question back that was not answered.
    mutating func retry(
        _ query: QueryInProgress,
        _ reason: String,
        _ actions: inout [OrderDispatchAction]
    ) {
        guard stopLimit == nil else { return }
        switch query.query {
        case .heartbeat:
            liveness.didMiss(at: now)
            isConditionStale = true
        case .status(let id), .fence(let id): askAgain(about: id)
        case .synchronize:
            round.wanted = min(round.since ?? lastDeal, round.wanted ?? .max)
            round.since = nil
            nextSynchronization = now + settings.waitOrDie.longest
        case .describe, .kill:
            var again = query
            switch again.retry.failed(at: now, using: &random) {
            case .retry(let time):
                log(.warning, again.retry.retryLine(reason), &actions)
                again.notBefore = time
            case .exhausted:
                log(.error, again.retry.exhaustedLine(reason, at: now), &actions)
                again = QueryInProgress(query.query, policy: settings.waitOrDie, at: now)
                again.notBefore = now + settings.heartbeatInterval
            }
            queries.append(again)
        }
    }

    /// Asks what is due, one question at a time.
    mutating func askQuestions(_ actions: inout [OrderDispatchAction]) {
        guard stopLimit == nil else { return }
        queueInquiries(&actions)
        let slot = settings.querySlot
        guard slots[slot].isFree else { return }
        let isKillDue = queries.contains { $0.priority == 0 && $0.notBefore <= now }
        if now >= liveness.nextHeartbeat, !isKillDue {
            liveness.didSend(at: now)
            return ask(QueryInProgress(.heartbeat, policy: settings.waitOrDie, at: now), &actions)
        }
        if let query = nextQuery() { return ask(query, &actions) }
        guard liveness.link == .alive, now >= nextSynchronization else { return }
        let since = min(round.wanted ?? lastDeal, lastDeal)
        round = SynchronizationRound(number: round.number + 1, since: since)
        nextSynchronization = now + settings.synchronizeInterval
        let query = OrderQuery.synchronize(sinceDeal: since)
        ask(QueryInProgress(query, policy: settings.waitOrDie, at: now), &actions)
    }

    private mutating func nextQuery() -> QueryInProgress? {
        let due = queries.indices.filter { queries[$0].notBefore <= now }
        guard let first = due.min(by: { queries[$0].priority < queries[$1].priority }) else {
            return nil
        }
        return queries.remove(at: first)
    }

    private mutating func ask(
        _ query: QueryInProgress,
        _ actions: inout [OrderDispatchAction]
    ) {
        queryCount += 1
        counters.queries += 1
        let requestID = queryPrefix + String(queryCount)
        let frame = encoder.query(query.query, requestID: requestID, at: wall)
        begin(.query(query), requestID, on: settings.querySlot, settings.queryTimeout)
        actions.append(.send(slot: settings.querySlot, frame))
    }

    /// What the ids of our questions begin with.
    var queryPrefix: String { "\(String(ledger, radix: 16))-\(epoch)-q" }

    /// Wants the account as soon as it can be had.
    mutating func wantSynchronization(sinceDeal deal: UInt64? = nil) {
        round.wanted = min(round.wanted ?? .max, deal ?? lastDeal)
        nextSynchronization = now
    }

    // MARK: Answers to questions

    mutating func didAnswer(
        _ query: QueryInProgress,
        _ envelope: ReplyEnvelope,
        _ bytes: [UInt8],
        sentAt: MonotonicTime,
        _ actions: inout [OrderDispatchAction]
    ) throws(OrderWireFault) {
        isConditionStale = true
        switch query.query {
        case .heartbeat:
            let reply = try decoder.heartbeat(bytes, envelope)
            let wasAlive = liveness.link == .alive
            liveness.didAnswer(sentAt: sentAt, lease: reply.lease, at: now)
            isGatewayKilled = reply.isKilled
            if let time = reply.time {
                clock.didAnswer(time, sentAt: sentAt, receivedAt: now)
            }
            if !wasAlive { wantSynchronization() }
        case .status(let id): try didAnswerStatus(of: id, envelope, bytes, &actions)
        case .fence(let id): try didAnswerFence(of: id, envelope, bytes, &actions)
        case .synchronize(let deal):
            guard !envelope.isError else {
                log(.warning, "SYNC_ALL refused: \(envelope.message)", &actions)
                round.since = nil
                return
            }
            take(try decoder.account(bytes, envelope), sinceDeal: deal, &actions)
        case .describe(let symbol):
            if envelope.isError {
                effects.append(.tell(.instrumentUnknown(symbol)))
            } else {
                let instrument = try decoder.instrument(bytes, envelope)
                guard instrument.symbol == symbol else { throw .value("symbol") }
                effects.append(.tell(.instrument(instrument)))
            }
        case .kill:
            if envelope.isError {
                log(.error, "gateway refuses its kill switch: \(envelope.message)", &actions)
            } else {
                isGatewayKilled = true
            }
        }
    }
}
