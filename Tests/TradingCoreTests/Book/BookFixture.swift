import TradingCore

extension ExactDecimal {
    /// A number written in a test.
    init(text: String) throws {
        let bytes = Array(text.utf8)
        self = try DecimalText.parse(bytes.span)
    }
}

/// The symbol of the tests of books.
let bookSymbol = SymbolID(rawValue: 3)
/// Its book stream.
let bookStream = StreamID(symbol: bookSymbol, kind: .book)

extension OrderBook {
    /// Applies one message: levels as (side, price, quantity), sides being `b` and `a`.
    mutating func apply(
        _ levels: [(Character, String, String)],
        update: UInt64 = 1,
        isSnapshot: Bool = false
    ) throws {
        for event in try bookMessage(levels, update: update, isSnapshot: isSnapshot) {
            apply(event)
        }
    }
}

/// The events of one message of a book stream.
func bookMessage(
    _ levels: [(Character, String, String)],
    update: UInt64,
    isSnapshot: Bool = false
) throws -> [MarketEvent] {
    var events: [MarketEvent] = []
    if isSnapshot { events.append(.bookClear(update: update)) }
    for (side, price, quantity) in levels {
        events.append(
            .level(
                isAsk: side == "a",
                try ExactDecimal(text: price),
                try ExactDecimal(text: quantity),
                update: update
            )
        )
    }
    events[events.count - 1].flags.insert(.last)
    return events
}

extension MarketEvent {
    /// The beginning of a snapshot.
    static func bookClear(update: UInt64) -> MarketEvent {
        MarketEvent(
            kind: .bookClear,
            feed: FeedID(rawValue: 0),
            symbol: bookSymbol,
            sequence: update,
            receiveTime: MonotonicTime(nanoseconds: Int64(update)),
            flags: []
        )
    }

    /// One level.
    static func level(
        isAsk: Bool,
        _ price: ExactDecimal,
        _ quantity: ExactDecimal,
        update: UInt64
    ) -> MarketEvent {
        var event = MarketEvent(
            kind: .bookLevel,
            feed: FeedID(rawValue: 0),
            symbol: bookSymbol,
            sequence: update,
            receiveTime: MonotonicTime(nanoseconds: Int64(update)),
            flags: isAsk ? .ask : []
        )
        event.word0 = price.mantissa
        event.word1 = quantity.mantissa
        event.scales = (price.scale, quantity.scale, 0, 0)
        return event
    }

    /// A gap of the book stream.
    static func bookGap(_ cause: GapCause = .sequence) -> MarketEvent {
        .gap(
            feed: FeedID(rawValue: 0),
            stream: bookStream,
            missing: (1, 2, 0),
            cause: cause,
            at: .zero
        )
    }
}
