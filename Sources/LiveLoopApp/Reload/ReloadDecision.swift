internal import TradingCore

/// What a running process makes of a configuration that was read again.
///
/// It is taken whole or not at all: one limit that would be looser refuses everything, because a half of what
/// an operator wrote is something that nobody wrote. What needs a restart is named and left as it was.
package struct ReloadDecision: Sendable, Equatable {
    /// A setting that has another value.
    package struct Change: Sendable, Equatable {
        /// The variable.
        package var variable: String
        /// The value in force.
        package var before: String
        /// The value that was read.
        package var after: String

        package init(_ variable: String, from before: String, to after: String) {
            self.variable = variable
            self.before = before
            self.after = after
        }
    }

    /// What is in force from now on.
    package private(set) var applied: [Change] = []
    /// What is in force after a restart.
    package private(set) var needsRestart: [Change] = []
    /// Limits that would be looser; with one of them nothing is in force.
    package private(set) var loosened: [Change] = []
    /// The configuration in force afterwards.
    package private(set) var configuration: AppConfiguration

    /// Compares what is in force with what was read.
    package init(from old: AppConfiguration, to new: AppConfiguration) {
        configuration = old
        var result = old
        result.risk.limits = old.risk.limits.tightened(by: new.risk.limits)
        for setting in SettingsTable.all where setting.differs(old, new) {
            let change = Change(
                setting.name,
                from: setting.value(in: old),
                to: setting.value(in: new)
            )
            switch ReloadRule(for: setting.name) {
            case .restart: needsRestart.append(change)
            case .free:
                setting.copy(from: new, to: &result)
                applied.append(change)
            case .tightening:
                if setting.differs(result, new) {
                    loosened.append(change)
                } else {
                    applied.append(change)
                }
            }
        }
        guard loosened.isEmpty else {
            applied = []
            needsRestart = []
            return
        }
        configuration = result
    }

    /// Whether nothing of what was read is taken.
    package var isRefused: Bool { !loosened.isEmpty }

    /// Whether one of these variables has another value now.
    package func changes(_ variables: [String]) -> Bool {
        applied.contains { variables.contains($0.variable) }
    }

    /// What happened, one line each, for the person who asked.
    package var lines: [String] {
        guard loosened.isEmpty else {
            return ["reload refused, nothing is changed:"]
                + loosened.map { "  \($0): a limit may only be made tighter while trading runs" }
        }
        var lines = applied.map { "reloaded: \($0)" }
        if applied.isEmpty { lines.append("reloaded: nothing that may change has changed") }
        return lines + needsRestart.map { "needs a restart: \($0)" }
    }
}

extension ReloadDecision.Change: CustomStringConvertible {
    package var description: String { "\(variable) \(Self.shown(before)) → \(Self.shown(after))" }

    private static func shown(_ value: String) -> String { value.isEmpty ? "(none)" : value }
}
