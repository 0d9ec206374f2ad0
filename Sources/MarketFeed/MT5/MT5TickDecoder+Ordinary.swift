import TradingCore

extension MT5TickDecoder {
    /// Reads the tick that nearly every frame is, in one function and eight bytes at a time.
    ///
    /// Ordinary is an object of known keys whose values are plain: the type `TICK`, a symbol of at most 7 characters
    /// without escapes, numbers of at most 18 digits without exponent, spaces but no other white space.
    /// Anything else is left to ``Reading``, which knows all of JSON; where both succeed they agree.
    ///
    /// The function stands in this module because code is not inlined across modules for `package`.
    /// - Returns: `false` when the frame is not ordinary; `reading` is then worth nothing.
    @inline(__always)
    static func readOrdinary(_ bytes: Span<UInt8>, into reading: inout Reading) -> Bool {
        let count = bytes.count
        guard count > 0, bytes[0] == UInt8(ascii: "{") else { return false }
        var index = 1
        while true {
            skipSpaces(bytes, &index)
            guard index < count, bytes[index] == UInt8(ascii: "\""),
                let field = ordinaryField(bytes, &index), reading.isFirst(field)
            else { return false }
            skipSpaces(bytes, &index)
            guard index < count, bytes[index] == UInt8(ascii: ":") else { return false }
            index &+= 1
            skipSpaces(bytes, &index)
            if field == .symbol {
                guard let symbol = ordinarySymbol(bytes, &index) else { return false }
                reading.store(symbol)
            } else if field == .type {
                guard skipOrdinaryType(bytes, &index) else { return false }
                reading.storeTickType()
            } else {
                guard let number = ordinaryNumber(bytes, &index), reading.store(number, field)
                else {
                    return false
                }
            }
            skipSpaces(bytes, &index)
            guard index < count else { return false }
            let byte = bytes[index]
            index &+= 1
            if byte == UInt8(ascii: ",") { continue }
            return byte == UInt8(ascii: "}") && index == count
        }
    }

    @inline(__always)
    private static func skipSpaces(_ bytes: Span<UInt8>, _ index: inout Int) {
        while index < bytes.count, bytes[index] == UInt8(ascii: " ") { index &+= 1 }
    }

    /// The field whose opening quote is at `index`, which is moved behind the closing one.
    ///
    /// Each key moves on by a constant: the processor guesses the key and reads ahead, where a length
    /// worked out from the bytes would make it wait.
    @inline(__always)
    private static func ordinaryField(
        _ bytes: Span<UInt8>,
        _ index: inout Int
    ) -> DecodeFault.Field? {
        guard let word = eightBytes(bytes, at: index &+ 1) else { return nil }
        switch UInt32(truncatingIfNeeded: word) {
        case 0x2264_6962:  // bid"
            index &+= 5
            return .bid
        case 0x226B_7361:  // ask"
            index &+= 5
            return .ask
        case 0x2271_6573:  // seq"
            index &+= 5
            return .sequence
        case 0x626D_7973 where word &<< 8 == 0x226C_6F62_6D79_7300:  // symbol"
            index &+= 8
            return .symbol
        case 0x756C_6F76 where word &<< 8 == 0x2265_6D75_6C6F_7600:  // volume"
            index &+= 8
            return .volume
        case 0x6570_7974 where word &>> 32 & 0xFF == 0x22:  // type"
            index &+= 6
            return .type
        case 0x636F_7065 where word &<< 16 == 0x2268_636F_7065_0000:  // epoch"
            index &+= 7
            return .epoch
        case 0x656D_6974 where word == 0x6D61_7473_656D_6974 && endsTimestamp(bytes, index):
            index &+= 11
            return .timestamp
        default: return nil
        }
    }

    /// Whether the key that starts with the eight bytes `timestam` goes on with `p` and a quote.
    @inline(__always)
    private static func endsTimestamp(_ bytes: Span<UInt8>, _ index: Int) -> Bool {
        index &+ 10 < bytes.count && bytes[index &+ 9] == UInt8(ascii: "p")
            && bytes[index &+ 10] == UInt8(ascii: "\"")
    }

    /// Moves behind a type, which must be that of a tick.
    @inline(__always)
    private static func skipOrdinaryType(_ bytes: Span<UInt8>, _ index: inout Int) -> Bool {
        guard let word = eightBytes(bytes, at: index),
            word & 0xFFFF_FFFF_FFFF == 0x224B_4349_5422  // "TICK"
        else { return false }
        index &+= 6
        return true
    }

    @inline(__always)
    private static func ordinarySymbol(_ bytes: Span<UInt8>, _ index: inout Int) -> SymbolText? {
        guard index < bytes.count, bytes[index] == UInt8(ascii: "\""),
            let word = eightBytes(bytes, at: index &+ 1)
        else { return nil }
        var count = 6
        if word &>> 48 & 0xFF != UInt64(UInt8(ascii: "\"")) {
            count = 1
            while count < 8, word &>> UInt64(8 &* count) & 0xFF != UInt64(UInt8(ascii: "\"")) {
                count &+= 1
            }
            guard count < 8 else { return nil }
        }
        let name = word & (1 &<< UInt64(8 &* count) &- 1)
        guard !holds(0x5C, in: name), !holds(0x22, in: name) else { return nil }
        index &+= count &+ 2
        return SymbolText(short: name, count: count)
    }

    /// Whether one of eight bytes is `byte`, here a quote that ends the name before, or a backslash.
    ///
    /// The test for a zero byte is that of Warren, "Hacker's Delight" (2nd ed., 6-1).
    @inline(__always)
    private static func holds(_ byte: UInt64, in word: UInt64) -> Bool {
        let other = word ^ 0x0101_0101_0101_0101 &* byte
        return (other &- 0x0101_0101_0101_0101) & ~other & 0x8080_8080_8080_8080 != 0
    }

    /// The number that starts at `index`, which is moved behind it.
    @inline(__always)
    private static func ordinaryNumber(
        _ bytes: Span<UInt8>,
        _ index: inout Int
    ) -> ExactDecimal? {
        guard index >= 0, index < bytes.count else { return nil }
        let digits = bytes.extracting(index..<bytes.count)
        var next = 0
        var magnitude: UInt64 = 0
        while next < digits.count {
            let digit = digits[next] &- UInt8(ascii: "0")
            if digit > 9 { break }
            magnitude = magnitude &* 10 &+ UInt64(digit)
            next &+= 1
        }
        let whole = next
        guard whole > 0, next < digits.count, whole == 1 || digits[0] != UInt8(ascii: "0") else {
            return nil
        }
        var scale = 0
        if digits[next] == UInt8(ascii: ".") {
            next &+= 1
            while next < digits.count {
                let digit = digits[next] &- UInt8(ascii: "0")
                if digit > 9 { break }
                magnitude = magnitude &* 10 &+ UInt64(digit)
                next &+= 1
            }
            scale = next &- whole &- 1
            guard scale > 0, next < digits.count else { return nil }
        }
        // Eighteen digits cannot overflow; more may have wrapped by now, and are not used.
        guard whole &+ scale <= 18, digits[next] | 0x20 != UInt8(ascii: "e") else { return nil }
        index &+= next
        return ExactDecimal(
            mantissa: Int64(truncatingIfNeeded: magnitude),
            scale: UInt8(truncatingIfNeeded: scale)
        )
    }

    /// Eight bytes as one integer, the first one lowest; `nil` when the text ends before.
    @inline(__always)
    private static func eightBytes(_ bytes: Span<UInt8>, at index: Int) -> UInt64? {
        guard index >= 0, index <= bytes.count &- 8 else { return nil }
        // A slice of known length lets the optimizer see that no byte lies outside, and load once.
        let window = bytes.extracting(index..<index &+ 8)
        var word: UInt64 = 0
        for offset in 0..<8 {
            word |= UInt64(window[offset]) &<< UInt64(truncatingIfNeeded: 8 &* offset)
        }
        return word
    }
}
