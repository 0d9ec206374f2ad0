/// Where a setting's value came from.
package enum SettingOrigin: Sendable, Equatable {
    /// Nobody set it.
    case builtIn
    /// The network profile of this name set it.
    case profile(String)
    /// An environment file.
    case file(path: String, line: Int)
    /// The environment of the process.
    case environment
    /// An option of the command line.
    case option(String)
    /// The start-up chose it, because another value could not be used.
    case fallback(from: String)
}

extension SettingOrigin: CustomStringConvertible {
    /// The origin in the words of `live-loop config`.
    package var description: String {
        switch self {
        case .builtIn: "default"
        case .profile(let name): "NETWORK_PROFILE=\(name)"
        case .file(let path, let line): "\(path):\(line)"
        case .environment: "environment"
        case .option(let name): name
        case .fallback(let path): "fallback, \(path) cannot be written"
        }
    }
}

/// A value as it was written, and where.
package struct SourcedText: Sendable, Equatable {
    /// The value, unread.
    package let text: String
    /// Where it was written.
    package let origin: SettingOrigin

    package init(_ text: String, _ origin: SettingOrigin) {
        self.text = text
        self.origin = origin
    }

    /// Puts the sources over each other: options win over the environment, the environment over the
    /// environment file.
    package static func merge(
        options: [String: SourcedText] = [:],
        environment: [String: String],
        file: EnvironmentFile?
    ) -> [String: SourcedText] {
        var merged: [String: SourcedText] = [:]
        if let file {
            for entry in file.entries {
                let origin = SettingOrigin.file(path: file.path, line: entry.line)
                merged[entry.name] = SourcedText(entry.value, origin)
            }
        }
        merged.merge(environment.mapValues { SourcedText($0, .environment) }) { $1 }
        merged.merge(options) { $1 }
        return merged
    }
}
