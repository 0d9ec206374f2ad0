import TradingCore

/// The name of a symbol as the venue writes it: 1 to 31 characters of printable ASCII.
///
/// The characters are held in the value itself, so that a name costs no memory of its own and is
/// compared and hashed as four integers.
package struct SymbolText: Sendable, Hashable {
    /// The longest name, the limit of MT5.
    package static let countMax = 31

    /// The characters, eight to a word, the first one lowest; the last byte holds their number.
    private(set) var words: (UInt64, UInt64, UInt64, UInt64)

    /// The empty name, which no symbol has.
    static let none = SymbolText()

    init() { words = (0, 0, 0, 0) }

    /// Takes the bytes `start..<end`.
    ///
    /// - Returns: `nil` when they are none, too many, or not all printable ASCII.
    init?(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) {
        guard start < end, end - start <= Self.countMax else { return nil }
        self.init()
        for index in start..<end {
            guard append(bytes[index], at: index - start) else { return nil }
        }
        words.3 |= UInt64(end - start) << 56
    }

    /// Takes 1 to 7 characters packed into an integer, the first one lowest.
    ///
    /// - Returns: `nil` when they are not all printable ASCII.
    @inline(__always)
    init?(short bits: UInt64, count: Int) {
        // Within a byte: 0x7F + 1 and everything above reach the high bit; less than 0x20 borrows it.
        let used = (1 &<< UInt64(truncatingIfNeeded: 8 &* count)) &- 1
        let above = bits &+ 0x0101_0101_0101_0101
        let below = (bits | ~used | Self.highBits) &- 0x2020_2020_2020_2020
        guard (bits | above) & Self.highBits == 0, ~below & Self.highBits == 0 else { return nil }
        self.init()
        words = (bits, 0, 0, UInt64(truncatingIfNeeded: count) &<< 56)
    }

    /// Takes a name from the configuration.
    ///
    /// - Returns: `nil` when it is empty, too long, or not all printable ASCII.
    package init?(_ name: String) {
        guard !name.utf8.isEmpty, name.utf8.count <= Self.countMax else { return nil }
        self.init()
        for (index, byte) in name.utf8.enumerated() {
            guard append(byte, at: index) else { return nil }
        }
        words.3 |= UInt64(name.utf8.count) << 56
    }

    /// Takes a JSON string.
    ///
    /// - Returns: `nil` when it is empty, too long, or not all printable ASCII.
    init?(_ text: JSONText, in bytes: Span<UInt8>) {
        guard text.hasEscapes else {
            self.init(bytes, text.start, text.end)
            return
        }
        var name = SymbolText()
        var length = 0
        var isValid = true
        text.unescape(in: bytes) { byte in
            isValid = isValid && length < Self.countMax && name.append(byte, at: length)
            length += 1
        }
        guard isValid, length > 0 else { return nil }
        name.words.3 |= UInt64(length) << 56
        self = name
    }

    /// The number of characters.
    package var count: Int { Int(words.3 >> 56) }

    /// The name as a string of its own; allocates for more than 15 characters.
    package var string: String {
        var bytes: [UInt8] = []
        for index in 0..<count {
            bytes.append(UInt8(truncatingIfNeeded: word(index >> 3) >> UInt64(8 * (index & 7))))
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// A number that spreads names over a table, the same in every process.
    ///
    /// The mixing is that of SplitMix64.
    var spread: UInt64 {
        var mixed = words.0 ^ words.1 &* 0x9E37_79B9_7F4A_7C15
        mixed ^= words.2 &* 0xBF58_476D_1CE4_E5B9 ^ words.3
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }

    package static func == (lhs: Self, rhs: Self) -> Bool { lhs.words == rhs.words }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(words.0)
        hasher.combine(words.1)
        hasher.combine(words.2)
        hasher.combine(words.3)
    }

    private static let highBits: UInt64 = 0x8080_8080_8080_8080

    private mutating func append(_ byte: UInt8, at index: Int) -> Bool {
        guard byte >= 0x20, byte < 0x7F else { return false }
        let bits = UInt64(byte) << UInt64(8 * (index & 7))
        switch index >> 3 {
        case 0: words.0 |= bits
        case 1: words.1 |= bits
        case 2: words.2 |= bits
        default: words.3 |= bits
        }
        return true
    }

    private func word(_ index: Int) -> UInt64 {
        switch index {
        case 0: words.0
        case 1: words.1
        case 2: words.2
        default: words.3
        }
    }
}

extension SymbolText: CustomStringConvertible {
    package var description: String { string }
}
