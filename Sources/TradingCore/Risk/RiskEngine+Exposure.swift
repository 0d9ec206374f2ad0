// What an order makes of everything that is held, working or unknown.

/// What the open orders of an instrument add up to, all of them filled.
struct OrderLoad {
    /// The highest price of any.
    private(set) var priceMax = ExactDecimal.zero
    /// The highest resting price at which we buy.
    private(set) var restingBuy: ExactDecimal?
    /// The lowest resting price at which we sell.
    private(set) var restingSell: ExactDecimal?
    /// Orders whose outcome nobody knows.
    private(set) var unknownCount = 0
    /// Open orders of all instruments.
    private(set) var openCount = 0
    private var bought = Sum()
    private var sold = Sum()
    private var placedBought = Sum()
    private var placedSold = Sum()
    private var opened = Sum()

    /// All that buys, in lots; `nil` when it cannot be added up, as with the others.
    var buys: Amount? { bought.amount }
    /// All that sells, in lots.
    var sells: Amount? { sold.amount }
    /// What of the buying would still buy if the position were gone: all but closes, in lots.
    var placedBuys: Amount? { placedBought.amount }
    /// What of the selling would still sell if the position were gone: all but closes, in lots.
    var placedSells: Amount? { placedSold.amount }
    /// All that can open something, in lots.
    var opening: Amount? { opened.amount }

    init(_ orders: [OpenOrder], of id: InstrumentID) {
        // By index, so that only what counts is copied.
        for index in orders.indices {
            if orders[index].openQuantity.mantissa != 0 { openCount += 1 }
            if orders[index].instrument == id { add(orders[index]) }
        }
    }

    private mutating func add(_ order: OpenOrder) {
        if order.side == .buy {
            bought.add(order.lots)
            if order.position == 0 { placedBought.add(order.lots) }
            if order.isLimit { restingBuy = max(restingBuy ?? order.price, order.price) }
        } else {
            sold.add(order.lots)
            if order.position == 0 { placedSold.add(order.lots) }
            if order.isLimit { restingSell = min(restingSell ?? order.price, order.price) }
        }
        if !order.isReducing { opened.add(order.lots) }
        if order.price > priceMax { priceMax = order.price }
        if order.isUnknown { unknownCount += 1 }
    }

    /// A sum that remembers if it ever did not fit.
    private struct Sum {
        private var units: Int128 = 0
        private var hasOverflowed = false

        var amount: Amount? { hasOverflowed ? nil : Amount(units: units) }

        mutating func add(_ other: Amount) {
            let (sum, overflow) = units.addingReportingOverflow(other.units)
            units = sum
            if overflow { hasOverflowed = true }
        }
    }
}

extension RiskEngine {
    /// Whether an order can only make the position smaller, even if all that is open is filled.
    ///
    /// On a hedging account an opposite order opens a second position, so that only closing reduces.
    func reduces(_ order: OrderDraft, _ id: InstrumentID, _ load: OrderLoad) -> Bool {
        guard book.marginMode == .netting, book.isEstablished else { return false }
        let exposure = book[id]
        guard !exposure.hasForeign, let buys = load.buys?.adding(exposure.foreignBuys),
            let sells = load.sells?.adding(exposure.foreignSells)
        else { return false }
        let lots = order.isPlacement ? order.lots : .zero
        switch order.intent.side {
        case .buy:
            guard exposure.net.isNegative, let all = buys.adding(lots) else { return false }
            return all <= exposure.net.magnitude
        case .sell:
            guard exposure.net.units > 0, let all = sells.adding(lots) else { return false }
            return all <= exposure.net
        }
    }

    /// Checks everything that is bounded over all orders and positions.
    mutating func checkExposure(
        _ order: inout OrderDraft,
        _ id: InstrumentID,
        _ definition: Instrument,
        _ load: OrderLoad,
        _ now: MonotonicTime
    ) {
        if order.isPlacement, let maximum = limits.openOrdersMax, load.openCount >= maximum {
            let measured = Amount(load.openCount + 1)
            order.hit(.openOrders, bound: Amount(maximum), measured: measured)
        }
        checkSelfMatch(&order, load)
        if book.marginMode == .netting, book[id].hasForeign { order.hit(.foreignPosition) }
        guard !order.intent.isReducing else { return }
        if load.unknownCount > 0 {
            order.hit(.unknownOrder, bound: .zero, measured: Amount(load.unknownCount))
        }
        checkPosition(&order, id, definition, load, now)
        checkLoss(&order)
    }

    private func checkSelfMatch(_ order: inout OrderDraft, _ load: OrderLoad) {
        guard limits.preventsSelfMatch else { return }
        let meets =
            switch order.intent.side {
            case .buy: load.restingSell.map { order.intent.referencePrice >= $0 } ?? false
            case .sell: load.restingBuy.map { order.intent.referencePrice <= $0 } ?? false
            }
        if meets { order.hit(.selfMatch) }
    }

    private mutating func checkPosition(
        _ order: inout OrderDraft,
        _ id: InstrumentID,
        _ definition: Instrument,
        _ load: OrderLoad,
        _ now: MonotonicTime
    ) {
        // One price for all of it: the highest at which any part may be valued.
        let ask = states[id.index].quote.latest?.ask ?? .zero
        let highest = max(ask, load.priceMax, book[id].foreignPriceMax)
        let price = max(order.price, Amount(highest, rounding: .up))
        let added = order.isPlacement ? order.lots : .zero
        guard let lots = worstLots(adding: added, order.intent.side, id, load) else {
            return order.hit(.arithmetic)
        }
        guard let value = notional(lots, at: price, of: definition),
            let converted = convert(value, of: id, isExposure: true, basis: .latest, at: now)
        else { return order.hit(.conversion) }
        let maximum = Amount(limits.positionSizeMax, rounding: .down)
        guard converted > maximum else { return }
        order.hit(.positionSize, bound: maximum, measured: converted)
    }

    /// The largest position that can come of everything that is open and of some lots more.
    func worstLots(
        adding lots: Amount,
        _ side: OrderRequest.Side,
        _ id: InstrumentID,
        _ load: OrderLoad
    ) -> Amount? {
        let exposure = book[id]
        switch book.marginMode {
        case .hedging:
            return exposure.gross.adding(exposure.foreignBuys)?.adding(exposure.foreignSells)
                .flatMap { sum in load.opening.flatMap { sum.adding($0) } }?.adding(lots)
        case .netting:
            let isBuy = side == .buy
            let more = (
                buys: exposure.foreignBuys.adding(isBuy ? lots : .zero),
                sells: exposure.foreignSells.adding(isBuy ? .zero : lots)
            )
            guard let moreBuys = more.buys, let moreSells = more.sells,
                let longest = load.buys?.adding(moreBuys)?.adding(exposure.net),
                let shortest = load.sells?.adding(moreSells)?.subtracting(exposure.net),
                let longestAnew = load.placedBuys?.adding(moreBuys),
                let shortestAnew = load.placedSells?.adding(moreSells)
            else { return nil }
            // The position makes no room for the other side: it can be closed, by us, by its stop or by a
            // person, before the orders of that side are filled.
            return max(max(longest, shortest), max(longestAnew, shortestAnew))
        }
    }

    private mutating func checkLoss(_ order: inout OrderDraft) {
        guard let unrealised = latestUnrealised() else { return order.hit(.unpricedPosition) }
        let lossMax = dailyLossMax
        guard let loss = daily.loss(unrealised: unrealised) else { return order.hit(.arithmetic) }
        if loss >= lossMax || daily.latches.contains(.dailyLoss) {
            order.hit(.dailyLoss, bound: lossMax, measured: loss)
        }
        let drawdownMax = limits.drawdownMax.map { Amount($0, rounding: .down) }
        guard let drawdown = daily.drawdown(unrealised: unrealised) else {
            return order.hit(.arithmetic)
        }
        if drawdownMax.map({ drawdown >= $0 }) ?? false || daily.latches.contains(.drawdown) {
            order.hit(.drawdown, bound: drawdownMax, measured: drawdown)
        }
    }

    /// Checks that a close touches a position of ours, and no more of it than is left.
    func checkClose(_ order: inout OrderDraft, _ openOrders: [OpenOrder]) {
        order.intent.isReducing = true
        guard case .close(let ticket) = order.intent.command,
            let position = book.position(ticket: ticket),
            let lots = Amount(exactly: order.intent.quantity), lots.units > 0
        else { return order.hit(.position, measured: Amount(order.intent.quantity, rounding: .up)) }
        order.lots = lots
        let id = position.instrument
        order.instrument = id
        let closingSide = position.lots.isNegative ? OrderRequest.Side.buy : .sell
        var left: Amount? = position.lots.magnitude
        for open in openOrders where open.position == ticket {
            left = left?.subtracting(open.lots)
        }
        guard let left, lots <= left, order.intent.side == closingSide,
            instruments.symbol(of: id) == order.intent.symbol
        else { return order.hit(.position, bound: left, measured: lots) }
        if !position.isOurs { order.hit(.foreignPosition) }
        if let definition = instruments.definition(of: id), lots != left,
            !order.intent.quantity.isMultiple(of: definition.volumeStep)
        {
            let step = Amount(definition.volumeStep, rounding: .up)
            order.hit(.volumeStep, bound: step, measured: lots)
        }
        guard let quote = states[id.index].quote.latest else { return }
        order.intent.quoteTime = states[id.index].quote.receiveTime
        order.intent.referencePrice = closingSide == .buy ? quote.ask : quote.bid
    }
}
