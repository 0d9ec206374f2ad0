/// Code that no file, or no file of a target, may hold.
enum BannedCodeRules {
    private typealias Pattern = (code: [String], reason: String)

    private static let everywhere: [Pattern] = [
        (["try", "!"], "try! hides what can fail"),
        (["as", "!"], "as! hides what can fail"),
        (["fatalError", "("], "a programmer error traps with preconditionFailure and the value"),
    ]

    /// A decider is handed its time, its randomness and its data; it fetches nothing.
    private static let inTradingCore: [Pattern] = [
        (["Date", "("], "time is an argument"), (["clock_gettime"], "time is an argument"),
        (["ContinuousClock"], "time is an argument"), (["SuspendingClock"], "time is an argument"),
        (["SystemRandomNumberGenerator"], "randomness is an argument"),
        (["UUID"], "ids are deterministic"), (["Task"], "a decider has no concurrency"),
        (["async"], "a decider has no concurrency"), (["await"], "a decider has no concurrency"),
        (["Thread"], "a decider has no concurrency"), (["hashValue"], "differs in every run"),
        (["Hasher"], "differs in every run"), (["ObjectIdentifier"], "differs in every run"),
        (["Set"], "iterates in another order in every run"),
        (["Dictionary"], "iterates in another order in every run"),
        (["[", ":", "]"], "iterates in another order in every run"),
    ]

    /// Functions of the C library whose last bit differs between processors.
    private static let inexact: Set = [
        "exp", "exp2", "expm1", "log", "log2", "log10", "log1p", "pow", "sin", "cos", "tan",
        "asin", "acos", "atan", "atan2", "sinh", "cosh", "tanh", "cbrt", "hypot", "erf", "tgamma",
    ]

    static func offences(_ file: SourceFile) -> [Offence] {
        guard file.isInSources else { return [] }
        var offences = matches(file, everywhere) + emptyCatches(file) + names(file)
        if file.target == "TradingCore" {
            offences += matches(file, inTradingCore) + tradingCoreCalls(file)
        }
        return offences
    }

    private static func matches(_ file: SourceFile, _ patterns: [Pattern]) -> [Offence] {
        file.tokens.indices.flatMap { index in
            patterns.filter { file.tokens.reads($0.code, at: index) }.map {
                let rule = "'\($0.code.joined())': \($0.reason)"
                return Offence(path: file.path, line: file.tokens[index].line, rule: rule)
            }
        }
    }

    private static func tradingCoreCalls(_ file: SourceFile) -> [Offence] {
        let tokens = file.tokens
        return tokens.indices.compactMap { index in
            let token = tokens[index]
            let isCall = token.kind == .word && tokens.reads(["("], at: index + 1)
            let before = tokens.text(index - 1)
            let rule: String? =
                if isCall, inexact.contains(token.text), before != ".", before != "func" {
                    "'\(token.text)(' differs in bits between processors"
                } else if isCall, token.text == "print", before != ".", before != "func" {
                    "a decider prints nothing"
                } else if isCall, before == ".", isUnseeded(tokens, index) {
                    "'.\(token.text)(' without a generator"
                } else if isDictionary(tokens, index) {
                    "a dictionary iterates in another order in every run"
                } else {
                    nil
                }
            return rule.map { Offence(path: file.path, line: token.line, rule: $0) }
        }
    }

    private static func isUnseeded(_ tokens: [Token], _ index: Int) -> Bool {
        let random: Set = ["random", "randomElement", "shuffle", "shuffled"]
        guard random.contains(tokens.text(index)) else { return false }
        return !tokens[index...tokens.closing(index + 1)].contains { $0.text == "using" }
    }

    /// Whether a dictionary type or literal such as `[Key: Value]` begins here.
    private static func isDictionary(_ tokens: [Token], _ index: Int) -> Bool {
        let isAfterValue =
            index > 0 && tokens[index].isAdjacent
            && (tokens[index - 1].kind == .word
                || [")", "]", "?"].contains(tokens.text(index - 1)))
        guard tokens.reads(["["], at: index), !isAfterValue else { return false }
        var next = index + 1
        while next < tokens.count, tokens[next].kind != .sign || tokens[next].text == "." {
            next += 1
        }
        return next > index + 1 && tokens.reads([":"], at: next)
    }

    private static func emptyCatches(_ file: SourceFile) -> [Offence] {
        let tokens = file.tokens
        return tokens.indices.compactMap { index in
            guard tokens.reads(["catch"], at: index) else { return nil }
            let body = tokens[index...].firstIndex { $0.kind == .sign && $0.text == "{" } ?? index
            guard tokens.reads(["{", "}"], at: body) else { return nil }
            return Offence(path: file.path, line: tokens[index].line, rule: "empty catch")
        }
    }

    private static func names(_ file: SourceFile) -> [Offence] {
        let kinds: Set = ["struct", "class", "enum", "protocol", "actor", "typealias"]
        let declared = file.tokens.indices.filter {
            file.tokens[$0].kind == .word && kinds.contains(file.tokens[$0].text)
        }
        .map { (file.tokens.text($0 + 1), file.tokens[$0].line) }
        let base = file.name.replacing(".swift", with: "")
        return ([(base, 1)] + declared).filter { name, _ in
            ["Utils", "Utilities", "Util", "Manager", "Helper", "Helpers"].contains {
                name.hasSuffix($0)
            }
        }
        .map { Offence(path: file.path, line: $0.1, rule: "'\($0.0)' says nothing") }
    }

    /// Remarks that put work off, in any Swift file.
    static func remarks(_ file: SourceFile) -> [Offence] {
        let marks: Set = ["TODO", "FIXME", "XXX", "HACK"]
        return file.swift.comments.sorted { $0.key < $1.key }.compactMap { line, comment in
            let words = comment.split { !$0.isLetter }.map(String.init)
            guard let mark = words.first(where: marks.contains) else { return nil }
            return Offence(path: file.path, line: line, rule: "stray \(mark)")
        }
    }

    /// Waits by the clock and the older test library, in tests.
    static func testOffences(_ file: SourceFile) -> [Offence] {
        guard file.isInTests else { return [] }
        let words: Set = ["sleep", "usleep", "nanosleep", "XCTest"]
        return file.tokens.filter { $0.kind == .word && words.contains($0.text) }
            .map { Offence(path: file.path, line: $0.line, rule: "'\($0.text)' in a test") }
    }
}

/// Text that belongs to one machine, or weakens a build.
enum BannedTextRules {
    // Each is written in two parts, so that this file does not offend.
    private static let texts = [
        "/wor" + "k/", "/ro" + "ot/", "/ho" + "me/", "/opt/sw" + "ift", "pypi." + "org",
        "pythonhosted." + "org", "deb.debian." + "org", "crates." + "io", "npmjs." + "org",
        "--index" + "-url", "-Ounch" + "ecked", "unsafe" + "Flags",
    ]

    static func offences(_ file: SourceFile) -> [Offence] {
        texts.filter(file.text.contains).flatMap { text in
            file.text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
                .filter { $0.element.contains(text) }
                .map {
                    Offence(path: file.path, line: $0.offset + 1, rule: "'\(text)' in the tree")
                }
        }
    }
}
