/// How long things are, and what is documented.
enum LayoutRules {
    static let fileMaximum = 300
    static let functionMaximum = 70

    static func fileLength(_ file: SourceFile) -> [Offence] {
        let lines = file.text.split(separator: "\n", omittingEmptySubsequences: false).count - 1
        guard lines > fileMaximum else { return [] }
        return [Offence(path: file.path, line: lines, rule: "file of \(lines) lines")]
    }

    static func functionLength(_ file: SourceFile) -> [Offence] {
        let tokens = file.tokens
        return tokens.indices.compactMap { index in
            guard let body = body(tokens, of: index) else { return nil }
            let lines = tokens[tokens.closing(body)].line - tokens[index].line + 1
            guard lines > functionMaximum else { return nil }
            let rule = "function of \(lines) lines"
            return Offence(path: file.path, line: tokens[index].line, rule: rule)
        }
    }

    /// The brace that opens the body of the function declared at `index`, if one is.
    private static func body(_ tokens: [Token], of index: Int) -> Int? {
        let keywords: Set = ["func", "init", "deinit", "subscript"]
        guard tokens[index].kind == .word, keywords.contains(tokens[index].text),
            tokens.text(index - 1) != "."
        else { return nil }
        let ends: Set = ["func", "var", "let", "init", "subscript", "case", "static", "mutating"]
        var next = index + 1
        while next < tokens.count {
            let token = tokens[next]
            if token.kind == .sign, token.text == "{" { return next }
            if token.kind == .sign, token.text == "}" { return nil }
            if token.kind == .word, token.isFirstOfLine, ends.contains(token.text) { return nil }
            next = (token.text == "(" || token.text == "[" ? tokens.closing(next) : next) + 1
        }
        return nil
    }

    // MARK: Documentation

    private static let access: Set = ["package", "public", "open"]
    private static let declarations: Set = [
        "func", "var", "let", "struct", "class", "enum", "protocol", "typealias", "subscript",
        "actor", "init", "associatedtype", "macro",
    ]
    /// Members that a well-known protocol asks for; their meaning is written there.
    private static let witnesses: Set = [
        "==", "<", "description", "debugDescription", "hash", "next", "rawValue", "body",
    ]

    /// Declarations visible outside their file or package without a `///` above them.
    ///
    /// An initializer that cannot fail only fills the fields, which are documented themselves, and
    /// a member that one of our protocols requires is documented in the protocol.
    static func documentation(_ file: SourceFile, requirements: Set<String> = []) -> [Offence] {
        let tokens = file.tokens
        let attributes = Set(
            tokens.filter { $0.isFirstOfLine && $0.text == "@" && $0.kind == .sign }.map(\.line)
        )
        return tokens.indices.compactMap { index in
            guard let name = declaredName(tokens, at: index), !requirements.contains(name) else {
                return nil
            }
            var line = tokens[index].line - 1
            while attributes.contains(line) { line -= 1 }
            guard !file.swift.documentationLines.contains(line) else { return nil }
            let rule = "'\(name)' has no documentation"
            return Offence(path: file.path, line: tokens[index].line, rule: rule)
        }
    }

    /// What the access modifier at `index` declares, where documentation is due.
    private static func declaredName(_ tokens: [Token], at index: Int) -> String? {
        guard tokens[index].kind == .word, access.contains(tokens[index].text),
            isStartOfDeclaration(tokens, index)
        else { return nil }
        var next = index + 1
        while next < tokens.count, !declarations.contains(tokens.text(next)) {
            if tokens.reads(["("], at: next) { next = tokens.closing(next) }
            let isModifier = tokens.text(next) == ")" || tokens[next].kind == .word
            guard isModifier, !["import", "extension"].contains(tokens.text(next)) else {
                return nil
            }
            next += 1
        }
        guard next < tokens.count else { return nil }
        let keyword = tokens.text(next)
        // `class` is also a modifier of members.
        if keyword == "class", declarations.contains(tokens.text(next + 1)) { next += 1 }
        if keyword == "init" { return canFail(tokens, next) ? "init" : nil }
        if keyword == "subscript" { return keyword }
        let name = operatorOrName(tokens, next + 1)
        return witnesses.contains(name) ? nil : name
    }

    /// The names of the members that the protocols of a file require.
    static func requirements(_ file: SourceFile) -> Set<String> {
        let tokens = file.tokens
        let protocols = tokens.indices.filter { tokens.reads(["protocol"], at: $0) }
        let bodies = protocols.compactMap { start in
            tokens[start...].firstIndex { $0.kind == .sign && $0.text == "{" }
        }
        let names = bodies.flatMap { open in
            (open..<tokens.closing(open)).filter {
                tokens.reads(["func"], at: $0) || tokens.reads(["var"], at: $0)
            }
            .map { tokens.text($0 + 1) }
        }
        return Set(names)
    }

    private static func operatorOrName(_ tokens: [Token], _ index: Int) -> String {
        guard tokens.text(index - 1) == "func", tokens[index].kind == .sign else {
            return tokens.text(index)
        }
        return tokens[index...].prefix { $0.kind == .sign && $0.text != "(" }.map(\.text).joined()
    }

    /// Whether only attributes stand before the modifier on its line.
    private static func isStartOfDeclaration(_ tokens: [Token], _ index: Int) -> Bool {
        if tokens[index].isFirstOfLine { return true }
        guard let first = tokens[..<index].lastIndex(where: \.isFirstOfLine) else { return false }
        return tokens.text(first) == "@"
            && !tokens[first..<index].contains { access.contains($0.text) }
    }

    private static func canFail(_ tokens: [Token], _ index: Int) -> Bool {
        if tokens.text(index + 1) == "?" { return true }
        let open = tokens[index...].firstIndex { $0.kind == .sign && $0.text == "(" } ?? index
        return tokens.text(tokens.closing(open) + 1) == "throws"
    }
}
