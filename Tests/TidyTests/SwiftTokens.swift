/// One word, sign or string of a Swift file.
struct Token: Equatable {
    enum Kind {
        case word
        case sign
        case string
    }

    let kind: Kind
    /// The text; of strings and of raw identifiers what stands between the quotes.
    let text: String
    let line: Int
    /// Whether nothing stands between it and the token before.
    let isAdjacent: Bool
    /// Whether it is the first of its line.
    let isFirstOfLine: Bool
}

/// A Swift text as tokens, so that rules see code and never trip over comments or strings.
///
/// The code inside string interpolations is seen as code. Regex literals are not known.
struct SwiftTokens {
    private(set) var tokens: [Token] = []
    /// The comments by line.
    private(set) var comments: [Int: String] = [:]
    /// The lines that hold a `///` comment.
    private(set) var documentationLines: Set<Int> = []

    private let bytes: [UInt8]
    private var position = 0
    private var line = 1
    private var lastEnd = -1
    private var lastLine = 0

    init(_ text: String) {
        bytes = Array(text.utf8)
        lex(untilClosingParenthesis: false)
    }

    private func byte(_ offset: Int = 0) -> UInt8 {
        position + offset < bytes.count ? bytes[position + offset] : 0
    }

    private func startsWith(_ text: String) -> Bool {
        bytes[position...].starts(with: text.utf8)
    }

    private mutating func advance() {
        if byte() == UInt8(ascii: "\n") { line += 1 }
        position += 1
    }

    private mutating func lex(untilClosingParenthesis isInterpolation: Bool) {
        var depth = 0
        while position < bytes.count {
            let current = byte()
            if startsWith("//") {
                lineComment()
            } else if startsWith("/*") {
                blockComment()
            } else if current == UInt8(ascii: "\"") || startsWith("#\"") || startsWith("##\"") {
                string()
            } else if current == UInt8(ascii: "`") {
                rawIdentifier()
            } else if Self.isWordByte(current) {
                word()
            } else if Self.isSpace(current) {
                advance()
            } else {
                if current == UInt8(ascii: "(") { depth += 1 }
                if current == UInt8(ascii: ")") { depth -= 1 }
                if isInterpolation, depth < 0 { return }
                append(.sign, from: position, to: position + 1, line: line)
                advance()
            }
        }
    }

    private mutating func append(_ kind: Token.Kind, from start: Int, to end: Int, line: Int) {
        tokens.append(
            Token(
                kind: kind,
                text: String(decoding: bytes[start..<end], as: UTF8.self),
                line: line,
                isAdjacent: start == lastEnd,
                isFirstOfLine: line != lastLine
            )
        )
        lastEnd = end
        lastLine = line
    }

    private mutating func word() {
        let start = position
        while Self.isWordByte(byte()) { advance() }
        append(.word, from: start, to: position, line: line)
    }

    private mutating func rawIdentifier() {
        advance()
        let start = position
        while position < bytes.count, byte() != UInt8(ascii: "`"), byte() != UInt8(ascii: "\n") {
            advance()
        }
        append(.word, from: start, to: position, line: line)
        advance()
    }

    private mutating func lineComment() {
        let start = position
        if startsWith("///") { documentationLines.insert(line) }
        while position < bytes.count, byte() != UInt8(ascii: "\n") { advance() }
        comments[line, default: ""] += String(decoding: bytes[start..<position], as: UTF8.self)
    }

    private mutating func blockComment() {
        var depth = 0
        repeat {
            if startsWith("/*") {
                depth += 1
                position += 2
            } else if startsWith("*/") {
                depth -= 1
                position += 2
            } else {
                comments[line, default: ""] += String(UnicodeScalar(byte()))
                advance()
            }
        } while depth > 0 && position < bytes.count
    }

    private mutating func string() {
        let startLine = line
        var pounds = 0
        while byte() == UInt8(ascii: "#") {
            pounds += 1
            position += 1
        }
        let quotes = startsWith("\"\"\"") ? 3 : 1
        position += quotes
        let raw = String(repeating: "#", count: pounds)
        let terminator = String(repeating: "\"", count: quotes) + raw
        let escape = "\\" + raw
        let start = position
        while position < bytes.count, !startsWith(terminator) {
            if quotes == 1, byte() == UInt8(ascii: "\n") { break }
            guard startsWith(escape) else {
                advance()
                continue
            }
            position += escape.utf8.count
            let isInterpolation = byte() == UInt8(ascii: "(")
            advance()
            if isInterpolation { lex(untilClosingParenthesis: true) }
        }
        append(.string, from: start, to: min(position, bytes.count), line: startLine)
        if startsWith(terminator) { position += terminator.utf8.count }
        lastEnd = position
        lastLine = line
    }

    private static func isWordByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "$"), 0x80...:
            true
        default: false
        }
    }

    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\t")
            || byte == UInt8(ascii: "\r")
    }
}

extension [Token] {
    /// The text at `index`, empty outside the tokens.
    func text(_ index: Int) -> String { indices.contains(index) ? self[index].text : "" }

    /// Whether the code at `index` reads as `texts`; a string never matches.
    func reads(_ texts: [String], at index: Int) -> Bool {
        guard index + texts.count <= count else { return false }
        return texts.indices.allSatisfy {
            self[index + $0].kind != .string && self[index + $0].text == texts[$0]
        }
    }

    /// The index of the sign that closes the group opened at `index`.
    func closing(_ index: Int) -> Int {
        let pairs = ["(": ")", "[": "]", "{": "}"]
        let open = text(index)
        guard let close = pairs[open], self[index].kind == .sign else { return index }
        var depth = 0
        for position in index..<count where self[position].kind == .sign {
            if self[position].text == open { depth += 1 }
            if self[position].text == close { depth -= 1 }
            if depth == 0 { return position }
        }
        return count - 1
    }
}
