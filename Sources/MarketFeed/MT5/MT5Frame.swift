package import TradingCore

/// What one message of the MT5 gateway says, before anybody judges it.
///
/// A value means something only where ``has(_:)`` says that the message has the field; for bid and
/// ask of a tick, and for `symbol`, that is always so.
package struct MT5Frame: Sendable {
    /// What a message is.
    package enum Kind: UInt8, Sendable {
        /// A quote.
        case tick
        /// The last sequence of each stream, sent while there is nothing else to say.
        case heartbeat
        /// A message of another type, which is none of market data's business.
        case other
    }

    /// What the message is.
    package var kind = Kind.tick
    /// The fields that were present and not null, as a set of ``DecodeFault/Field/bit``.
    var fields: UInt16 = 0
    /// Keys that mean nothing to us.
    package var unknownKeys: UInt16 = 0
    /// Whether bid or ask was filled from `price`, so that the spread means nothing.
    package var isFilledFromPrice = false
    /// Whether the symbol is that of the topic, because the text names none.
    package var isSymbolFromTopic = false
    /// The symbol.
    package var symbol = SymbolText.none
    /// The numbers of the message, each at the place of its field, so that keeping one is one store.
    var numbers = InlineArray<14, ExactDecimal>(repeating: ExactDecimal(mantissa: 0, scale: 0))
    /// The source's time in nanoseconds since 1970, as sent; 0 where it sent none.
    package var venueNanoseconds: Int64 = 0
    /// The number of the message in its stream, from 1 in each epoch; 0 where there is none.
    package var sequence: UInt64 = 0
    /// The publisher's start, which begins the sequences anew.
    package var epoch: UInt64 = 0

    /// The number of a field.
    @inline(__always)
    package func number(_ field: DecodeFault.Field) -> ExactDecimal {
        numbers[Int(field.rawValue)]
    }

    /// The bid price.
    package var bid: ExactDecimal { number(.bid) }
    /// The ask price.
    package var ask: ExactDecimal { number(.ask) }

    /// Forgets which fields there are, so that the value can take the next message.
    @inline(__always)
    mutating func start() {
        kind = .tick
        fields = 0
        symbol = .none
        unknownKeys = 0
        isFilledFromPrice = false
        isSymbolFromTopic = false
        venueNanoseconds = 0
        sequence = 0
        epoch = 0
    }

    /// Whether a field was present and not null.
    @inline(__always)
    package func has(_ field: DecodeFault.Field) -> Bool { fields & field.bit != 0 }

    /// Whether the source sent a time.
    package var hasVenueTime: Bool {
        fields & (DecodeFault.Field.timestamp.bit | DecodeFault.Field.timeMilliseconds.bit) != 0
    }
}

extension MT5Frame: Equatable {
    /// Compares what the messages say: values count only where the message has the field.
    package static func == (lhs: Self, rhs: Self) -> Bool {
        guard lhs.kind == rhs.kind, lhs.fields == rhs.fields, lhs.symbol == rhs.symbol,
            lhs.unknownKeys == rhs.unknownKeys, lhs.sequence == rhs.sequence,
            lhs.isFilledFromPrice == rhs.isFilledFromPrice, lhs.epoch == rhs.epoch,
            lhs.isSymbolFromTopic == rhs.isSymbolFromTopic,
            lhs.venueNanoseconds == rhs.venueNanoseconds
        else { return false }
        return DecodeFault.Field.allCases.allSatisfy { field in
            guard lhs.has(field) else { return true }
            return lhs.number(field).mantissa == rhs.number(field).mantissa
                && lhs.number(field).scale == rhs.number(field).scale
        }
    }
}

/// The last sequence that a publisher sent on one stream.
package struct MT5StreamPosition: Sendable, Equatable {
    /// The stream's symbol.
    package var symbol: SymbolText
    /// The last sequence sent; 0 when none was.
    package var lastSequence: UInt64
}
