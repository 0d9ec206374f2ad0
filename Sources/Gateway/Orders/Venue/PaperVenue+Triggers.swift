import TradingCore

extension PaperVenue {
    /// Executes what a new quote reaches of the orders that work.
    mutating func triggerOrders(_ symbol: Int, _ now: DeskMoment) {
        guard let quote = quotes[symbol] else { return }
        let name = instruments[symbol].symbol
        for ticket in working {
            guard var order = orders[ticket], order.request.symbol == name,
                isReached(order.request, by: quote), refusal(of: instruments[symbol], now) == nil,
                let rest = order.request.volume.subtracting(order.filled)
            else { continue }
            let volume = min(rest, options.liquidity ?? rest)
            let price = order.request.type.side == .buy ? quote.ask : quote.bid
            guard fill(&order, symbol: symbol, volume: volume, at: price, now) else { continue }
            if order.filled >= order.request.volume {
                removeWorking(ticket)
                order.state = .filled
            }
            orders[ticket] = order
            note(.order(order))
        }
    }

    private func isReached(_ request: VenueOrderRequest, by quote: VenueQuote) -> Bool {
        // The rest of a market order takes whatever comes.
        guard let price = request.price, request.type.isPending else { return true }
        return switch request.type {
        case .buyLimit: quote.ask <= price
        case .buyStop: quote.ask >= price
        case .sellLimit: quote.bid >= price
        case .sellStop: quote.bid <= price
        case .buy, .sell: true
        }
    }

    /// Closes the positions whose stop loss or take profit a new quote reaches.
    mutating func triggerStops(_ symbol: Int, _ now: DeskMoment) {
        guard let quote = quotes[symbol] else { return }
        let name = instruments[symbol].symbol
        for position in book where position.symbol == name {
            let price = position.side == .buy ? quote.bid : quote.ask
            guard let reason = stopReason(position, price) else { continue }
            _ = close(
                position,
                volume: position.volume,
                at: price,
                requestID: "",
                comment: reason.rawValue,
                reason: reason,
                now
            )
        }
    }

    private func stopReason(
        _ position: VenuePosition,
        _ price: ExactDecimal
    ) -> VenueDeal.Reason? {
        let isBuy = position.side == .buy
        if let stop = position.stopLoss, isBuy ? price <= stop : price >= stop { return .stopLoss }
        if let target = position.takeProfit, isBuy ? price >= target : price <= target {
            return .takeProfit
        }
        return nil
    }

    /// Closes so much of a position; `nil` when profit cannot be converted.
    mutating func close(
        _ position: VenuePosition,
        volume: ExactDecimal,
        at price: ExactDecimal,
        requestID: String,
        comment: String,
        reason: VenueDeal.Reason,
        _ now: DeskMoment
    ) -> VenueDeal? {
        guard let symbol = number(of: position.symbol) else { return nil }
        let execution = Execution(
            symbol: symbol,
            side: position.side == .buy ? .sell : .buy,
            volume: volume,
            price: price,
            order: takeTicket(),
            target: position.ticket,
            requestID: requestID,
            magic: position.magic,
            comment: comment.isEmpty ? position.comment : comment,
            reason: reason
        )
        return carryOut(execution, now)
    }
}
