// What the ordinary message never has, kept apart so that the ordinary path stays short.

extension JSONScanner {
    /// Skips one value of any type, which must be valid.
    ///
    /// Containers inside count against the depth, their keys against the keys. A stack of bits
    /// remembers which of them are objects, so that no text can exhaust this process's own stack.
    package mutating func skipValue(in bytes: Span<UInt8>) throws(JSONFault) {
        var objects: UInt64 = 0
        var depth = 0
        repeat {
            var entered = false
            switch try nextKind(in: bytes) {
            case .object:
                try enterObject(in: bytes)
                objects = objects << 1 | 1
                entered = true
            case .array:
                try enterArray(in: bytes)
                objects <<= 1
                entered = true
            case .string: _ = try text(in: bytes)
            case .number: try skipNumber(in: bytes)
            case .bool: _ = try bool(in: bytes)
            case .null: try null(in: bytes)
            }
            if entered { depth += 1 }
            while depth > 0 {
                let isObject = objects & 1 == 1
                let hasMore =
                    isObject ? try nextKey(in: bytes) != nil : try nextElement(in: bytes)
                if hasMore { break }
                objects >>= 1
                depth -= 1
            }
        } while depth > 0
    }

    /// Skips a number that need not be representable, because nobody asked for it.
    private mutating func skipNumber(in bytes: Span<UInt8>) throws(JSONFault) {
        var index = position
        if bytes[index] == UInt8(ascii: "-") { index += 1 }
        let whole = try skipDigits(in: bytes, &index)
        if whole > 1 && bytes[index - whole] == UInt8(ascii: "0") {
            throw JSONFault(.malformed, at: index)
        }
        if index < bytes.count, bytes[index] == UInt8(ascii: ".") {
            index += 1
            _ = try skipDigits(in: bytes, &index)
        }
        if index < bytes.count, bytes[index] | 0x20 == UInt8(ascii: "e") {
            index += 1
            if index < bytes.count,
                bytes[index] == UInt8(ascii: "-") || bytes[index] == UInt8(ascii: "+")
            {
                index += 1
            }
            _ = try skipDigits(in: bytes, &index)
        }
        position = index
    }

    private func skipDigits(
        in bytes: Span<UInt8>,
        _ index: inout Int
    ) throws(JSONFault) -> Int {
        let start = index
        while index < bytes.count, bytes[index] &- UInt8(ascii: "0") <= 9 { index += 1 }
        guard index > start else {
            let isNonFinite = DecimalText.namesNonFinite(bytes, at: index)
            throw JSONFault(isNonFinite ? .notFinite : .malformed, at: index)
        }
        return index - start
    }

    mutating func literal(_ word: String, in bytes: Span<UInt8>) throws(JSONFault) {
        for byte in word.utf8 {
            guard position < bytes.count, bytes[position] == byte else {
                throw JSONFault(.malformed, at: position)
            }
            position += 1
        }
    }

    /// The fault of a value that starts with a byte which the reader did not expect.
    @inline(never)
    func unexpected(in bytes: Span<UInt8>) -> JSONFault {
        guard position < bytes.count else { return JSONFault(.malformed, at: position) }
        switch bytes[position] {
        case UInt8(ascii: "\""), UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"),
            UInt8(ascii: "{"), UInt8(ascii: "["), UInt8(ascii: "t"), UInt8(ascii: "f"),
            UInt8(ascii: "n"):
            return JSONFault(.wrongType, at: position)
        default:
            let isNonFinite = DecimalText.namesNonFinite(bytes, at: position)
            return JSONFault(isNonFinite ? .notFinite : .malformed, at: position)
        }
    }

    // MARK: Strings with escapes or beyond ASCII

    /// Reads the string whose opening quote is at `position`, proving escapes and UTF-8.
    @inline(never)
    mutating func unusualText(in bytes: Span<UInt8>) throws(JSONFault) -> JSONText {
        let start = position + 1
        var index = start
        var head: UInt64 = 0
        var hasEscapes = false
        while index < bytes.count {
            let byte = bytes[index]
            if byte == UInt8(ascii: "\"") {
                position = index + 1
                return JSONText(start: start, end: index, head: head, hasEscapes: hasEscapes)
            }
            if index - start < 8 { head |= UInt64(byte) << UInt64(8 * (index - start)) }
            if byte == UInt8(ascii: "\\") {
                hasEscapes = true
                index = try escapeEnd(in: bytes, at: index)
            } else if byte < 0x20 {
                break
            } else if byte < 0x80 {
                index += 1
            } else {
                index = try multibyteEnd(in: bytes, at: index)
            }
        }
        throw JSONFault(.malformed, at: index)
    }

    /// Where the escape that starts at `index` ends; half a surrogate pair is refused.
    private func escapeEnd(in bytes: Span<UInt8>, at index: Int) throws(JSONFault) -> Int {
        guard index + 1 < bytes.count else { throw JSONFault(.malformed, at: index) }
        let escape = bytes[index + 1]
        if JSONEscape.isSimple(escape) { return index + 2 }
        guard escape == UInt8(ascii: "u"),
            let unit = JSONEscape.hexadecimal(bytes, at: index + 2),
            !JSONEscape.isLowSurrogate(unit)
        else { throw JSONFault(.malformed, at: index) }
        guard JSONEscape.isHighSurrogate(unit) else { return index + 6 }
        guard index + 7 < bytes.count, bytes[index + 6] == UInt8(ascii: "\\"),
            bytes[index + 7] == UInt8(ascii: "u"),
            let low = JSONEscape.hexadecimal(bytes, at: index + 8),
            JSONEscape.isLowSurrogate(low)
        else { throw JSONFault(.malformed, at: index) }
        return index + 12
    }

    /// Where the character of several bytes that starts at `index` ends.
    ///
    /// The table is that of well-formed sequences in the Unicode Standard (3-7): no overlong form, no
    /// surrogate, nothing beyond U+10FFFF.
    private func multibyteEnd(in bytes: Span<UInt8>, at index: Int) throws(JSONFault) -> Int {
        let length: Int
        let second: ClosedRange<UInt8>
        switch bytes[index] {
        case 0xC2...0xDF: (length, second) = (2, 0x80...0xBF)
        case 0xE0: (length, second) = (3, 0xA0...0xBF)
        case 0xED: (length, second) = (3, 0x80...0x9F)
        case 0xE1...0xEF: (length, second) = (3, 0x80...0xBF)
        case 0xF0: (length, second) = (4, 0x90...0xBF)
        case 0xF1...0xF3: (length, second) = (4, 0x80...0xBF)
        case 0xF4: (length, second) = (4, 0x80...0x8F)
        default: throw JSONFault(.malformed, at: index)
        }
        guard index + length <= bytes.count, second.contains(bytes[index + 1]) else {
            throw JSONFault(.malformed, at: index)
        }
        for continuation in index + 2..<index + length where bytes[continuation] & 0xC0 != 0x80 {
            throw JSONFault(.malformed, at: index)
        }
        return index + length
    }
}
