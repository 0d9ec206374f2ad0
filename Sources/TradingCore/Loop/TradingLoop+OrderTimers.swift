// What is looked at in each step and at each interval, whether or not anybody asks.

extension TradingLoop {
    /// Lets risk look at clock and prices, before anything is decided.
    mutating func assessRisk(_ actions: inout LoopActions) {
        guard orders != nil else { return }
        refreshBook()
        let time = StepTime(monotonic: context.now, wall: context.wallTime)
        for event in orders?.risk.assess(at: time) ?? [] {
            actions.append(.risk(event))
            if event.engagesKillSwitch { actions.trip(.risk, event.description) }
        }
        context.dayProfit = orders?.risk.dayResult()?.cents
    }

    mutating func resetRisk(_ reset: RiskReset, _ actions: inout LoopActions) {
        do throws(RiskResetError) {
            try orders?.risk.reset(reset)
        } catch {
            actions.append(.riskResetRefused(error))
        }
    }

    /// Takes what is tighter in other limits than in those in force.
    mutating func tightenRisk(_ limits: RiskLimits) {
        configuration.quoteAgeMax = min(configuration.quoteAgeMax, limits.quoteAgeMax)
        orders?.risk.tighten(to: limits)
    }

    /// Lets a quote reach risk; one that waited somewhere, or that is doubtful, does not.
    @inline(__always)
    mutating func observeForRisk(_ event: MarketEvent) {
        guard let id = orders?.instruments[event.symbol.index],
            context.symbols[event.symbol.index].condition.isDisjoint(
                with: [.crossed, .suspect, .backlog]
            )
        else { return }
        orders?.risk.observe(
            BidAsk(bid: event.bid, ask: event.ask),
            of: id,
            at: event.receiveTime
        )
    }

    mutating func runOrderTimers(_ actions: inout LoopActions) {
        guard orders != nil else { return }
        runKillEffects(&actions)
        storeRisk(&actions)
    }

    private mutating func storeRisk(_ actions: inout LoopActions) {
        guard let record = orders?.recordToStore(at: context.now) else { return }
        actions.append(.storeRisk(record))
    }

    // MARK: Kill switch

    /// Takes back working orders, and closes positions if that is wanted, until they are gone.
    ///
    /// What was working when the switch was engaged is pursued even if it is reset meanwhile.
    private mutating func runKillEffects(_ actions: inout LoopActions) {
        // Nearly always there is nothing to do, which is found out without a copy of all orders.
        let isAnyKilled = isHalted || !stoppedSymbols.isEmpty
        guard isAnyKilled || orders?.effects.doomed.isEmpty == false, let orders else { return }
        for record in orders.ledger.open
        where isKilled(record.intent.symbol) && record.intent.command == .place
            && !orders.effects.doomed.contains(record.intent.id)
        {
            self.orders?.effects.doomed.append(record.intent.id)
        }
        self.orders?.effects.doomed.removeAll { orders.ledger.record(of: $0) == nil }
        for id in self.orders?.effects.doomed ?? [] {
            guard let record = orders.ledger.record(of: id), record.state == .acknowledged else {
                continue
            }
            cancelDoomed(record, &actions)
        }
        guard orders.settings.flattensWhenKilled else { return }
        for position in context.positions
        where position.isOurs && isKilled(context.name(of: position.symbol)) {
            flatten(position, &actions)
        }
    }

    private func isKilled(_ name: String) -> Bool { isHalted || isStopped(name) }

    private mutating func cancelDoomed(_ record: OrderRecord, _ actions: inout LoopActions) {
        guard isTryDue(record.ticket) else { return }
        // It may be gone already: the answer to the last try says so, and the order's own state follows.
        actions.append(.query(record.intent.id))
        guard let intent = try? cancellation(of: record, origin: .killSwitch) else { return }
        noteRefusal(submit(intent, asked: nil, isReduceOnly: true, &actions), &actions)
    }

    private mutating func flatten(_ position: Position, _ actions: inout LoopActions) {
        guard isTryDue(position.ticket) else { return }
        guard let intent = try? close(position, nil, origin: .killSwitch) else { return }
        noteRefusal(submit(intent, asked: nil, isReduceOnly: true, &actions), &actions)
    }

    private mutating func isTryDue(_ ticket: UInt64) -> Bool {
        guard let interval = orders?.settings.retryInterval,
            orders?.isBusy(ticket: ticket) == false
        else { return false }
        return orders?.effects.isDue(ticket, at: context.now, interval: interval) ?? false
    }

    private func noteRefusal(_ refusal: RiskRefusal?, _ actions: inout LoopActions) {
        if let refusal { actions.append(.killEffectRefused("\(refusal)")) }
    }
}
