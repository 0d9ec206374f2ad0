// How much of each limit is used, for people and metrics.

/// How much of a limit is used.
package struct LimitUsage: Sendable, Equatable {
    /// The limit.
    package var limit: RiskLimit
    /// The symbol, for limits that each symbol has.
    package var symbol: String?
    /// The limit's value.
    package var bound: Amount
    /// What is used of it; `nil` where every order is held against it alone, or nobody can say.
    package var used: Amount?

    init(_ limit: RiskLimit, symbol: String? = nil, bound: Amount, used: Amount?) {
        self.limit = limit
        self.symbol = symbol
        self.bound = bound
        self.used = used
    }

    /// Whether each order is held against it alone, so that nothing of it is used up.
    package var isPerOrder: Bool {
        switch limit {
        case .priceCollar, .priceDrift, .orderValue, .orderVolume, .duplicate, .quoteAge,
            .conversion:
            true
        default: false
        }
    }

    /// The used part of the limit, 1 at the limit; for display only.
    package var ratio: Double? {
        guard let used, bound.units > 0 else { return nil }
        return Double(used.units) / Double(bound.units)
    }
}

extension RiskEngine {
    /// Every limit that is configured, with what is used of it now.
    ///
    /// - Parameters:
    ///   - openOrders: Every order command of ours that may still be filled.
    ///   - time: The moment.
    /// - Returns: The limits in the order of their rules; those of symbols once for each symbol in use.
    package mutating func usage(
        openOrders: [OpenOrder],
        at time: TradingLoop.StepTime
    ) -> [LimitUsage] {
        recent?.expire(at: time.monotonic)
        var rows = orderLimits()
        rows.append(
            LimitUsage(
                .orderRate,
                bound: Amount(limits.orderRateMax),
                used: Amount(rate.count(at: time.monotonic))
            )
        )
        if let maximum = limits.repeatMax {
            let used = Amount(max(0, repeats.countMax - 1))
            rows.append(LimitUsage(.repeats, bound: Amount(maximum), used: used))
        }
        let unrealised = latestUnrealised()
        let loss = unrealised.flatMap { daily.loss(unrealised: $0) }
        rows.append(LimitUsage(.dailyLoss, bound: dailyLossMax, used: loss))
        if let maximum = limits.drawdownMax {
            let drawdown = unrealised.flatMap { daily.drawdown(unrealised: $0) }
            let bound = Amount(maximum, rounding: .down)
            rows.append(LimitUsage(.drawdown, bound: bound, used: drawdown))
        }
        if let maximum = limits.openOrdersMax {
            let used = Amount(openOrders.count { $0.openQuantity.mantissa != 0 })
            rows.append(LimitUsage(.openOrders, bound: Amount(maximum), used: used))
        }
        if let maximum = limits.recentValueMax, let recent {
            let bound = Amount(maximum, rounding: .down)
            rows.append(LimitUsage(.recentValue, bound: bound, used: recent.value(adding: .zero)))
        }
        for id in instruments.ids { rows += symbolLimits(id, openOrders) }
        return rows
    }

    /// The limits that each order is held against alone.
    private func orderLimits() -> [LimitUsage] {
        let configured: [(RiskLimit, ExactDecimal?)] = [
            (.priceCollar, limits.priceCollarPercent), (.priceDrift, limits.priceDriftPercent),
            (.orderValue, limits.orderValueMax),
        ]
        var rows = configured.compactMap { limit, bound in
            bound.map { LimitUsage(limit, bound: Amount($0, rounding: .down), used: nil) }
        }
        let times: [(RiskLimit, Duration?)] = [
            (.duplicate, limits.duplicateWindow), (.quoteAge, limits.quoteAgeMax),
            (.conversion, limits.conversionAgeMax),
        ]
        rows += times.compactMap { limit, bound in
            bound.map { LimitUsage(limit, bound: Amount(milliseconds: $0), used: nil) }
        }
        return rows
    }

    private mutating func symbolLimits(
        _ id: InstrumentID,
        _ openOrders: [OpenOrder]
    ) -> [LimitUsage] {
        let symbol = instruments.symbol(of: id)
        var rows: [LimitUsage] = []
        if let bound = states[id.index].volumeMax {
            rows.append(LimitUsage(.orderVolume, symbol: symbol, bound: bound, used: nil))
        }
        if let maximum = limits.recentVolumeMax, let recent {
            rows.append(
                LimitUsage(
                    .recentVolume,
                    symbol: symbol,
                    bound: Amount(maximum, rounding: .down),
                    used: recent.lots(of: id, adding: .zero)
                )
            )
        }
        rows.append(
            LimitUsage(
                .positionSize,
                symbol: symbol,
                bound: Amount(limits.positionSizeMax, rounding: .down),
                used: worstValue(of: id, openOrders)
            )
        )
        return rows
    }

    /// What a symbol's position is worth with all that is open filled; `nil` when nobody can say.
    private mutating func worstValue(
        of id: InstrumentID,
        _ openOrders: [OpenOrder]
    ) -> Amount? {
        let load = OrderLoad(openOrders, of: id)
        guard let lots = worstLots(adding: .zero, .buy, id, load) else { return nil }
        if lots.units == 0 { return .zero }
        guard let definition = instruments.definition(of: id),
            let ask = states[id.index].quote.latest?.ask
        else { return nil }
        let highest = max(ask, load.priceMax, book[id].foreignPriceMax)
        return notional(lots, at: Amount(highest, rounding: .up), of: definition).flatMap {
            convert($0, of: id, isExposure: true, basis: .latest, at: nil)
        }
    }
}
