internal import Telemetry
internal import TradingCore

extension OrderDispatcher {
    /// Begins to find out what became of a command.
    mutating func beginInquiry(_ id: OrderID) {
        guard commands[id]?.inquiry == nil else { return }
        commands[id]?.inquiry = Inquiry(about: id, policy: settings.waitOrDie, at: now)
        if !inquiries.contains(id) { inquiries.append(id) }
    }

    /// Queues the questions that are due.
    mutating func queueInquiries(_ actions: inout [OrderDispatchAction]) {
        for id in inquiries {
            guard let inquiry = commands[id]?.inquiry, !inquiry.isAsking, now >= inquiry.nextAt
            else { continue }
            commands[id]?.inquiry?.nextAt = now + settings.waitOrDie.longest
            switch inquiry.phase {
            case .status:
                let isAsking = enqueue(.status(id), &actions)
                commands[id]?.inquiry?.isAsking = isAsking
            case .fence:
                let isAsking = enqueue(.fence(id), &actions)
                commands[id]?.inquiry?.isAsking = isAsking
            case .evidence:
                guard round.since == nil else { continue }
                wantSynchronization(sinceDeal: commands[id]?.dealMark)
            case .nothing: break
            }
        }
    }

    /// A question was not answered, or not yet with anything: it is asked again after a wait.
    mutating func askAgain(about id: OrderID) {
        guard var inquiry = commands[id]?.inquiry else { return }
        inquiry.isAsking = false
        if case .retry(let time) = inquiry.pace.failed(at: now, using: &random) {
            inquiry.nextAt = time
        } else {
            inquiry.nextAt =
                now + (inquiry.isManual ? settings.manualInterval : settings.waitOrDie.longest)
        }
        commands[id]?.inquiry = inquiry
    }

    private mutating func move(_ id: OrderID, to phase: Inquiry.Phase) {
        commands[id]?.inquiry?.isAsking = false
        commands[id]?.inquiry?.phase = phase
        commands[id]?.inquiry?.nextAt = now
    }

    // MARK: Answers

    mutating func didAnswerStatus(
        of id: OrderID,
        _ envelope: ReplyEnvelope,
        _ bytes: [UInt8],
        _ actions: inout [OrderDispatchAction]
    ) throws(OrderWireFault) {
        guard let command = commands[id] else { return }
        let isWorking = command.record.state == .acknowledged
        if envelope.isUnknownAction {
            // An order that works is followed by events and the account alone then.
            if !isWorking {
                move(id, to: .fence)
            } else if command.isGone {
                learn(.updated(ending(of: command)), about: id)
            }
            return
        }
        guard !envelope.isError else { return askAgain(about: id) }
        let reply = try decoder.status(bytes, envelope, about: command.record.intent)
        if isWorking {
            if let report = reply.report {
                if report.state != .unknown { learn(.updated(report), about: id) }
            } else if command.isGone, !reply.isKnown, !reply.isInFlight {
                learn(.updated(ending(of: command)), about: id)
            }
        } else if reply.isFenced {
            didFence(id)
        } else if let report = reply.report, report.state != .unknown {
            didFind(id, report, &actions)
        } else if reply.isKnown {
            askAgain(about: id)
        } else {
            // Not known is no proof: the command may stand in a queue behind this question.
            move(id, to: .fence)
        }
    }

    mutating func didAnswerFence(
        of id: OrderID,
        _ envelope: ReplyEnvelope,
        _ bytes: [UInt8],
        _ actions: inout [OrderDispatchAction]
    ) throws(OrderWireFault) {
        guard let command = commands[id], command.record.state.isUnknown else { return }
        if envelope.isUnknownAction {
            move(id, to: .nothing)
            wantSynchronization()
            return page(
                id,
                "the gateway neither knows the order nor can promise not to execute it",
                &actions
            )
        }
        guard !envelope.isError else { return askAgain(about: id) }
        let reply = try decoder.status(bytes, envelope, about: command.record.intent)
        if reply.isFenced {
            didFence(id)
        } else if let report = reply.report, report.state != .unknown {
            didFind(id, report, &actions)
        } else {
            askAgain(about: id)
        }
    }

    private mutating func didFind(
        _ id: OrderID,
        _ report: OrderReport,
        _ actions: inout [OrderDispatchAction]
    ) {
        if learn(.found(report), about: id) == .refused {
            log(.error, "what the gateway knows of \(id) contradicts it", &actions)
            askAgain(about: id)
        }
    }

    /// The gateway promises never to execute it.
    ///
    /// That it did not do so before, only the start that got it can know. After another start the
    /// account is looked at too: a gateway that forgot what it did cannot make the venue forget.
    private mutating func didFence(_ id: OrderID) {
        guard let command = commands[id], command.record.state.isUnknown else { return }
        if !command.bootID.isEmpty, command.bootID == bootID {
            learn(.fenced, about: id)
        } else {
            move(id, to: .evidence(afterRound: round.number))
        }
    }

    // MARK: Operators

    /// Hands over to an operator what could not be settled in time.
    mutating func pageOperators(_ actions: inout [OrderDispatchAction]) {
        for id in inquiries {
            guard let inquiry = commands[id]?.inquiry, !inquiry.isManual,
                now - inquiry.since >= settings.settleLimit
            else { continue }
            page(id, "no evidence within the time allowed", &actions)
        }
    }

    private mutating func page(
        _ id: OrderID,
        _ reason: String,
        _ actions: inout [OrderDispatchAction]
    ) {
        guard commands[id]?.inquiry?.isManual == false else { return }
        commands[id]?.inquiry?.isManual = true
        log(
            .error,
            "order \(id) needs an operator: \(reason); 'live-loop orders settle' settles it",
            &actions
        )
        learn(.needsOperator(reason), about: id)
    }
}
