import TradingCore

// What a frame must have once it has been read to its end.

extension MT5TickDecoder.Reading {
    /// Checks that the tick is whole, and fills in what the topic or `price` can give.
    @inline(__always)
    mutating func completeTick(
        topic: Span<UInt8>?,
        unit: TimestampUnit
    ) throws(DecodeFault) {
        if !frame.has(.symbol) { try takeSymbol(from: topic) }
        let prices = DecodeFault.Field.bid.bit | DecodeFault.Field.ask.bit
        if frame.fields & prices != prices { try fillFromPrice() }
        if frame.has(.sequence), frame.sequence == 0 {
            throw DecodeFault(.outOfRange, .sequence)
        }
        try readTime(unit: unit)
    }

    @inline(never)
    private mutating func takeSymbol(from topic: Span<UInt8>?) throws(DecodeFault) {
        guard let topic else { throw DecodeFault(.missingField, .symbol) }
        var start = 0
        let prefix: StaticPrefix = [0x74, 0x69, 0x63, 0x6B, 0x2E]
        if topic.count >= prefix.count {
            start = prefix.count
            for index in prefix.indices where topic[index] != prefix[index] { start = 0 }
        }
        guard topic.count - start <= SymbolText.countMax else {
            throw DecodeFault(.symbolTooLong, .symbol)
        }
        guard let symbol = SymbolText(topic, start, topic.count) else {
            throw DecodeFault(.symbolNotPrintable, .symbol)
        }
        frame.symbol = symbol
        frame.isSymbolFromTopic = true
    }

    /// The characters `tick.`, which may stand before the symbol of a topic.
    private typealias StaticPrefix = InlineArray<5, UInt8>

    @inline(never)
    private mutating func fillFromPrice() throws(DecodeFault) {
        guard frame.has(.price) else {
            throw DecodeFault(.missingField, frame.has(.bid) ? .ask : .bid)
        }
        let price = frame.number(.price)
        if !frame.has(.bid) { frame.numbers[Int(DecodeFault.Field.bid.rawValue)] = price }
        if !frame.has(.ask) { frame.numbers[Int(DecodeFault.Field.ask.rawValue)] = price }
        frame.isFilledFromPrice = true
    }

    /// Works out the source's time from whichever field carries it.
    @inline(__always)
    mutating func readTime(unit: TimestampUnit) throws(DecodeFault) {
        if frame.has(.timeMilliseconds) {
            try setTime(.milliseconds, .timeMilliseconds)
        } else if let timestampFault {
            throw timestampFault
        } else if frame.has(.timestamp) {
            try setTime(unit, .timestamp)
        }
    }

    @inline(__always)
    private mutating func setTime(
        _ unit: TimestampUnit,
        _ field: DecodeFault.Field
    ) throws(DecodeFault) {
        guard let nanoseconds = unit.nanoseconds(of: frame.number(field)) else {
            throw DecodeFault(.outOfRange, field)
        }
        frame.venueNanoseconds = nanoseconds
    }
}
