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
        /// For intervals and the order of events.
        package var monotonic: MonotonicTime
        /// For labels and calendars.
        package var wall: WallTime
        package init(monotonic: MonotonicTime, wall: WallTime) {
            self.monotonic = monotonic
            self.wall = wall
        }
    }

    var configuration: Configuration
    private let sampleNanoseconds: Int64
    var strategies: [any Strategy]
    var context: StrategyContext
    var feeds: [FeedCondition]
    /// What the loop holds for orders; `nil` where none can be sent.
    package internal(set) var orders: OrderControl?
    var isHalted = false
    var stoppedSymbols: [String] = []
    var haveStoppedSymbolsChanged = false
    private var lastStep: MonotonicTime?
    private var resumedAt: MonotonicTime?
    var wholeCount = 0
    var knownCount = 0
    var stateIsStale = true
    /// Messages handed to the strategies, by stream.
    package private(set) var delivered: [UInt64]
    /// When the newest of these was received, by the number of the stream; zero before the first.
    package private(set) var lastReceived: [MonotonicTime]
    /// Gaps told to the strategies, by cause.
    package private(set) var gapCounts = [UInt64](
        repeating: 0,
        count: MarketEvent.GapCause.allCases.count
    )
    /// Order requests refused, by reason.
    package internal(set) var refusalCounts = [UInt64](
        repeating: 0,
        count: OrderRefusal.allCases.count
    )
    /// Order requests made.
    package internal(set) var requestCount: UInt64 = 0
    /// Times at which the loop had not run for longer than ``Configuration/pauseLimit``.
    package private(set) var pauseCount: UInt64 = 0

    package init(
        _ configuration: Configuration,
        strategies: [any Strategy],
        orders: OrderControl? = nil
    ) {
        self.configuration = configuration
        sampleNanoseconds = configuration.sampleInterval.wholeNanoseconds
        self.strategies = strategies
        self.orders = orders
        context = StrategyContext(symbolCount: configuration.symbolCount)
        feeds = Array(repeating: FeedCondition(), count: configuration.feedCount)
        let streamCount = configuration.symbolCount * StreamID.perSymbol
        delivered = Array(repeating: 0, count: streamCount)
        lastReceived = Array(repeating: .zero, count: streamCount)
    }

    /// Whether orders may add exposure, as of the last step.
    package var tradingState: TradingState { context.tradingState }

    /// The open positions, with the names of their symbols.
    package var openPositions: [(symbol: String, position: Position)] {
        context.positions.map { (context.symbols[$0.symbol.index].name, $0) }
    }

    /// What a position has gained at the newest quotes, in account currency; `nil` while nobody can tell.
    package mutating func profit(of position: Position) -> ExactDecimal? {
        orders?.risk.profit(ticket: position.ticket)?.cents
    }

    /// Every limit with what is used of it, as of the last step; empty where no order can be sent.
    package mutating func limitUsage() -> [LimitUsage] {
        guard orders != nil else { return [] }
        let open = orders?.currentOpenOrders() ?? []
        let time = StepTime(monotonic: context.now, wall: context.wallTime)
        return orders?.risk.usage(openOrders: open, at: time) ?? []
    }

    /// Realised and unrealised profit since the day began, in account currency.
    package var dayProfit: ExactDecimal? { context.dayProfit }

    /// A symbol that a feed has met.
    package struct KnownSymbol: Sendable {
        /// Its number.
        package var id: SymbolID
        /// Its name.
        package var name: String
        /// The feed that met it.
        package var feed: FeedID
        /// What is wrong with its data.
        package var condition: SymbolCondition
        /// Its newest prices.
        package var quote: BidAsk?
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
                quote: symbol.quote.map { BidAsk(bid: $0.bid, ask: $0.ask) },
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
        assessRisk(&actions)
        batch.forEachRun(lossTime: now) { events in
            for index in events.indices { handle(events[index], &actions) }
        }
        if isTimerDue {
            runTimers(now, &actions)
            runOrderTimers(&actions)
        }
        settle(&actions)
    }

    // MARK: Events

    @inline(__always)
    private mutating func handle(_ event: MarketEvent, _ actions: inout LoopActions) {
        switch event.kind {
        case .quote: applyQuote(event, &actions)
        case .trade: break
        case .bookLevel, .bookClear:
            applyBook(event, &actions)
            // In the middle of an update a book may be crossed: nobody looks at it before the end.
            if !event.isMessageEnd { return }
        case .gap: applyGap(event, &actions)
        case .feedState: applyFeedState(event, &actions)
        }
        if event.isMessageEnd {
            delivered[event.stream.index] &+= 1
            lastReceived[event.stream.index] = event.receiveTime
        }
        for index in strategies.indices {
            context.activeStrategy = index
            strategies[index].onEvent(event, &context)
        }
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
        observeForRisk(event)
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
        guard event.gapStreamKind == .book else {
            return setCondition(index, context.symbols[index].condition.union(.gap), &actions)
        }
        applyBook(event, &actions)
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

    // MARK: Time

    private mutating func notePause(_ now: MonotonicTime, _ actions: inout LoopActions) {
        defer { lastStep = now }
        guard let lastStep, now - lastStep > configuration.pauseLimit else { return }
        resumedAt = now
        pauseCount &+= 1
        actions.append(.paused(now - lastStep))
        for index in context.symbols.indices where context.symbols[index].isKnown {
            setCondition(index, context.symbols[index].condition.union(.backlog), &actions)
        }
    }

    private mutating func runTimers(_ now: MonotonicTime, _ actions: inout LoopActions) {
        for index in strategies.indices {
            context.activeStrategy = index
            strategies[index].onTimer(now, &context)
        }
        if !context.requests.isEmpty { decideRequests(&actions) }
        if !context.reports.isEmpty { passReports(&actions) }
    }
}
