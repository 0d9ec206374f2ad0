// What the order thread tells, and what follows.

extension TradingLoop {
    mutating func apply(_ input: OrderInput, _ actions: inout LoopActions) {
        guard orders != nil else { return }
        stateIsStale = true
        switch input {
        case .fact(let id, let fact): apply(fact, to: id, &actions)
        case .deal(let deal):
            if orders?.accountProof != .refused { apply([deal], &actions) }
        case .account(let account):
            if judge(account, &actions) { reconcile(account, &actions) }
        case .gateway(let condition): apply(condition, &actions)
        case .instrument(let instrument):
            orders?.risk.define(instrument)
            orders?.isBookStale = true
        case .instrumentUnknown(let symbol):
            orders?.risk.markUnknown(symbol)
            actions.append(.instrumentUnknown(symbol))
        case .ledgerFailed(let text):
            actions.trip(.ledger, "the order ledger cannot be written: \(text)")
        }
    }

    // MARK: Facts

    private mutating func apply(
        _ fact: OrderFact,
        to id: OrderID,
        _ actions: inout LoopActions
    ) {
        switch fact {
        case .answered(let report), .found(let report), .updated(let report):
            apply(report.deals, &actions)
        case .durable, .blocked, .notSent, .sent, .unanswered, .fenced, .needsOperator, .settled:
            break
        }
        guard let (before, after) = orders?.ledger.apply(fact, to: id) else { return }
        if before.state != after.state || before.filled != after.filled {
            actions.append(.orderChanged(from: before.state, after))
            noteUnknown(after.intent.symbol, &actions)
        }
        guard
            let pending = orders?.takeRequest(of: id, isSettled: after.state.isTerminal),
            let event = Self.event(from: before, to: after)
        else { return }
        refreshBook()
        tell(pending, event)
    }

    private static func event(
        from before: OrderRecord,
        to after: OrderRecord
    ) -> OrderUpdate.Event? {
        guard before.state != after.state || before.filled != after.filled else { return nil }
        switch after.state {
        case .intent, .manual: return nil
        case .notSent, .fenced: return .notSent
        case .sent: return .sent
        case .acknowledged: return .working(filled: after.filled)
        case .filled: return .filled(after.filled, price: after.averagePrice)
        case .cancelled, .expired:
            return .ended(filled: after.filled, price: after.averagePrice)
        case .rejected: return .rejected(code: after.returnCode, message: after.message)
        case .unknown: return .unknown
        }
    }

    /// A symbol with an order of unknown outcome opens nothing.
    private mutating func noteUnknown(_ name: String, _ actions: inout LoopActions) {
        guard let symbol = context.symbol(named: name) else { return }
        var condition = context.symbols[symbol.index].condition
        if orders?.ledger.hasUnknown(symbol: name) == true {
            condition.insert(.unknownOrder)
        } else {
            condition.remove(.unknownOrder)
        }
        setCondition(symbol.index, condition, &actions)
    }

    private mutating func apply(_ deals: [Deal], _ actions: inout LoopActions) {
        for deal in deals {
            guard let outcome = orders?.risk.apply(deal) else { return }
            guard case .counted = outcome else { continue }
            orders?.isBookStale = true
            actions.append(.deal(deal))
        }
    }

    // MARK: Gateway

    private mutating func apply(_ condition: GatewayCondition, _ actions: inout LoopActions) {
        guard let before = orders?.gateway, before != condition else { return }
        orders?.note(condition)
        if before.link != condition.link || before.bootID != condition.bootID
            || before.isKilled != condition.isKilled
        {
            actions.append(.gatewayChanged(from: before, to: condition))
        }
        // Another process may have forgotten what this one agreed on.
        if before.bootID != condition.bootID, !before.bootID.isEmpty {
            orders?.isReconciled = false
            orders?.accountProof = .pending
            synchronize(&actions)
        }
        if condition.link == .alive, before.link != .alive {
            describeMissing(&actions)
            synchronize(&actions)
        }
        if condition.link == .lost {
            actions.trip(.gateway, "the order gateway has been silent for too long")
        }
    }

    /// Asks again for what was not answered while the gateway was away.
    private func describeMissing(_ actions: inout LoopActions) {
        guard let orders else { return }
        for id in orders.risk.instruments.ids
        where orders.risk.instruments.definition(of: id) == nil {
            actions.append(.describe(symbol: orders.risk.instruments.symbol(of: id)))
        }
    }

    // MARK: Account

    /// Whether the account may be used; of one that may not nothing is taken over and nothing is closed.
    private mutating func judge(_ account: AccountSnapshot, _ actions: inout LoopActions) -> Bool {
        guard let orders, orders.settings.requiresDemoAccount else { return true }
        let isDemo = account.kind == .demo || account.kind == .contest
        if !isDemo, orders.accountProof != .refused {
            actions.append(.accountRefused(account.kind))
        }
        self.orders?.accountProof = isDemo ? .accepted : .refused
        if !isDemo { self.orders?.isReconciled = false }
        return isDemo
    }

    // MARK: Reconciliation

    /// Holds the gateway's account against ours; the same difference twice in a row halts.
    ///
    /// While a command is under way a difference proves nothing.
    private mutating func reconcile(_ account: AccountSnapshot, _ actions: inout LoopActions) {
        for deal in account.deals {
            guard let counted = orders?.risk.apply(deal) else { return }
            if case .counted = counted { actions.append(.deal(deal)) }
        }
        orders?.isBookStale = true
        guard let outcome = orders?.risk.reconcile(account), let ledger = orders?.ledger else {
            return
        }
        for record in ledger.open where Self.isGone(record, account) {
            actions.append(.query(record.intent.id))
        }
        var found = Self.strangeOrders(account, ledger)
        switch outcome {
        case .agrees: break
        case .incomplete: return synchronize(&actions)
        case .differs(let differences): found = differences.map(\.description) + found
        }
        guard !found.isEmpty else {
            if orders?.isReconciled == false { actions.append(.reconciled(account)) }
            orders?.isReconciled = true
            orders?.note(differences: [])
            return
        }
        judge(found, isQuiet: ledger.open.allSatisfy { $0.state == .acknowledged }, &actions)
    }

    private mutating func judge(
        _ differences: [String],
        isQuiet: Bool,
        _ actions: inout LoopActions
    ) {
        if isQuiet, orders?.differences == differences {
            orders?.isReconciled = false
            let text = differences.joined(separator: "; ")
            actions.trip(.ledger, "our book and the gateway's account differ: \(text)")
            return
        }
        if isQuiet {
            orders?.note(differences: differences)
            actions.append(.accountDiffers(differences))
        }
        synchronize(&actions)
    }

    private func synchronize(_ actions: inout LoopActions) {
        actions.append(.synchronize(sinceDeal: orders?.risk.book.dealFloor ?? 0))
    }

    /// Working orders with our mark that no command of ours explains.
    private static func strangeOrders(_ account: AccountSnapshot, _ ledger: OrderLedger) -> [String]
    {
        account.orders.filter { order in
            guard order.isOurs else { return false }
            if ledger.record(ofTicket: order.ticket) != nil { return false }
            guard let id = order.orderID else { return true }
            return ledger.record(of: id) == nil
        }.map { "working order \($0.ticket) in \($0.symbol) with our magic is not in the ledger" }
    }

    /// Whether an order that we believe to be working is not among those of the account.
    private static func isGone(_ record: OrderRecord, _ account: AccountSnapshot) -> Bool {
        record.state == .acknowledged && record.ticket != 0 && record.intent.command == .place
            && !account.orders.contains { $0.ticket == record.ticket }
    }

    // MARK: Book

    /// Shows strategies the positions as the deals make them.
    mutating func refreshBook() {
        guard orders?.isBookStale == true else { return }
        orders?.isBookStale = false
        guard let orders else { return }
        context.positions.removeAll(keepingCapacity: true)
        for position in orders.risk.book.positions {
            guard let symbol = orders.symbols[position.instrument.index],
                let volume = position.volume
            else { continue }
            context.positions.append(
                Position(
                    ticket: position.ticket,
                    symbol: symbol,
                    side: position.lots.isNegative ? .sell : .buy,
                    volume: volume,
                    openPrice: position.price ?? .zero,
                    isOurs: position.isOurs
                )
            )
        }
    }
}
