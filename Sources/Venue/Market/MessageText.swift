import TradingCore

/// Writes messages in the venue's own form.
struct MessageText: Sendable {
    private(set) var bytes: [UInt8] = []
    private var dataStart = 0

    /// Begins a message of a combined stream.
    init(stream: String) {
        bytes.reserveCapacity(256)
        append(#"{"stream":""#)
        append(stream)
        append(#"","data":"#)
        dataStart = bytes.count
    }

    /// Begins a text that is no message of a stream.
    init() {}

    /// Ends a message.
    consuming func finish() -> Payload {
        let end = bytes.count
        bytes.append(UInt8(ascii: "}"))
        return Payload(bytes: bytes, data: dataStart..<end)
    }

    mutating func append(_ text: String) { bytes.append(contentsOf: text.utf8) }

    mutating func append(_ part: ArraySlice<UInt8>) { bytes.append(contentsOf: part) }

    mutating func append(_ number: Int64) {
        guard number >= 10 else {
            append(String(number))
            return
        }
        let start = bytes.count
        var rest = number
        while rest > 0 {
            bytes.append(UInt8(truncatingIfNeeded: 48 + rest % 10))
            rest /= 10
        }
        bytes[start...].reverse()
    }

    /// A decimal in quotes, with all its digits.
    mutating func append(_ decimal: ExactDecimal) {
        bytes.append(UInt8(ascii: "\""))
        let scale = Int(decimal.scale)
        if decimal.mantissa < 0 { bytes.append(UInt8(ascii: "-")) }
        let start = bytes.count
        var rest = decimal.mantissa.magnitude
        var digits = 0
        while rest > 0 || digits <= scale {
            if digits == scale, scale > 0 { bytes.append(UInt8(ascii: ".")) }
            bytes.append(UInt8(truncatingIfNeeded: 48 + rest % 10))
            rest /= 10
            digits += 1
        }
        bytes[start...].reverse()
        bytes.append(UInt8(ascii: "\""))
    }

    mutating func append(_ levels: some Sequence<PriceLevel>) {
        bytes.append(UInt8(ascii: "["))
        var isFirst = true
        for level in levels {
            if !isFirst { bytes.append(UInt8(ascii: ",")) }
            isFirst = false
            bytes.append(UInt8(ascii: "["))
            append(level.price)
            bytes.append(UInt8(ascii: ","))
            append(level.quantity)
            bytes.append(UInt8(ascii: "]"))
        }
        bytes.append(UInt8(ascii: "]"))
    }
}

extension MessageText {
    /// A `depthUpdate`.
    static func depth(_ update: BookChange, stream: String) -> Payload {
        var text = MessageText(stream: stream)
        text.append(#"{"e":"depthUpdate","E":"#)
        text.append(update.eventTime)
        if let time = update.transactionTime {
            text.append(#","T":"#)
            text.append(time)
        }
        text.append(#","s":""#)
        text.append(update.symbol)
        text.append(#"","U":"#)
        text.append(update.firstID)
        text.append(#","u":"#)
        text.append(update.lastID)
        if let previous = update.previousID {
            text.append(#","pu":"#)
            text.append(previous)
        }
        text.append(#","b":"#)
        text.append(update.bids)
        text.append(#","a":"#)
        text.append(update.asks)
        text.append("}")
        return text.finish()
    }

    /// A `trade`.
    static func trade(
        _ trade: MarketTrade,
        symbol: String,
        stream: String,
        kind: MarketKind
    ) -> Payload {
        var text = MessageText(stream: stream)
        text.append(#"{"e":"trade","E":"#)
        text.append(trade.time)
        if kind == .usdm {
            text.append(#","T":"#)
            text.append(trade.time)
        }
        text.append(#","s":""#)
        text.append(symbol)
        text.append(#"","t":"#)
        text.append(trade.id)
        text.append(#","p":"#)
        text.append(trade.price)
        text.append(#","q":"#)
        text.append(trade.quantity)
        if kind == .spot {
            text.append(#","T":"#)
            text.append(trade.time)
        } else {
            text.append(trade.isMarket ? #","X":"MARKET""# : #","X":"NA""#)
        }
        text.append(trade.isBuyerMaker ? #","m":true"# : #","m":false"#)
        if kind == .spot { text.append(#","M":true"#) }
        text.append("}")
        return text.finish()
    }

    /// An `aggTrade`.
    static func aggregate(
        _ trade: AggregateTrade,
        symbol: String,
        stream: String,
        kind: MarketKind
    ) -> Payload {
        var text = MessageText(stream: stream)
        text.append(#"{"e":"aggTrade","E":"#)
        text.append(trade.time)
        text.append(#","s":""#)
        text.append(symbol)
        text.append(#"","#)
        text.appendMembers(of: trade)
        if kind == .spot { text.append(#","M":true"#) }
        text.append("}")
        return text.finish()
    }

    /// The members that an aggregate has in a stream and in an answer.
    mutating func appendMembers(of trade: AggregateTrade) {
        append(#""a":"#)
        append(trade.id)
        append(#","p":"#)
        append(trade.price)
        append(#","q":"#)
        append(trade.quantity)
        append(#","f":"#)
        append(trade.firstTradeID)
        append(#","l":"#)
        append(trade.lastTradeID)
        append(#","T":"#)
        append(trade.time)
        append(trade.isBuyerMaker ? #","m":true"# : #","m":false"#)
    }

    /// A `bookTicker`, which has no times on the spot market.
    static func ticker(
        _ id: Int64,
        bid: PriceLevel,
        ask: PriceLevel,
        time: Int64,
        symbol: String,
        stream: String,
        kind: MarketKind
    ) -> Payload {
        var text = MessageText(stream: stream)
        text.append(kind == .spot ? #"{"u":"# : #"{"e":"bookTicker","u":"#)
        text.append(id)
        text.append(#","s":""#)
        text.append(symbol)
        text.append(#"","b":"#)
        text.append(bid.price)
        text.append(#","B":"#)
        text.append(bid.quantity)
        text.append(#","a":"#)
        text.append(ask.price)
        text.append(#","A":"#)
        text.append(ask.quantity)
        if kind == .usdm {
            text.append(#","T":"#)
            text.append(time)
            text.append(#","E":"#)
            text.append(time)
        }
        text.append("}")
        return text.finish()
    }
}
