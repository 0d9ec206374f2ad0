/// The texts of `--help`.
package enum CommandLineHelp {
    /// The help of a command, or the overview.
    package static func text(_ command: CommandLineCommand?) -> String {
        guard let command else { return overview }
        var lines = [
            usage(of: command), "", "live-loop \(command.rawValue) \(command.summary).", "",
        ]
        lines.append("Options:")
        for option in command.options {
            let name = option.value.isEmpty ? option.name : "\(option.name) \(option.value)"
            lines.append(
                row(name, option.isRequired ? "\(option.meaning) (required)" : option.meaning)
            )
        }
        if let operands = command.operands { lines.append(row(operands.form, operands.meaning)) }
        lines.append(row("--help", "prints this"))
        return (lines + exitCodes).joined(separator: "\n")
    }

    /// The line that shows how a command is written.
    static func usage(of command: CommandLineCommand?) -> String {
        guard let command else { return "Usage: live-loop [COMMAND] [OPTIONS]" }
        let parts = command.options.map { option in
            let text = option.value.isEmpty ? option.name : "\(option.name) \(option.value)"
            return option.isRequired ? text : "[\(text)]"
        }
        let name = command == .run ? "[run]" : command.rawValue
        let words = ["Usage: live-loop", name] + parts + [command.operands?.form].compactMap { $0 }
        return SettingsDocument.filled(words, width: 92).joined(separator: "\n       ")
    }

    private static var overview: String {
        var lines = [
            usage(of: nil), "",
            "live-loop takes market data in, runs a strategy, and stops at once when told to.", "",
            "Commands:",
        ]
        lines += CommandLineCommand.allCases.map { row($0.rawValue, $0.summary) }
        lines += [
            "", "Options:", row("--help", "prints this, or the help of a command"),
            row("--version", "prints the version"), "",
            "Settings come from the environment, then from .env; live-loop config lists them all.",
        ]
        return (lines + exitCodes).joined(separator: "\n")
    }

    private static let exitCodes =
        ["", "Exit codes:"]
        + ExitCode.allCases.map { row(String($0.rawValue), $0.meaning) }

    /// A name and its meaning; a long name has its meaning on the next line.
    private static func row(_ name: String, _ meaning: String) -> String {
        let indent = String(repeating: " ", count: 26)
        let text = SettingsDocument.wrapped(meaning, width: 74).joined(separator: "\n" + indent)
        guard name.count < 23 else { return "  \(name)\n\(indent)\(text)" }
        return "  \(name)" + String(repeating: " ", count: 24 - name.count) + text
    }
}
