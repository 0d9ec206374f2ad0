/// Writes one JSON document as text, without an intermediate tree.
///
/// Keys and values come in the order in which they are written, so that output is stable.
package struct JSONWriter {
    /// The document so far.
    package private(set) var text = ""
    private var needsComma = false

    package init() {}

    /// Writes `{…}` around what `body` writes.
    package mutating func object(_ key: String? = nil, _ body: (inout JSONWriter) -> Void) {
        nested(key, "{", "}", body)
    }

    /// Writes `[…]` around what `body` writes.
    package mutating func array(_ key: String? = nil, _ body: (inout JSONWriter) -> Void) {
        nested(key, "[", "]", body)
    }

    /// Writes a string, escaped as RFC 8259 section 7 asks.
    package mutating func value(_ string: String, _ key: String? = nil) {
        prefix(key)
        append(quoted: string)
    }

    /// Writes a truth value.
    package mutating func value(_ flag: Bool, _ key: String? = nil) {
        prefix(key)
        text += flag ? "true" : "false"
    }

    /// Writes an integer.
    package mutating func value(_ number: some BinaryInteger, _ key: String? = nil) {
        prefix(key)
        text += String(number)
    }

    /// Writes a number with the given digits after the point, or `null` when it is not finite.
    package mutating func value(_ number: Double, digits: Int = 3, _ key: String? = nil) {
        prefix(key)
        text += Self.fixed(number, digits: digits) ?? "null"
    }

    /// Writes a value that is JSON text already, such as a number with digits of its own.
    package mutating func literal(_ json: String, _ key: String? = nil) {
        prefix(key)
        text += json
    }

    /// Writes a string, or `null` when there is none.
    package mutating func value(_ string: String?, _ key: String? = nil) {
        if let string { value(string, key) } else { null(key) }
    }

    /// Writes an integer, or `null` when there is none.
    package mutating func value(_ number: (some BinaryInteger)?, _ key: String? = nil) {
        if let number { value(number, key) } else { null(key) }
    }

    /// Writes a number with the given digits after the point, or `null` when there is none.
    package mutating func value(_ number: Double?, digits: Int, _ key: String? = nil) {
        if let number { value(number, digits: digits, key) } else { null(key) }
    }

    /// Writes `null`.
    package mutating func null(_ key: String? = nil) {
        prefix(key)
        text += "null"
    }

    /// A number with exactly `digits` digits after the point; `nil` when it cannot be written so.
    package static func fixed(_ number: Double, digits: Int) -> String? {
        var power = 1.0
        for _ in 0..<digits { power *= 10 }
        let scaled = (number * power).rounded()
        guard scaled.magnitude < 9e15 else { return nil }
        let units = Int64(scaled)
        let sign = units < 0 ? "-" : ""
        guard digits > 0 else { return sign + String(units.magnitude) }
        let text = String(units.magnitude)
        let padded = String(repeating: "0", count: max(0, digits + 1 - text.count)) + text
        let split = padded.index(padded.endIndex, offsetBy: -digits)
        return "\(sign)\(padded[..<split]).\(padded[split...])"
    }

    /// A string in quotes, with control characters escaped.
    package static func quoted(_ string: String) -> String {
        if isPlain(string) { return "\"\(string)\"" }
        var result = "\""
        for scalar in string.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case _ where scalar.value < 0x20 || scalar.value == 0x7F:
                let hex = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }

    /// Whether a text needs no escape, as most do.
    private static func isPlain(_ string: String) -> Bool {
        string.utf8.allSatisfy { byte in
            byte >= 0x20 && byte != 0x7F && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
        }
    }

    private mutating func append(quoted string: String) {
        guard Self.isPlain(string) else {
            text += Self.quoted(string)
            return
        }
        text += "\""
        text += string
        text += "\""
    }

    private mutating func prefix(_ key: String?) {
        if needsComma { text += "," }
        if let key {
            append(quoted: key)
            text += ":"
        }
        needsComma = true
    }

    private mutating func nested(
        _ key: String?,
        _ open: String,
        _ close: String,
        _ body: (inout JSONWriter) -> Void
    ) {
        prefix(key)
        text += open
        needsComma = false
        body(&self)
        text += close
        needsComma = true
    }
}
