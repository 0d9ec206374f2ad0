// What is wrong with each symbol, and what follows for the whole process.

extension TradingLoop {
    // MARK: Inputs

    mutating func apply(_ input: LoopInput, _ actions: inout LoopActions) {
        switch input {
        case .symbolAdded(let symbol, let feed, let name):
            var state = SymbolState()
            state.name = name
            state.feed = feed
            state.isKnown = true
            state.condition.formUnion(feeds[feed.index].asSymbolCondition)
            if isStopped(name) { state.condition.insert(.killed) }
            context.symbols[symbol.index] = state
            knownCount += 1
            stateIsStale = true
            route(symbol, name, &actions)
        case .order(let input): apply(input, &actions)
        case .resetRisk(let reset): resetRisk(reset, &actions)
        case .tightenRisk(let limits): tightenRisk(limits)
        case .symbolIdle(let symbol, let isIdle):
            var condition = context.symbols[symbol.index].condition
            if isIdle { condition.insert(.idle) } else { condition.remove(.idle) }
            setCondition(symbol.index, condition, &actions)
        }
    }

    /// Finds the instrument of a symbol; the first feed that brings a name trades it.
    private mutating func route(_ symbol: SymbolID, _ name: String, _ actions: inout LoopActions) {
        guard let id = orders?.risk.identify(name) else { return }
        orders?.instruments[symbol.index] = id
        if orders?.symbols[id.index] == nil { orders?.symbols[id.index] = symbol }
        orders?.isBookStale = true
        actions.append(.describe(symbol: name))
    }

    func isStopped(_ name: String) -> Bool {
        stoppedSymbols.contains { KillSwitchScope.symbol($0).matches(.symbol(name)) }
    }

    mutating func applyStoppedSymbols(_ actions: inout LoopActions) {
        haveStoppedSymbolsChanged = false
        for index in context.symbols.indices where context.symbols[index].isKnown {
            var condition = context.symbols[index].condition.subtracting(.killed)
            if isStopped(context.symbols[index].name) { condition.insert(.killed) }
            setCondition(index, condition, &actions)
        }
    }

    // MARK: Books

    /// Applies a part of an update, or a gap, to the book of its symbol.
    mutating func applyBook(_ event: MarketEvent, _ actions: inout LoopActions) {
        let index = event.symbol.index
        if context.books[index] == nil { context.books[index] = OrderBook() }
        context.books[index]?.apply(event)
        guard event.kind == .gap || event.isMessageEnd else { return }
        var condition = context.symbols[index].condition
        if context.books[index]?.isValid == true {
            condition.remove(.bookBroken)
        } else {
            condition.insert(.bookBroken)
        }
        setCondition(index, condition, &actions)
    }

    // MARK: State

    mutating func setCondition(
        _ index: Int,
        _ condition: SymbolCondition,
        _ actions: inout LoopActions
    ) {
        let old = context.symbols[index].condition
        guard condition != old else { return }
        context.symbols[index].condition = condition
        if old.isEmpty { wholeCount -= 1 }
        if condition.isEmpty { wholeCount += 1 }
        stateIsStale = true
        actions.append(
            .conditionChanged(SymbolID(rawValue: UInt16(index)), from: old, to: condition)
        )
    }

    mutating func settle(_ actions: inout LoopActions) {
        guard stateIsStale else { return }
        stateIsStale = false
        let state = isHalted ? TradingState.halted : unhaltedState
        guard state != context.tradingState else { return }
        actions.append(.tradingStateChanged(from: context.tradingState, to: state))
        context.tradingState = state
    }

    private var unhaltedState: TradingState {
        if knownCount == 0 { return .reduceOnly(.noData) }
        if let reasons = orders?.reduceOnlyReasons, !reasons.isEmpty { return .reduceOnly(reasons) }
        if wholeCount > 0 { return .active }
        var all = SymbolCondition()
        for symbol in context.symbols where symbol.isKnown { all.formUnion(symbol.condition) }
        var reasons = ReduceOnlyReasons()
        if all.contains(.starved) { reasons.insert(.dataStarved) }
        if all.contains(.feedDown) { reasons.insert(.feedDown) }
        if all.contains(.backlog) { reasons.insert(.paused) }
        if reasons.isEmpty { reasons.insert(all.contains(.noQuote) ? .noData : .dataInDoubt) }
        return .reduceOnly(reasons)
    }
}

/// What the loop knows of a feed's connection.
struct FeedCondition: Sendable {
    var isDown = true
    var isStarved = false

    var asSymbolCondition: SymbolCondition {
        var condition = SymbolCondition()
        if isDown { condition.insert(.feedDown) }
        if isStarved { condition.insert(.starved) }
        return condition
    }
}
