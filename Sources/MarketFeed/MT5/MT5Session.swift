package import TradingCore

/// Turns the messages of one MT5 feed into counted, ordered events.
///
/// Everything that reads a message is here and is pure: decoding, judging, numbering, sequencing and
/// counting. The shell hands over frames and times, and takes events, counters and new symbols.
/// Every message is counted: by its stream, or by the feed's own stream where it has none, or as one
/// that belongs to no stream because nobody asked for it.
package struct MT5Session: Sendable {
    /// What a session needs to know.
    package struct Configuration: Sendable {
        /// The feed.
        package var feed: FeedID
        /// The symbol numbers of the feed; the first one is the feed's own.
        package var symbols: Range<Int>
        /// The symbols to take; none takes all, as far as there are numbers.
        package var configured: [SymbolText]
        /// The unit of the times that the gateway sends.
        package var timestampUnit: TimestampUnit
        /// The messages that wait for a second connection at most.
        package var stagingCapacity: Int
        /// The longest that one of them waits.
        package var holdLimit: Duration

        package init(
            feed: FeedID,
            symbols: Range<Int>,
            configured: [SymbolText] = [],
            timestampUnit: TimestampUnit = .auto,
            stagingCapacity: Int = 1000,
            holdLimit: Duration = .seconds(2)
        ) {
            self.feed = feed
            self.symbols = symbols
            self.configured = configured
            self.timestampUnit = timestampUnit
            self.stagingCapacity = stagingCapacity
            self.holdLimit = holdLimit
        }
    }

    /// A symbol that got its number.
    package struct NewSymbol: Sendable, Equatable {
        /// The number.
        package var id: SymbolID
        /// The name, `*` for the feed itself.
        package var name: String
    }

    /// The feed.
    package let feed: FeedID
    /// The merger, which holds events and counters, and must be told of connections and of time.
    package var merger: FeedMerger
    /// What was seen.
    package internal(set) var counters = MT5SessionCounters()
    /// The symbols and their numbers.
    package private(set) var symbols: SymbolTable
    /// The frames that could not be used.
    package var samples = FrameSamples()
    /// The difference between the publisher's clock and ours.
    package private(set) var venueClock = VenueClockEstimator()

    /// The symbol of the last message, when it was a tick that is fit to be used.
    ///
    /// Heartbeats and garbage do not count as data.
    package private(set) var heardSymbol: SymbolID?

    private var decoder: MT5TickDecoder
    private var validator: QuoteValidator
    private var newSymbols: [NewSymbol] = []
    /// Wall time minus monotonic time in nanoseconds, as the shell saw it last.
    private var wallOffset: Int64?

    package init(_ configuration: Configuration) {
        feed = configuration.feed
        symbols = SymbolTable(range: configuration.symbols, configured: configuration.configured)
        decoder = MT5TickDecoder(unit: configuration.timestampUnit)
        validator = QuoteValidator(symbolCount: configuration.symbols.count)
        merger = FeedMerger(
            feed: configuration.feed,
            streamCount: configuration.symbols.upperBound * StreamID.perSymbol,
            stagingCapacity: configuration.stagingCapacity,
            holdLimit: configuration.holdLimit
        )
        newSymbols.append(NewSymbol(id: symbols.feedSymbol, name: "*"))
        for index in symbols.names.indices {
            let id = SymbolID(rawValue: UInt16(configuration.symbols.lowerBound + 1 + index))
            newSymbols.append(NewSymbol(id: id, name: symbols.names[index].string))
        }
    }

    /// The stream of everything that has no symbol.
    package var feedStream: StreamID { StreamID(symbol: symbols.feedSymbol, kind: .unattributed) }

    /// Whether there are symbols to announce, which must come before their first event.
    package var hasNewSymbols: Bool { !newSymbols.isEmpty }

    /// Hands over the symbols that got their numbers since the last call.
    package mutating func drainNewSymbols() -> [NewSymbol] {
        defer { newSymbols = [] }
        return newSymbols
    }

    /// Notes what the wall clock shows, for the estimate of the publisher's clock only.
    package mutating func setWallClock(_ wall: WallTime, at now: MonotonicTime) {
        wallOffset = wall.nanoseconds &- now.nanoseconds
    }

    // MARK: Messages

    /// Takes one message of a connection: its JSON and, when it has two frames, its topic.
    ///
    /// - Parameters:
    ///   - topic: The first of two frames.
    ///   - payload: The JSON.
    ///   - slot: The connection that brought it.
    ///   - time: When it was received.
    ///   - isBacklog: Whether it waited while this process was paused.
    package mutating func receive(
        topic: Span<UInt8>?,
        payload: Span<UInt8>,
        from slot: ConnectionSlot,
        at time: MonotonicTime,
        isBacklog: Bool = false
    ) {
        heardSymbol = nil
        do throws(DecodeFault) {
            if let topic, topic.isEmpty { throw DecodeFault(.emptyPart) }
            try decoder.decode(topic: topic, payload: payload)
        } catch {
            return reject(error, sample: payload, at: time)
        }
        counters.unknownKeys &+= UInt64(decoder.frame.unknownKeys)
        switch decoder.frame.kind {
        case .tick: receiveTick(payload, from: slot, at: time, isBacklog: isBacklog)
        case .heartbeat: receiveHeartbeat(from: slot, at: time)
        case .other: counters.others &+= 1
        }
    }

    /// Counts a message that is not worth decoding, such as one with too many frames.
    package mutating func reject(
        _ fault: DecodeFault,
        sample: Span<UInt8>,
        at time: MonotonicTime
    ) {
        counters[fault.reason] &+= 1
        samples.keep(sample, cause: .fault(fault), at: time)
        merger.quarantine(stream: feedStream)
    }

    private mutating func receiveTick(
        _ payload: Span<UInt8>,
        from slot: ConnectionSlot,
        at time: MonotonicTime,
        isBacklog: Bool
    ) {
        count(decoder.frame)
        let symbol: SymbolID
        switch symbols.lookUp(decoder.frame.symbol) {
        case .known(let id): symbol = id
        case .added(let id):
            symbol = id
            newSymbols.append(NewSymbol(id: id, name: decoder.frame.symbol.string))
        case .unlisted:
            counters.unlistedTicks &+= 1
            return
        case .full: return reject(DecodeFault(.symbolTableFull, .symbol), sample: payload, at: time)
        }
        var event = MarketEvent(
            kind: .quote,
            feed: feed,
            symbol: symbol,
            sequence: decoder.frame.sequence,
            receiveTime: time,
            venueNanoseconds: decoder.frame.venueNanoseconds,
            flags: isBacklog ? [.last, .backlog] : .last
        )
        let verdict = judge(&event, decoder.frame)
        if case .quarantine(let refusal) = verdict {
            return quarantine(event, refusal, payload, from: slot)
        }
        if event.flags.contains(.venueTime), !isBacklog, let wallOffset {
            venueClock.observe(
                venueNanoseconds: event.venueNanoseconds,
                received: WallTime(nanoseconds: time.nanoseconds &+ wallOffset),
                at: time
            )
        }
        heardSymbol = symbol
        merger.offer(event, epoch: decoder.frame.epoch, from: slot)
    }

    /// Fills in the quote and judges it.
    @inline(__always)
    private mutating func judge(
        _ event: inout MarketEvent,
        _ frame: borrowing MT5Frame
    ) -> QuoteValidator.Verdict {
        event.fill(from: frame)
        guard event.word1 >= 0, event.word3 >= 0 else { return .quarantine(.negativeSize) }
        let verdict = validator.judge(
            symbol: Int(event.symbol.rawValue) - symbols.range.lowerBound,
            bid: frame.bid,
            ask: frame.ask
        )
        if case .deliver(let flags) = verdict, !flags.isEmpty {
            event.flags.formUnion(flags)
            if flags.contains(.crossed) { counters.crossedTicks &+= 1 }
            if flags.contains(.suspect) { counters.suspectTicks &+= 1 }
        }
        return verdict
    }

    private mutating func quarantine(
        _ event: MarketEvent,
        _ refusal: QuoteValidator.Refusal,
        _ payload: Span<UInt8>,
        from slot: ConnectionSlot
    ) {
        counters[refusal] &+= 1
        samples.keep(payload, cause: .refusal(refusal), at: event.receiveTime)
        guard event.flags.contains(.sequenced) else {
            return merger.quarantine(stream: event.stream)
        }
        merger.quarantine(
            stream: event.stream,
            sequence: event.sequence,
            epoch: decoder.frame.epoch,
            from: slot,
            at: event.receiveTime
        )
    }

    @inline(__always)
    private mutating func count(_ frame: borrowing MT5Frame) {
        counters.ticks &+= 1
        if frame.isSymbolFromTopic { counters.topicTicks &+= 1 }
        if frame.has(.type) { counters.typedTicks &+= 1 }
        if frame.has(.sequence) { counters.sequencedTicks &+= 1 }
        if frame.isFilledFromPrice { counters.priceOnlyTicks &+= 1 }
        if !frame.hasVenueTime { counters.timelessTicks &+= 1 }
    }

    /// Tells the merger how far the publisher is, as far as the streams are known.
    ///
    /// A stream of which nothing was received yet is met here, so that the loss of its first messages is
    /// noticed as well.
    private mutating func receiveHeartbeat(from slot: ConnectionSlot, at time: MonotonicTime) {
        counters.heartbeats &+= 1
        for stream in decoder.streams {
            let symbol: SymbolID
            switch symbols.lookUp(stream.symbol) {
            case .known(let id): symbol = id
            case .added(let id):
                symbol = id
                newSymbols.append(NewSymbol(id: id, name: stream.symbol.string))
            case .unlisted: continue
            case .full:
                counters[DecodeFault.Reason.symbolTableFull] &+= 1
                continue
            }
            merger.heartbeat(
                stream: StreamID(symbol: symbol, kind: .quote),
                epoch: decoder.frame.epoch,
                lastSequence: stream.lastSequence,
                from: slot,
                at: time
            )
        }
    }
}
