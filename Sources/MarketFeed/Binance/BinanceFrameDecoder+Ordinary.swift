import TradingCore

extension BinanceFrameDecoder {
    /// Reads what nearly every message is, in one pass and without looking back.
    ///
    /// Ordinary is market data, combined or raw, without white space, with known keys only, whose numbers have
    /// at most 18 digits. Anything else is left to the general way; where both succeed they agree.
    ///
    /// - Returns: `false` when the message is not ordinary; ``frame`` is then worth nothing.
    @inline(__always)
    mutating func readOrdinary(_ bytes: Span<UInt8>) -> Bool {
        var index = 0
        guard let isCombined = Self.enterData(bytes, &index) else { return false }
        var ordinary = Ordinary()
        while true {
            guard index &+ 5 < bytes.count, bytes[index] == UInt8(ascii: "\"") else { return false }
            var letter = bytes[index &+ 1]
            if bytes[index &+ 2] == UInt8(ascii: "\"") {
                // Only letters; 0 stands for `pu` below.
                guard letter >= UInt8(ascii: "A") else { return false }
                index &+= 3
            } else {
                guard letter == UInt8(ascii: "p"), bytes[index &+ 2] == UInt8(ascii: "u"),
                    bytes[index &+ 3] == UInt8(ascii: "\"")
                else { return false }
                letter = 0
                index &+= 4
            }
            guard bytes[index] == UInt8(ascii: ":") else { return false }
            index &+= 1
            guard readValue(letter, bytes, &index, &ordinary), index < bytes.count else {
                return false
            }
            let byte = bytes[index]
            index &+= 1
            if byte == UInt8(ascii: ",") { continue }
            guard byte == UInt8(ascii: "}") else { return false }
            break
        }
        if isCombined {
            guard index < bytes.count, bytes[index] == UInt8(ascii: "}") else { return false }
            index &+= 1
        }
        return index == bytes.count && complete(ordinary)
    }

    /// Moves to the first key of the data; whether they stand in an envelope.
    @inline(__always)
    private static func enterData(_ bytes: Span<UInt8>, _ index: inout Int) -> Bool? {
        guard let head = eightBytes(bytes, at: 0), bytes[0] == UInt8(ascii: "{") else { return nil }
        index = 1
        guard head == 0x6D61_6572_7473_227B else { return false }  // {"stream
        guard bytes.count > 24, bytes[8] == UInt8(ascii: "\""), bytes[9] == UInt8(ascii: ":"),
            bytes[10] == UInt8(ascii: "\"")
        else { return nil }
        index = 11
        while index < bytes.count, bytes[index] != UInt8(ascii: "\"") {
            guard bytes[index] &- 0x20 <= 0x5E, bytes[index] != UInt8(ascii: "\\") else {
                return nil
            }
            index &+= 1
        }
        guard eightBytes(bytes, at: index &+ 1) == 0x3A22_6174_6164_222C,  // ,"data":
            index &+ 9 < bytes.count, bytes[index &+ 9] == UInt8(ascii: "{")
        else { return nil }
        index &+= 10
        return true
    }

    @inline(__always)
    private mutating func readValue(
        _ letter: UInt8,
        _ bytes: Span<UInt8>,
        _ index: inout Int,
        _ ordinary: inout Ordinary
    ) -> Bool {
        switch letter {
        case UInt8(ascii: "E"):
            return ordinary.isFirst(.eventTime) && Self.integer(bytes, &index, &ordinary.eventTime)
        case UInt8(ascii: "T"):
            return ordinary.isFirst(.transactionTime)
                && Self.integer(bytes, &index, &ordinary.transactionTime)
        case UInt8(ascii: "t"):
            return ordinary.isFirst(.tradeID) && Self.integer(bytes, &index, &ordinary.tradeID)
        case UInt8(ascii: "U"):
            return ordinary.isFirst(.firstUpdate)
                && Self.integer(bytes, &index, &ordinary.firstUpdate)
        case UInt8(ascii: "u"):
            return ordinary.isFirst(.lastUpdate)
                && Self.integer(bytes, &index, &ordinary.lastUpdate)
        case 0:
            return ordinary.isFirst(.previousUpdate)
                && Self.integer(bytes, &index, &ordinary.previousUpdate)
        case UInt8(ascii: "p"):
            return ordinary.isFirst(.price) && Self.decimal(bytes, &index, &ordinary.price)
        case UInt8(ascii: "q"):
            return ordinary.isFirst(.quantity) && Self.decimal(bytes, &index, &ordinary.quantity)
        case UInt8(ascii: "B"):
            return ordinary.isFirst(.bidQuantity)
                && Self.decimal(bytes, &index, &ordinary.quantity)
        case UInt8(ascii: "A"):
            return ordinary.isFirst(.askQuantity)
                && Self.decimal(bytes, &index, &ordinary.askQuantity)
        case UInt8(ascii: "b"), UInt8(ascii: "a"):
            return readSide(letter == UInt8(ascii: "a"), bytes, &index, &ordinary)
        default: return Self.readWord(letter, bytes, &index, &ordinary)
        }
    }

    /// Reads `a` or `b`: levels, a price, or the id of an aggregate.
    @inline(__always)
    private mutating func readSide(
        _ isAsk: Bool,
        _ bytes: Span<UInt8>,
        _ index: inout Int,
        _ ordinary: inout Ordinary
    ) -> Bool {
        guard index < bytes.count, ordinary.isFirst(isAsk ? .asks : .bids) else { return false }
        let form: SideForm =
            switch bytes[index] {
            case UInt8(ascii: "["): .levels
            case UInt8(ascii: "\""): .price
            default: .id
            }
        if isAsk { ordinary.asks = form } else { ordinary.bids = form }
        switch form {
        case .levels: return levelList.readOrdinary(bytes, &index, isAsk: isAsk)
        case .price:
            return isAsk
                ? Self.decimal(bytes, &index, &ordinary.ask)
                : Self.decimal(bytes, &index, &ordinary.price)
        case .id, .absent:
            // Trades of earlier years name the orders of both sides here, which nobody needs.
            var id: UInt64 = 0
            guard Self.integer(bytes, &index, &id) else { return false }
            if isAsk { ordinary.aggregateID = id }
            return true
        }
    }

    /// Reads what is neither a number nor levels.
    @inline(__always)
    private static func readWord(
        _ letter: UInt8,
        _ bytes: Span<UInt8>,
        _ index: inout Int,
        _ ordinary: inout Ordinary
    ) -> Bool {
        switch letter {
        case UInt8(ascii: "e"):
            guard ordinary.isFirst(.eventType), let word = shortText(bytes, &index) else {
                return false
            }
            guard let kind = kind(word.count, word.head, bytes, before: index) else { return false }
            ordinary.kind = kind
            return true
        case UInt8(ascii: "s"):
            let start = index &+ 1
            guard ordinary.isFirst(.symbol), let word = shortText(bytes, &index), word.count > 0
            else { return false }
            let symbol =
                word.count < 8
                ? SymbolText(short: word.head, count: word.count)
                : SymbolText(bytes, start, start &+ word.count)
            guard let symbol else { return false }
            ordinary.symbol = symbol
            return true
        case UInt8(ascii: "m"), UInt8(ascii: "M"):
            guard let value = bool(bytes, &index) else { return false }
            if letter == UInt8(ascii: "M") { return ordinary.isFirst(.stream) }
            ordinary.isBuyerMaker = value
            return ordinary.isFirst(.isBuyerMaker)
        case UInt8(ascii: "X"):
            guard let word = shortText(bytes, &index) else { return false }
            ordinary.isNoTrade = word.count == 2 && word.head == 0x414E
            return ordinary.isFirst(.executionType)
        case UInt8(ascii: "f"), UInt8(ascii: "l"):
            var ignored: UInt64 = 0
            return integer(bytes, &index, &ignored)
        default: return false
        }
    }

    /// The kind that an event type names, which ends before the quote before `end`.
    @inline(__always)
    private static func kind(
        _ count: Int,
        _ head: UInt64,
        _ bytes: Span<UInt8>,
        before end: Int
    ) -> BinanceFrame.Kind? {
        switch (count, head) {
        case (5, 0x65_6461_7274): return .trade
        case (8, 0x6564_6172_5467_6761): return .aggTrade
        case (11, 0x6470_5568_7470_6564):  // depthUpd, and ate
            return bytes[end &- 4] == UInt8(ascii: "a") && bytes[end &- 3] == UInt8(ascii: "t")
                && bytes[end &- 2] == UInt8(ascii: "e") ? .depth : nil
        case (10, 0x6B63_6954_6B6F_6F62):  // bookTick, and er
            return bytes[end &- 3] == UInt8(ascii: "e") && bytes[end &- 2] == UInt8(ascii: "r")
                ? .bookTicker : nil
        default: return nil
        }
    }

    // MARK: Values

    /// A whole number of at most 18 digits, before which `index` stands and behind which it is left.
    @inline(__always)
    private static func integer(
        _ bytes: Span<UInt8>,
        _ index: inout Int,
        _ value: inout UInt64
    ) -> Bool {
        guard index >= 0, index < bytes.count else { return false }
        let text = bytes.extracting(index..<bytes.count)
        var next = 0
        var magnitude: UInt64 = 0
        while next < text.count {
            let digit = text[next] &- UInt8(ascii: "0")
            if digit > 9 { break }
            magnitude = magnitude &* 10 &+ UInt64(digit)
            next &+= 1
        }
        guard next > 0, next <= 18, next < text.count, next == 1 || text[0] != UInt8(ascii: "0"),
            text[next] == UInt8(ascii: ",") || text[next] == UInt8(ascii: "}")
        else { return false }
        index &+= next
        value = magnitude
        return true
    }

    /// A number between quotes.
    @inline(__always)
    private static func decimal(
        _ bytes: Span<UInt8>,
        _ index: inout Int,
        _ value: inout ExactDecimal
    ) -> Bool {
        guard index < bytes.count, bytes[index] == UInt8(ascii: "\"") else { return false }
        index &+= 1
        guard let number = BinanceLevels.digits(bytes, &index) else { return false }
        index &+= 1
        value = number
        return true
    }

    /// A string of at most 31 printable characters: its length, and its first eight bytes.
    @inline(__always)
    private static func shortText(
        _ bytes: Span<UInt8>,
        _ index: inout Int
    ) -> (count: Int, head: UInt64)? {
        guard index < bytes.count, bytes[index] == UInt8(ascii: "\"") else { return nil }
        var next = index &+ 1
        var head: UInt64 = 0
        while next < bytes.count, next &- index <= 32 {
            let byte = bytes[next]
            if byte == UInt8(ascii: "\"") {
                let count = next &- index &- 1
                index = next &+ 1
                return (count, head)
            }
            guard byte &- 0x20 <= 0x5E, byte != UInt8(ascii: "\\") else { return nil }
            let place = next &- index &- 1
            if place < 8 { head |= UInt64(byte) &<< UInt64(truncatingIfNeeded: 8 &* place) }
            next &+= 1
        }
        return nil
    }

    @inline(__always)
    private static func bool(_ bytes: Span<UInt8>, _ index: inout Int) -> Bool? {
        guard index &+ 5 < bytes.count else { return nil }
        if bytes[index] == UInt8(ascii: "t"), bytes[index &+ 1] == UInt8(ascii: "r"),
            bytes[index &+ 2] == UInt8(ascii: "u"), bytes[index &+ 3] == UInt8(ascii: "e")
        {
            index &+= 4
            return true
        }
        guard bytes[index] == UInt8(ascii: "f"), bytes[index &+ 1] == UInt8(ascii: "a"),
            bytes[index &+ 2] == UInt8(ascii: "l"), bytes[index &+ 3] == UInt8(ascii: "s"),
            bytes[index &+ 4] == UInt8(ascii: "e")
        else { return nil }
        index &+= 5
        return false
    }

    /// Eight bytes as one integer, the first one lowest; `nil` when the text ends before.
    @inline(__always)
    private static func eightBytes(_ bytes: Span<UInt8>, at index: Int) -> UInt64? {
        guard index >= 0, index <= bytes.count &- 8 else { return nil }
        let window = bytes.extracting(index..<index &+ 8)
        var word: UInt64 = 0
        for offset in 0..<8 {
            word |= UInt64(window[offset]) &<< UInt64(truncatingIfNeeded: 8 &* offset)
        }
        return word
    }
}
