/// One thing that happened on a feed, as it is handed to strategies: 64 bytes, no references.
///
/// The four words mean different things for each kind; the accessors below name them. A message
/// of several levels is several events, of which the last is marked ``Flags/last``.
public struct MarketEvent: Sendable {
    /// What the event is.
    public enum Kind: UInt8, Sendable {
        /// Best bid and ask.
        case quote = 0
        /// An executed trade.
        case trade = 1
        /// One level of an order book.
        case bookLevel = 2
        /// The order book starts again from nothing.
        case bookClear = 3
        /// Messages are missing before this point.
        case gap = 4
        /// The feed's connection changed its state.
        case feedState = 5
    }

    /// Properties of an event.
    public struct Flags: OptionSet, Sendable {
        /// The bits.
        public let rawValue: UInt8
        /// Creates flags from their bits.
        public init(rawValue: UInt8) { self.rawValue = rawValue }

        /// The last event of its message; every single-event message has it.
        public static let last = Flags(rawValue: 1 << 0)
        /// The level is on the ask side; a trade was taken there, by a buyer.
        public static let ask = Flags(rawValue: 1 << 1)
        /// The bid is above the ask.
        public static let crossed = Flags(rawValue: 1 << 2)
        /// The price is far from the one before; it may be an error.
        public static let suspect = Flags(rawValue: 1 << 3)
        /// The event waited somewhere while this process was paused, or was missing and then fetched.
        public static let backlog = Flags(rawValue: 1 << 4)
        /// The source sent a time with the event.
        public static let venueTime = Flags(rawValue: 1 << 5)
        /// The sequence is the source's own, so that loss can be proven.
        public static let sequenced = Flags(rawValue: 1 << 6)
        /// Word 1 is the tick's volume, not the size at the bid.
        public static let tickVolume = Flags(rawValue: 1 << 7)
    }

    /// Bid, price, first missing sequence or connection state.
    package var word0: Int64
    /// Bid size, quantity, last missing sequence or starvation.
    package var word1: Int64
    /// Ask, or the count of missing messages.
    package var word2: Int64
    /// Ask size, or the cause and stream kind of a gap.
    package var word3: Int64
    /// The source's sequence, or the count of arrivals of the stream where it sends none.
    public package(set) var sequence: UInt64
    /// The source's time in nanoseconds as sent, never corrected; 0 when it sent none.
    ///
    /// MT5 sends broker wall time, which may be hours off UTC.
    public package(set) var venueNanoseconds: Int64
    /// When the message reached this process.
    public package(set) var receiveTime: MonotonicTime
    /// The symbol.
    public package(set) var symbol: SymbolID
    /// The feed.
    public package(set) var feed: FeedID
    /// What the event is.
    public package(set) var kind: Kind
    /// Its properties.
    public package(set) var flags: Flags
    private var scaleByte0: UInt8 = 0
    private var scaleByte1: UInt8 = 0
    private var scaleByte2: UInt8 = 0

    package init(
        kind: Kind,
        feed: FeedID,
        symbol: SymbolID,
        sequence: UInt64,
        receiveTime: MonotonicTime,
        venueNanoseconds: Int64 = 0,
        flags: Flags = .last
    ) {
        word0 = 0
        word1 = 0
        word2 = 0
        word3 = 0
        self.sequence = sequence
        self.venueNanoseconds = venueNanoseconds
        self.receiveTime = receiveTime
        self.symbol = symbol
        self.feed = feed
        self.kind = kind
        self.flags = flags
    }

    /// The scales of the four words, 6 bits each.
    package var scales: (UInt8, UInt8, UInt8, UInt8) {
        get {
            let bits =
                UInt32(scaleByte0) | UInt32(scaleByte1) << 8 | UInt32(scaleByte2) << 16
            return (
                UInt8(bits & 63), UInt8(bits >> 6 & 63), UInt8(bits >> 12 & 63),
                UInt8(bits >> 18 & 63)
            )
        }
        set {
            let bits =
                UInt32(newValue.0 & 63) | UInt32(newValue.1 & 63) << 6
                | UInt32(newValue.2 & 63) << 12 | UInt32(newValue.3 & 63) << 18
            scaleByte0 = UInt8(truncatingIfNeeded: bits)
            scaleByte1 = UInt8(truncatingIfNeeded: bits >> 8)
            scaleByte2 = UInt8(truncatingIfNeeded: bits >> 16)
        }
    }

    /// The stream the event belongs to.
    public var stream: StreamID {
        switch kind {
        case .quote: StreamID(symbol: symbol, kind: .quote)
        case .trade: StreamID(symbol: symbol, kind: .trade)
        case .bookLevel, .bookClear: StreamID(symbol: symbol, kind: .book)
        case .gap: StreamID(symbol: symbol, kind: gapStreamKind)
        case .feedState: StreamID(symbol: symbol, kind: .unattributed)
        }
    }
}

// MARK: Quotes

extension MarketEvent {
    /// The bid price of a quote.
    public var bid: ExactDecimal { ExactDecimal(mantissa: word0, scale: scales.0) }
    /// The size at the bid, 0 where the source sends none.
    public var bidSize: ExactDecimal { ExactDecimal(mantissa: word1, scale: scales.1) }
    /// The ask price of a quote.
    public var ask: ExactDecimal { ExactDecimal(mantissa: word2, scale: scales.2) }
    /// The size at the ask, 0 where the source sends none.
    public var askSize: ExactDecimal { ExactDecimal(mantissa: word3, scale: scales.3) }
    /// The price of a trade or of a book level.
    public var price: ExactDecimal { bid }
    /// The quantity of a trade or of a book level; 0 removes the level.
    public var quantity: ExactDecimal { bidSize }
}

// MARK: Gaps

extension MarketEvent {
    /// Why messages are missing.
    public enum GapCause: UInt8, Sendable, CaseIterable {
        /// The source's sequence jumped.
        case sequence = 0
        /// This process shed the oldest messages because its buffer was full.
        case shed = 1
        /// A connection was replaced and nothing proves that the seam is whole.
        case unprovableSeam = 2
        /// The source restarted or reset its sequence.
        case restart = 3
    }

    /// The first missing sequence of a gap.
    public var gapFirst: UInt64 { UInt64(bitPattern: word0) }
    /// The last missing sequence of a gap.
    public var gapLast: UInt64 { UInt64(bitPattern: word1) }
    /// How many messages are missing; 0 when that cannot be known.
    public var gapCount: UInt64 { UInt64(bitPattern: word2) }
    /// Why they are missing.
    public var gapCause: GapCause { GapCause(rawValue: UInt8(word3 & 255)) ?? .sequence }
    /// Which stream of the symbol has the gap.
    public var gapStreamKind: StreamKind {
        StreamKind(rawValue: UInt8(word3 >> 8 & 255)) ?? .unattributed
    }

    /// A gap of a stream.
    package static func gap(
        feed: FeedID,
        stream: StreamID,
        missing: (first: UInt64, last: UInt64, count: UInt64),
        cause: GapCause,
        at time: MonotonicTime
    ) -> MarketEvent {
        var event = MarketEvent(
            kind: .gap,
            feed: feed,
            symbol: stream.symbol,
            sequence: missing.last,
            receiveTime: time
        )
        event.word0 = Int64(bitPattern: missing.first)
        event.word1 = Int64(bitPattern: missing.last)
        event.word2 = Int64(bitPattern: missing.count)
        event.word3 = Int64(cause.rawValue) | Int64(stream.kind.rawValue) << 8
        return event
    }
}

// MARK: Feed states

extension MarketEvent {
    /// The new state of the feed's connection.
    public var connectionState: ConnectionState {
        ConnectionState(rawValue: UInt8(word0 & 255)) ?? .disconnected
    }

    /// Whether the feed is starved of data.
    public var isStarved: Bool { word1 != 0 }

    /// A change of a feed's connection.
    package static func feedState(
        feed: FeedID,
        state: ConnectionState,
        isStarved: Bool,
        at time: MonotonicTime
    ) -> MarketEvent {
        var event = MarketEvent(
            kind: .feedState,
            feed: feed,
            symbol: SymbolID(rawValue: 0),
            sequence: 0,
            receiveTime: time
        )
        event.word0 = Int64(state.rawValue)
        event.word1 = isStarved ? 1 : 0
        return event
    }
}
