/// A string of a JSON text: where its bytes lie between the quotes, not a copy of them.
package struct JSONText: Sendable, Equatable {
    /// The first byte after the opening quote.
    package var start: Int
    /// The closing quote.
    package var end: Int
    /// The first eight bytes, the first one lowest, zero where there are fewer.
    ///
    /// Known words are told apart by comparing this one integer and the length.
    package var head: UInt64
    /// Whether the bytes hold escapes, so that they are not yet the characters meant.
    package var hasEscapes: Bool

    package init(start: Int, end: Int, head: UInt64, hasEscapes: Bool) {
        self.start = start
        self.end = end
        self.head = head
        self.hasEscapes = hasEscapes
    }

    /// The number of bytes, escapes included.
    package var count: Int { end &- start }

    /// Whether the characters meant are exactly those of `name`.
    package func equals(_ name: String, in bytes: Span<UInt8>) -> Bool {
        guard hasEscapes else {
            guard name.utf8.count == count else { return false }
            var index = start
            for byte in name.utf8 {
                if bytes[index] != byte { return false }
                index += 1
            }
            return true
        }
        return string(in: bytes) == name
    }

    /// The characters meant, as a string of their own; allocates.
    package func string(in bytes: Span<UInt8>) -> String {
        var decoded: [UInt8] = []
        decoded.reserveCapacity(count)
        unescape(in: bytes) { decoded.append($0) }
        return String(decoding: decoded, as: UTF8.self)
    }

    /// Hands over the bytes meant, one by one, in UTF-8.
    ///
    /// The bytes must be those that the scanner made this text of, which has proven the escapes.
    package func unescape(in bytes: Span<UInt8>, _ emit: (UInt8) -> Void) {
        var index = start
        while index < end {
            let byte = bytes[index]
            index += 1
            guard byte == UInt8(ascii: "\\") else {
                emit(byte)
                continue
            }
            let escape = bytes[index]
            index += 1
            guard escape == UInt8(ascii: "u") else {
                emit(JSONEscape.meaning(of: escape))
                continue
            }
            var scalar = JSONEscape.hexadecimal(bytes, at: index) ?? 0xFFFD
            index += 4
            if JSONEscape.isHighSurrogate(scalar) {
                let low = JSONEscape.hexadecimal(bytes, at: index + 2) ?? 0xDC00
                scalar = 0x10000 + (scalar - 0xD800) << 10 + (low - 0xDC00)
                index += 6
            }
            for unit in String(Unicode.Scalar(scalar) ?? "\u{FFFD}").utf8 { emit(unit) }
        }
    }
}

/// The escapes of RFC 8259, section 7.
enum JSONEscape {
    /// Whether a backslash may stand before `byte`, `u` apart.
    static func isSimple(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"),
            UInt8(ascii: "f"), UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            true
        default: false
        }
    }

    /// The byte that a simple escape stands for.
    static func meaning(of byte: UInt8) -> UInt8 {
        switch byte {
        case UInt8(ascii: "b"): 8
        case UInt8(ascii: "t"): 9
        case UInt8(ascii: "n"): 10
        case UInt8(ascii: "f"): 12
        case UInt8(ascii: "r"): 13
        default: byte
        }
    }

    /// The value of four hexadecimal digits.
    static func hexadecimal(_ bytes: Span<UInt8>, at position: Int) -> UInt32? {
        guard position + 4 <= bytes.count else { return nil }
        var value: UInt32 = 0
        for index in position..<position + 4 {
            let byte = bytes[index]
            let digit: UInt8
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte - UInt8(ascii: "a") + 10
            case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = byte - UInt8(ascii: "A") + 10
            default: return nil
            }
            value = value << 4 | UInt32(digit)
        }
        return value
    }

    /// Whether a code unit is the first half of a pair.
    static func isHighSurrogate(_ unit: UInt32) -> Bool { unit >= 0xD800 && unit < 0xDC00 }

    /// Whether a code unit is the second half of a pair.
    static func isLowSurrogate(_ unit: UInt32) -> Bool { unit >= 0xDC00 && unit < 0xE000 }
}
