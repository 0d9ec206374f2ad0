// What an order alone shows, whatever else is open.

extension RiskEngine {
    /// Checks a placement or a change.
    mutating func checkOpening(
        _ order: inout OrderDraft,
        _ openOrders: [OpenOrder],
        _ isReduceOnly: Bool,
        _ time: TradingLoop.StepTime
    ) {
        guard let id = instruments.id(of: order.intent.symbol),
            let definition = instruments.definition(of: id)
        else { return order.hit(.definition) }
        order.instrument = id
        if instruments.disagreement(of: id) != nil || instruments.isUnknownAtVenue(id) {
            order.hit(.definition)
        }
        order.checkVolume(definition, maximum: states[id.index].volumeMax)
        let load = OrderLoad(openOrders, of: id)
        order.intent.isReducing = reduces(order, id, load)
        checkPermission(&order, id, definition, isReduceOnly, time.wall)
        guard checkQuote(&order, id, definition, time.monotonic) else { return }
        checkCollar(&order, id)
        checkValue(&order, id, definition, time.monotonic)
        checkExposure(&order, id, definition, load, time.monotonic)
        checkRecent(&order, id, time.monotonic)
    }

    private mutating func checkPermission(
        _ order: inout OrderDraft,
        _ id: InstrumentID,
        _ definition: Instrument,
        _ isReduceOnly: Bool,
        _ wall: WallTime
    ) {
        if !definition.isTradable { order.hit(.tradingStatus) }
        if !states[id.index].isPermitted { order.hit(.symbolPermission) }
        if !states[id.index].isOpen(at: wall) { order.hit(.tradingHours) }
        if !book.isEstablished || book.isDamaged { order.hit(.reconciliation) }
        let strategy = order.intent.origin.strategy
        guard !order.intent.isReducing else { return }
        if isReduceOnly { order.hit(.reduceOnly) }
        if daily.latches.contains(.clock) { order.hit(.clock) }
        if repeats.isDisabled(strategy) {
            order.hit(.strategyDisabled)
        } else if let repeatMax = limits.repeatMax, order.isPlacement, strategy >= 0 {
            // The first order is none; each further one like it is.
            let count = repeats.count(of: order.signature(id))
            guard count > repeatMax else { return }
            order.hit(.repeats, bound: Amount(repeatMax), measured: Amount(count))
            if repeats.disable(strategy) { raise(.strategyDisabled(strategy, repeats: count)) }
        }
    }

    /// Finds the worst price at which the order may be filled; `false` when there is no price to go by.
    private func checkQuote(
        _ order: inout OrderDraft,
        _ id: InstrumentID,
        _ definition: Instrument,
        _ now: MonotonicTime
    ) -> Bool {
        guard let quote = states[id.index].quote.latest else {
            order.hit(.priceReference)
            return false
        }
        if states[id.index].quote.isUnusable { order.hit(.quoteUsable) }
        let receiveTime = states[id.index].quote.receiveTime
        let age = now - receiveTime
        if age > limits.quoteAgeMax {
            order.hit(
                .quoteAge,
                bound: Amount(milliseconds: limits.quoteAgeMax),
                measured: Amount(milliseconds: age)
            )
        }
        order.intent.quoteTime = receiveTime
        if let price = order.intent.kind.price {
            let isOnGrid = price.mantissa > 0 && price.isMultiple(of: definition.tickSize)
            if !isOnGrid {
                order.hit(
                    .tickSize,
                    bound: Amount(definition.tickSize, rounding: .up),
                    measured: Amount(price, rounding: .up)
                )
            }
        }
        guard let worst = order.intent.worstPrice(at: quote, digits: definition.digits),
            let price = Amount(exactly: worst), price.units > 0
        else {
            order.hit(.arithmetic)
            return false
        }
        order.intent.referencePrice = worst
        order.price = price
        return true
    }

    private func checkCollar(_ order: inout OrderDraft, _ id: InstrumentID) {
        guard let percent = limits.priceCollarPercent,
            let quote = states[id.index].quote.latest
        else { return }
        let reference = order.intent.side == .buy ? quote.ask : quote.bid
        check(
            .priceCollar,
            from: Amount(reference, rounding: .down),
            to: order.price,
            percent,
            &order
        )
    }

    /// Hits a limit when two prices are further apart than a percentage of the first.
    private func check(
        _ limit: RiskLimit,
        from reference: Amount,
        to price: Amount,
        _ percent: ExactDecimal,
        _ order: inout OrderDraft
    ) {
        // |P − Pref| · 100 > L · Pref, without a division.
        guard
            let distance = price.subtracting(reference)?.magnitude
                .multiplied(by: ExactDecimal(mantissa: 100, scale: 0), rounding: .up),
            let allowed = reference.multiplied(by: percent, rounding: .down)
        else { return order.hit(.arithmetic) }
        guard distance > allowed else { return }
        order.hit(
            limit,
            bound: Amount(percent, rounding: .down),
            measured: distance.multiplied(by: Amount(1), over: reference, rounding: .up)
        )
    }

    private mutating func checkValue(
        _ order: inout OrderDraft,
        _ id: InstrumentID,
        _ definition: Instrument,
        _ now: MonotonicTime
    ) {
        // What sells can be filled at the market's price or better, which is worth more than a low limit.
        let ask = states[id.index].quote.latest.map { Amount($0.ask, rounding: .up) } ?? .zero
        let price = order.intent.side == .buy ? order.price : max(order.price, ask)
        guard
            let value = notional(order.lots, at: price, of: definition),
            let converted = convert(value, of: id, isExposure: true, basis: .latest, at: now)
        else { return order.hit(.conversion) }
        order.value = converted
        guard let maximum = limits.orderValueMax.map({ Amount($0, rounding: .down) }),
            converted > maximum
        else { return }
        order.hit(.orderValue, bound: maximum, measured: converted)
    }

    private mutating func checkRecent(
        _ order: inout OrderDraft,
        _ id: InstrumentID,
        _ now: MonotonicTime
    ) {
        let entry = order.remembered(instrument: id, now)
        recent?.expire(at: now)
        duplicates?.expire(at: now)
        if let recent, let percent = limits.priceDriftPercent {
            let range = recent.priceRange(with: entry)
            check(.priceDrift, from: range.low, to: range.high, percent, &order)
        }
        guard order.isPlacement else { return }
        if let duplicates {
            if let age = duplicates.age(ofLike: entry), let window = limits.duplicateWindow {
                order.hit(
                    .duplicate,
                    bound: Amount(milliseconds: window),
                    measured: Amount(milliseconds: age)
                )
            } else if !duplicates.hasRoom {
                order.hit(.duplicate)
            }
        }
        guard let recent else { return }
        guard recent.hasRoom, let lots = recent.lots(of: id, adding: entry.lots),
            let value = recent.value(adding: entry.value)
        else { return order.hit(.recentVolume) }
        let lotsMax = limits.recentVolumeMax.map { Amount($0, rounding: .down) }
        if let lotsMax, lots > lotsMax { order.hit(.recentVolume, bound: lotsMax, measured: lots) }
        let valueMax = limits.recentValueMax.map { Amount($0, rounding: .down) }
        if let valueMax, value > valueMax {
            order.hit(.recentValue, bound: valueMax, measured: value)
        }
    }
}

extension OrderDraft {
    /// Checks the volume against the venue's grid and the limit of one order.
    mutating func checkVolume(_ definition: Instrument, maximum: Amount?) {
        let volume = intent.quantity
        guard volume.mantissa > 0, let lots = Amount(exactly: volume) else {
            return hit(.volumeStep, measured: Amount(volume, rounding: .up))
        }
        self.lots = lots
        let isOnGrid =
            volume.isMultiple(of: definition.volumeStep) && volume >= definition.volumeMin
            && volume <= definition.volumeMax
        if !isOnGrid {
            let step = Amount(definition.volumeStep, rounding: .up)
            hit(.volumeStep, bound: step, measured: lots)
        }
        if maximum.map({ lots > $0 }) ?? true {
            hit(.orderVolume, bound: maximum, measured: lots)
        }
    }
}

extension Amount {
    /// A time in milliseconds.
    init(milliseconds time: Duration) {
        units = Int128(time.wholeNanoseconds) * 1_000_000
    }
}

extension OrderIntent {
    /// The worst price at which the order may be filled: a market order's at the far side of the quote
    /// and its deviation, a stop order's at its price and its deviation.
    func worstPrice(at quote: BidAsk, digits: UInt8) -> ExactDecimal? {
        let slippage = ExactDecimal(mantissa: Int64(deviation), scale: digits)
        switch (side, kind) {
        case (_, .limit(let price)): return price
        case (.buy, .market): return quote.ask.adding(slippage)
        case (.sell, .market): return quote.bid.subtracting(slippage)
        case (.buy, .stop(let price)): return price.adding(slippage)
        case (.sell, .stop(let price)): return price.subtracting(slippage)
        }
    }
}
