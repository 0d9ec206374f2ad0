/// A configuration that was accepted, and where each value came from.
package struct ResolvedConfiguration: Sendable, Equatable {
    /// The values.
    package private(set) var configuration: AppConfiguration
    /// What the user should know although nothing is refused, one line each.
    package private(set) var notices: [String]
    private var origins: [String: SettingOrigin]

    /// Where a variable's value came from.
    package func origin(of name: String) -> SettingOrigin { origins[name] ?? .builtIn }

    /// Uses other directories than those configured.
    package mutating func use(_ choice: DirectoryChoice) {
        for kind in DirectoryChoice.kinds {
            let chosen = choice.directories[keyPath: kind.field]
            let configured = configuration.directories[keyPath: kind.field]
            guard chosen != configured else { continue }
            configuration.directories[keyPath: kind.field] = chosen
            origins[kind.variable] = .fallback(from: configured)
        }
    }

    /// Turns variables into a configuration, or refuses it with everything that is wrong.
    ///
    /// - Parameters:
    ///   - values: Every variable of the process and its environment file; foreign ones are ignored.
    ///   - fileFaults: What was wrong with lines of the environment file.
    ///   - strategies: The names that `STRATEGY` may have; `nil` does not check them.
    /// - Throws: ``ConfigurationRefused`` with all faults.
    package init(
        _ values: [String: SourcedText],
        fileFaults: [ConfigurationFault] = [],
        strategies: [String]? = nil
    ) throws(ConfigurationRefused) {
        var faults = fileFaults
        var configuration = AppConfiguration()
        var origins: [String: SettingOrigin] = [:]
        for setting in SettingsTable.all {
            if let value = values[setting.name] {
                origins[setting.name] = value.origin
                if let accepted = setting.apply(value.text, to: &configuration) {
                    faults.append(setting.fault(value, accepted: accepted))
                }
            } else if setting.isOfProfile, values["NETWORK_PROFILE"] != nil {
                origins[setting.name] = .profile(configuration.networkProfile.rawValue)
            }
        }
        faults += UnknownNames.faults(values)
        let relations = ConfigurationRelations(
            configuration: configuration,
            origins: origins,
            faulty: Set(faults.compactMap(\.variable))
        )
        faults += relations.faults(strategies: strategies)
        guard faults.isEmpty else { throw ConfigurationRefused(faults) }
        self.configuration = configuration
        self.origins = origins
        notices = SettingsTable.withoutEffect.compactMap { name in
            values[name].map { "\(name) is set (\($0.origin)) and has no effect in this version" }
        }
    }
}

extension Setting {
    fileprivate func fault(_ value: SourcedText, accepted: String) -> ConfigurationFault {
        ConfigurationFault(
            variable: name,
            value: isSecret && !value.text.isEmpty ? Secret.redacted : value.text,
            accepted: accepted,
            origin: value.origin
        )
    }
}

/// Finds variables that were meant for us and that nobody reads.
enum UnknownNames {
    /// One fault for each; the value is not shown, because a misspelt secret is a secret.
    static func faults(_ values: [String: SourcedText]) -> [ConfigurationFault] {
        let known = SettingsTable.all.map(\.name)
        let tolerated = SettingsTable.withoutEffect + SettingsTable.ofTests
        return values.keys.sorted().compactMap { name in
            guard !known.contains(name), !tolerated.contains(name), let value = values[name] else {
                return nil
            }
            let nearest = NearestName.find(name, among: known)
            let isOurs = SettingsTable.prefixes.contains { name.hasPrefix($0) }
            // In the environment another program may own a similar name; the file is written for us.
            guard isOurs || (nearest != nil && value.origin.isFile) else { return nil }
            let hint = nearest.map { "did you mean \($0)?" } ?? "see live-loop config for all names"
            return ConfigurationFault(
                variable: name,
                value: nil,
                accepted: "no variable of this name; \(hint)",
                origin: value.origin
            )
        }
    }
}

extension SettingOrigin {
    fileprivate var isFile: Bool {
        if case .file = self { return true }
        return false
    }
}
