// The tries of each limit.

extension RiskDrill {
    private static let instrument = InstrumentID(rawValue: 0)

    private func bound(_ value: ExactDecimal) -> Amount { Amount(value, rounding: .down) }

    // MARK: Prices and quotes

    func priceRows() -> [Row] {
        var rows: [Row] = []
        if let percent = limits.priceCollarPercent.map(bound) {
            rows.append(
                row(.priceCollar, bound: percent, step: Self.percentStep) { measured in
                    var engine = engine()
                    return isRefused(.priceCollar, by: &engine, kind: limit(beyond: measured))
                }
            )
        }
        if let percent = limits.priceDriftPercent.map(bound) {
            rows.append(
                row(.priceDrift, bound: percent, step: Self.percentStep) { measured in
                    var engine = engine()
                    engine.recent?.record(remembered())
                    return isRefused(.priceDrift, by: &engine, kind: limit(beyond: measured))
                }
            )
        }
        let age = Amount(milliseconds: limits.quoteAgeMax)
        rows.append(
            row(.quoteAge, bound: age, step: Self.nanosecond) { measured in
                var engine = engine()
                return isRefused(.quoteAge, by: &engine, after: Self.duration(measured))
            }
        )
        return rows
    }

    /// One step of a price of 1, in percent.
    private static let percentStep = Amount(units: tickAmount.units * 100)
    /// One nanosecond, in milliseconds.
    private static let nanosecond = Amount(units: 1_000_000)

    private static func duration(_ milliseconds: Amount) -> Duration {
        .nanoseconds(Int64(clamping: milliseconds.units / nanosecond.units))
    }

    /// A limit order so many percent above a price of 1.
    private func limit(beyond percent: Amount) -> OrderRequest.Kind {
        let price = Amount(1).units + percent.units / 100
        return .limit(ExactDecimal(exactly: price, scale: Amount.scale) ?? .zero)
    }

    private func remembered(
        _ lots: Amount = stepAmount,
        value: Amount = stepAmount
    ) -> RecentOrders.Order {
        RecentOrders.Order(
            time: later(.zero).monotonic,
            strategy: 0,
            instrument: Self.instrument,
            side: .buy,
            kind: .market,
            lots: lots,
            price: Amount(1),
            value: value
        )
    }

    // MARK: Sizes

    func sizeRows() -> [Row] {
        var rows: [Row] = []
        if let value = limits.orderValueMax.map(bound) {
            rows.append(
                row(.orderValue, bound: value) { measured in
                    var engine = engine()
                    return isRefused(.orderValue, by: &engine, measured)
                }
            )
        }
        if let volume = limits.orderVolumeMax[symbol].map(bound) {
            rows.append(
                row(.orderVolume, bound: volume) { measured in
                    var engine = engine()
                    return isRefused(.orderVolume, by: &engine, measured)
                }
            )
        }
        rows.append(
            row(.positionSize, bound: bound(limits.positionSizeMax)) { measured in
                // One step is ordered, the rest is held.
                let held = Amount(units: measured.units - Self.stepAmount.units)
                var engine = engine(holding: held)
                return isRefused(.positionSize, by: &engine)
            }
        )
        return rows
    }

    func selfMatch() -> Row {
        row(
            .selfMatch,
            bound: Amount(1),
            step: Self.tickAmount,
            mustBeRefused: [false, true, true]
        ) { measured in
            let price = ExactDecimal(exactly: measured.units, scale: Amount.scale) ?? .zero
            let resting = OpenOrder(
                instrument: Self.instrument,
                side: .sell,
                openQuantity: Self.one,
                price: Self.one,
                isLimit: true
            )
            var engine = engine()
            return isRefused(.selfMatch, by: &engine, kind: .limit(price), against: [resting])
        }
    }

    func openOrders(_ maximum: Int) -> Row {
        row(.openOrders, bound: Amount(maximum), step: Amount(1)) { measured in
            let open = OpenOrder(
                instrument: InstrumentID(rawValue: 1),
                side: .buy,
                openQuantity: Self.one,
                price: Self.one
            )
            let count = Int(clamping: measured.units / Amount(1).units) - 1
            var engine = engine()
            return isRefused(
                .openOrders,
                by: &engine,
                against: Array(repeating: open, count: max(0, count))
            )
        }
    }

    // MARK: Flow

    func rate() -> Row {
        row(.orderRate, bound: Amount(limits.orderRateMax), step: Amount(1)) { measured in
            let sent = Int(clamping: measured.units / Amount(1).units) - 1
            var engine = engine()
            engine.restoreRate(
                Array(repeating: later(.zero).wall, count: max(0, sent)),
                at: later(.zero)
            )
            return isRefused(.orderRate, by: &engine)
        }
    }

    func flowRows() -> [Row] {
        var rows: [Row] = []
        if let window = limits.duplicateWindow {
            let bound = Amount(milliseconds: window)
            let refused = [true, false, false]
            rows.append(
                row(.duplicate, bound: bound, step: Self.nanosecond, mustBeRefused: refused) {
                    var engine = engine()
                    engine.duplicates?.record(remembered())
                    return isRefused(.duplicate, by: &engine, after: Self.duration($0))
                }
            )
        }
        if let volume = limits.recentVolumeMax.map(bound) {
            rows.append(
                row(.recentVolume, bound: volume) { measured in
                    let before = Amount(units: measured.units - Self.stepAmount.units)
                    var engine = engine()
                    engine.recent?.record(remembered(before, value: .zero))
                    return isRefused(.recentVolume, by: &engine)
                }
            )
        }
        if let value = limits.recentValueMax.map(bound) {
            rows.append(
                row(.recentValue, bound: value) { measured in
                    let before = Amount(units: measured.units - Self.stepAmount.units)
                    var engine = engine()
                    engine.recent?.record(remembered(.zero, value: before))
                    return isRefused(.recentValue, by: &engine)
                }
            )
        }
        if let maximum = limits.repeatMax {
            rows.append(
                row(.repeats, bound: Amount(maximum), step: Amount(1)) { measured in
                    var engine = engine()
                    let signature = RepeatThrottle.Signature(
                        strategy: 0,
                        instrument: Self.instrument,
                        side: .buy,
                        lots: Self.stepAmount
                    )
                    // The first order is no repeat: it comes before all of these.
                    let placed = Int(clamping: measured.units / Amount(1).units)
                    if placed > 0 { engine.repeats.record(signature, count: placed) }
                    return isRefused(.repeats, by: &engine)
                }
            )
        }
        return rows
    }

    // MARK: Losses

    func lossRows() -> [Row] {
        var rows = [loss(.dailyLoss, bound(limits.dailyLossMax))]
        if let drawdown = limits.drawdownMax.map(bound) { rows.append(loss(.drawdown, drawdown)) }
        return rows
    }

    private func loss(_ limit: RiskLimit, _ bound: Amount) -> Row {
        row(limit, bound: bound, mustBeRefused: [false, true, true]) { measured in
            var engine = engine()
            let lost = ExactDecimal(exactly: -measured.units, scale: Amount.scale) ?? .zero
            let deal = Deal(
                number: 1,
                ticket: 2,
                position: 2,
                orderID: nil,
                isOurs: true,
                symbol: symbol,
                side: .buy,
                entry: .in,
                volume: Self.one,
                price: Self.one,
                profit: lost,
                time: later(.zero).wall
            )
            engine.apply(deal)
            _ = engine.assess(at: later(.zero))
            return isRefused(limit, by: &engine)
        }
    }
}
