/// The decider of the process: events, time and the kill switch go in, actions come out.
///
/// It reads no clock, socket or file, so that the loop, a replay, a simulation and the audit run the
/// same code. Nothing is allocated per event.
package struct TradingLoop: ~Copyable {
    /// What the loop needs to know from the start.
    package struct Configuration: Sendable {
        /// Symbols that can be numbered, over all feeds.
        package var symbolCount: Int
        /// Feeds that are configured.
        package var feedCount: Int
        /// A longer silence of the loop itself means that the process was paused.
        package var pauseLimit: Duration = .seconds(1)
        /// A decision on an older quote is refused (`RISK_MAX_QUOTE_AGE_MS`).
        package var quoteAgeMax: Duration = .seconds(5)
        /// How often a symbol's tick is shown in the log at most.
        package var sampleInterval: Duration = .seconds(1)

        package init(symbolCount: Int, feedCount: Int) {
            self.symbolCount = symbolCount
            self.feedCount = feedCount
        }
    }

    /// The moment of a step on both clocks.
    package struct StepTime: Sendable {
        package var monotonic: MonotonicTime
        package var wall: WallTime
        package init(monotonic: MonotonicTime, wall: WallTime) {
            self.monotonic = monotonic
            self.wall = wall
        }
    }

    private let configuration: Configuration
    private let sampleNanoseconds: Int64
    private var strategies: [any Strategy]
    private var context: StrategyContext
    private var feeds: [FeedCondition]
    private var isHalted = false
    private var stoppedSymbols: [String] = []
    private var haveStoppedSymbolsChanged = false
    private var lastStep: MonotonicTime?
    private var resumedAt: MonotonicTime?
    private var wholeCount = 0
    private var knownCount = 0
    private var stateIsStale = true
    /// Messages handed to the strategies, by stream.
    package private(set) var delivered: [UInt64]
    /// Gaps told to the strategies, by cause.
    package private(set) var gapCounts = [UInt64](
        repeating: 0,
        count: MarketEvent.GapCause.allCases.count
    )
    /// Order requests refused, by reason.
    package private(set) var refusalCounts = [UInt64](
        repeating: 0,
        count: OrderRefusal.allCases.count
    )
    /// Order requests made.
    package private(set) var requestCount: UInt64 = 0

    package init(_ configuration: Configuration, strategies: [any Strategy]) {
        self.configuration = configuration
        sampleNanoseconds = configuration.sampleInterval.wholeNanoseconds
        self.strategies = strategies
        context = StrategyContext(symbolCount: configuration.symbolCount)
        feeds = Array(repeating: FeedCondition(), count: configuration.feedCount)
        delivered = Array(
            repeating: 0,
            count: configuration.symbolCount * StreamID.perSymbol
        )
    }

    /// Whether orders may add exposure, as of the last step.
    package var tradingState: TradingState { context.tradingState }

    /// A symbol that a feed has met.
    package struct KnownSymbol: Sendable {
        package var id: SymbolID
        package var name: String
        package var feed: FeedID
        package var condition: SymbolCondition
        /// When its newest quote reached this process.
        package var lastReceive: MonotonicTime?
    }

    /// The symbols that the feeds have met.
    package var knownSymbols: [KnownSymbol] {
        context.symbols.indices.compactMap { index in
            let symbol = context.symbols[index]
            guard symbol.isKnown else { return nil }
            return KnownSymbol(
                id: SymbolID(rawValue: UInt16(index)),
                name: symbol.name,
                feed: symbol.feed,
                condition: symbol.condition,
                lastReceive: symbol.quote?.receiveTime
            )
        }
    }

    /// Names the symbols whose own kill switch is engaged, all of them; in force from the next step.
    package mutating func setStoppedSymbols(_ names: [String]) {
        guard names != stoppedSymbols else { return }
        stoppedSymbols = names
        haveStoppedSymbolsChanged = true
    }

    /// Does one step: feed states and inputs first, then the events in order, then the timer.
    ///
    /// - Parameters:
    ///   - time: The moment of the step, read after the batch was taken.
    ///   - isHalted: Whether the kill switch is engaged, probed for this step.
    ///   - batch: What was taken from the buffer.
    ///   - isTimerDue: Whether a loop interval has passed.
    ///   - actions: Receives what is to be done.
    package mutating func step(
        _ time: StepTime,
        isHalted: Bool,
        batch: borrowing EventBatch,
        isTimerDue: Bool,
        into actions: inout LoopActions
    ) {
        let now = time.monotonic
        context.now = now
        context.wallTime = time.wall
        notePause(now, &actions)
        if isHalted != self.isHalted {
            self.isHalted = isHalted
            stateIsStale = true
        }
        batch.forEachFeedState { handle($0, &actions) }
        if haveStoppedSymbolsChanged { applyStoppedSymbols(&actions) }
        for input in batch.inputs { apply(input, &actions) }
        // The state is settled before a strategy is called, so that a halt is in force at once.
        settle(&actions)
        batch.forEachRun(lossTime: now) { events in
            for index in events.indices { handle(events[index], &actions) }
        }
        if isTimerDue { runTimers(now, &actions) }
        settle(&actions)
    }

    // MARK: Events

    @inline(__always)
    private mutating func handle(_ event: MarketEvent, _ actions: inout LoopActions) {
        switch event.kind {
        case .quote: applyQuote(event, &actions)
        case .trade, .bookLevel, .bookClear: break
        case .gap: applyGap(event, &actions)
        case .feedState: applyFeedState(event, &actions)
        }
        if event.isMessageEnd { delivered[event.stream.index] &+= 1 }
        for index in strategies.indices { strategies[index].onEvent(event, &context) }
        if !context.requests.isEmpty { decideRequests(&actions) }
        if !context.reports.isEmpty { passReports(&actions) }
    }

    @inline(__always)
    private mutating func applyQuote(_ event: MarketEvent, _ actions: inout LoopActions) {
        let index = event.symbol.index
        context.symbols[index].quote = event
        var condition = context.symbols[index].condition
        condition.subtract([.noQuote, .gap, .crossed, .suspect, .backlog, .idle])
        if event.flags.contains(.crossed) { condition.insert(.crossed) }
        if event.flags.contains(.suspect) { condition.insert(.suspect) }
        if event.flags.contains(.backlog) || isFromBeforePause(event) {
            condition.insert(.backlog)
        }
        setCondition(index, condition, &actions)
        context.symbols[index].ticksSinceSample &+= 1
        let since = context.now.nanoseconds &- context.symbols[index].lastSample.nanoseconds
        if since >= sampleNanoseconds {
            actions.append(.liveTick(event, count: context.symbols[index].ticksSinceSample))
            context.symbols[index].ticksSinceSample = 0
            context.symbols[index].lastSample = context.now
        }
    }

    private func isFromBeforePause(_ event: MarketEvent) -> Bool {
        guard let resumedAt else { return false }
        return event.receiveTime < resumedAt
    }

    private mutating func applyGap(_ event: MarketEvent, _ actions: inout LoopActions) {
        gapCounts[Int(event.gapCause.rawValue)] &+= 1
        actions.append(.gap(event))
        let index = event.symbol.index
        guard context.symbols[index].isKnown else { return }
        setCondition(index, context.symbols[index].condition.union(.gap), &actions)
    }

    private mutating func applyFeedState(_ event: MarketEvent, _ actions: inout LoopActions) {
        let isDown = event.connectionState != .connected
        feeds[event.feed.index] = FeedCondition(isDown: isDown, isStarved: event.isStarved)
        for index in context.symbols.indices
        where context.symbols[index].isKnown && context.symbols[index].feed == event.feed {
            var condition = context.symbols[index].condition.subtracting([.feedDown, .starved])
            condition.formUnion(feeds[event.feed.index].asSymbolCondition)
            setCondition(index, condition, &actions)
        }
        stateIsStale = true
    }

    // MARK: Inputs

    private mutating func apply(_ input: LoopInput, _ actions: inout LoopActions) {
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
        case .symbolIdle(let symbol, let isIdle):
            var condition = context.symbols[symbol.index].condition
            if isIdle { condition.insert(.idle) } else { condition.remove(.idle) }
            setCondition(symbol.index, condition, &actions)
        }
    }

    private func isStopped(_ name: String) -> Bool {
        stoppedSymbols.contains { KillSwitchScope.symbol($0).matches(.symbol(name)) }
    }

    private mutating func applyStoppedSymbols(_ actions: inout LoopActions) {
        haveStoppedSymbolsChanged = false
        for index in context.symbols.indices where context.symbols[index].isKnown {
            var condition = context.symbols[index].condition.subtracting(.killed)
            if isStopped(context.symbols[index].name) { condition.insert(.killed) }
            setCondition(index, condition, &actions)
        }
    }

    private mutating func notePause(_ now: MonotonicTime, _ actions: inout LoopActions) {
        defer { lastStep = now }
        guard let lastStep, now - lastStep > configuration.pauseLimit else { return }
        resumedAt = now
        actions.append(.paused(now - lastStep))
        for index in context.symbols.indices where context.symbols[index].isKnown {
            setCondition(index, context.symbols[index].condition.union(.backlog), &actions)
        }
    }

    private mutating func runTimers(_ now: MonotonicTime, _ actions: inout LoopActions) {
        for index in strategies.indices { strategies[index].onTimer(now, &context) }
        if !context.requests.isEmpty { decideRequests(&actions) }
        if !context.reports.isEmpty { passReports(&actions) }
    }

    // MARK: State

    private mutating func setCondition(
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

    private mutating func settle(_ actions: inout LoopActions) {
        guard stateIsStale else { return }
        stateIsStale = false
        let state = isHalted ? TradingState.halted : unhaltedState
        guard state != context.tradingState else { return }
        actions.append(.tradingStateChanged(from: context.tradingState, to: state))
        context.tradingState = state
    }

    private var unhaltedState: TradingState {
        if knownCount == 0 { return .reduceOnly(.noData) }
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

    // MARK: Requests

    private mutating func decideRequests(_ actions: inout LoopActions) {
        let requests = context.requests
        context.requests.removeAll(keepingCapacity: true)
        for (number, request) in requests {
            requestCount &+= 1
            let refusal = refusal(of: request)
            refusalCounts[Int(refusal.rawValue)] &+= 1
            actions.append(.orderRefused(request, refusal))
            let update = OrderUpdate(requestNumber: number, request: request, refusal: refusal)
            for index in strategies.indices { strategies[index].onOrder(update, &context) }
        }
        // A strategy that answers a refusal with another request would never end: one round a call.
        if !context.requests.isEmpty {
            context.overflowCount &+= UInt64(context.requests.count)
            context.requests.removeAll(keepingCapacity: true)
        }
    }

    private func refusal(of request: OrderRequest) -> OrderRefusal {
        let symbol = context.symbols[request.symbol.index]
        if isHalted || symbol.condition.contains(.killed) { return .killSwitch }
        if !symbol.condition.isEmpty { return .reduceOnly }
        guard let quote = symbol.quote,
            context.now - quote.receiveTime <= configuration.quoteAgeMax
        else { return .staleQuote }
        return .noOrderRoute
    }

    private mutating func passReports(_ actions: inout LoopActions) {
        for report in context.reports { actions.append(.strategyReport(report)) }
        context.reports.removeAll(keepingCapacity: true)
    }
}

/// What the loop knows of a feed's connection.
private struct FeedCondition: Sendable {
    var isDown = true
    var isStarved = false

    var asSymbolCondition: SymbolCondition {
        var condition = SymbolCondition()
        if isDown { condition.insert(.feedDown) }
        if isStarved { condition.insert(.starved) }
        return condition
    }
}
