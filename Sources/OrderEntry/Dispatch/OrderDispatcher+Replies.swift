internal import Telemetry
internal import TradingCore

extension OrderDispatcher {
    /// An answer came; it counts only when it carries the id of what the slot waits for.
    mutating func didReceive(
        _ slot: Int,
        _ bytes: [UInt8],
        _ actions: inout [OrderDispatchAction]
    ) {
        do throws(OrderWireFault) {
            let envelope = try decoder.envelope(bytes)
            guard isAnswer(envelope, on: slot), let job = slots[slot].job else {
                return countStray(envelope, on: slot)
            }
            let sentAt = slots[slot].sentAt
            switch job {
            case .command(let id):
                guard let command = commands[id] else { return release(slot) }
                let report = try decoder.report(bytes, envelope, about: command.record.intent)
                release(slot, wasAnswered: true)
                note(bootID: envelope.bootID, &actions)
                counters.answered += 1
                counters.replyLatency.record((now - sentAt).wholeNanoseconds)
                didAnswer(id, report, &actions)
            case .query(let query):
                note(bootID: envelope.bootID, &actions)
                try didAnswer(query, envelope, bytes, sentAt: sentAt, &actions)
                release(slot, wasAnswered: true)
            }
        } catch {
            counters.malformedReplies += 1
            slots[slot].sawMalformed = true
            log(.warning, "an answer cannot be read: \(error)", &actions)
        }
    }

    /// Something came that has not even the parts of an answer.
    mutating func didReceiveMalformed(_ slot: Int) {
        counters.malformedReplies += 1
        slots[slot].sawMalformed = true
    }

    private func isAnswer(_ envelope: ReplyEnvelope, on slot: Int) -> Bool {
        guard slots[slot].job != nil else { return false }
        if let id = envelope.requestID { return id == slots[slot].requestID }
        return settings.acceptsRepliesWithoutID && envelope.bootID.isEmpty
    }

    private mutating func countStray(_ envelope: ReplyEnvelope, on slot: Int) {
        let id = envelope.requestID ?? ""
        if !id.isEmpty, id == slots[slot].answeredID {
            counters.duplicateReplies += 1
        } else if OrderID(id)?.ledger == ledger || id.hasPrefix(queryPrefix) {
            counters.lateReplies += 1
        } else {
            counters.foreignReplies += 1
        }
    }

    // MARK: Facts

    private mutating func didAnswer(
        _ id: OrderID,
        _ report: OrderReport,
        _ actions: inout [OrderDispatchAction]
    ) {
        let outcome = learn(.answered(report), about: id)
        guard outcome == .refused else { return }
        log(.error, "the answer to \(id) contradicts it: \(report.message)", &actions)
        learn(.unanswered(.malformedReply), about: id)
    }

    /// Takes a fact: applies it, queues it for the ledger and for the loop, and follows it.
    @discardableResult
    mutating func learn(_ fact: OrderFact, about id: OrderID) -> OrderRecord.Outcome {
        guard var command = commands[id] else { return .unchanged }
        let before = command.record.state
        let outcome = command.record.apply(fact)
        guard outcome != .unchanged else { return outcome }
        if outcome == .refused { counters.contradictions += 1 }
        outbox.append(.fact(command.record, fact))
        for deal in fact.deals {
            outbox.append(.deal(deal))
            command.add(deal)
        }
        effects.append(.tell(.fact(id, fact)))
        let after = command.record.state
        switch after {
        case .intent, .sent: break
        case .acknowledged, .unknown, .manual: command.stage = .away
        case .notSent, .filled, .cancelled, .expired, .rejected, .fenced: break
        }
        commands[id] = command
        follow(id, from: before, to: after)
        return outcome
    }

    private mutating func follow(_ id: OrderID, from before: OrderState, to after: OrderState) {
        guard before != after else { return }
        if before.isUnknown, !after.isUnknown {
            inquiries.removeAll { $0 == id }
            commands[id]?.inquiry = nil
            if after == .fenced { counters.fenced += 1 } else { counters.found += 1 }
            wantSynchronization()
        }
        if before == .acknowledged { working.removeAll { $0 == id } }
        if after == .acknowledged {
            working.append(id)
            commands[id]?.workingSinceRound = round.number
        }
        if after == .unknown {
            counters.unanswered += 1
            beginInquiry(id)
        }
        if after == .manual { counters.manual += 1 }
        if after.isTerminal { commands[id] = nil }
    }
}

extension OrderFact {
    /// The executions that a fact names.
    var deals: [Deal] {
        switch self {
        case .answered(let report), .found(let report), .updated(let report): report.deals
        default: []
        }
    }
}
