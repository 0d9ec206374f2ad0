/// The command line is wrong: what, and where to read on.
///
/// The process exits with 64.
package struct CommandLineError: Error, Sendable, Equatable {
    /// The command it was about, if one was recognised.
    package let command: CommandLineCommand?
    /// What is wrong.
    package let message: String
}

extension CommandLineError: CustomStringConvertible {
    /// The message, the usage and where to find more.
    package var description: String {
        let name = command.map { " \($0.rawValue)" } ?? ""
        return """
            live-loop\(name): \(message)
            \(CommandLineHelp.usage(of: command))
            Try: live-loop\(name) --help
            """
    }
}

/// Turns the words of the command line into an invocation, without looking at anything else.
package enum CommandLineParser {
    /// Reads the words after the program's name.
    package static func parse(
        _ arguments: [String]
    ) throws(CommandLineError) -> CommandLineInvocation {
        var command = CommandLineCommand.run
        var words = arguments[...]
        if let first = words.first, !first.hasPrefix("-") {
            guard let named = CommandLineCommand(rawValue: first) else {
                throw unknownCommand(first)
            }
            command = named
            words.removeFirst()
        } else if let first = words.first, ["--help", "-h"].contains(first) {
            return .help(nil)
        }
        // A word after an option that takes a value is that value, even if it is `--help`.
        let scanned = try CommandLineWords(words, of: command)
        if scanned.asksForHelp { return .help(command) }
        if scanned.asksForVersion { return .version }
        return try CommandLineReader(command: command, words: scanned).invocation()
    }

    private static func unknownCommand(_ word: String) -> CommandLineError {
        let names = CommandLineCommand.allCases.map(\.rawValue)
        let hint = NearestName.find(word, among: names).map { "did you mean '\($0)'?" }
        return CommandLineError(
            command: nil,
            message:
                "unknown command '\(word)'; \(hint ?? "one of \(names.joined(separator: ", "))")"
        )
    }
}

/// The words of a command line, sorted into options and operands.
struct CommandLineWords {
    private(set) var operands: [String] = []
    private(set) var asksForHelp = false
    private(set) var asksForVersion = false
    private var values: [String: [String]] = [:]
    private let command: CommandLineCommand

    init(_ words: ArraySlice<String>, of command: CommandLineCommand) throws(CommandLineError) {
        self.command = command
        var words = words
        while let word = words.popFirst() {
            switch word {
            case "--help", "-h": asksForHelp = true
            case "--version": asksForVersion = true
            case _ where word.hasPrefix("-"): try take(word, &words)
            default: operands.append(word)
            }
        }
        if asksForHelp || asksForVersion { return }
        if command.operands == nil, let word = operands.first {
            throw fault("'\(word)' is not expected here")
        }
        for option in command.options where option.isRequired && values[option.name] == nil {
            throw fault("\(option.name) \(option.value) is required")
        }
    }

    /// The values of an option in their order; a flag that was given has one empty value.
    func all(_ name: String) -> [String] {
        precondition(
            command.options.contains { $0.name == name },
            "\(command.rawValue) has no option \(name)"
        )
        return values[name] ?? []
    }

    func fault(_ message: String) -> CommandLineError {
        CommandLineError(command: command, message: message)
    }

    private mutating func take(
        _ word: String,
        _ rest: inout ArraySlice<String>
    ) throws(CommandLineError) {
        let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let name = String(parts[0])
        guard let option = command.options.first(where: { $0.name == name }) else {
            let hint = NearestName.find(name, among: command.options.map(\.name))
                .map { "; did you mean \($0)?" }
            throw fault("unknown option '\(name)'\(hint ?? "")")
        }
        var taken = parts.count > 1 ? [String(parts[1])] : []
        if option.arity == .flag {
            guard taken.isEmpty else { throw fault("\(name) takes no value") }
            taken = [""]
        } else if taken.isEmpty {
            guard let value = rest.popFirst() else { throw fault("\(name) needs \(option.value)") }
            taken = [value]
            while option.arity == .several, let next = rest.first, !next.hasPrefix("-") {
                taken.append(next)
                rest.removeFirst()
            }
        }
        let mayRepeat = option.arity == .repeated || option.arity == .several
        guard mayRepeat || values[name] == nil else { throw fault("\(name) is given twice") }
        guard option.arity == .flag || taken.allSatisfy({ !$0.isEmpty }) else {
            throw fault("\(name) needs \(option.value), which is empty")
        }
        values[name, default: []] += taken
    }
}
