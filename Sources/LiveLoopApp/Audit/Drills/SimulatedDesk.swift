internal import TradingCore

/// The trading loop itself, in simulated time, with a strategy that asks for an order when told to.
///
/// Nothing here decides anything: whether an order is refused, and why, is said by the very code
/// that trades.
struct SimulatedDesk: ~Copyable {
    /// The symbol that is traded.
    static let symbol = SymbolID(rawValue: 1)
    /// The feed that brings it.
    static let feed = FeedID(rawValue: 0)
    /// Wednesday 2026-01-14 12:00 UTC, when every market with a calendar is open.
    static let start = WallTime(nanoseconds: 1_768_392_000 * 1_000_000_000)
    /// Shorter than the pause that makes the loop doubt all it holds.
    private static let slice = Duration.milliseconds(500)

    private var loop: TradingLoop
    private let buffer: EventBuffer
    private var batch: EventBatch
    private var actions = LoopActions()
    private var now = MonotonicTime(nanoseconds: 1_000_000_000_000)
    private var wall = start
    private var sequence: UInt64 = 0

    /// Sets up a desk whose feed is connected and whose symbol is known.
    init(quoteAgeMax: Duration = .seconds(5)) {
        var configuration = TradingLoop.Configuration(symbolCount: 4, feedCount: 1)
        configuration.quoteAgeMax = quoteAgeMax
        loop = TradingLoop(configuration, strategies: [AskingStrategy()])
        buffer = EventBuffer(
            EventBuffer.Configuration(
                capacity: 64,
                streamCount: 4 * StreamID.perSymbol,
                feedCount: 1
            )
        )
        batch = buffer.makeSpareBatch()
        _ = buffer.append(.symbolAdded(Self.symbol, feed: Self.feed, name: "EURUSD"))
        setFeed(.connected, isStarved: false)
    }

    /// Tells the loop how its feed fares.
    func setFeed(_ state: ConnectionState, isStarved: Bool) {
        _ = buffer.setFeedState(
            .feedState(feed: Self.feed, state: state, isStarved: isStarved, at: now)
        )
    }

    /// Brings a whole quote.
    mutating func quote() {
        sequence += 1
        let event = MarketEvent(
            kind: .quote,
            feed: Self.feed,
            symbol: Self.symbol,
            sequence: sequence,
            receiveTime: now,
            flags: .last
        )
        let tallies = [StreamTally](repeating: StreamTally(), count: 1)
        _ = buffer.append([event].span, touched: [UInt16]().span, tallies: tallies.span)
        step(isHalted: false, asks: false)
    }

    /// Lets time pass in steps of the loop.
    mutating func advance(by duration: Duration) {
        var left = duration
        while left > .zero {
            let part = min(left, Self.slice)
            now = now + part
            wall.nanoseconds += part.wholeNanoseconds
            left -= part
            step(isHalted: false, asks: false)
        }
    }

    /// Asks for an order in a step of its own.
    ///
    /// - Returns: Why it was refused; `nil` when it was not.
    mutating func order(isHalted: Bool = false) -> OrderRefusal? {
        step(isHalted: isHalted, asks: true)
    }

    @discardableResult
    private mutating func step(isHalted: Bool, asks: Bool) -> OrderRefusal? {
        _ = buffer.take(&batch)
        loop.step(
            TradingLoop.StepTime(monotonic: now, wall: wall),
            isHalted: isHalted,
            batch: batch,
            isTimerDue: asks,
            into: &actions
        )
        batch.clear()
        var refusal: OrderRefusal?
        actions.drain { notice in
            if case .orderRefused(_, let why, _) = notice { refusal = why }
        }
        return refusal
    }
}

/// Asks for one order whenever the loop's timer runs.
private struct AskingStrategy: Strategy {
    mutating func onEvent(_ event: borrowing MarketEvent, _ context: inout StrategyContext) {}

    mutating func onTimer(_ now: MonotonicTime, _ context: inout StrategyContext) {
        let lot = ExactDecimal(mantissa: 1, scale: 2)
        context.submit(OrderRequest(symbol: SimulatedDesk.symbol, side: .buy, quantity: lot))
    }
}

extension OrderRefusal? {
    /// The refusal in a row of the audit.
    var shown: String { self.map { "refused, \($0.name)" } ?? "not refused" }

    /// Whether nothing stood in the way that data or the kill switch could put there.
    var isClear: Bool { self == nil || self == .noOrderRoute }
}
