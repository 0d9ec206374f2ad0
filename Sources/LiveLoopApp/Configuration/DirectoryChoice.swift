/// Which directories the process uses, decided before any is made.
///
/// A paper user needs no root: a default directory that cannot be written is replaced by one of the
/// user's own. A directory that was set explicitly is never replaced, because an operator would then
/// put the kill switch where nobody looks; nor is any in live mode.
package struct DirectoryChoice: Sendable, Equatable {
    /// The directories to use.
    package let directories: DirectorySettings

    /// A directory's variable, its field, and its name below the fallback.
    struct Kind: Sendable {
        let variable: String
        let field: any WritableKeyPath<DirectorySettings, String> & Sendable
        let folder: String
    }

    static let kinds = [
        Kind(variable: "MT5_CRS_LOCK_DIR", field: \.lock, folder: "lock"),
        Kind(variable: "MT5_CRS_LOG_DIR", field: \.log, folder: "log"),
        Kind(variable: "MT5_CRS_STATE_DIR", field: \.state, folder: "state"),
    ]

    /// Decides.
    ///
    /// - Parameters:
    ///   - resolved: The accepted configuration.
    ///   - home: The user's home directory, if known.
    ///   - stateHome: `XDG_STATE_HOME`; a relative one is ignored, as its specification asks.
    ///   - isWritable: Whether a directory exists and can be written, or can be made.
    /// - Throws: ``ConfigurationRefused`` for each directory that cannot be used.
    package init(
        _ resolved: ResolvedConfiguration,
        home: String?,
        stateHome: String?,
        isWritable: (String) -> Bool
    ) throws(ConfigurationRefused) {
        var directories = resolved.configuration.directories
        let root = Self.fallbackRoot(home: home, stateHome: stateHome)
        var faults: [ConfigurationFault] = []
        for kind in Self.kinds {
            let path = directories[keyPath: kind.field]
            if isWritable(path) { continue }
            let origin = resolved.origin(of: kind.variable)
            let mayFallBack = resolved.configuration.mode == .paper && origin == .builtIn
            if mayFallBack, let fallback = root.map({ "\($0)/\(kind.folder)" }),
                isWritable(fallback)
            {
                directories[keyPath: kind.field] = fallback
                continue
            }
            faults.append(
                ConfigurationFault(
                    variable: kind.variable,
                    value: path,
                    accepted: "a directory that this user can write or make",
                    origin: origin
                )
            )
        }
        guard faults.isEmpty else { throw ConfigurationRefused(faults) }
        self.directories = directories
    }

    private static func fallbackRoot(home: String?, stateHome: String?) -> String? {
        if let stateHome, stateHome.hasPrefix("/") { return "\(stateHome)/live-loop" }
        guard let home, home.hasPrefix("/") else { return nil }
        return "\(home)/.local/state/live-loop"
    }
}
