import Telemetry

/// What `live-loop config` prints: every effective value, its origin and its meaning.
///
/// Secrets are redacted where the value is read, so that no form of the report can show one.
package struct ConfigurationReport: Sendable {
    private let resolved: ResolvedConfiguration

    package init(_ resolved: ResolvedConfiguration) { self.resolved = resolved }

    /// The report for a person.
    package var text: String {
        var lines: [String] = []
        for group in SettingGroup.allCases {
            lines.append(group.rawValue)
            for setting in SettingsTable.all where setting.group == group {
                let value = setting.value(in: resolved.configuration)
                let shown = value.isEmpty ? "(none)" : value
                lines.append("  \(setting.name) = \(shown)  [\(resolved.origin(of: setting.name))]")
                lines += SettingsDocument.wrapped(setting.meaning, width: 92).map { "      \($0)" }
            }
            lines.append("")
        }
        for notice in resolved.notices { lines.append("Notice: \(notice)") }
        return lines.joined(separator: "\n")
    }

    /// The report for a program.
    package var json: String {
        var writer = JSONWriter()
        writer.object { writer in
            writer.array("settings") { writer in
                for setting in SettingsTable.all { write(setting, to: &writer) }
            }
            writer.array("notices") { writer in
                for notice in resolved.notices { writer.value(notice) }
            }
        }
        return writer.text
    }

    private func write(_ setting: Setting, to writer: inout JSONWriter) {
        writer.object { writer in
            writer.value(setting.name, "name")
            writer.value(setting.value(in: resolved.configuration), "value")
            writer.value("\(resolved.origin(of: setting.name))", "origin")
            writer.value(setting.defaultValue, "default")
            writer.value(setting.group.rawValue, "group")
            writer.value(setting.accepted, "accepted")
            writer.value(setting.meaning, "meaning")
            writer.value(setting.isSecret, "secret")
        }
    }
}

/// The table of settings as the files of the repository show it.
package enum SettingsDocument {
    /// The content of `.env.example`: every variable, commented out, with its default.
    package static var example: String {
        var lines = [
            "# Every variable of live-loop with its default. Copy this file to .env and uncomment what you",
            "# change; the environment of the process wins over it. `live-loop config` shows the result.",
        ]
        for group in SettingGroup.allCases {
            lines += ["", "# --- \(group.rawValue) ---"]
            for setting in SettingsTable.all where setting.group == group {
                lines.append("")
                lines += wrapped(setting.meaning, width: 96).map { "# \($0)" }
                lines += wrapped("Accepted: \(setting.accepted).", width: 96).map { "# \($0)" }
                lines.append("#\(setting.name)=\(setting.defaultValue)")
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// The tables of `docs/configuration.md`, one for each group.
    package static var markdown: String {
        var lines: [String] = []
        for group in SettingGroup.allCases {
            lines += ["### \(group.rawValue)", ""]
            lines += ["| variable | default | accepted | meaning |", "|---|---|---|---|"]
            for setting in SettingsTable.all where setting.group == group {
                let value = setting.defaultValue
                let cells = [
                    "`\(setting.name)`", value.isEmpty ? "(none)" : "`\(value)`", setting.accepted,
                    setting.meaning,
                ]
                lines.append("| " + cells.map(cell).joined(separator: " | ") + " |")
            }
            lines.append("")
        }
        return lines.joined(separator: "\n")
    }

    private static func cell(_ text: String) -> String {
        // Between backticks nothing but the bar has a meaning.
        let isCode = text.hasPrefix("`")
        return text.map { character in
            switch character {
            case "|": "\\|"
            case "<" where !isCode: "&lt;"
            case "*" where !isCode: "\\*"
            default: String(character)
            }
        }.joined()
    }

    /// The text in lines of at most `width` characters, broken at spaces.
    static func wrapped(_ text: String, width: Int) -> [String] {
        filled(text.split(separator: " ").map(String.init), width: width)
    }

    /// The words in lines of at most `width` characters.
    static func filled(_ words: [String], width: Int) -> [String] {
        var lines: [String] = []
        for word in words {
            if let last = lines.last, last.count + word.count < width {
                lines[lines.count - 1] = "\(last) \(word)"
            } else {
                lines.append(word)
            }
        }
        return lines
    }
}
