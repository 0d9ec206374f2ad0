import TradingCore

/// What the simulated strategy is to wish for, one a quote.
final class TradeScript {
    enum Wish: Equatable {
        case market(OrderRequest.Side = .buy)
        case limit
        case stop(OrderRequest.Side = .buy)
        case modify
        case close
        case cancel
    }

    struct Entry {
        var wish: Wish
        /// Whether the schedule is about it.
        var isMain = false
        /// How often it is wished for again when it is refused.
        var triesLeft = 0
    }

    var entries: [Entry] = []
    /// The entry that is being decided.
    private(set) var current: Entry?
    private var workingRequest: UInt64?

    /// The strategy begins anew and knows nothing of what it asked before.
    func restart() {
        workingRequest = nil
        current = nil
    }

    func take() -> Entry? {
        guard !entries.isEmpty else { return nil }
        current = entries.removeFirst()
        return current
    }

    func retry() {
        guard var entry = current, entry.triesLeft > 0 else { return }
        entry.triesLeft -= 1
        entries.insert(entry, at: 0)
    }

    func noteWorking(_ request: UInt64?) { workingRequest = request }
    var working: UInt64? { workingRequest }
}

/// Wishes for what its script says.
struct ScriptedStrategy: Strategy {
    let script: TradeScript
    static let volume = ExactDecimal(mantissa: 10, scale: 2)
    private static let low = ExactDecimal(mantissa: 100_000, scale: 5)
    private static let lower = ExactDecimal(mantissa: 99_000, scale: 5)
    /// Near enough for a price that moves to get there.
    private static let high = ExactDecimal(mantissa: 108_700, scale: 5)
    private static let lessHigh = ExactDecimal(mantissa: 108_300, scale: 5)

    mutating func onEvent(_ event: borrowing MarketEvent, _ context: inout StrategyContext) {
        guard event.kind == .quote, let entry = script.take() else { return }
        switch entry.wish {
        case .market(let side):
            context.submit(
                OrderRequest(symbol: event.symbol, side: side, quantity: Self.volume)
            )
        case .limit: rest(.limit(Self.low), event.symbol, &context)
        case .stop(.buy): rest(.stop(Self.high), event.symbol, &context)
        case .stop(.sell): rest(.stop(Self.lessHigh), event.symbol, &context, side: .sell)
        case .modify:
            guard let request = script.working else { return }
            context.modify(request, price: Self.lower)
        case .close:
            guard let position = context.positions.last(where: \.isOurs) else {
                return script.retry()
            }
            context.close(position)
        case .cancel:
            guard let request = script.working else { return }
            context.cancel(request)
        }
    }

    private func rest(
        _ kind: OrderRequest.Kind,
        _ symbol: SymbolID,
        _ context: inout StrategyContext,
        side: OrderRequest.Side = .buy
    ) {
        let order = OrderRequest(symbol: symbol, side: side, quantity: Self.volume, kind: kind)
        script.noteWorking(context.submit(order))
    }

    mutating func onOrder(_ update: OrderUpdate, _ context: inout StrategyContext) {
        if case .refused = update.event { script.retry() }
    }
}
