import Foundation

/// One file of the repository.
struct SourceFile {
    /// The path from the root of the package.
    let path: String
    let text: String
    let swift: SwiftTokens

    init(path: String, text: String) {
        self.path = path
        self.text = text
        swift = SwiftTokens(path.hasSuffix(".swift") ? text : "")
    }

    var tokens: [Token] { swift.tokens }

    var name: String { path.split(separator: "/").last.map(String.init) ?? path }

    /// The folder below `Sources` or `Tests`, which is the name of the target.
    var target: String {
        let parts = path.split(separator: "/")
        return parts.count > 2 ? String(parts[1]) : ""
    }

    var isInSources: Bool { path.hasPrefix("Sources/") }
    var isInTests: Bool { path.hasPrefix("Tests/") }
    var isSwift: Bool { path.hasSuffix(".swift") }
}

/// A place that breaks a rule.
struct Offence: CustomStringConvertible, Equatable {
    let path: String
    let line: Int
    let rule: String

    var description: String { "\(path):\(line): \(rule)" }
}

/// The files of the repository as they lie on disk.
struct SourceTree {
    static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// Read once, for all suites.
    static let files = paths().compactMap { path -> SourceFile? in
        guard let text = try? String(contentsOf: root.appending(path: path), encoding: .utf8) else {
            return nil
        }
        return SourceFile(path: path, text: text)
    }

    static var swiftFiles: [SourceFile] { files.filter(\.isSwift) }

    static func file(_ path: String) -> SourceFile? { files.first { $0.path == path } }

    /// Runs a program in the root of the package.
    static func run(_ arguments: [String]) throws -> (output: String, status: Int32) {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = arguments
        process.currentDirectoryURL = root
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let data = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (String(decoding: data, as: UTF8.self), process.terminationStatus)
    }

    /// What git knows or would add; a tree without git is walked instead.
    private static func paths() -> [String] {
        let list = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
        if let (output, status) = try? run(list), status == 0 {
            return output.split(separator: "\n").map(String.init)
        }
        let walk = FileManager.default.enumerator(atPath: root.path)
        let all = walk?.compactMap { $0 as? String } ?? []
        return all.filter { !$0.hasPrefix(".build/") && !$0.hasPrefix(".git/") }
    }
}
