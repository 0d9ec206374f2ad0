import TradingCore

extension PaperVenue {
    package mutating func execute(
        _ request: VenueRequest,
        anomaly: VenueAnomaly?,
        at now: DeskMoment
    ) -> VenueReport {
        let report = handle(request, anomaly, now)
        let isExecuted = ReturnCode.isDone(report.code)
        noteHandled(request.requestID, report, executions: isExecuted ? 1 : 0)
        if anomaly == .twice, isExecuted {
            let second = handle(request, nil, now)
            let isRepeated = ReturnCode.isDone(second.code)
            noteHandled(request.requestID, report, executions: isRepeated ? 1 : 0)
        }
        return report
    }

    private mutating func handle(
        _ request: VenueRequest,
        _ anomaly: VenueAnomaly?,
        _ now: DeskMoment
    ) -> VenueReport {
        switch request.work {
        case .send(let order):
            if let refusal = refusal(of: order, at: now) { return refusal }
            if options.rejectRate > 0, random.nextFraction() < options.rejectRate {
                return .rejected(ReturnCode.reject, "refused by chance, as was configured")
            }
            if order.type.isPending { return place(order, request.requestID, now) }
            return executeAtMarket(order, request, anomaly, now)
        case .modify(let ticket, let price, let stopLoss, let takeProfit):
            return modify(ticket, price, stopLoss, takeProfit, now)
        case .cancel(let ticket):
            guard let order = orders[ticket], order.state == .working else {
                return .rejected(ReturnCode.invalid, missing(ticket))
            }
            withdraw(ticket: ticket, reason: "cancelled by command", at: now)
            return VenueReport(
                .filled,
                code: ReturnCode.done,
                "cancelled",
                ticket: ticket,
                position: order.position
            )
        case .close(let ticket, let volume, let deviation, _, let comment):
            return close(
                ticket,
                volume,
                deviation,
                comment,
                request,
                anomaly,
                now
            )
        }
    }

    func missing(_ ticket: UInt64) -> String {
        guard let order = orders[ticket] else { return "no order \(ticket)" }
        return "order \(ticket) is \(order.state.rawValue)"
    }

    // MARK: New orders

    private mutating func newOrder(
        _ request: VenueOrderRequest,
        _ requestID: String,
        _ now: DeskMoment
    ) -> VenueOrder {
        VenueOrder(
            ticket: takeTicket(),
            requestID: requestID,
            request: request,
            time: now.wall,
            state: .working,
            position: 0,
            filled: .zero,
            averagePrice: .zero,
            deals: [],
            reason: "placed"
        )
    }

    private mutating func place(
        _ request: VenueOrderRequest,
        _ requestID: String,
        _ now: DeskMoment
    ) -> VenueReport {
        let order = newOrder(request, requestID, now)
        orders[order.ticket] = order
        addWorking(order)
        note(.order(order))
        return report(of: order)
    }

    private mutating func executeAtMarket(
        _ order: VenueOrderRequest,
        _ request: VenueRequest,
        _ anomaly: VenueAnomaly?,
        _ now: DeskMoment
    ) -> VenueReport {
        guard let symbol = number(of: order.symbol),
            let price = slippedPrice(symbol, order.type.side)
        else { return .rejected(ReturnCode.offQuotes, "no quote of \(order.symbol)") }
        if let refusal = requote(price, order.deviation, request.quotedPrice, symbol) {
            return refusal
        }
        var fillable = min(order.volume, options.liquidity ?? order.volume)
        if anomaly == .partial { fillable = half(of: fillable, instruments[symbol]) }
        if fillable < order.volume, order.filling == .fillOrKill {
            return .rejected(ReturnCode.reject, "only \(fillable) can be filled at once")
        }
        if anomaly == .overfill { fillable = Self.sum(order.volume, order.volume) }
        var placed = newOrder(order, request.requestID, now)
        orders[placed.ticket] = placed
        for _ in 0..<(anomaly == .twoFills ? 2 : 1) {
            guard fill(&placed, symbol: symbol, volume: fillable, at: price, now) else {
                orders[placed.ticket] = nil
                return .rejected(ReturnCode.offQuotes, "no quote to convert profit with")
            }
        }
        if placed.filled >= order.volume {
            placed.state = .filled
        } else if order.filling == .return {
            addWorking(placed)
        } else {
            placed.state = .cancelled
            placed.reason = "the rest could not be filled at once"
        }
        orders[placed.ticket] = placed
        note(.order(placed))
        return report(of: placed)
    }

    /// Executes a part of an order; `false` when profit cannot be converted.
    mutating func fill(
        _ order: inout VenueOrder,
        symbol: Int,
        volume: ExactDecimal,
        at price: ExactDecimal,
        _ now: DeskMoment
    ) -> Bool {
        let execution = Execution(
            symbol: symbol,
            side: order.request.type.side,
            volume: volume,
            price: price,
            order: order.ticket,
            requestID: order.requestID,
            magic: order.request.magic,
            comment: order.request.comment,
            reason: .command,
            stopLoss: order.request.stopLoss,
            takeProfit: order.request.takeProfit
        )
        guard let deal = carryOut(execution, now) else { return false }
        order.deals.append(deal.number)
        order.position = deal.position
        order.filled = Self.sum(order.filled, volume)
        order.averagePrice = Self.average(
            order.deals.map { (history[Int($0) - 1].price, history[Int($0) - 1].volume) },
            digits: Int(instruments[symbol].digits) + Self.averageDigits
        )
        order.reason = "filled"
        return true
    }

    func half(
        of volume: ExactDecimal,
        _ instrument: InstrumentDefinition
    ) -> ExactDecimal {
        let steps = WideDecimal(volume).divided(
            by: WideDecimal(instrument.volumeStep),
            digits: 0
        )
        let half = WideDecimal(mantissa: max(1, steps.mantissa / 2), scale: 0)
        return (half * WideDecimal(instrument.volumeStep))
            .exact(digits: Int(instrument.volumeStep.scale)) ?? volume
    }

    // MARK: Prices

    /// The market price, worse by what the venue slips.
    mutating func slippedPrice(_ symbol: Int, _ side: OrderRequest.Side) -> ExactDecimal? {
        guard let quote = quotes[symbol] else { return nil }
        let price = side == .buy ? quote.ask : quote.bid
        guard options.slippageMax > 0 else { return price }
        let points = Int64.random(in: 0...Int64(options.slippageMax), using: &random)
        let distance = ExactDecimal(mantissa: points, scale: instruments[symbol].digits)
        let slipped = side == .buy ? price.adding(distance) : price.subtracting(distance)
        guard let slipped, slipped.mantissa > 0 else { return price }
        return slipped
    }

    func requote(
        _ price: ExactDecimal,
        _ deviation: UInt32?,
        _ quoted: ExactDecimal?,
        _ symbol: Int
    ) -> VenueReport? {
        guard let deviation, let quoted else { return nil }
        let allowed = WideDecimal(
            ExactDecimal(mantissa: Int64(deviation), scale: instruments[symbol].digits)
        )
        let move = WideDecimal(price) - WideDecimal(quoted)
        let distance = move.isNegative ? move.negated : move
        guard allowed < distance else { return nil }
        return .rejected(
            ReturnCode.requote,
            "the price moved from \(quoted) to \(price), more than \(deviation) points"
        )
    }

    // MARK: Reports

    /// What is to be said of an order now.
    func report(of order: VenueOrder) -> VenueReport {
        let code: Int32 =
            switch order.state {
            case .filled: ReturnCode.done
            case .working where order.filled.mantissa == 0: ReturnCode.placed
            case .working: ReturnCode.donePartial
            case .cancelled where order.filled.mantissa == 0: ReturnCode.done
            case .cancelled: ReturnCode.donePartial
            case .rejected, .expired, .unknown: ReturnCode.reject
            }
        return VenueReport(
            order.state,
            code: code,
            order.reason,
            ticket: order.ticket,
            position: order.position,
            filled: order.filled,
            averagePrice: order.averagePrice,
            deals: order.deals.map { history[Int($0) - 1] }
        )
    }
}
