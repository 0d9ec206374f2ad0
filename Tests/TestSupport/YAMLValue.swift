/// A value of a YAML document.
package indirect enum YAMLValue: Equatable {
    case text(String)
    case list([YAMLValue])
    case map([Member])

    /// A member of a map; maps keep the order of the document.
    package struct Member: Equatable {
        package var key: String
        package var value: YAMLValue
    }

    /// The members of a map.
    package var members: [Member] {
        if case .map(let members) = self { members } else { [] }
    }

    /// The elements of a list; a text is a list of itself, as types are written.
    package var elements: [String] {
        switch self {
        case .list(let values): values.compactMap(\.text)
        case .text(let text): [text]
        case .map: []
        }
    }

    /// The text of a scalar.
    package var text: String? {
        if case .text(let text) = self { text } else { nil }
    }

    /// A member's value.
    package subscript(key: String) -> YAMLValue? { members.first { $0.key == key }?.value }
}

/// Reads the part of YAML in which this repository's documents are written.
///
/// Blocks by indentation, lists by dashes, braces and brackets over one or more lines, quoted and plain
/// scalars, and `|`. Everything else is refused, so that nothing is read as something it is not.
package struct YAMLReader {
    package struct Fault: Error { package var line: String }

    private struct Line {
        var indent: Int
        var text: Substring
    }

    private var lines: [Line]
    private var position = 0

    /// Reads a whole document.
    package static func read(_ text: String) throws -> YAMLValue {
        var reader = YAMLReader(text)
        let value = try reader.block(indent: 0)
        guard reader.position == reader.lines.count else {
            throw Fault(line: String(reader.lines[reader.position].text))
        }
        return value
    }

    private init(_ text: String) {
        lines = text.split(separator: "\n").compactMap { line in
            let indent = line.prefix { $0 == " " }.count
            let rest = line.dropFirst(indent)
            return rest.isEmpty || rest.hasPrefix("#") ? nil : Line(indent: indent, text: rest)
        }
    }

    // MARK: Blocks

    private mutating func block(indent: Int) throws -> YAMLValue {
        guard position < lines.count else { throw Fault(line: "end of the document") }
        return lines[position].text.hasPrefix("- ")
            ? try list(indent: indent) : try map(indent: indent)
    }

    private mutating func list(indent: Int) throws -> YAMLValue {
        var values: [YAMLValue] = []
        while position < lines.count, lines[position].indent == indent,
            lines[position].text.hasPrefix("- ")
        {
            let rest = lines[position].text.dropFirst(2)
            position += 1
            if Self.key(of: rest) != nil, !rest.hasPrefix("{") {
                // A map whose first member stands behind the dash.
                position -= 1
                lines[position] = Line(indent: indent + 2, text: rest)
                values.append(try map(indent: indent + 2))
            } else {
                values.append(try scalar(rest))
            }
        }
        return .list(values)
    }

    private mutating func map(indent: Int) throws -> YAMLValue {
        var members: [YAMLValue.Member] = []
        while position < lines.count, lines[position].indent == indent {
            let text = lines[position].text
            guard let (key, rest) = Self.key(of: text),
                !members.contains(where: { $0.key == key })
            else { throw Fault(line: String(text)) }
            position += 1
            members.append(YAMLValue.Member(key: key, value: try value(rest, indent: indent)))
        }
        guard position == lines.count || lines[position].indent < indent else {
            throw Fault(line: String(lines[position].text))
        }
        return .map(members)
    }

    private mutating func value(_ rest: Substring, indent: Int) throws -> YAMLValue {
        if rest == "|" {
            var parts: [Substring] = []
            while position < lines.count, lines[position].indent > indent {
                parts.append(lines[position].text)
                position += 1
            }
            return .text(parts.joined(separator: "\n"))
        }
        guard rest.isEmpty else { return try scalar(rest) }
        // A list may stand at the indentation of its key.
        let isDeeper = position < lines.count && lines[position].indent > indent
        let isList = position < lines.count && lines[position].text.hasPrefix("- ")
        guard isDeeper || (isList && lines[position].indent == indent) else {
            throw Fault(line: "nothing behind a colon")
        }
        return try block(indent: lines[position].indent)
    }

    /// A key and what stands behind its colon.
    private static func key(of text: Substring) -> (String, Substring)? {
        if text.hasPrefix("\"") {
            let inner = text.dropFirst()
            guard let end = inner.firstIndex(of: "\"") else { return nil }
            let rest = inner[inner.index(after: end)...]
            guard rest.hasPrefix(":") else { return nil }
            return (String(inner[..<end]), rest.dropFirst().drop { $0 == " " })
        }
        guard let colon = text.firstIndex(of: ":") else { return nil }
        let rest = text[text.index(after: colon)...]
        guard rest.isEmpty || rest.hasPrefix(" ") else { return nil }
        return (String(text[..<colon]), rest.drop { $0 == " " })
    }

    // MARK: Braces and brackets

    private mutating func scalar(_ first: Substring) throws -> YAMLValue {
        guard first.hasPrefix("{") || first.hasPrefix("[") else {
            return .text(Self.unquoted(first))
        }
        var text = String(first)
        while !FlowReader.isBalanced(text) {
            guard position < lines.count else { throw Fault(line: text) }
            text += " " + lines[position].text
            position += 1
        }
        var flow = FlowReader(text)
        return try flow.whole()
    }

    fileprivate static func unquoted(_ text: Substring) -> String {
        text.count > 1 && text.hasPrefix("\"") && text.hasSuffix("\"")
            ? String(text.dropFirst().dropLast()) : String(text)
    }
}

/// Reads what stands between braces or brackets.
private struct FlowReader {
    private let characters: [Character]
    private var position = 0

    init(_ text: String) { characters = Array(text) }

    static func isBalanced(_ text: String) -> Bool {
        var depth = 0
        var isQuoted = false
        for character in text {
            if character == "\"" { isQuoted.toggle() }
            if isQuoted { continue }
            if character == "{" || character == "[" { depth += 1 }
            if character == "}" || character == "]" { depth -= 1 }
        }
        return depth == 0
    }

    mutating func whole() throws -> YAMLValue {
        let value = try value()
        guard peek() == nil else { throw fault }
        return value
    }

    private mutating func value() throws -> YAMLValue {
        switch peek() {
        case "{":
            position += 1
            var members: [YAMLValue.Member] = []
            while !take("}") {
                let key = scalar()
                guard take(":") else { throw fault }
                members.append(YAMLValue.Member(key: key, value: try value()))
                guard take(",") || peek() == "}" else { throw fault }
            }
            return .map(members)
        case "[":
            position += 1
            var values: [YAMLValue] = []
            while !take("]") {
                values.append(try value())
                guard take(",") || peek() == "]" else { throw fault }
            }
            return .list(values)
        case nil: throw fault
        default: return .text(scalar())
        }
    }

    private mutating func scalar() -> String {
        _ = peek()
        let isQuoted = take("\"")
        var text = ""
        while position < characters.count {
            let character = characters[position]
            if isQuoted ? character == "\"" : ",{}[]".contains(character) { break }
            // A colon within a word, as in a link, ends no key.
            let isEnd = character == ":" && characters[(position + 1)...].first == " "
            if !isQuoted, isEnd { break }
            text.append(character)
            position += 1
        }
        if isQuoted { position += 1 }
        while !isQuoted, text.hasSuffix(" ") { text.removeLast() }
        return text
    }

    private mutating func peek() -> Character? {
        while position < characters.count, characters[position] == " " { position += 1 }
        return position < characters.count ? characters[position] : nil
    }

    private mutating func take(_ character: Character) -> Bool {
        guard peek() == character else { return false }
        position += 1
        return true
    }

    private var fault: YAMLReader.Fault { YAMLReader.Fault(line: String(characters)) }
}
