internal import Telemetry
internal import TradingCore

extension OrderDispatcher {
    /// The gateway told of everything.
    mutating func take(
        _ reply: AccountReply,
        sinceDeal since: UInt64,
        _ actions: inout [OrderDispatchAction]
    ) {
        if let isKilled = reply.isKilled { isGatewayKilled = isKilled }
        let snapshot = reply.snapshot
        for deal in snapshot.deals { take(deal) }
        let last = snapshot.deals.last?.number ?? since
        // Pages follow each other without a gap, as long as the first one began at what is known.
        if since <= lastDeal, last > lastDeal {
            lastDeal = last
            outbox.append(.dealsKnown(through: last))
        }
        if reply.lastDeal < lastDeal, snapshot.isComplete {
            log(
                .error,
                "the account's last deal is \(reply.lastDeal), \(lastDeal) was seen: "
                    + "another account, or its history was lost",
                &actions
            )
        }
        effects.append(.tell(.account(snapshot)))
        guard snapshot.isComplete || last == since else {
            enqueue(.synchronize(sinceDeal: last), &actions)
            return
        }
        settleByAccount(snapshot, &actions)
        round.since = nil
    }

    /// An execution, told by anyone.
    mutating func take(_ deal: Deal) {
        outbox.append(.deal(deal))
        guard let id = deal.orderID else { return }
        commands[id]?.add(deal)
    }

    /// Settles what the whole account proves, and asks about what it makes doubtful.
    private mutating func settleByAccount(
        _ snapshot: AccountSnapshot,
        _ actions: inout [OrderDispatchAction]
    ) {
        let began = round.since ?? .max
        for id in inquiries {
            guard let command = commands[id], let inquiry = command.inquiry else { continue }
            if let report = evidence(of: command, in: snapshot) {
                learn(.found(report), about: id)
            } else if case .evidence(let number) = inquiry.phase, round.number > number,
                began <= command.dealMark, snapshot.isComplete
            {
                if let report = trace(of: command.record.intent, in: snapshot) {
                    learn(.found(report), about: id)
                } else if command.deals.isEmpty {
                    // It would be among the deals or the orders, had it been executed.
                    learn(.fenced, about: id)
                }
            }
        }
        for id in working {
            guard let command = commands[id], command.record.intent.command == .place else {
                continue
            }
            let order = snapshot.orders.first {
                $0.orderID == id || ($0.ticket != 0 && $0.ticket == command.record.ticket)
            }
            if order == nil {
                if let report = wholeFill(of: command) {
                    learn(.updated(report), about: id)
                } else {
                    commands[id]?.isGone = round.number > command.workingSinceRound
                    enqueue(.status(id), &actions)
                }
            } else if let order, let report = progress(of: command, order) {
                learn(.updated(report), about: id)
            }
        }
    }

    /// What the account shows of a command of unknown outcome.
    private func evidence(
        of command: CommandInProgress,
        in snapshot: AccountSnapshot
    ) -> OrderReport? {
        if let report = wholeFill(of: command) { return report }
        guard command.record.intent.command == .place else { return nil }
        if let report = openPosition(of: command.record.intent, in: snapshot) { return report }
        guard let order = snapshot.orders.first(where: { $0.orderID == command.record.intent.id }),
            let filled = command.record.intent.quantity.subtracting(order.remaining),
            filled >= command.record.filled
        else { return nil }
        return OrderReport(
            state: .acknowledged,
            ticket: order.ticket,
            filled: filled,
            returnCode: 10_008,
            message: "found among the working orders"
        )
    }

    /// The position that an order opened, where nothing else tells of it.
    ///
    /// It carries the order's tag. Only where each order opens a position of its own, and only when nothing
    /// of that was closed yet, does its volume say what was filled.
    private func openPosition(
        of intent: OrderIntent,
        in snapshot: AccountSnapshot
    ) -> OrderReport? {
        guard snapshot.marginMode == .hedging,
            let position = snapshot.positions.first(where: { $0.orderID == intent.id }),
            position.isOurs, position.symbol == intent.symbol, position.side == intent.side,
            position.volume == intent.quantity
        else { return nil }
        return OrderReport(
            state: .filled,
            position: position.ticket,
            filled: position.volume,
            averagePrice: position.openPrice,
            returnCode: 10_009,
            message: "found as an open position"
        )
    }

    /// What a cancellation or a change left behind: neither makes a deal.
    private func trace(of intent: OrderIntent, in snapshot: AccountSnapshot) -> OrderReport? {
        let isThere: Bool
        switch intent.command {
        case .place, .close: return nil
        case .cancel(let ticket, _): isThere = !snapshot.orders.contains { $0.ticket == ticket }
        case .modify(let ticket, _):
            isThere = snapshot.orders.contains { $0.ticket == ticket && $0.kind == intent.kind }
        }
        guard isThere else { return nil }
        return OrderReport(state: .filled, returnCode: 10_009, message: "shown by the account")
    }

    /// An order that works no more, and of which the gateway knows nothing: it was taken back, as far as
    /// its deals do not show otherwise.
    func ending(of command: CommandInProgress) -> OrderReport {
        let volume = command.deals.reduce(ExactDecimal?.some(.zero)) { sum, deal in
            sum?.adding(deal.volume)
        }
        let isMore = (volume ?? .zero) > command.record.filled
        return OrderReport(
            state: .cancelled,
            ticket: command.record.ticket,
            position: command.record.position,
            filled: isMore ? volume ?? .zero : command.record.filled,
            averagePrice: isMore
                ? averagePrice(of: command.deals) : command.record.averagePrice,
            returnCode: 10_009,
            message: "no longer among the working orders, and not known to the gateway"
        )
    }

    /// A report that all of it is filled, where the deals that name it add up to just that.
    private func wholeFill(of command: CommandInProgress) -> OrderReport? {
        var volume = ExactDecimal.zero
        for deal in command.deals {
            guard let sum = volume.adding(deal.volume) else { return nil }
            volume = sum
        }
        guard let last = command.deals.last, volume == command.record.intent.quantity else {
            return nil
        }
        switch command.record.intent.command {
        case .place, .close: break
        case .modify, .cancel: return nil
        }
        return OrderReport(
            state: .filled,
            ticket: last.ticket,
            position: last.position,
            filled: volume,
            averagePrice: averagePrice(of: command.deals),
            returnCode: 10_009,
            message: "found among the deals"
        )
    }

    /// The average price by volume, at the finest scale of the prices.
    private func averagePrice(of deals: [Deal]) -> ExactDecimal {
        let scale = deals.map(\.price.scale).max() ?? 0
        let volumeScale = deals.map(\.volume.scale).max() ?? 0
        func units(_ number: ExactDecimal, _ scale: UInt8) -> Int128 {
            Int128(number.mantissa) * Int128(ExactDecimal.powersOfTen[Int(scale - number.scale)])
        }
        var volume: Int128 = 0
        var value: Int128 = 0
        for deal in deals {
            let part = units(deal.volume, volumeScale)
            let (product, overflow) = part.multipliedReportingOverflow(by: units(deal.price, scale))
            guard !overflow else { return deal.price }
            volume += part
            value += product
        }
        guard volume > 0 else { return .zero }
        return ExactDecimal(exactly: (value + volume / 2) / volume, scale: scale) ?? .zero
    }

    /// What of a working order was filled meanwhile.
    private func progress(
        of command: CommandInProgress,
        _ order: AccountSnapshot.WorkingOrder
    ) -> OrderReport? {
        let record = command.record
        guard let filled = record.intent.quantity.subtracting(order.remaining),
            filled > record.filled
        else { return nil }
        return OrderReport(
            state: .acknowledged,
            ticket: order.ticket,
            position: record.position,
            filled: filled,
            averagePrice: record.averagePrice,
            returnCode: 10_010,
            message: "found among the working orders"
        )
    }

    // MARK: Published

    mutating func didPublish(_ bytes: [UInt8], _ actions: inout [OrderDispatchAction]) {
        let event: NumberedGatewayEvent?
        do throws(OrderWireFault) {
            event = try decoder.event(bytes) { commands[$0]?.record.intent }
        } catch {
            counters.malformedEvents += 1
            log(.warning, "a published event cannot be read: \(error)", &actions)
            return wantSynchronization()
        }
        guard let event else { return }
        guard event.event != .heartbeat else {
            if let last = event.sequence, events.didHear(epoch: event.epoch, last: last) {
                counters.eventGaps += 1
                wantSynchronization()
            }
            return
        }
        counters.events += 1
        switch events.didReceive(epoch: event.epoch, sequence: event.sequence ?? 0) {
        case .next: break
        case .seen:
            counters.eventsSeen += 1
            return
        case .gap:
            counters.eventGaps += 1
            wantSynchronization()
        }
        switch event.event {
        case .deal(let deal):
            take(deal)
            effects.append(.tell(.deal(deal)))
        case .order(let id, let report):
            guard let record = commands[id]?.record, report.state != .unknown else { return }
            if record.state.isUnknown {
                learn(.found(report), about: id)
            } else if record.state == .acknowledged {
                learn(.updated(report), about: id)
            }
        case .heartbeat, .foreignOrder: break
        }
    }
}
