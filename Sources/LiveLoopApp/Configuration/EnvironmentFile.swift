/// A `.env` file: one `NAME=value` a line, read in the way in which a shell, Docker and systemd agree.
///
/// `export NAME=value` is allowed, as are comments and quotes. What these readers understand
/// differently, such as an unquoted space, `$` or `;`, is a fault, so that the file never means something
/// else to another reader. A line's content is never shown: it may hold a secret.
package struct EnvironmentFile: Sendable, Equatable {
    /// One assignment.
    package struct Entry: Sendable, Equatable {
        /// The variable.
        package let name: String
        /// The value without its quotes.
        package let value: String
        /// The line, counted from 1.
        package let line: Int
    }

    /// The longest file in bytes.
    package static let bytesMax = 65_536
    /// The path, as faults and origins show it.
    package let path: String
    /// The assignments in the order of their lines.
    package private(set) var entries: [Entry] = []
    /// What is wrong with the other lines.
    package private(set) var faults: [ConfigurationFault] = []

    /// Reads the content of a file.
    package init(_ bytes: [UInt8], path: String) {
        self.path = path
        guard bytes.count <= Self.bytesMax else {
            refuse("a file of at most \(Self.bytesMax) bytes", line: 1)
            return
        }
        var content = bytes[...]
        if content.starts(with: [0xEF, 0xBB, 0xBF]) { content = content.dropFirst(3) }
        let lines = content.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() { read(line, number: index + 1) }
    }

    private mutating func read(_ line: ArraySlice<UInt8>, number: Int) {
        var line = line
        if line.last == UInt8(ascii: "\r") { line = line.dropLast() }
        guard let text = String(validating: line, as: UTF8.self) else {
            refuse("text in UTF-8", line: number)
            return
        }
        do throws(LineFault) {
            var scanner = EnvironmentLineScanner(text)
            guard let (name, value) = try scanner.assignment() else { return }
            if let earlier = entries.first(where: { $0.name == name }) {
                refuse("\(name) once; it is set on line \(earlier.line) already", line: number)
                return
            }
            entries.append(Entry(name: name, value: value, line: number))
        } catch {
            refuse(error.accepted, line: number)
        }
    }

    private mutating func refuse(_ accepted: String, line: Int) {
        faults.append(
            ConfigurationFault(
                variable: nil,
                value: nil,
                accepted: accepted,
                origin: .file(path: path, line: line)
            )
        )
    }
}

/// Why a line is no assignment.
private struct LineFault: Error {
    let accepted: String
}

/// Reads one line of an environment file.
private struct EnvironmentLineScanner {
    private var rest: Substring.UnicodeScalarView

    init(_ text: String) { rest = Substring(text).unicodeScalars }

    /// The assignment, or `nil` for an empty line and a comment.
    mutating func assignment() throws(LineFault) -> (name: String, value: String)? {
        skipBlanks()
        if rest.isEmpty || rest.first == "#" { return nil }
        var name = word()
        if name == "export", let next = rest.first, next == " " || next == "\t" {
            skipBlanks()
            name = word()
        }
        guard !name.isEmpty, rest.first == "=" else {
            throw LineFault(accepted: "NAME=value, with nothing around '=', or a comment after '#'")
        }
        rest.removeFirst()
        let value =
            switch rest.first {
            case "'": try singleQuoted()
            case "\"": try doubleQuoted()
            default: try bare()
            }
        guard value.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control }) else {
            throw LineFault(accepted: "a value without control characters")
        }
        return (name, value)
    }

    private mutating func word() -> String {
        var name = ""
        while let scalar = rest.first, scalar.isNameCharacter,
            !(name.isEmpty && ("0"..."9").contains(scalar))
        {
            name.unicodeScalars.append(rest.removeFirst())
        }
        return name
    }

    private mutating func bare() throws(LineFault) -> String {
        var value = ""
        while let scalar = rest.first, scalar != " ", scalar != "\t" {
            guard !"\"'\\`$|&;<>()".unicodeScalars.contains(scalar) else {
                throw LineFault(accepted: "single quotes around a value with \(scalar) in it")
            }
            value.unicodeScalars.append(rest.removeFirst())
        }
        try expectEnd(after: "single quotes around a value with spaces")
        return value
    }

    private mutating func singleQuoted() throws(LineFault) -> String {
        rest.removeFirst()
        var value = ""
        while let scalar = rest.popFirst() {
            if scalar == "'" {
                try expectEnd(after: "nothing but a comment after the closing quote")
                return value
            }
            value.unicodeScalars.append(scalar)
        }
        throw LineFault(accepted: "a closing ' on the same line")
    }

    private mutating func doubleQuoted() throws(LineFault) -> String {
        rest.removeFirst()
        var value = ""
        while let scalar = rest.popFirst() {
            switch scalar {
            case "\"":
                try expectEnd(after: "nothing but a comment after the closing quote")
                return value
            case "$", "`":
                throw LineFault(accepted: "single quotes around a value with \(scalar) in it")
            case "\\":
                guard let escaped = rest.popFirst(), "\"\\$`".unicodeScalars.contains(escaped)
                else {
                    throw LineFault(accepted: #"the escapes \" \\ \$ \` in double quotes"#)
                }
                value.unicodeScalars.append(escaped)
            default: value.unicodeScalars.append(scalar)
            }
        }
        throw LineFault(accepted: "a closing \" on the same line")
    }

    /// Allows blanks and a comment, which a blank must separate from the value.
    private mutating func expectEnd(after accepted: String) throws(LineFault) {
        let hasBlank = rest.first == " " || rest.first == "\t"
        skipBlanks()
        guard rest.isEmpty || (hasBlank && rest.first == "#") else {
            throw LineFault(accepted: accepted)
        }
    }

    private mutating func skipBlanks() {
        while rest.first == " " || rest.first == "\t" { rest.removeFirst() }
    }
}

extension Unicode.Scalar {
    fileprivate var isNameCharacter: Bool {
        ("A"..."Z").contains(self) || ("a"..."z").contains(self) || ("0"..."9").contains(self)
            || self == "_"
    }
}
