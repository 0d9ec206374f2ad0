/// What a file may import, and where memory is touched by hand.
enum ImportRules {
    private static let kinds: Set = [
        "struct", "class", "enum", "protocol", "func", "var", "let", "typealias",
    ]

    /// The modules that a file imports, with their lines.
    static func imports(_ file: SourceFile) -> [(module: String, line: Int)] {
        let tokens = file.tokens
        return tokens.indices.compactMap { index in
            guard tokens[index].kind == .word, tokens[index].text == "import" else { return nil }
            let next = kinds.contains(tokens.text(index + 1)) ? index + 2 : index + 1
            return (tokens.text(next), tokens[index].line)
        }
    }

    /// Modules of the toolchain that a file may use.
    static func toolchainModules(_ file: SourceFile) -> Set<String> {
        if file.isInTests {
            return ["Testing", "Foundation", "FoundationEssentials", "Synchronization", "Glibc"]
        }
        if file.target == "Platform" || file.target == "ZeroMQ" || file.name == "Locked.swift" {
            return ["Synchronization", "Glibc"]
        }
        return ["Synchronization"]
    }

    /// Imports of modules that are neither allowed nor declared in the manifest.
    static func offences(_ file: SourceFile, _ manifest: Manifest) -> [Offence] {
        let declared = manifest.target(file.target)?.dependencies ?? []
        let allowed = toolchainModules(file).union(declared)
        return imports(file).filter { module, _ in
            // The module of an executable is its target's name with an underscore.
            !allowed.contains(module)
                && !declared.contains { $0.replacing("-", with: "_") == module }
        }
        .map {
            Offence(
                path: file.path,
                line: $0.line,
                rule: "\(file.target) may not import \($0.module)"
            )
        }
    }

    /// Memory touched by hand outside the owners of C handles.
    static func unsafeOffences(_ file: SourceFile) -> [Offence] {
        let owners: Set = [
            "ZeroMQ", "SQLite", "Platform", "HTTPServer", "HTTPClient", "WebSocket", "Zlib",
            "FuzzDecoders",
        ]
        guard file.isInSources, !owners.contains(file.target), file.name != "Locked.swift" else {
            return []
        }
        return file.tokens.filter {
            $0.kind == .word && ($0.text == "unsafe" || $0.text.hasPrefix("Unsafe"))
        }
        .map { Offence(path: file.path, line: $0.line, rule: "'\($0.text)' outside its modules") }
    }
}
