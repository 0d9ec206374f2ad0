package import TradingCore

/// The levels of a book message, read from `[["price","quantity"],…]`.
package struct BinanceLevels: Sendable {
    /// Levels of one message at most; a spot snapshot has 10,000.
    package static let countMax = 40_000

    /// The levels, those of one side together.
    package private(set) var levels: [DepthLevel] = []

    init() { levels.reserveCapacity(1024) }

    mutating func removeAll() { levels.removeAll(keepingCapacity: true) }

    /// Reads the array that starts at `position`, which is moved behind it.
    mutating func read(
        _ bytes: Span<UInt8>,
        _ position: inout Int,
        isAsk: Bool
    ) throws(BinanceFault) {
        let count = levels.count
        if readOrdinary(bytes, &position, isAsk: isAsk) { return }
        levels.removeLast(levels.count - count)
        do throws(JSONFault) {
            try readUnusual(bytes, &position, isAsk: isAsk)
        } catch {
            throw BinanceFault(error, isAsk ? .asks : .bids)
        }
        guard levels.count <= Self.countMax else {
            throw BinanceFault(.tooManyLevels, isAsk ? .asks : .bids)
        }
        for level in levels[count...] where level.price <= 0 || level.quantity < 0 {
            throw BinanceFault(.outOfRange, isAsk ? .asks : .bids)
        }
    }

    /// Reads what nearly every message has: no white space, plain digits, two strings a level.
    ///
    /// - Returns: `false` when something else is found; `position` is then unchanged.
    @inline(__always)
    mutating func readOrdinary(
        _ bytes: Span<UInt8>,
        _ position: inout Int,
        isAsk: Bool
    ) -> Bool {
        let count = bytes.count
        var index = position
        guard index < count, bytes[index] == UInt8(ascii: "[") else { return false }
        index &+= 1
        if index < count, bytes[index] == UInt8(ascii: "]") {
            position = index &+ 1
            return true
        }
        while index &+ 2 < count, bytes[index] == UInt8(ascii: "["),
            bytes[index &+ 1] == UInt8(ascii: "\"")
        {
            index &+= 2
            guard let price = Self.digits(bytes, &index), price.mantissa > 0,
                index &+ 3 < count, bytes[index &+ 1] == UInt8(ascii: ","),
                bytes[index &+ 2] == UInt8(ascii: "\"")
            else { return false }
            index &+= 3
            guard let quantity = Self.digits(bytes, &index), index &+ 2 < count,
                bytes[index &+ 1] == UInt8(ascii: "]"), levels.count < Self.countMax
            else { return false }
            levels.append(
                DepthLevel(
                    price: price.mantissa,
                    quantity: quantity.mantissa,
                    priceScale: price.scale,
                    quantityScale: quantity.scale,
                    isAsk: isAsk
                )
            )
            index &+= 2
            let byte = bytes[index]
            index &+= 1
            if byte == UInt8(ascii: ",") { continue }
            guard byte == UInt8(ascii: "]") else { return false }
            position = index
            return true
        }
        return false
    }

    /// The number before the closing quote, at which `index` is left; at most 18 digits.
    @inline(__always)
    static func digits(_ bytes: Span<UInt8>, _ index: inout Int) -> ExactDecimal? {
        guard index >= 0, index < bytes.count else { return nil }
        let text = bytes.extracting(index..<bytes.count)
        var next = 0
        var magnitude: UInt64 = 0
        while next < text.count {
            let digit = text[next] &- UInt8(ascii: "0")
            if digit > 9 { break }
            magnitude = magnitude &* 10 &+ UInt64(digit)
            next &+= 1
        }
        let whole = next
        guard whole > 0, next < text.count, whole == 1 || text[0] != UInt8(ascii: "0") else {
            return nil
        }
        var scale = 0
        if text[next] == UInt8(ascii: ".") {
            next &+= 1
            while next < text.count {
                let digit = text[next] &- UInt8(ascii: "0")
                if digit > 9 { break }
                magnitude = magnitude &* 10 &+ UInt64(digit)
                next &+= 1
            }
            scale = next &- whole &- 1
            guard scale > 0, next < text.count else { return nil }
        }
        guard whole &+ scale <= 18, text[next] == UInt8(ascii: "\"") else { return nil }
        index &+= next
        return ExactDecimal(
            mantissa: Int64(truncatingIfNeeded: magnitude),
            scale: UInt8(truncatingIfNeeded: scale)
        )
    }

    @inline(never)
    private mutating func readUnusual(
        _ bytes: Span<UInt8>,
        _ position: inout Int,
        isAsk: Bool
    ) throws(JSONFault) {
        var scanner = JSONScanner(at: position)
        try scanner.enterArray(in: bytes)
        while try scanner.nextElement(in: bytes) {
            try scanner.enterArray(in: bytes)
            let price = try Self.element(&scanner, bytes)
            let quantity = try Self.element(&scanner, bytes)
            // Older messages have an empty array behind the two.
            while try scanner.nextElement(in: bytes) { try scanner.skipValue(in: bytes) }
            levels.append(
                DepthLevel(
                    price: price.mantissa,
                    quantity: quantity.mantissa,
                    priceScale: price.scale,
                    quantityScale: quantity.scale,
                    isAsk: isAsk
                )
            )
            if levels.count > Self.countMax { break }
        }
        position = scanner.position
    }

    private static func element(
        _ scanner: inout JSONScanner,
        _ bytes: Span<UInt8>
    ) throws(JSONFault) -> ExactDecimal {
        guard try scanner.nextElement(in: bytes) else {
            throw JSONFault(.wrongType, at: scanner.position)
        }
        return try number(scanner.string(in: bytes), in: bytes)
    }

    /// The number that a string holds, and nothing else.
    static func number(
        _ text: JSONText,
        in bytes: Span<UInt8>
    ) throws(JSONFault) -> ExactDecimal {
        guard !text.hasEscapes else { throw JSONFault(.wrongType, at: text.start) }
        var position = text.start
        let value = try DecimalText.scan(bytes, &position)
        guard position == text.end else { throw JSONFault(.malformed, at: position) }
        return value
    }
}
