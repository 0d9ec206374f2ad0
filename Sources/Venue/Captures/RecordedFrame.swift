import TradingCore

/// A frame of a capture: which stream it is of, where its data lies, and what it says.
struct RecordedFrame: Sendable {
    /// The stream that the frame names; `nil` in the raw form.
    var stream: String?
    /// The value of `data`, or the whole frame in the raw form.
    var data: Range<Int>
    var symbol: String
    var update: MarketUpdate
    /// The event's name, where there is one.
    var event: String
    /// A whole book, if it is one.
    var snapshot: DepthSnapshot?
    /// Whether it answers what a client asked for.
    var isAnswer: Bool

    /// The most changed levels of one message.
    static let levelsMax = 40_000

    /// Reads a frame.
    ///
    /// - Throws: `JSONFault` for what is no message of this venue.
    init(_ bytes: Span<UInt8>) throws(JSONFault) {
        var scanner = JSONScanner(keyCountMax: 4096)
        stream = nil
        data = 0..<bytes.count
        isAnswer = false
        var hasData = false
        try scanner.enterObject(in: bytes)
        while let key = try scanner.nextKey(in: bytes) {
            if key.equals("stream", in: bytes) {
                stream = try scanner.string(in: bytes).string(in: bytes)
            } else if key.equals("data", in: bytes) {
                _ = try scanner.nextKind(in: bytes)
                let start = scanner.position
                try scanner.skipValue(in: bytes)
                data = start..<scanner.position
                hasData = true
            } else {
                isAnswer =
                    isAnswer || key.equals("result", in: bytes) || key.equals("error", in: bytes)
                try scanner.skipValue(in: bytes)
            }
        }
        try scanner.finish(in: bytes)
        if stream != nil, !hasData { throw JSONFault(.malformed, at: 0) }
        var fields = RecordedFields()
        if bytes[data.lowerBound] == UInt8(ascii: "{"), !isAnswer {
            var inner = JSONScanner(at: data.lowerBound, keyCountMax: 4096)
            try fields.read(&inner, bytes)
        }
        symbol = fields.symbol
        event = fields.event
        update = fields.update
        snapshot = stream == nil ? fields.snapshot : nil
    }

    /// The name of the stream, from the message itself where the frame does not say it.
    var streamName: String? {
        if let stream { return stream }
        guard !symbol.isEmpty else { return nil }
        let name = symbol.lowercased()
        switch update {
        case .trade: return name + "@trade"
        case .aggregate: return name + "@aggTrade"
        case .ticker: return name + "@bookTicker"
        case .depth: return name + "@depth@100ms"
        case .other: return event.isEmpty ? nil : name + "@" + event
        }
    }
}

/// The members of a message, whatever it is; which ones count is decided at the end.
private struct RecordedFields {
    var event = ""
    var symbol = ""
    var eventTime: Int64 = 0
    var transactionTime: Int64?
    var firstID: Int64?
    var lastID: Int64?
    var previousID: Int64?
    var snapshotID: Int64?
    var tradeID: Int64?
    var aggregateID: Int64?
    var firstTradeID: Int64 = 0
    var lastTradeID: Int64 = 0
    var price: ExactDecimal?
    var quantity: ExactDecimal?
    var isBuyerMaker = false
    var isMarket = true
    var bids: [PriceLevel]?
    var asks: [PriceLevel]?
    var hasBestBid = false

    mutating func read(_ scanner: inout JSONScanner, _ bytes: Span<UInt8>) throws(JSONFault) {
        try scanner.enterObject(in: bytes)
        while let key = try scanner.nextKey(in: bytes) {
            let kind = try scanner.nextKind(in: bytes)
            switch kind {
            case .number: try number(key, &scanner, bytes)
            case .string: try string(key, &scanner, bytes)
            case .array: try array(key, &scanner, bytes)
            case .bool where key.equals("m", in: bytes):
                isBuyerMaker = try scanner.bool(in: bytes)
            default: try scanner.skipValue(in: bytes)
            }
        }
    }

    private mutating func number(
        _ key: JSONText,
        _ scanner: inout JSONScanner,
        _ bytes: Span<UInt8>
    ) throws(JSONFault) {
        let value = try scanner.decimal(in: bytes)
        guard value.scale == 0 else { return }
        let number = value.mantissa
        switch key.string(in: bytes) {
        case "E": eventTime = number
        case "T": transactionTime = number
        case "U": firstID = number
        case "u": lastID = number
        case "pu": previousID = number
        case "t": tradeID = number
        case "a": aggregateID = number
        case "f": firstTradeID = number
        case "l": lastTradeID = number
        case "lastUpdateId": snapshotID = number
        default: break
        }
    }

    private mutating func string(
        _ key: JSONText,
        _ scanner: inout JSONScanner,
        _ bytes: Span<UInt8>
    ) throws(JSONFault) {
        let text = try scanner.string(in: bytes)
        switch key.string(in: bytes) {
        case "e": event = text.string(in: bytes)
        case "s": symbol = text.string(in: bytes)
        case "X": isMarket = text.equals("MARKET", in: bytes)
        case "p": price = try Self.decimal(text, bytes)
        case "q": quantity = try Self.decimal(text, bytes)
        case "b": hasBestBid = true
        default: break
        }
    }

    private mutating func array(
        _ key: JSONText,
        _ scanner: inout JSONScanner,
        _ bytes: Span<UInt8>
    ) throws(JSONFault) {
        if key.equals("b", in: bytes) || key.equals("bids", in: bytes) {
            bids = try Self.levels(&scanner, bytes)
        } else if key.equals("a", in: bytes) || key.equals("asks", in: bytes) {
            asks = try Self.levels(&scanner, bytes)
        } else {
            try scanner.skipValue(in: bytes)
        }
    }

    private static func levels(
        _ scanner: inout JSONScanner,
        _ bytes: Span<UInt8>
    ) throws(JSONFault) -> [PriceLevel] {
        var levels: [PriceLevel] = []
        try scanner.enterArray(in: bytes)
        while try scanner.nextElement(in: bytes) {
            try scanner.enterArray(in: bytes)
            var numbers = 0
            var level = PriceLevel(price: .zero, quantity: .zero)
            while try scanner.nextElement(in: bytes) {
                if numbers == 0 {
                    level.price = try decimal(try scanner.string(in: bytes), bytes)
                } else if numbers == 1 {
                    level.quantity = try decimal(try scanner.string(in: bytes), bytes)
                } else {
                    // Old answers have an empty third element.
                    try scanner.skipValue(in: bytes)
                }
                numbers += 1
            }
            guard numbers >= 2, levels.count < RecordedFrame.levelsMax else {
                throw JSONFault(.malformed, at: scanner.position)
            }
            levels.append(level)
        }
        return levels
    }

    private static func decimal(
        _ text: JSONText,
        _ bytes: Span<UInt8>
    ) throws(JSONFault) -> ExactDecimal {
        var position = text.start
        let value = try DecimalText.scan(bytes, &position)
        guard position == text.end else { throw JSONFault(.malformed, at: position) }
        return value
    }

    var update: MarketUpdate {
        if let firstID, let lastID, bids != nil || asks != nil {
            return .depth(
                BookChange(
                    eventTime: eventTime,
                    transactionTime: transactionTime,
                    symbol: symbol,
                    firstID: firstID,
                    lastID: lastID,
                    previousID: previousID,
                    bids: bids ?? [],
                    asks: asks ?? []
                )
            )
        }
        if let price, let quantity {
            if event == "aggTrade", let aggregateID {
                return .aggregate(
                    AggregateTrade(
                        id: aggregateID,
                        firstTradeID: firstTradeID,
                        lastTradeID: lastTradeID,
                        price: price,
                        quantity: quantity,
                        time: transactionTime ?? eventTime,
                        isBuyerMaker: isBuyerMaker
                    )
                )
            }
            if event == "trade", let tradeID {
                return .trade(
                    MarketTrade(
                        id: tradeID,
                        price: price,
                        quantity: quantity,
                        time: transactionTime ?? eventTime,
                        isBuyerMaker: isBuyerMaker,
                        isMarket: isMarket
                    )
                )
            }
        }
        if hasBestBid, let lastID { return .ticker(updateID: lastID) }
        return .other
    }

    var snapshot: DepthSnapshot? {
        guard let snapshotID, let bids, let asks else { return nil }
        return DepthSnapshot(
            lastID: snapshotID,
            eventTime: eventTime == 0 ? nil : eventTime,
            transactionTime: transactionTime,
            bids: bids,
            asks: asks
        )
    }
}
