/// The targets that `Package.swift` declares.
struct Manifest {
    struct Target: Equatable {
        let name: String
        let isTest: Bool
        let dependencies: [String]
    }

    let targets: [Target]

    /// Reads the text, because running SwiftPM inside `swift test` waits for its own lock.
    init(_ text: String) {
        let tokens = SwiftTokens(text).tokens
        let kinds = ["target", "executableTarget", "testTarget", "systemLibrary"]
        var found: [Target] = []
        var index = 0
        while index < tokens.count {
            guard let kind = kinds.first(where: { tokens.reads([".", $0, "("], at: index) }) else {
                index += 1
                continue
            }
            let end = tokens.closing(index + 2)
            let name = (index..<end).first { tokens.reads(["name", ":"], at: $0) }
            let list = (index..<end).first { tokens.reads(["dependencies", ":", "["], at: $0) }
            let dependencies = list.map { start in
                tokens[start...tokens.closing(start + 2)].filter { $0.kind == .string }
            }
            found.append(
                Target(
                    name: name.map { tokens.text($0 + 2) } ?? "",
                    isTest: kind == "testTarget",
                    dependencies: dependencies?.map(\.text) ?? []
                )
            )
            index = end
        }
        targets = found
    }

    func target(_ name: String) -> Target? { targets.first { $0.name == name } }
}

/// Which target may depend on which: the table of modules as code.
enum ModuleArrows {
    static let boundaries = [
        "ZeroMQ": "CZeroMQ", "Platform": "CLinux", "WebSocket": "COpenSSL", "SQLite": "CSQLite",
        "HTTPServer": "CMicroHTTPD", "HTTPClient": "CCurl", "Zlib": "CZlib",
    ]
    static let core: Set = ["TradingCore", "Telemetry"]
    static let adapters: Set = [
        "MarketFeed", "OrderEntry", "Gateway", "Recorder", "StatusAPI", "Alerting", "Venue",
    ]

    /// What a target may depend on; `nil` for a target that the table does not know.
    static func allowed(_ target: String) -> Set<String>? {
        if boundaries.values.contains(target) || core.contains(target) { return [] }
        // A WebSocket has sockets, look-ups and TLS: the first two are the platform's.
        if target == "WebSocket" { return ["COpenSSL", "Platform"] }
        if let library = boundaries[target] { return [library] }
        let inner = core.union(boundaries.keys)
        if adapters.contains(target) { return inner }
        switch target {
        case "LiveLoopApp": return inner.union(adapters)
        case "LiveLoop": return ["LiveLoopApp", "TradingCore"]
        case "live-loop": return ["LiveLoopApp"]
        case "FuzzDecoders": return ["MarketFeed", "OrderEntry", "TradingCore", "WebSocket"]
        case "TestSupport": return inner
        default: return nil
        }
    }

    /// Arrows of the manifest that the table forbids.
    static func offences(_ manifest: Manifest) -> [Offence] {
        manifest.targets.filter { !$0.isTest }.flatMap { target -> [Offence] in
            func offence(_ rule: String) -> Offence {
                Offence(path: "Package.swift", line: 0, rule: rule)
            }
            guard let allowed = allowed(target.name) else {
                return [offence("\(target.name) is not in the table of modules")]
            }
            return target.dependencies.filter { !allowed.contains($0) }
                .map { offence("\(target.name) must not depend on \($0)") }
        }
    }
}
