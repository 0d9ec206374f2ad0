package import TradingCore

/// Turns the messages of one Binance feed, and the answers to its requests, into counted, ordered events.
///
/// Pure: the shell hands over frames, answers and times, and takes events, counters, requests and notices.
/// It owns the sockets and decides with ``FeedSupervisor`` when there is one and when there are two on a
/// path; here their messages are merged, trades by id and books by the updates they cover.
///
/// After each turn: ``advance(to:healthySince:)``, then ``nextControlFrame(_:at:)`` for each open connection,
/// ``nextRequest(at:)``, ``drainNotices()``, and the events of ``merger``.
package struct BinanceSession: Sendable {
    /// What is kept of a symbol.
    struct SymbolState: Sendable {
        var quotes = QuoteContinuity()
        var depth = DepthContinuity()
        /// The gap of the book that is open.
        var bookGap: UInt64?
        var lastBook = MonotonicTime.zero
        var lastTrade = MonotonicTime.zero
        var snapshot = SnapshotProgress()
    }

    /// Notices kept at most until they are drained.
    static let noticesMax = 4096

    /// What the session was made with.
    package let configuration: BinanceConfiguration
    /// The merger, which holds events and counters.
    package internal(set) var merger: FeedMerger
    /// Every gap.
    package internal(set) var ledger: GapLedger
    /// What was seen.
    package internal(set) var counters = BinanceCounters()
    /// The frames that could not be used.
    package var samples = FrameSamples()
    /// The symbols and their numbers.
    package internal(set) var symbols: SymbolTable
    /// The symbol of the last message, when it was market data that is fit to be used.
    package internal(set) var heardSymbol: SymbolID?
    /// Each stream by itself.
    package internal(set) var watchdog: StreamWatchdog

    var decoder: BinanceFrameDecoder
    var replies = BinanceReplyDecoder()
    var validator: QuoteValidator
    var states: [SymbolState]
    var holes: TradeContinuity
    var subscriptions: BinanceSubscriptions
    var requests: BinanceRequests
    private var notices: [BinanceNotice] = []

    /// Creates a session without connections.
    ///
    /// - Precondition: ``BinanceConfiguration/refusal`` of the configuration is `nil`.
    package init(_ configuration: BinanceConfiguration) {
        if let refusal = configuration.refusal { preconditionFailure(refusal) }
        self.configuration = configuration
        symbols = SymbolTable(range: configuration.numbers, configured: configuration.symbols)
        let streamCount = configuration.numbers.upperBound * StreamID.perSymbol
        merger = FeedMerger(
            feed: configuration.feed,
            streamCount: streamCount,
            stagingCapacity: configuration.stagingCapacity,
            holdLimit: configuration.holdLimit
        )
        ledger = GapLedger(streamCount: streamCount, capacity: configuration.gapsMax)
        watchdog = StreamWatchdog(configuration.silence)
        decoder = BinanceFrameDecoder(market: configuration.market)
        validator = QuoteValidator(symbolCount: configuration.symbols.count)
        states = Array(repeating: SymbolState(), count: configuration.symbols.count)
        holes = TradeContinuity(configuration.trades)
        requests = BinanceRequests(configuration)
        var names: [String] = []
        var routes: [BinanceRoute] = []
        for (place, symbol) in configuration.symbols.enumerated() {
            let limits = configuration.idleLimits
            for stream in configuration.streams {
                names.append("\(symbol.string.lowercased())@\(stream.name)")
                routes.append(stream.route(configuration.market))
                let limit = limits.indices.contains(place) ? limits[place] : nil
                _ = watchdog.expect(stream.kind, idleLimit: limit)
            }
        }
        subscriptions = BinanceSubscriptions(configuration, names: names, routes: routes)
    }

    /// The stream of everything that has no symbol.
    package var feedStream: StreamID { StreamID(symbol: symbols.feedSymbol, kind: .unattributed) }

    /// Messages held back: received, and neither handed over nor lost.
    package var heldCount: Int {
        states.reduce(merger.heldCount) { $0 + $1.depth.held.count }
    }

    /// The names of the numbers, the feed's own first, named `*`.
    package var namedSymbols: [(id: SymbolID, name: String)] {
        [(symbols.feedSymbol, "*")]
            + configuration.symbols.indices.map { (id(at: $0), configuration.symbols[$0].string) }
    }

    /// Forgets the events that were handed over.
    package mutating func clearOutput() { merger.clearOutput() }

    /// Hands over what there is to tell.
    package mutating func drainNotices() -> [BinanceNotice] {
        defer { notices.removeAll(keepingCapacity: true) }
        return notices
    }

    mutating func tell(_ notice: BinanceNotice) {
        guard notices.count < Self.noticesMax else {
            counters.droppedNotices &+= 1
            return
        }
        notices.append(notice)
    }

    func id(at place: Int) -> SymbolID {
        SymbolID(rawValue: UInt16(truncatingIfNeeded: symbols.range.lowerBound + 1 + place))
    }

    func place(of symbol: SymbolID) -> Int { symbol.index - symbols.range.lowerBound - 1 }

    /// The number of a stream in the order of symbols and then of kinds.
    @inline(__always)
    func streamNumber(_ place: Int, _ stream: BinanceStream) -> Int? {
        guard let kind = configuration.streams.firstIndex(of: stream) else { return nil }
        return place * configuration.streams.count + kind
    }

    func streamID(ofNumber number: Int) -> StreamID {
        let (place, kind) = number.quotientAndRemainder(dividingBy: configuration.streams.count)
        return StreamID(symbol: id(at: place), kind: configuration.streams[kind].kind)
    }
}

extension BinanceStream {
    /// What the stream carries, as the rest of the process knows it.
    package var kind: StreamKind {
        switch self {
        case .trade, .aggTrade: .trade
        case .depth: .book
        case .bookTicker: .quote
        }
    }
}

// MARK: Connections

extension BinanceSession {
    /// Notes what is known before a connection subscribes, as soon as its socket is made.
    package mutating func connectionOpening(_ connection: BinanceConnection) {
        if carriesTrades(connection.route) { merger.connectionOpening(connection.slot) }
    }

    /// Begins a connection, whose handshake is done; to be told before its first frame.
    package mutating func connectionOpened(_ connection: BinanceConnection, at now: MonotonicTime) {
        subscriptions.open(connection, at: now)
        if carriesTrades(connection.route) { merger.connectionOpened(connection.slot) }
        watchdog.didBecomeHealthy()
        for place in states.indices {
            if carries(.depth, connection.route) {
                states[place].depth.connectionOpened(connection.slot)
            }
            if carries(.bookTicker, connection.route) {
                states[place].quotes.connectionOpened(connection.slot)
            }
        }
    }

    /// Ends a connection, and releases what waited for it.
    package mutating func connectionClosed(_ connection: BinanceConnection, at now: MonotonicTime) {
        guard subscriptions.isOpen(connection) else { return }
        subscriptions.close(connection)
        if carriesTrades(connection.route) {
            let start = merger.output.count
            merger.connectionClosed(connection.slot, at: now)
            noteTradeGaps(from: start, cause: .reconnect)
        }
        guard carries(.depth, connection.route) else { return }
        for place in states.indices where states[place].depth.held.count > 0 {
            giveUp(place, waitingFor: connection.route, cause: .reconnect, at: now)
        }
    }

    /// What is known of the seam of the overlap on a path; `nil` while there is none.
    package func seamReport(_ route: BinanceRoute) -> SeamReport? {
        let a = BinanceConnection(route, .a)
        guard subscriptions.isOpen(a), case .open(_, let isOlder) = subscriptions.other(than: a)
        else { return nil }
        let old: ConnectionSlot = isOlder ? .b : .a
        var report = SeamReport(old: old, new: old.other)
        if carriesTrades(route), let trades = merger.seamReport(), trades.old == old {
            report = trades
        }
        for place in states.indices {
            let symbol = id(at: place)
            if carries(.depth, route) {
                let depth = states[place].depth
                report.add(
                    StreamID(symbol: symbol, kind: .book),
                    proof: depth.seam(from: old, to: old.other),
                    lastOnOld: depth.reach(old).last,
                    firstOnNew: depth.reach(old.other).first &+ 1
                )
            }
            if carries(.bookTicker, route) {
                report.add(
                    StreamID(symbol: symbol, kind: .quote),
                    proof: states[place].quotes.seam(from: old, to: old.other)
                )
            }
        }
        return report
    }

    /// The next request to send on a connection as one text message, if one may be sent now.
    package mutating func nextControlFrame(
        _ connection: BinanceConnection,
        at now: MonotonicTime
    ) -> [UInt8]? {
        guard let frame = subscriptions.nextFrame(connection, at: now) else { return nil }
        counters.controlMessages &+= 1
        return frame
    }

    func carries(_ stream: BinanceStream, _ route: BinanceRoute) -> Bool {
        configuration.streams.contains(stream) && stream.route(configuration.market) == route
    }

    func carriesTrades(_ route: BinanceRoute) -> Bool {
        carries(.trade, route) || carries(.aggTrade, route)
    }
}
