/// Where a request goes: `https://…`, or `http://…` on this machine.
///
/// Its path is often a password, so that its description, its dump and its mirror show nothing.
package struct HTTPAddress: Sendable, Equatable {
    /// The longest address.
    package static let bytesMax = 2048
    /// What is accepted, for the end of a sentence.
    package static let accepted =
        "an address that begins with https://, or with http:// for this machine"

    let text: String
    /// Whether the host is this machine by its name or number.
    let isLoopback: Bool
    /// Whether what is sent is encrypted.
    let isEncrypted: Bool

    /// Reads an address; `nil` when it is none, names a user, or would leave this machine unencrypted.
    package init?(_ text: String) {
        let isPlain = text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\\") }
        guard isPlain, text.utf8.count <= Self.bytesMax, let host = Self.host(of: text) else {
            return nil
        }
        self.text = text
        isEncrypted = text.hasPrefix("https://")
        isLoopback = Self.isLoopback(host)
        guard isEncrypted || isLoopback else { return nil }
    }

    /// The host between the scheme and the port, an IPv6 address with its brackets.
    private static func host(of text: String) -> Substring? {
        guard let scheme = ["https://", "http://"].first(where: text.hasPrefix) else { return nil }
        let authority = text.dropFirst(scheme.count).prefix { !"/?#".contains($0) }
        guard !authority.contains("@") else { return nil }
        var host = authority
        var rest = authority[authority.endIndex...]
        if authority.hasPrefix("[") {
            guard let end = authority.firstIndex(of: "]") else { return nil }
            host = authority[...end]
            rest = authority[authority.index(after: end)...]
        } else if let colon = authority.firstIndex(of: ":") {
            host = authority[..<colon]
            rest = authority[colon...]
        }
        guard !host.isEmpty, rest.isEmpty || isPort(rest) else { return nil }
        return host
    }

    private static func isPort(_ text: Substring) -> Bool {
        let digits = text.dropFirst()
        guard text.hasPrefix(":"), (1...5).contains(digits.utf8.count),
            digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let port = Int(digits)
        else { return false }
        return (1...65_535).contains(port)
    }

    /// `127.evil.example` begins like a number of this machine and is none.
    private static func isLoopback(_ host: Substring) -> Bool {
        if host == "localhost" || host == "[::1]" { return true }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127"
            && parts.allSatisfy { part in
                (1...3).contains(part.utf8.count)
                    && part.utf8.allSatisfy { (0x30...0x39).contains($0) }
                    && (Int(part) ?? 256) < 256
            }
    }
}

extension HTTPAddress: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "<redacted>" }
    package var debugDescription: String { "<redacted>" }
    /// Shows nothing to `dump`.
    package var customMirror: Mirror { Mirror(self, children: []) }
}
