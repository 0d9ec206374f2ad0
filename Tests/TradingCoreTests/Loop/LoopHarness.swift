import TradingCore

/// Steps a `TradingLoop` in simulated time, with a real buffer before it.
struct LoopHarness: ~Copyable {
    var loop: TradingLoop
    let buffer: EventBuffer
    var batch: EventBatch
    var actions = LoopActions()
    var now = MonotonicTime(nanoseconds: 1_000_000_000_000)
    var isHalted = false
    private var tallies: [StreamTally]

    /// What the last step wanted of the order thread and of the kill switch.
    private(set) var approved: [OrderIntent] = []
    private(set) var errands: [OrderErrand] = []
    private(set) var trips: [LoopActions.Trip] = []

    init(
        strategies: [any Strategy] = [ObserveStrategy()],
        capacity: Int = 64,
        orders: OrderControl? = nil
    ) {
        let configuration = TradingLoop.Configuration(symbolCount: 4, feedCount: 2)
        loop = TradingLoop(configuration, strategies: strategies, orders: orders)
        buffer = EventBuffer(.init(capacity: capacity, streamCount: 16, feedCount: 2))
        batch = buffer.makeSpareBatch()
        tallies = Array(repeating: StreamTally(), count: 16)
    }

    /// Adds a symbol of feed 0 and connects the feed.
    mutating func connect(symbols: [String] = ["EURUSD"]) {
        for (index, name) in symbols.enumerated() {
            _ = buffer.append(
                .symbolAdded(
                    SymbolID(rawValue: UInt16(index)),
                    feed: FeedID(rawValue: 0),
                    name: name
                )
            )
        }
        setFeed(.connected)
    }

    func setFeed(_ state: ConnectionState, isStarved: Bool = false) {
        _ = buffer.setFeedState(
            .feedState(feed: FeedID(rawValue: 0), state: state, isStarved: isStarved, at: now)
        )
    }

    mutating func quote(
        _ symbol: UInt16 = 0,
        sequence: UInt64,
        flags: MarketEvent.Flags = .last,
        receivedAt: MonotonicTime? = nil
    ) {
        var event = MarketEvent(
            kind: .quote,
            feed: FeedID(rawValue: 0),
            symbol: SymbolID(rawValue: symbol),
            sequence: sequence,
            receiveTime: receivedAt ?? now,
            flags: flags.union(.last)
        )
        event.word0 = 108_500
        event.word2 = 108_510
        event.scales = (5, 0, 5, 0)
        append(event)
    }

    mutating func append(_ event: MarketEvent) { append([event]) }

    /// Appends the events of one message.
    mutating func append(_ events: [MarketEvent]) {
        _ = buffer.append(events.span, touched: [UInt16]().span, tallies: tallies.span)
    }

    /// Runs one step and returns what it says.
    mutating func step(after: Duration = .milliseconds(10), isTimerDue: Bool = true) -> [LoopNotice]
    {
        now = now + after
        _ = buffer.take(&batch)
        loop.step(
            .init(monotonic: now, wall: WallTime(nanoseconds: now.nanoseconds)),
            isHalted: isHalted,
            batch: batch,
            isTimerDue: isTimerDue,
            into: &actions
        )
        batch.clear()
        var notices: [LoopNotice] = []
        actions.drain { notices.append($0) }
        approved.removeAll()
        while let order = actions.takeOrder() { approved.append(order.intent) }
        errands.removeAll()
        trips.removeAll()
        var (newErrands, newTrips) = ([OrderErrand](), [LoopActions.Trip]())
        actions.drainErrands { newErrands.append($0) }
        actions.drainTrips { newTrips.append($0) }
        (errands, trips) = (newErrands, newTrips)
        return notices
    }

    var condition: SymbolCondition { loop.knownSymbols[0].condition }
}

/// What a test's strategy saw; a class, so that the test can look at it afterwards.
final class Sightings {
    var events: [MarketEvent] = []
    var updates: [OrderUpdate] = []
    var timers = 0
}

/// Records what it is told and asks for an order on every quote when asked to.
struct RecordingStrategy: Strategy {
    let sightings: Sightings
    var ordersPerQuote = 0

    mutating func onEvent(_ event: borrowing MarketEvent, _ context: inout StrategyContext) {
        sightings.events.append(copy event)
        guard event.kind == .quote else { return }
        for _ in 0..<ordersPerQuote {
            context.submit(
                OrderRequest(
                    symbol: event.symbol,
                    side: .buy,
                    quantity: ExactDecimal(mantissa: 1, scale: 2)
                )
            )
        }
    }

    mutating func onTimer(_ now: MonotonicTime, _ context: inout StrategyContext) {
        sightings.timers += 1
    }

    mutating func onOrder(_ update: OrderUpdate, _ context: inout StrategyContext) {
        sightings.updates.append(update)
    }
}
