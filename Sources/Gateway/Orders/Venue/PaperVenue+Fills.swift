import TradingCore

extension PaperVenue {
    /// Something that is executed: a volume of a symbol at a price.
    struct Execution {
        var symbol: Int
        var side: OrderRequest.Side
        var volume: ExactDecimal
        var price: ExactDecimal
        var order: UInt64
        /// The position that it closes; `nil` leaves it to the account's mode.
        var target: UInt64?
        var requestID: String
        var magic: Int64
        var comment: String
        var reason: VenueDeal.Reason
        var stopLoss: ExactDecimal?
        var takeProfit: ExactDecimal?
    }

    /// Changes positions and balance by one deal.
    ///
    /// - Returns: The deal; `nil` when profit cannot be converted, and then nothing changed.
    mutating func carryOut(_ execution: Execution, _ now: DeskMoment) -> VenueDeal? {
        let name = instruments[execution.symbol].symbol
        let index: Int?
        if let target = execution.target {
            index = book.firstIndex { $0.ticket == target }
            guard index != nil else { return nil }
        } else if options.marginMode == .netting {
            index = book.firstIndex { $0.symbol == name }
        } else {
            index = book.firstIndex { $0.ticket == execution.order }
        }
        guard let index else { return open(execution, now) }
        if book[index].side == execution.side { return add(execution, to: index, now) }
        return reduce(execution, at: index, now)
    }

    private mutating func open(_ execution: Execution, _ now: DeskMoment) -> VenueDeal {
        let position = VenuePosition(
            ticket: execution.order,
            symbol: instruments[execution.symbol].symbol,
            side: execution.side,
            volume: execution.volume,
            openPrice: execution.price,
            currentPrice: execution.price,
            profit: money(.zero),
            swap: money(.zero),
            stopLoss: execution.stopLoss,
            takeProfit: execution.takeProfit,
            magic: execution.magic,
            comment: execution.comment,
            time: now.wall
        )
        insert(position)
        note(.position(position))
        return book(execution, position.ticket, .in, profit: .zero, swap: .zero, now)
    }

    private mutating func add(
        _ execution: Execution,
        to index: Int,
        _ now: DeskMoment
    ) -> VenueDeal {
        let digits = Int(instruments[execution.symbol].digits) + Self.averageDigits
        let before = book[index]
        book[index].volume = Self.sum(before.volume, execution.volume)
        book[index].openPrice = Self.average(
            [(before.openPrice, before.volume), (execution.price, execution.volume)],
            digits: digits
        )
        if let stop = execution.stopLoss { book[index].stopLoss = stop }
        if let target = execution.takeProfit { book[index].takeProfit = target }
        note(.position(book[index]))
        return book(execution, before.ticket, .in, profit: .zero, swap: .zero, now)
    }

    private mutating func reduce(
        _ execution: Execution,
        at index: Int,
        _ now: DeskMoment
    ) -> VenueDeal? {
        let before = book[index]
        let closed = min(before.volume, execution.volume)
        guard
            let profit = profit(
                symbol: execution.symbol,
                side: before.side,
                volume: closed,
                from: before.openPrice,
                to: execution.price
            )
        else { return nil }
        let share = (WideDecimal(before.swap) * WideDecimal(closed))
            .divided(by: WideDecimal(before.volume), digits: 8)
        let swap = money(share)
        let rest = before.volume.subtracting(closed) ?? .zero
        let turned = execution.volume.subtracting(closed) ?? .zero
        if turned.mantissa > 0 {
            book[index].side = execution.side
            book[index].volume = turned.trimmed
            book[index].openPrice = execution.price
            book[index].swap = money(.zero)
            book[index].stopLoss = execution.stopLoss
            book[index].takeProfit = execution.takeProfit
            book[index].magic = execution.magic
            book[index].comment = execution.comment
            book[index].time = now.wall
            note(.position(book[index]))
        } else if rest.mantissa > 0 {
            book[index].volume = rest.trimmed
            book[index].swap = money(WideDecimal(before.swap) - WideDecimal(swap))
            note(.position(book[index]))
        } else {
            removePosition(before.ticket)
            note(.positionClosed(before.ticket))
        }
        let entry = turned.mantissa > 0 ? VenueDeal.Entry.inOut : .out
        return book(execution, before.ticket, entry, profit: profit, swap: swap, now)
    }

    private mutating func book(
        _ execution: Execution,
        _ position: UInt64,
        _ entry: VenueDeal.Entry,
        profit: ExactDecimal,
        swap: ExactDecimal,
        _ now: DeskMoment
    ) -> VenueDeal {
        let cost = WideDecimal(options.commissionPerLot) * WideDecimal(execution.volume)
        let commission = money(cost.negated)
        let deal = VenueDeal(
            number: UInt64(history.count) + 1,
            order: execution.order,
            position: position,
            requestID: execution.requestID,
            magic: execution.magic,
            symbol: instruments[execution.symbol].symbol,
            side: execution.side,
            entry: entry,
            volume: execution.volume,
            price: execution.price,
            profit: money(WideDecimal(profit)),
            commission: commission,
            swap: money(WideDecimal(swap)),
            time: now.wall,
            reason: execution.reason,
            comment: execution.comment
        )
        history.append(deal)
        note(.deal(deal))
        let change = WideDecimal(deal.profit) + WideDecimal(commission) + WideDecimal(deal.swap)
        if change.mantissa != 0 {
            balance = money(WideDecimal(balance) + change)
            note(.balance(balance))
        }
        return deal
    }

    // MARK: Numbers

    /// An average price may have so many digits more than a price.
    static let averageDigits = 3

    /// The average of prices, each with its volume, without zeros at its end beyond the prices' own.
    static func average(_ fills: [(ExactDecimal, ExactDecimal)], digits: Int) -> ExactDecimal {
        guard let first = fills.first else { return .zero }
        if fills.allSatisfy({ $0.0 == first.0 }) { return first.0 }
        var value = WideDecimal.zero
        var volume = WideDecimal.zero
        for (price, part) in fills {
            value = value + WideDecimal(price) * WideDecimal(part)
            volume = volume + WideDecimal(part)
        }
        let average = value.divided(by: volume, digits: digits).exact(digits: digits) ?? first.0
        return average.trimmed
    }

    static func sum(_ lhs: ExactDecimal, _ rhs: ExactDecimal) -> ExactDecimal {
        (lhs.adding(rhs) ?? lhs).trimmed
    }
}
