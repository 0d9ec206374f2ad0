import TradingCore

extension OrderDesk {
    /// Takes a command as it came over the wire, and answers what cannot be understood.
    package mutating func receive(
        _ bytes: Span<UInt8>,
        from address: ReplyAddress = ReplyAddress(),
        at now: DeskMoment
    ) {
        do throws(CommandRejection) {
            receive(try CommandRequest(bytes), bytes, from: address, at: now)
        } catch {
            let asker = Asker(address: address, action: "", dialect: .current)
            let refusal = StoredReply(refusing: ReturnCode.invalid, error.message)
            answer(refusal, error.requestID, [asker], now)
        }
    }

    /// Takes a command whose envelope was read already.
    mutating func receive(
        _ request: CommandRequest,
        _ bytes: Span<UInt8>,
        from address: ReplyAddress,
        at now: DeskMoment
    ) {
        let isOrder = DeskCommand.orderActions.contains(request.action)
        let asker = Asker(address: address, action: request.action, dialect: request.dialect)
        do throws(FieldFault) {
            receive(try DeskCommand(request, bytes), from: address, at: now)
        } catch {
            guard isOrder, DeskCommand.isValidID(request.requestID) else {
                answer(
                    StoredReply(refusing: error.code, error.message),
                    request.requestID,
                    [asker],
                    now
                )
                return
            }
            if faults.losesRequest(request.action) { return }
            truth.counts.commands += 1
            let end = max(request.payload ?? 0, request.payloadEnd)
            let payload = bytes.extracting((request.payload ?? 0)..<end)
            let hash = PayloadHash(raw: payload, action: request.action)
            if answerAgain(request.requestID, hash, asker, now) { return }
            truth.counts.refused += 1
            decide(
                request.requestID,
                hash,
                StoredReply(refusing: error.code, error.message),
                [asker],
                now
            )
        }
    }

    /// Takes a command.
    package mutating func receive(
        _ command: DeskCommand,
        from address: ReplyAddress = ReplyAddress(),
        at now: DeskMoment
    ) {
        if faults.losesRequest(command.action) { return }
        let asker = Asker(
            address: address,
            action: command.action,
            dialect: command.dialect
        )
        guard case .order(let work) = command.work else {
            truth.counts.queries += 1
            answer(reply(to: command.work, at: now), command.requestID, [asker], now)
            return
        }
        truth.counts.commands += 1
        guard DeskCommand.isValidID(command.requestID) else {
            truth.counts.refused += 1
            answer(
                StoredReply(
                    refusing: ReturnCode.fieldInvalid,
                    "req_id must be 1 to 64 printable ASCII characters without quotes"
                ),
                command.requestID,
                [asker],
                now
            )
            return
        }
        admit(command, work, asker, now)
    }

    private mutating func admit(
        _ command: DeskCommand,
        _ work: VenueRequest.Work,
        _ asker: Asker,
        _ now: DeskMoment
    ) {
        let id = command.requestID
        let hash = PayloadHash(work)
        if answerAgain(id, hash, asker, now) { return }
        if let refusal = refusal(of: command, work, now) {
            truth.counts.refused += 1
            // Without a journal no outcome can be promised, so that none is remembered either.
            if journalFailure != nil || memory.count >= configuration.commandsMax {
                answer(refusal, id, [asker], now)
            } else {
                decide(id, hash, refusal, [asker], now)
            }
            return
        }
        let fault = faults.takeExecutionFault(command.action)
        if case .refuse(let code) = fault {
            truth.counts.rejected += 1
            let refusal = StoredReply(refusing: code, "refused by a fault, as was asked for")
            decide(id, hash, refusal, [asker], now)
            return
        }
        var request = VenueRequest(requestID: id, work: work)
        request.quotedPrice = venue.marketPrice(for: request)
        if configuration.contract.contains(.dedup) {
            output.records.append(.accepted(requestID: id, hash: hash))
        }
        var due = now.monotonic + venue.latency
        if case .delay(let delay) = fault { due = due + delay }
        queued.insert(id)
        queue.append(
            QueuedCommand(
                requestID: id,
                request: request,
                hash: hash,
                validUntil: command.validUntil,
                due: due,
                fault: fault,
                askers: [asker]
            )
        )
    }

    /// G1 and G4: answers an id that is known; `false` when it is not.
    private mutating func answerAgain(
        _ id: String,
        _ hash: PayloadHash,
        _ asker: Asker,
        _ now: DeskMoment
    ) -> Bool {
        if tombstones.contains(id) {
            truth.counts.refused += 1
            answer(.fenced, id, [asker], now)
            return true
        }
        guard configuration.contract.contains(.dedup) else { return false }
        let known: PayloadHash
        if let decision = memory[id] {
            known = decision.hash
            if known == hash {
                truth.counts.repeated += 1
                answer(decision.reply, id, [asker], now)
                return true
            }
        } else if let doubt = doubts[id] {
            known = doubt
            if known == hash {
                truth.counts.repeated += 1
                answer(.inDoubt, id, [asker], now)
                return true
            }
        } else if queued.contains(id), let index = queue.firstIndex(where: { $0.requestID == id }) {
            known = queue[index].hash
            if known == hash {
                truth.counts.repeated += 1
                if queue[index].askers.count < Self.askersMax { queue[index].askers.append(asker) }
                return true
            }
        } else {
            return false
        }
        truth.counts.conflicting += 1
        let refusal = StoredReply(
            refusing: ReturnCode.otherPayload,
            "this req_id was used for another command"
        )
        answer(refusal, id, [asker], now)
        return true
    }

    /// How many may wait for the answer to one command; further ones get none.
    private static let askersMax = 8

    // MARK: Answers

    /// Remembers an outcome and answers with it.
    mutating func decide(
        _ id: String,
        _ hash: PayloadHash,
        _ reply: StoredReply,
        _ askers: [Asker],
        _ now: DeskMoment
    ) {
        if configuration.contract.contains(.dedup) {
            memory[id] = Decision(hash: hash, reply: reply)
            output.records.append(.decided(requestID: id, hash: hash, reply: reply))
        }
        answer(reply, id, askers, now)
    }

    mutating func answer(
        _ reply: StoredReply,
        _ id: String,
        _ askers: [Asker],
        _ now: DeskMoment
    ) {
        for asker in askers {
            let text = reply.text(
                id,
                asker.dialect,
                bootID: configuration.contract.contains(.bootID) ? bootID : nil,
                now: now.wall
            )
            deliver(text, to: asker.address, action: asker.action, at: now.monotonic)
        }
    }
}

extension StoredReply {
    /// The answer to an id that will never be executed.
    static let fenced = StoredReply(
        refusing: ReturnCode.fenced,
        "this req_id was fenced and is never executed"
    )
    /// The answer to an id of which nobody knows whether it was executed.
    static let inDoubt = StoredReply(
        code: ReturnCode.timeout,
        message: "taken before a restart, outcome unknown; ask ORDER_STATUS",
        data: DeskText.object { DeskText.write(.inDoubt, to: &$0) }
    )
}

extension VenueReport {
    /// Nobody knows.
    static let inDoubt = VenueReport(.unknown, code: ReturnCode.timeout, "unknown")
}
