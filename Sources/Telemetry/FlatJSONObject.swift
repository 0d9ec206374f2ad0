/// A JSON object of strings, numbers, truth values and nulls, read from one line of text.
///
/// It is for short records of our own, such as a control request: strict (RFC 8259; no repeated
/// key, nothing after the object) and without nesting.
package struct FlatJSONObject: Sendable, Equatable {
    /// A value of the object.
    package enum Value: Sendable, Equatable {
        case string(String)
        /// A number as it was written.
        case number(String)
        case flag(Bool)
        case null
    }

    /// The most members an object may have.
    package static let maximumMemberCount = 64

    /// The members, in the order in which they were written.
    package let members: [(key: String, value: Value)]

    /// Reads an object; `nil` when the text is anything else.
    package init?(_ text: some Sequence<UInt8>) {
        var reader = FlatJSONReader(text)
        guard let members = reader.object(limit: Self.maximumMemberCount) else { return nil }
        self.members = members
    }

    /// A member's value, or `nil` when there is no such member.
    package subscript(key: String) -> Value? {
        members.first { $0.key == key }?.value
    }

    /// A member that is a string.
    package func string(_ key: String) -> String? {
        guard case .string(let text)? = self[key] else { return nil }
        return text
    }

    /// A member that is a whole number.
    package func integer(_ key: String) -> Int64? {
        guard case .number(let digits)? = self[key] else { return nil }
        return Int64(digits)
    }

    /// A member that is a truth value.
    package func flag(_ key: String) -> Bool? {
        guard case .flag(let flag)? = self[key] else { return nil }
        return flag
    }

    package static func == (lhs: Self, rhs: Self) -> Bool {
        lhs.members.elementsEqual(rhs.members) { $0.key == $1.key && $0.value == $1.value }
    }
}

/// The reading position in the text of a flat object.
private struct FlatJSONReader {
    private let bytes: [UInt8]
    private var position = 0

    init(_ text: some Sequence<UInt8>) { bytes = Array(text) }

    mutating func object(limit: Int) -> [(key: String, value: FlatJSONObject.Value)]? {
        var members: [(key: String, value: FlatJSONObject.Value)] = []
        guard take("{") else { return nil }
        if take("}") { return isAtEnd() ? members : nil }
        repeat {
            guard members.count < limit, let key = string(), take(":"), let value = value() else {
                return nil
            }
            guard !members.contains(where: { $0.key == key }) else { return nil }
            members.append((key, value))
        } while take(",")
        return take("}") && isAtEnd() ? members : nil
    }

    private mutating func value() -> FlatJSONObject.Value? {
        skipSpace()
        switch peek() {
        case UInt8(ascii: "\""): return string().map { .string($0) }
        case UInt8(ascii: "t"): return word("true") ? .flag(true) : nil
        case UInt8(ascii: "f"): return word("false") ? .flag(false) : nil
        case UInt8(ascii: "n"): return word("null") ? .null : nil
        default: return number().map { .number($0) }
        }
    }

    private mutating func number() -> String? {
        let start = position
        if peek() == UInt8(ascii: "-") { position += 1 }
        let whole = digits()
        guard whole > 0, whole == 1 || bytes[position - whole] != UInt8(ascii: "0") else {
            return nil
        }
        if peek() == UInt8(ascii: ".") {
            position += 1
            guard digits() > 0 else { return nil }
        }
        if let byte = peek(), byte | 0x20 == UInt8(ascii: "e") {
            position += 1
            if let sign = peek(), sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") {
                position += 1
            }
            guard digits() > 0 else { return nil }
        }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    private mutating func digits() -> Int {
        let start = position
        while let byte = peek(), (0x30...0x39).contains(byte) { position += 1 }
        return position - start
    }

    private mutating func string() -> String? {
        guard take("\"") else { return nil }
        var text: [UInt8] = []
        while let byte = peek() {
            position += 1
            switch byte {
            case UInt8(ascii: "\""): return String(validating: text, as: UTF8.self)
            case UInt8(ascii: "\\"):
                guard let scalar = escape() else { return nil }
                text += Array(String(Character(scalar)).utf8)
            case 0..<0x20: return nil
            default: text.append(byte)
            }
        }
        return nil
    }

    private mutating func escape() -> Unicode.Scalar? {
        guard let byte = peek() else { return nil }
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): return unicodeEscape()
        default: return nil
        }
    }

    private mutating func unicodeEscape() -> Unicode.Scalar? {
        guard let unit = hexUnit() else { return nil }
        guard (0xD800...0xDBFF).contains(unit) else { return Unicode.Scalar(unit) }
        guard word("\\u"), let low = hexUnit(), (0xDC00...0xDFFF).contains(low) else { return nil }
        return Unicode.Scalar(0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00))
    }

    private mutating func hexUnit() -> UInt32? {
        guard position + 4 <= bytes.count else { return nil }
        var unit: UInt32 = 0
        for byte in bytes[position..<position + 4] {
            switch byte {
            case 0x30...0x39: unit = unit << 4 | UInt32(byte - 0x30)
            case 0x41...0x46, 0x61...0x66: unit = unit << 4 | UInt32((byte | 0x20) - 0x61 + 10)
            default: return nil
            }
        }
        position += 4
        return unit
    }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        skipSpace()
        guard peek() == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    private mutating func word(_ text: StaticString) -> Bool {
        let expected = Array("\(text)".utf8)
        guard bytes[position...].starts(with: expected) else { return false }
        position += expected.count
        return true
    }

    private mutating func isAtEnd() -> Bool {
        skipSpace()
        return position == bytes.count
    }

    private mutating func skipSpace() {
        while let byte = peek(), [0x20, 0x09, 0x0A, 0x0D].contains(byte) { position += 1 }
    }

    private func peek() -> UInt8? { position < bytes.count ? bytes[position] : nil }
}
