/// Drives each configured limit one step below it, at it and one step beyond it, without any market.
///
/// The limits are the real ones; instrument, account and quotes are made up so that one step is the
/// smallest there is. Other limits may be hit as well, only the one under test is looked at.
package struct RiskDrill: Sendable {
    /// What one limit did.
    package struct Row: Sendable, Equatable {
        /// The limit.
        package var limit: RiskLimit
        /// Its value.
        package var bound: Amount
        /// Three tries: below, at and beyond the limit.
        package var tries: [Try]
        /// Whether each try was treated as the limit says.
        package var holds: Bool { tries.allSatisfy { $0.isRefused == $0.mustBeRefused } }
    }

    /// One order held against a limit.
    package struct Try: Sendable, Equatable {
        /// What the order made of the limit.
        package var measured: Amount
        /// Whether it was refused for it.
        package var isRefused: Bool
        /// Whether it had to be.
        package var mustBeRefused: Bool
    }

    let limits: RiskLimits
    let symbol: String
    /// A Wednesday at noon, when every session is open.
    private let start = TradingLoop.StepTime(
        monotonic: MonotonicTime(nanoseconds: 1_000_000_000_000),
        wall: WallTime(nanoseconds: 1_768_392_000 * 1_000_000_000)
    )
    /// The smallest step of a volume, and the finest that a limit can be set to.
    private static let step = ExactDecimal(mantissa: 1, scale: 6)
    static let stepAmount = Amount(step, rounding: .up)
    /// The smallest step of a price, so that percentages have the same fineness.
    private static let tick = ExactDecimal(mantissa: 1, scale: 8)
    static let tickAmount = Amount(tick, rounding: .up)

    package init(_ limits: RiskLimits) {
        self.limits = limits
        let named = limits.orderVolumeMax.entries.map(\.symbol) + (limits.allowedSymbols ?? [])
        let candidates = named + ["EURUSD", "DRILL"]
        symbol =
            candidates.first { name in
                limits.orderVolumeMax[name] != nil && !limits.deniedSymbols.contains(name)
                    && limits.allowedSymbols?.contains(name) ?? true
            } ?? "DRILL"
    }

    /// One row for each limit that is configured with a number, ordered by rule.
    package func run() -> [Row] {
        var rows = priceRows() + sizeRows() + [rate()] + flowRows() + lossRows()
        if limits.preventsSelfMatch { rows.append(selfMatch()) }
        if let maximum = limits.openOrdersMax { rows.append(openOrders(maximum)) }
        return rows.sorted { $0.limit.rawValue < $1.limit.rawValue }
    }

    // MARK: A made-up desk

    /// An engine at a flat account with a quote of exactly 1.
    func engine(holding position: Amount = .zero) -> RiskEngine {
        var engine = RiskEngine(limits)
        engine.define(
            Instrument(
                symbol: symbol,
                contractSize: ExactDecimal(mantissa: 1, scale: 0),
                tickSize: Self.tick,
                digits: Self.tick.scale,
                volumeMin: Self.step,
                volumeMax: ExactDecimal(mantissa: .max, scale: 0),
                volumeStep: Self.step,
                baseCurrency: "DRILL",
                profitCurrency: limits.accountCurrency
            )
        )
        let volume = ExactDecimal(exactly: position.units, scale: Amount.scale) ?? .zero
        let held = AccountSnapshot.Position(
            ticket: 1,
            symbol: symbol,
            side: .buy,
            volume: volume,
            openPrice: Self.one,
            isOurs: true
        )
        engine.adopt(
            AccountSnapshot(
                bootID: "drill",
                currency: limits.accountCurrency,
                marginMode: .netting,
                balance: .zero,
                equity: .zero,
                positions: position.units == 0 ? [] : [held]
            )
        )
        let quote = BidAsk(bid: Self.one, ask: Self.one)
        for _ in 0..<3 {
            engine.observe(quote, of: InstrumentID(rawValue: 0), at: start.monotonic)
        }
        _ = engine.assess(at: start)
        return engine
    }

    static let one = ExactDecimal(mantissa: 1, scale: 0)

    func later(_ duration: Duration) -> TradingLoop.StepTime {
        TradingLoop.StepTime(
            monotonic: start.monotonic + duration,
            wall: WallTime(nanoseconds: start.wall.nanoseconds + duration.wholeNanoseconds)
        )
    }

    /// Whether an order is refused for a limit.
    func isRefused(
        _ limit: RiskLimit,
        by engine: inout RiskEngine,
        _ lots: Amount = stepAmount,
        kind: OrderRequest.Kind = .market,
        against open: [OpenOrder] = [],
        after duration: Duration = .zero
    ) -> Bool {
        let intent = OrderIntent(
            id: OrderID(ledger: 0, epoch: 0, sequence: 1),
            command: .place,
            origin: .strategy(0, request: 0),
            symbol: symbol,
            side: .buy,
            kind: kind,
            quantity: ExactDecimal(exactly: lots.units, scale: Amount.scale) ?? .zero,
            referencePrice: .zero,
            quoteTime: .zero,
            createdAt: start.wall,
            lifetime: .seconds(1),
            isReducing: false
        )
        let time = later(duration)
        switch engine.evaluate(intent, against: open, isReduceOnly: false, at: time) {
        case .approved: return false
        case .refused(let refusal): return refusal.contains(limit)
        }
    }

    /// The row of a limit that is tried one step below, at and beyond it.
    func row(
        _ limit: RiskLimit,
        bound: Amount,
        step: Amount = stepAmount,
        mustBeRefused: [Bool] = [false, false, true],
        _ isRefused: (Amount) -> Bool
    ) -> Row {
        let measured = [-1, 0, 1].map { Amount(units: bound.units + $0 * step.units) }
        let tries = zip(measured, mustBeRefused).map { measured, mustBeRefused in
            Try(
                measured: measured,
                isRefused: isRefused(measured),
                mustBeRefused: mustBeRefused
            )
        }
        return Row(limit: limit, bound: bound, tries: tries)
    }
}
