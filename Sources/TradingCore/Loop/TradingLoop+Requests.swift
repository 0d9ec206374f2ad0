// What strategies ask for, and what becomes of it.

extension TradingLoop {
    // MARK: Requests

    mutating func decideRequests(_ actions: inout LoopActions) {
        let requests = context.requests
        context.requests.removeAll(keepingCapacity: true)
        for pending in requests {
            requestCount &+= 1
            decide(pending, &actions)
        }
        // A strategy that answers a refusal with another request would never end: one round a call.
        if !context.requests.isEmpty {
            context.overflowCount &+= UInt64(context.requests.count)
            context.requests.removeAll(keepingCapacity: true)
        }
    }

    private mutating func decide(_ pending: PendingRequest, _ actions: inout LoopActions) {
        do throws(OrderRefusal) {
            guard actions.hasRoomForOrder else { throw .tooMany }
            let intent = try draft(pending)
            let isUnsafe = isDoubtful(pending.request)
            if let refusal = submit(intent, asked: pending, isReduceOnly: isUnsafe, &actions) {
                refuse(pending, Self.refusal(for: refusal), "\(refusal)", &actions)
            }
        } catch {
            refuse(pending, error, nil, &actions)
        }
    }

    private mutating func refuse(
        _ pending: PendingRequest,
        _ refusal: OrderRefusal,
        _ detail: String?,
        _ actions: inout LoopActions
    ) {
        refusalCounts[Int(refusal.rawValue)] &+= 1
        actions.append(.orderRefused(pending.request, refusal, detail))
        tell(pending, .refused(refusal))
    }

    /// Tells the strategy that asked what became of its request.
    mutating func tell(_ pending: PendingRequest, _ event: OrderUpdate.Event) {
        let update = OrderUpdate(
            requestNumber: pending.number,
            request: pending.request,
            event: event
        )
        context.activeStrategy = pending.strategy
        strategies[pending.strategy].onOrder(update, &context)
    }

    /// Lets risk decide of an intent, and hands it over if it may go.
    ///
    /// - Returns: Why risk refused it; `nil` when it goes.
    mutating func submit(
        _ intent: OrderIntent,
        asked pending: PendingRequest?,
        isReduceOnly: Bool,
        _ actions: inout LoopActions
    ) -> RiskRefusal? {
        guard orders?.mayUseAccount ?? true else {
            return RiskRefusal(id: intent.id, hits: [LimitHit(.reconciliation)])
        }
        let open = orders?.currentOpenOrders() ?? []
        let verdict = orders?.risk.evaluate(
            intent,
            against: open,
            isReduceOnly: isReduceOnly,
            at: StepTime(monotonic: context.now, wall: context.wallTime)
        )
        switch consume verdict {
        case nil: return RiskRefusal(id: intent.id, hits: [])
        case .refused(let refusal): return refusal
        case .approved(let order):
            orders?.ledger.insert(order.intent)
            if let pending {
                orders?.asked.append(.init(id: order.intent.id, pending: pending))
                tell(pending, .accepted)
            }
            actions.append(.orderApproved(order.intent))
            actions.append(consume order)
            return nil
        }
    }

    // MARK: Drafts

    /// Makes an intent of a request, as far as everything but risk allows.
    private mutating func draft(_ pending: PendingRequest) throws(OrderRefusal) -> OrderIntent {
        switch pending.request {
        case .place(let order):
            try checkData(order.symbol)
            return try draft(order, pending)
        case .modify(let number, let price, let stopLoss, let takeProfit):
            let record = try workingOrder(ofRequest: number)
            var intent = record.intent
            guard let symbol = context.symbol(named: intent.symbol) else { throw .noOrderRoute }
            try checkData(symbol)
            intent.command = .modify(ticket: record.ticket, of: record.intent.id)
            switch intent.kind {
            case .market: throw .noSuchOrder
            case .limit: intent.kind = .limit(price)
            case .stop: intent.kind = .stop(price)
            }
            intent.quantity = record.openQuantity
            intent.stopLoss = stopLoss
            intent.takeProfit = takeProfit
            return try renew(intent, pending)
        case .cancel(let number):
            let record = try workingOrder(ofRequest: number)
            return try cancellation(of: record, origin: origin(of: pending))
        case .close(let position, let quantity):
            return try close(position, quantity, origin: origin(of: pending))
        }
    }

    private mutating func draft(
        _ order: OrderRequest,
        _ pending: PendingRequest
    ) throws(OrderRefusal) -> OrderIntent {
        // Member by member: a copy of all that is held for orders costs more than the draft.
        guard let lifetime = orders?.settings.lifetime else { throw .noOrderRoute }
        guard orders?.hasInstrument(for: order.symbol) == true else { throw .noInstrument }
        var intent = OrderIntent(
            id: OrderID(ledger: 0, epoch: 0, sequence: 0),
            command: .place,
            origin: origin(of: pending),
            symbol: context.symbols[order.symbol.index].name,
            side: order.side,
            kind: order.kind,
            quantity: order.quantity,
            stopLoss: order.stopLoss,
            takeProfit: order.takeProfit,
            deviation: order.deviation,
            referencePrice: .zero,
            quoteTime: .zero,
            createdAt: context.wallTime,
            lifetime: lifetime,
            isReducing: false
        )
        intent = try renew(intent, pending)
        return intent
    }

    /// Gives an intent its own id and moment.
    private mutating func renew(
        _ intent: OrderIntent,
        _ pending: PendingRequest
    ) throws(OrderRefusal) -> OrderIntent {
        var renewed = intent
        renewed.id = try takeID()
        renewed.origin = origin(of: pending)
        renewed.createdAt = context.wallTime
        return renewed
    }

    private mutating func takeID() throws(OrderRefusal) -> OrderID {
        guard orders != nil else { throw .noOrderRoute }
        guard orders?.ledger.isFull == false, let id = orders?.ledger.takeID() else {
            throw .tooMany
        }
        return id
    }

    /// Takes a working order back.
    mutating func cancellation(
        of record: OrderRecord,
        origin: OrderOrigin
    ) throws(OrderRefusal) -> OrderIntent {
        var intent = record.intent
        intent.id = try takeID()
        intent.command = .cancel(ticket: record.ticket, of: record.intent.id)
        intent.origin = origin
        intent.quantity = record.openQuantity
        intent.createdAt = context.wallTime
        intent.isReducing = true
        return intent
    }

    /// Closes a position of ours, or a part of it.
    mutating func close(
        _ position: Position,
        _ quantity: ExactDecimal?,
        origin: OrderOrigin
    ) throws(OrderRefusal) -> OrderIntent {
        guard let lifetime = orders?.settings.lifetime else { throw .noOrderRoute }
        guard
            let held = context.positions.first(where: { $0.ticket == position.ticket }),
            held.isOurs
        else { throw .noSuchOrder }
        let quote = context.symbols[held.symbol.index].quote
        return OrderIntent(
            id: try takeID(),
            command: .close(position: held.ticket),
            origin: origin,
            symbol: context.symbols[held.symbol.index].name,
            side: held.side.opposite,
            quantity: quantity ?? held.volume,
            deviation: 1000,
            referencePrice: quote.map { held.side == .buy ? $0.bid : $0.ask } ?? held.openPrice,
            quoteTime: quote?.receiveTime ?? .zero,
            createdAt: context.wallTime,
            lifetime: lifetime,
            isReducing: true
        )
    }

    private func origin(of pending: PendingRequest) -> OrderOrigin {
        .strategy(pending.strategy, request: pending.number)
    }

    private func workingOrder(ofRequest number: UInt64) throws(OrderRefusal) -> OrderRecord {
        guard orders != nil else { throw .noOrderRoute }
        guard let record = orders?.ledger.record(ofRequest: number), record.ticket != 0,
            record.intent.command == .place, !record.state.isUnknown
        else { throw .noSuchOrder }
        return record
    }

    // MARK: Checks

    /// Refuses what may not be decided on the data as it is.
    ///
    /// Data in doubt refuses what adds exposure; risk tells what does, so that it is only noted here.
    private func checkData(_ symbol: SymbolID) throws(OrderRefusal) {
        let state = context.symbols[symbol.index]
        if isHalted || state.condition.contains(.killed) { throw .killSwitch }
        guard orders == nil else { return }
        if !state.condition.isEmpty { throw .reduceOnly }
        guard let quote = state.quote, context.now - quote.receiveTime <= configuration.quoteAgeMax
        else { throw .staleQuote }
        throw .noOrderRoute
    }

    /// Whether only what makes exposure smaller may pass.
    private func isDoubtful(_ request: StrategyRequest) -> Bool {
        guard context.tradingState == .active else { return true }
        switch request {
        case .place(let order): return !context.symbols[order.symbol.index].condition.isEmpty
        case .modify(let number, _, _, _):
            let name = orders?.ledger.record(ofRequest: number)?.intent.symbol
            guard let name, let symbol = context.symbol(named: name) else { return true }
            return !context.symbols[symbol.index].condition.isEmpty
        case .cancel, .close: return false
        }
    }

    private static func refusal(for risk: RiskRefusal) -> OrderRefusal {
        if risk.contains(.reduceOnly) { return .reduceOnly }
        if risk.contains(.unknownOrder) { return .unknownOrder }
        if risk.contains(.quoteAge) { return .staleQuote }
        if risk.contains(.definition) { return .noInstrument }
        if risk.contains(.position) || risk.contains(.foreignPosition) { return .noSuchOrder }
        return .riskLimit
    }

    mutating func passReports(_ actions: inout LoopActions) {
        for report in context.reports { actions.append(.strategyReport(report)) }
        context.reports.removeAll(keepingCapacity: true)
    }
}
