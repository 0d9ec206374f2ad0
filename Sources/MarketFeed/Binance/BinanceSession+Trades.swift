import TradingCore

extension BinanceSession {
    /// The numbering of trades has no epoch at Binance.
    private static let epoch: UInt64 = 1

    mutating func receiveTrade(
        _ symbol: SymbolID,
        _ slot: ConnectionSlot,
        _ time: MonotonicTime,
        _ flags: MarketEvent.Flags
    ) {
        let place = place(of: symbol)
        let stream = StreamID(symbol: symbol, kind: .trade)
        let start = merger.output.count
        let recovered = merger.tallies[stream.index].recovered
        let id = decoder.frame.id
        if decoder.frame.isNoTrade {
            counters.nonTrades &+= 1
            merger.quarantine(
                stream: stream,
                sequence: id,
                epoch: Self.epoch,
                from: slot,
                at: time
            )
        } else {
            var event = makeEvent(.trade, symbol, time, flags)
            event.fill(
                decoder.frame.price,
                decoder.frame.quantity,
                isBuyerMaker: decoder.frame.isBuyerMaker
            )
            merger.offer(event, epoch: Self.epoch, from: slot)
        }
        let appended = merger.output.count - start
        if appended > 1 || appended == 1 && merger.output[start].kind == .gap {
            noteTradeGaps(from: start, cause: .sequence)
        }
        if merger.tallies[stream.index].recovered != recovered { fill(stream, id, at: time) }
        states[place].lastTrade = time
    }

    /// Notes the gaps that the merger told of since `start`, and asks for what is missing.
    mutating func noteTradeGaps(from start: Int, cause: GapLedger.Cause) {
        for index in start..<merger.output.count {
            let event = merger.output[index]
            guard event.kind == .gap, event.gapStreamKind == .trade else { continue }
            let isKnown = event.gapCount > 0
            let opened = max(
                subscriptions.openedAt(BinanceConnection(tradeRoute, .a)),
                subscriptions.openedAt(BinanceConnection(tradeRoute, .b))
            )
            let last = states[place(of: event.symbol)].lastTrade
            let number = ledger.begin(
                event.stream,
                .trades,
                missing: isKnown ? event.gapFirst...event.gapLast : nil,
                cause: event.gapCause == .restart ? .restart : opened > last ? .reconnect : cause,
                began: last,
                noticed: event.receiveTime
            )
            tell(.gapBegan(number))
            guard isKnown else {
                endTradeGap(number, at: event.receiveTime)
                continue
            }
            let abandoned = holes.note(
                event.stream,
                event.gapFirst...event.gapLast,
                gap: number,
                at: event.receiveTime
            )
            for gap in abandoned { endTradeGap(gap, at: event.receiveTime) }
        }
    }

    private var tradeRoute: BinanceRoute { BinanceStream.trade.route(configuration.market) }

    /// Notes that a missing trade came late, and is not handed over.
    private mutating func fill(_ stream: StreamID, _ id: UInt64, at time: MonotonicTime) {
        guard let filled = holes.fill(stream, id) else { return }
        ledger.recover(filled.gap)
        if filled.isClosed { endTradeGap(filled.gap, at: time) }
    }

    private mutating func endTradeGap(_ number: UInt64, at time: MonotonicTime) {
        guard let gap = ledger.gap(number), gap.outcome == .open else { return }
        let isWhole = gap.count > 0 && gap.recovered == gap.count
        ledger.end(number, isWhole ? .backfilled : .unrecoverable, at: time)
        tell(.gapEnded(number))
    }

    // MARK: Answers

    /// Works in the trades of an answer that were missing.
    mutating func receiveRows(
        _ rows: [BinanceTradeRow],
        _ wanted: TradeContinuity.Request,
        at time: MonotonicTime
    ) {
        for row in rows {
            guard holes.isMissing(wanted.stream, row.id) else {
                counters.surplusRows &+= 1
                continue
            }
            var event = MarketEvent(
                kind: .trade,
                feed: configuration.feed,
                symbol: wanted.stream.symbol,
                sequence: row.id,
                receiveTime: time,
                venueNanoseconds: row.venueNanoseconds,
                flags: [.last, .venueTime, .sequenced]
            )
            event.fill(row.price, row.quantity, isBuyerMaker: row.isBuyerMaker)
            // One that is not missing any more came late and was held meanwhile.
            _ = merger.recover(event, epoch: Self.epoch)
            fill(wanted.stream, row.id, at: time)
        }
        let newest = rows.lazy.map(\.id).max()
        if holes.didAnswer(wanted, newest: newest, at: time) { endTradeGap(wanted.gap, at: time) }
    }

    mutating func tradesFailed(_ wanted: TradeContinuity.Request, at time: MonotonicTime) {
        if holes.didFail(wanted, at: time) { endTradeGap(wanted.gap, at: time) }
    }
}

extension MarketEvent {
    /// Takes price, quantity and side of a trade.
    ///
    /// A trade is flagged as one at the ask when the buyer took it.
    mutating func fill(_ price: ExactDecimal, _ quantity: ExactDecimal, isBuyerMaker: Bool) {
        word0 = price.mantissa
        word1 = quantity.mantissa
        scales = (price.scale, quantity.scale, 0, 0)
        flags.insert(.sequenced)
        if !isBuyerMaker { flags.insert(.ask) }
    }
}
