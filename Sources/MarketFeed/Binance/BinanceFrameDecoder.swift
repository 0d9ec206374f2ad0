package import TradingCore

/// Understands the messages of Binance's spot and USD-M streams, combined or raw.
///
/// Keys may come in any order, and keys that mean nothing are counted. Nothing is allocated for market
/// data. What cannot be understood is a ``BinanceFault``, never a guess.
package struct BinanceFrameDecoder: Sendable {
    /// Keys of one message at most; ordinary ones have fewer than twenty.
    static let keyCountMax = 128

    /// The market, whose book messages are chained in its own way.
    package let market: BinanceMarket
    /// What the message decoded last says; worth nothing after a fault.
    package internal(set) var frame = BinanceFrame()
    /// The levels of the book message decoded last.
    package var levels: [DepthLevel] { levelList.levels }
    var levelList = BinanceLevels()
    private var reading = Reading()

    package init(market: BinanceMarket) { self.market = market }

    /// Decodes one message.
    ///
    /// - Throws: Why it cannot be understood.
    package mutating func decode(_ bytes: Span<UInt8>) throws(BinanceFault) {
        levelList.removeAll()
        frame.start()
        if readOrdinary(bytes) { return }
        try decodeUnusual(bytes)
    }

    /// Decodes a message of any form by the general scanner.
    ///
    /// Where ``decode(_:)`` takes its short way, this must come to the same result.
    ///
    /// - Throws: Why it cannot be understood.
    @inline(never)
    package mutating func decodeUnusual(_ bytes: Span<UInt8>) throws(BinanceFault) {
        reading.start()
        levelList.removeAll()
        frame = BinanceFrame()
        var position = 0
        try readObject(bytes, &position, isNested: false)
        guard position == bytes.count || Self.isBlank(bytes, from: position) else {
            throw BinanceFault(.notJSON)
        }
        frame.unknownKeys = reading.unknownKeys
        try complete(bytes)
    }

    /// Reads the members of an object; `position` is moved behind it.
    private mutating func readObject(
        _ bytes: Span<UInt8>,
        _ position: inout Int,
        isNested: Bool
    ) throws(BinanceFault) {
        var scanner = JSONScanner(at: position, keyCountMax: Self.keyCountMax)
        var member = JSONMember()
        do throws(JSONFault) { try scanner.enterObject(in: bytes) } catch {
            throw BinanceFault(error)
        }
        while try Self.next(&scanner, bytes, &member) {
            guard let field = Self.field(member.key, in: bytes, isNested: isNested) else {
                if !Self.isIgnored(member.key) { reading.unknownKeys &+= 1 }
                try Self.skip(&scanner, bytes, member)
                continue
            }
            guard reading.isFirst(field) else { throw BinanceFault(.duplicateKey, field) }
            var after = member.valueStart
            switch (field, member.kind) {
            case (.bids, .array), (.asks, .array):
                try levelList.read(bytes, &after, isAsk: field == .asks)
                scanner = JSONScanner(at: after, keyCountMax: Self.keyCountMax)
                reading.store(field, member)
            case (.data, .object), (.error, .object):
                try readObject(bytes, &after, isNested: true)
                scanner = JSONScanner(at: after, keyCountMax: Self.keyCountMax)
                reading.store(field, member)
            case (_, .object), (_, .array):
                try Self.skip(&scanner, bytes, member)
                if field != .result { throw BinanceFault(.wrongType, field) }
                reading.store(field, member)
            default: reading.store(field, member)
            }
        }
        position = scanner.position
    }

    private static func next(
        _ scanner: inout JSONScanner,
        _ bytes: Span<UInt8>,
        _ member: inout JSONMember
    ) throws(BinanceFault) -> Bool {
        do throws(JSONFault) {
            return try scanner.nextMember(in: bytes, into: &member)
        } catch {
            throw BinanceFault(error)
        }
    }

    /// Moves behind a value that is not used; one that is not nested was read already.
    private static func skip(
        _ scanner: inout JSONScanner,
        _ bytes: Span<UInt8>,
        _ member: JSONMember
    ) throws(BinanceFault) {
        guard member.kind == .object || member.kind == .array else { return }
        do throws(JSONFault) { try scanner.skipValue(in: bytes) } catch {
            throw BinanceFault(error)
        }
    }

    private static func isBlank(_ bytes: Span<UInt8>, from position: Int) -> Bool {
        for index in position..<bytes.count where bytes[index] > 0x20 { return false }
        return true
    }

    /// The field that a key names; keys of market data have one letter, except `pu`.
    private static func field(
        _ key: JSONText,
        in bytes: Span<UInt8>,
        isNested: Bool
    ) -> BinanceFault.Field? {
        guard !key.hasEscapes else { return nil }
        if key.count == 1 { return letter(UInt8(truncatingIfNeeded: key.head)) }
        switch (key.count, key.head) {
        case (2, 0x7570): return .previousUpdate
        case (6, 0x6D61_6572_7473): return isNested ? nil : .stream
        case (4, 0x6174_6164): return isNested ? nil : .data
        case (6, 0x746C_7573_6572): return .result
        case (2, 0x6469): return .requestID
        case (5, 0x72_6F72_7265): return isNested ? nil : .error
        case (4, 0x6564_6F63): return .code
        case (3, 0x67_736D): return .message
        default: return nil
        }
    }

    /// Whether a key is known and tells nothing that is used: `M`, and the ends `f`, `l` of an aggregate.
    private static func isIgnored(_ key: JSONText) -> Bool {
        guard key.count == 1, !key.hasEscapes else { return false }
        let letter = UInt8(truncatingIfNeeded: key.head)
        return letter == UInt8(ascii: "M") || letter == UInt8(ascii: "f")
            || letter == UInt8(ascii: "l")
    }

    private static func letter(_ letter: UInt8) -> BinanceFault.Field? {
        switch letter {
        case UInt8(ascii: "e"): .eventType
        case UInt8(ascii: "E"): .eventTime
        case UInt8(ascii: "T"): .transactionTime
        case UInt8(ascii: "s"): .symbol
        case UInt8(ascii: "p"): .price
        case UInt8(ascii: "q"): .quantity
        case UInt8(ascii: "t"): .tradeID
        case UInt8(ascii: "U"): .firstUpdate
        case UInt8(ascii: "u"): .lastUpdate
        case UInt8(ascii: "b"): .bids
        case UInt8(ascii: "a"): .asks
        case UInt8(ascii: "B"): .bidQuantity
        case UInt8(ascii: "A"): .askQuantity
        case UInt8(ascii: "m"): .isBuyerMaker
        case UInt8(ascii: "X"): .executionType
        default: nil
        }
    }
}

// MARK: What the members mean together

extension BinanceFrameDecoder {
    private mutating func complete(_ bytes: Span<UInt8>) throws(BinanceFault) {
        if !reading.has(.eventType) || reading.text(.eventType) == nil {
            return try completeUntyped(bytes)
        }
        guard let type = reading.text(.eventType) else { return }
        if type.equals("depthUpdate", in: bytes) {
            try completeDepth(bytes)
        } else if type.equals("trade", in: bytes) {
            try completeTrade(.trade, .tradeID, bytes)
        } else if type.equals("aggTrade", in: bytes) {
            // In these `a` is the id.
            try completeTrade(.aggTrade, .asks, bytes)
        } else if type.equals("bookTicker", in: bytes) {
            try completeQuote(bytes)
        } else if type.equals("serverShutdown", in: bytes) {
            frame.kind = .serverShutdown
        }
    }

    /// What has no event type: spot quotes and the answers to requests.
    private mutating func completeUntyped(_ bytes: Span<UInt8>) throws(BinanceFault) {
        if reading.has(.lastUpdate), reading.has(.symbol) { return try completeQuote(bytes) }
        if reading.has(.requestID) { frame.requestID = try? reading.unsigned(.requestID) }
        if reading.has(.error) || reading.has(.code) {
            frame.kind = .refusal
            frame.code = reading.integer(.code) ?? 0
            if let text = reading.text(.message) {
                frame.message = String(text.string(in: bytes).prefix(200))
            }
        } else if reading.has(.result), frame.requestID != nil {
            frame.kind = .acknowledgement
        }
    }

    private mutating func completeTrade(
        _ kind: BinanceFrame.Kind,
        _ id: BinanceFault.Field,
        _ bytes: Span<UInt8>
    ) throws(BinanceFault) {
        try readSymbol(bytes)
        frame.id = try reading.unsigned(id)
        guard frame.id > 0 || id == .asks else { throw BinanceFault(.outOfRange, id) }
        frame.price = try reading.decimal(.price, bytes)
        frame.quantity = try reading.decimal(.quantity, bytes)
        frame.isBuyerMaker = try reading.bool(.isBuyerMaker, bytes)
        frame.venueNanoseconds = try reading.time(.transactionTime)
        if let execution = reading.text(.executionType) {
            frame.isNoTrade = execution.equals("NA", in: bytes)
        }
        guard frame.isNoTrade || frame.price.mantissa > 0 && frame.quantity.mantissa > 0 else {
            throw BinanceFault(.outOfRange, .price)
        }
        frame.kind = kind
    }

    private mutating func completeQuote(_ bytes: Span<UInt8>) throws(BinanceFault) {
        try readSymbol(bytes)
        frame.id = try reading.unsigned(.lastUpdate)
        frame.price = try reading.decimal(.bids, bytes)
        frame.quantity = try reading.decimal(.bidQuantity, bytes)
        frame.ask = try reading.decimal(.asks, bytes)
        frame.askQuantity = try reading.decimal(.askQuantity, bytes)
        if reading.has(.eventTime) { frame.venueNanoseconds = try reading.time(.eventTime) }
        frame.kind = .bookTicker
    }

    private mutating func completeDepth(_ bytes: Span<UInt8>) throws(BinanceFault) {
        try readSymbol(bytes)
        let first = try reading.unsigned(.firstUpdate)
        let last = try reading.unsigned(.lastUpdate)
        guard first <= last else { throw BinanceFault(.outOfRange, .firstUpdate) }
        guard reading.isArray(.bids) else { throw BinanceFault(.missingField, .bids) }
        guard reading.isArray(.asks) else { throw BinanceFault(.missingField, .asks) }
        switch market {
        case .spot: frame.update = .spot(first: first, last: last)
        case .usdMargined:
            let previous = try reading.unsigned(.previousUpdate)
            guard previous <= last else { throw BinanceFault(.outOfRange, .previousUpdate) }
            frame.update = .futures(previous: previous, last: last)
        }
        frame.id = last
        frame.venueNanoseconds = try reading.time(.eventTime)
        frame.kind = .depth
    }

    private mutating func readSymbol(_ bytes: Span<UInt8>) throws(BinanceFault) {
        guard let text = reading.text(.symbol) else {
            throw BinanceFault(reading.has(.symbol) ? .wrongType : .missingField, .symbol)
        }
        guard let symbol = SymbolText(text, in: bytes) else { throw BinanceFault(.symbol, .symbol) }
        frame.symbol = symbol
    }
}
