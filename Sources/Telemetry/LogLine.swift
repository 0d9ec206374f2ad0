/// How log records are written.
package enum LogFormat: String, Sendable, CaseIterable {
    /// `[time] [component] [LEVEL] message key=value…`
    case text
    /// One JSON object a line.
    case json
}

extension LogRecord {
    /// The longest component, message, key or text value, in Unicode scalars; the rest is cut off
    /// and the cut is marked.
    package static let textScalarsMax = 2048
    /// The most fields in one line; further ones are counted in a field `fields_cut`.
    package static let fieldsMax = 32

    /// The record as one line without its line end.
    ///
    /// The time comes as text, because this module knows no calendar; `nil` leaves it out.
    package func line(time: String?, format: LogFormat) -> String {
        switch format {
        case .text: textLine(time: time)
        case .json: jsonLine(time: time)
        }
    }

    /// The record as the journal of systemd wants it: with its priority, and without a time of its own.
    package func journalLine(format: LogFormat) -> String {
        "<\(level.journalPriority)>" + line(time: nil, format: format)
    }

    private func textLine(time: String?) -> String {
        var line = time.map { "[\($0)] " } ?? ""
        line += "[\(LogEscape.inert(component))] [\(level.label)] "
        line += LogEscape.inert(message)
        for field in fields.prefix(Self.fieldsMax) {
            line += " \(LogEscape.bareOrQuoted(field.key))=\(field.value.text)"
        }
        if fields.count > Self.fieldsMax { line += " fields_cut=\(fields.count - Self.fieldsMax)" }
        return line
    }

    private func jsonLine(time: String?) -> String {
        var writer = JSONWriter()
        writer.object { writer in
            if let time { writer.value(time, "time") }
            writer.value(level.label, "level")
            writer.value(LogEscape.shortened(component), "component")
            writer.value(LogEscape.shortened(message), "message")
            guard !fields.isEmpty else { return }
            writer.object("fields") { writer in
                for field in fields.prefix(Self.fieldsMax) { field.write(to: &writer) }
                let cut = fields.count - Self.fieldsMax
                if cut > 0 { writer.value(cut, "fields_cut") }
            }
        }
        return writer.text
    }
}

extension LogValue {
    fileprivate var text: String {
        switch self {
        case .text(let text): LogEscape.bareOrQuoted(text)
        case .integer(let number): String(number)
        case .number(let number): JSONWriter.fixed(number, digits: 3) ?? "\(number)"
        case .flag(let flag): flag ? "true" : "false"
        }
    }
}

extension LogField {
    fileprivate func write(to writer: inout JSONWriter) {
        let key = LogEscape.shortened(key)
        switch value {
        case .text(let text): writer.value(LogEscape.shortened(text), key)
        case .integer(let number): writer.value(number, key)
        case .number(let number): writer.value(number, digits: 3, key)
        case .flag(let flag): writer.value(flag, key)
        }
    }
}

/// Makes text harmless in a line-based log (CWE-117).
///
/// A line end would forge a second line, a terminal escape would change what an operator sees, and a
/// bidirectional override would change the order in which it is read.
package enum LogEscape {
    /// The text with everything that could leave its line, or disturb the terminal, escaped.
    package static func inert(_ text: String) -> String {
        let text = shortened(text)
        guard text.unicodeScalars.contains(where: isDangerous) else { return text }
        var result = ""
        for scalar in text.unicodeScalars { append(scalar, to: &result) }
        return result
    }

    /// The text as it is when it is one plain word, else in quotes.
    static func bareOrQuoted(_ text: String) -> String {
        let text = shortened(text)
        let isPlain =
            !text.isEmpty
            && text.unicodeScalars.allSatisfy { scalar in
                !isDangerous(scalar) && !scalar.properties.isWhitespace && scalar != "\""
                    && scalar != "=" && scalar != "\\"
            }
        if isPlain { return text }
        var result = "\""
        for scalar in text.unicodeScalars {
            if scalar == "\"" || scalar == "\\" { result += "\\" }
            append(scalar, to: &result)
        }
        return result + "\""
    }

    /// The text, cut at the longest length that a line may hold.
    static func shortened(_ text: String) -> String {
        let limit = LogRecord.textScalarsMax
        guard text.utf8.count > limit, text.unicodeScalars.count > limit else { return text }
        let kept = String(text.unicodeScalars.prefix(limit))
        return kept + "…(+\(text.unicodeScalars.count - limit))"
    }

    private static func append(_ scalar: Unicode.Scalar, to result: inout String) {
        guard isDangerous(scalar) else {
            result.unicodeScalars.append(scalar)
            return
        }
        switch scalar {
        case "\n": result += "\\n"
        case "\r": result += "\\r"
        case "\t": result += "\\t"
        default: result += "\\u{" + String(scalar.value, radix: 16) + "}"
        }
    }

    private static func isDangerous(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x00...0x1F, 0x7F...0x9F: true
        case 0x2028, 0x2029: true
        case 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069: true
        default: false
        }
    }
}
