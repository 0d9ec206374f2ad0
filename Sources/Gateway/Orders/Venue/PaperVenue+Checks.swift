import TradingCore

extension PaperVenue {
    /// Why a new order is refused; `nil` when it is not.
    func refusal(of order: VenueOrderRequest, at now: DeskMoment) -> VenueReport? {
        guard let symbol = number(of: order.symbol) else {
            return .rejected(ReturnCode.invalid, "symbol \(order.symbol) is not quoted here")
        }
        let instrument = instruments[symbol]
        if let refusal = refusal(of: instrument, now) { return refusal }
        if instrument.tradeMode == .closeOnly {
            return .rejected(ReturnCode.closeOnly, "\(order.symbol) can only be closed")
        }
        if let refusal = refusal(ofVolume: order.volume, instrument) { return refusal }
        guard let quote = quotes[symbol] else {
            return .rejected(ReturnCode.offQuotes, "no quote of \(order.symbol) yet")
        }
        if order.type.isPending {
            guard let price = order.price else {
                return .rejected(ReturnCode.invalidPrice, "a pending order needs a price")
            }
            if let refusal = refusal(ofPrice: price, order.type, quote, instrument) {
                return refusal
            }
        }
        let reference = order.price.flatMap { order.type.isPending ? $0 : nil }
        if let refusal = refusal(
            ofStops: order.stopLoss,
            order.takeProfit,
            side: order.type.side,
            bid: reference ?? quote.bid,
            ask: reference ?? quote.ask,
            instrument
        ) {
            return refusal
        }
        return limitRefusal(order, symbol, price: reference ?? quote.ask)
    }

    /// Why nothing is executed for an instrument now.
    func refusal(of instrument: InstrumentDefinition, _ now: DeskMoment) -> VenueReport? {
        if instrument.tradeMode == .disabled || !options.isTradeAllowed {
            return .rejected(ReturnCode.tradeDisabled, "\(instrument.symbol) is not traded")
        }
        if !options.calendar.isOpen(at: now.wall) {
            return .rejected(ReturnCode.marketClosed, "the market is closed")
        }
        return nil
    }

    /// Why a volume cannot be ordered.
    func refusal(
        ofVolume volume: ExactDecimal,
        _ instrument: InstrumentDefinition
    ) -> VenueReport? {
        guard volume >= instrument.volumeMin, volume <= instrument.volumeMax,
            volume.mantissa < WideDecimal.volumeMax, volume.isMultiple(of: instrument.volumeStep)
        else {
            return .rejected(
                ReturnCode.invalidVolume,
                "volume \(volume) is not \(instrument.volumeMin) to \(instrument.volumeMax) "
                    + "in steps of \(instrument.volumeStep)"
            )
        }
        return nil
    }

    /// Why a pending order cannot rest at a price.
    func refusal(
        ofPrice price: ExactDecimal,
        _ type: VenueOrderType,
        _ quote: VenueQuote,
        _ instrument: InstrumentDefinition
    ) -> VenueReport? {
        guard isPrice(price, instrument) else {
            return .rejected(
                ReturnCode.invalidPrice,
                "price \(price) is not a positive multiple of \(instrument.tickSize)"
            )
        }
        let isBeyond =
            switch type {
            case .buyLimit: price < quote.ask
            case .sellLimit: price > quote.bid
            case .buyStop: price > quote.ask
            case .sellStop: price < quote.bid
            case .buy, .sell: true
            }
        guard isBeyond else {
            return .rejected(
                ReturnCode.invalidPrice,
                "\(type.rawValue) at \(price) would be executed at once, at "
                    + "\(quote.bid)/\(quote.ask)"
            )
        }
        return nil
    }

    /// Why stops cannot be set; they must be beyond the price at which the position could be closed.
    func refusal(
        ofStops stopLoss: ExactDecimal?,
        _ takeProfit: ExactDecimal?,
        side: OrderRequest.Side,
        bid: ExactDecimal,
        ask: ExactDecimal,
        _ instrument: InstrumentDefinition
    ) -> VenueReport? {
        for price in [stopLoss, takeProfit].compactMap(\.self)
        where !isPrice(price, instrument) {
            return .rejected(
                ReturnCode.invalidStops,
                "stop \(price) is not a positive multiple of \(instrument.tickSize)"
            )
        }
        let isGood =
            switch side {
            case .buy: (stopLoss.map { $0 < bid } ?? true) && (takeProfit.map { $0 > bid } ?? true)
            case .sell:
                (stopLoss.map { $0 > ask } ?? true) && (takeProfit.map { $0 < ask } ?? true)
            }
        return isGood
            ? nil
            : .rejected(ReturnCode.invalidStops, "stops are on the wrong side of \(bid)/\(ask)")
    }

    private func isPrice(_ price: ExactDecimal, _ instrument: InstrumentDefinition) -> Bool {
        price.mantissa > 0 && price.mantissa < WideDecimal.priceMax
            && price.isMultiple(of: instrument.tickSize)
    }

    private func limitRefusal(
        _ order: VenueOrderRequest,
        _ symbol: Int,
        price: ExactDecimal
    ) -> VenueReport? {
        if order.type.isPending, working.count >= options.workingOrdersMax {
            return .rejected(ReturnCode.limitOrders, "\(working.count) orders are working")
        }
        if book.count >= options.positionsMax || history.count >= Self.dealsMax {
            return .rejected(ReturnCode.limitPositions, "\(book.count) positions are open")
        }
        guard conversions[symbol] != nil else {
            return .rejected(
                ReturnCode.offQuotes,
                "no pair is quoted that turns \(instruments[symbol].profitCurrency) into "
                    + options.currency
            )
        }
        guard let needed = margin(symbol: symbol, volume: order.volume, price: price) else {
            return .rejected(
                ReturnCode.offQuotes,
                "margin cannot be told: too large, or a quote to convert with is missing"
            )
        }
        // What only makes a netting position smaller binds no further margin.
        if isReducing(order) { return nil }
        let account = account
        guard !(WideDecimal(account.freeMargin) < needed) else {
            return .rejected(
                ReturnCode.noMoney,
                "\(money(needed)) \(options.currency) of margin needed, "
                    + "\(account.freeMargin) free"
            )
        }
        return nil
    }

    private func isReducing(_ order: VenueOrderRequest) -> Bool {
        guard options.marginMode == .netting else { return false }
        return book.contains { position in
            position.symbol == order.symbol && position.side != order.type.side
                && position.volume >= order.volume
        }
    }
}
