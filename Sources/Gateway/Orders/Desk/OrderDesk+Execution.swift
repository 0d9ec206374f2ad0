import TradingCore

extension OrderDesk {
    /// Does what is due: executes commands, settles doubts, ends leases, sends delayed answers.
    package mutating func advance(to now: DeskMoment) {
        venue.advance(to: now)
        if configuration.contract.contains(.lease), !isLeaseOver, now.monotonic >= leaseEnd {
            isLeaseOver = true
            withdrawOrders(reason: "no heartbeat for \(configuration.leaseLength)", now)
        }
        if !doubts.isEmpty, now.monotonic >= doubtsEnd { settleDoubts(now) }
        output.replies += faults.dueReplies(now.monotonic)
        while let index = queue.firstIndex(where: { $0.due <= now.monotonic }), !output.isCrash {
            let command = queue.remove(at: index)
            queued.remove(command.requestID)
            execute(command, now)
        }
    }

    /// Cancels every working order that a command placed.
    mutating func withdrawOrders(reason: String, _ now: DeskMoment) {
        for order in venue.workingOrders where !order.requestID.isEmpty {
            venue.withdraw(ticket: order.ticket, reason: reason, at: now)
        }
    }

    private mutating func execute(_ command: QueuedCommand, _ now: DeskMoment) {
        let id = command.requestID
        if command.fault == .crashBefore {
            output.isCrash = true
            return
        }
        if tombstones.contains(id) {
            return refuse(command, .fenced, now)
        }
        if let journalFailure {
            let refusal = StoredReply(refusing: ReturnCode.error, journalFailure)
            truth.counts.refused += 1
            return answer(refusal, id, command.askers, now)
        }
        if let refusal = lastRefusal(command.request.work, command.validUntil, now) {
            return refuse(command, refusal, now)
        }
        var anomaly: VenueAnomaly?
        if case .venue(let kind) = command.fault { anomaly = kind }
        let report = venue.execute(command.request, anomaly: anomaly, at: now)
        collectVenueChanges()
        if command.fault == .crashDuring {
            output.isCrash = true
            return
        }
        if report.state == .rejected { truth.counts.rejected += 1 }
        decide(id, command.hash, StoredReply(report), command.askers, now)
        if command.fault == .crashAfter { output.isCrash = true }
    }

    private mutating func refuse(
        _ command: QueuedCommand,
        _ refusal: StoredReply,
        _ now: DeskMoment
    ) {
        truth.counts.refused += 1
        decide(command.requestID, command.hash, refusal, command.askers, now)
    }

    /// Asks the venue's books about what was taken before a restart.
    ///
    /// What the books do not have was never executed: the one who would have executed it is gone.
    private mutating func settleDoubts(_ now: DeskMoment) {
        for (id, hash) in doubts.sorted(by: { $0.key < $1.key }) {
            if let report = venue.search(requestID: id) {
                decide(id, hash, StoredReply(report), [], now)
            } else {
                fence(id)
            }
        }
        doubts = [:]
    }

    mutating func fence(_ id: String) {
        guard tombstones.insert(id).inserted else { return }
        truth.counts.fenced += 1
        output.records.append(.fenced(requestID: id))
    }
}
