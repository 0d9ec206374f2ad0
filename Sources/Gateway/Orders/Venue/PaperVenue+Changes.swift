import TradingCore

extension PaperVenue {
    /// Changes a working order, or the stops of a position.
    mutating func modify(
        _ ticket: UInt64,
        _ price: ExactDecimal?,
        _ stopLoss: ExactDecimal?,
        _ takeProfit: ExactDecimal?,
        _ now: DeskMoment
    ) -> VenueReport {
        let done = VenueReport(.filled, code: ReturnCode.done, "modified", ticket: ticket)
        if var order = orders[ticket], order.state == .working, order.request.type.isPending {
            var request = order.request
            request.price = price ?? request.price
            request.stopLoss = stopLoss
            request.takeProfit = takeProfit
            guard request != order.request else {
                return .rejected(ReturnCode.noChanges, "order \(ticket) is so already")
            }
            if let refusal = refusal(of: request, at: now),
                refusal.code != ReturnCode.limitOrders, refusal.code != ReturnCode.noMoney
            {
                return refusal
            }
            order.request = request
            order.reason = "modified"
            orders[ticket] = order
            note(.order(order))
            return done
        }
        guard let index = book.firstIndex(where: { $0.ticket == ticket }),
            let symbol = number(of: book[index].symbol), let quote = quotes[symbol]
        else { return .rejected(ReturnCode.invalid, missing(ticket)) }
        guard (book[index].stopLoss, book[index].takeProfit) != (stopLoss, takeProfit) else {
            return .rejected(ReturnCode.noChanges, "position \(ticket) is so already")
        }
        if let refusal = refusal(
            ofStops: stopLoss,
            takeProfit,
            side: book[index].side,
            bid: quote.bid,
            ask: quote.ask,
            instruments[symbol]
        ) {
            return refusal
        }
        book[index].stopLoss = stopLoss
        book[index].takeProfit = takeProfit
        note(.position(book[index]))
        return done
    }

    package mutating func withdraw(ticket: UInt64, reason: String, at now: DeskMoment) {
        guard var order = orders[ticket], order.state == .working else { return }
        removeWorking(ticket)
        order.state = .cancelled
        order.reason = reason
        orders[ticket] = order
        note(.order(order))
    }

    /// Closes a position or part of it by a command.
    mutating func close(
        _ ticket: UInt64,
        _ volume: ExactDecimal?,
        _ deviation: UInt32?,
        _ comment: String,
        _ request: VenueRequest,
        _ anomaly: VenueAnomaly?,
        _ now: DeskMoment
    ) -> VenueReport {
        guard let position = book.first(where: { $0.ticket == ticket }),
            let symbol = number(of: position.symbol)
        else { return .rejected(ReturnCode.positionClosed, "no position \(ticket)") }
        if let refusal = refusal(of: instruments[symbol], now) { return refusal }
        var volume = volume ?? position.volume
        guard volume <= position.volume else {
            return .rejected(
                ReturnCode.invalidVolume,
                "position \(ticket) has \(position.volume), not \(volume)"
            )
        }
        if volume != position.volume,
            let refusal = refusal(ofVolume: volume, instruments[symbol])
        {
            return refusal
        }
        let side = position.side == .buy ? OrderRequest.Side.sell : .buy
        guard let price = slippedPrice(symbol, side) else {
            return .rejected(ReturnCode.offQuotes, "no quote of \(position.symbol) yet")
        }
        if let refusal = requote(price, deviation, request.quotedPrice, symbol) { return refusal }
        if anomaly == .partial { volume = half(of: volume, instruments[symbol]) }
        guard
            let deal = close(
                position,
                volume: volume,
                at: price,
                requestID: request.requestID,
                comment: comment,
                reason: .command,
                now
            )
        else { return .rejected(ReturnCode.offQuotes, "no quote to convert profit with") }
        let isWhole = anomaly != .partial
        return VenueReport(
            isWhole ? .filled : .cancelled,
            code: isWhole ? ReturnCode.done : ReturnCode.donePartial,
            "closed",
            ticket: deal.order,
            position: ticket,
            filled: volume,
            averagePrice: price,
            deals: [deal]
        )
    }
}
