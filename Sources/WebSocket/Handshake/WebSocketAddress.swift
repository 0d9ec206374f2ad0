/// Where a WebSocket connection goes: `wss://…`, or `ws://…` without encryption.
///
/// What follows the host is often a password (a listen key, a token), so that its description shows the host
/// and the port only.
package struct WebSocketAddress: Sendable, Equatable {
    /// The longest address.
    package static let bytesMax = 2048
    /// What is accepted, for the end of a sentence.
    package static let accepted =
        "an address such as wss://host:port/path?query, without a user and without '#'"

    /// Whether what is sent is encrypted.
    package let isEncrypted: Bool
    /// The name or number of the host in small letters, an IPv6 number without brackets.
    package let host: String
    /// The port, 443 or 80 where none was given.
    package let port: UInt16
    /// The path with the query, as they are asked for.
    package let target: String

    /// Reads an address; `nil` when it is none, names a user, or has a fragment.
    package init?(_ text: String) {
        let isPlain = text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\\") }
        guard isPlain, text.utf8.count <= Self.bytesMax, !text.contains("#"),
            let colon = text.firstIndex(of: ":"), text[colon...].hasPrefix("://")
        else { return nil }
        switch text[..<colon].lowercased() {
        case "wss": isEncrypted = true
        case "ws": isEncrypted = false
        default: return nil
        }
        let rest = text[colon...].dropFirst(3)
        let authority = rest.prefix { $0 != "/" && $0 != "?" }
        guard !authority.contains("@"), let place = HostAndPort(authority) else { return nil }
        host = place.host
        port = place.port ?? (isEncrypted ? 443 : 80)
        let tail = rest[authority.endIndex...]
        target = tail.hasPrefix("/") ? String(tail) : "/" + tail
    }

    /// What the `Host` header says: the port only where it is not the usual one.
    var hostHeader: String {
        let isUsual = port == (isEncrypted ? 443 : 80)
        return isUsual ? bracketedHost : "\(bracketedHost):\(port)"
    }

    /// Host and port as `CONNECT` names them.
    var authority: String { "\(bracketedHost):\(port)" }

    private var bracketedHost: String { host.contains(":") ? "[\(host)]" : host }
}

extension WebSocketAddress: CustomStringConvertible, CustomDebugStringConvertible {
    package var description: String { "\(isEncrypted ? "wss" : "ws")://\(authority)" }
    package var debugDescription: String { description }
}

extension WebSocketAddress: CustomReflectable {
    /// Shows no more to `dump` than the description does.
    package var customMirror: Mirror { Mirror(self, children: ["place": description]) }
}

/// `host`, `host:port`, `[::1]` or `[::1]:port`.
struct HostAndPort: Equatable {
    let host: String
    let port: UInt16?

    init?(_ text: Substring) {
        var host = text
        var rest = text[text.endIndex...]
        let isBracketed = text.hasPrefix("[")
        if isBracketed {
            guard let end = text.firstIndex(of: "]") else { return nil }
            host = text[text.index(after: text.startIndex)..<end]
            rest = text[text.index(after: end)...]
        } else if let colon = text.firstIndex(of: ":") {
            host = text[..<colon]
            rest = text[colon...]
        }
        guard (1...253).contains(host.utf8.count),
            host.utf8.allSatisfy({ Self.isAllowed($0, isBracketed) }),
            !isBracketed || host.contains(":")
        else { return nil }
        self.host = host.lowercased()
        guard !rest.isEmpty else {
            port = nil
            return
        }
        let digits = rest.dropFirst()
        guard rest.hasPrefix(":"), (1...5).contains(digits.utf8.count),
            digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let number = UInt16(digits), number > 0
        else { return nil }
        port = number
    }

    private static func isAllowed(_ byte: UInt8, _ isBracketed: Bool) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "."): true
        case UInt8(ascii: "-"), UInt8(ascii: "_"): !isBracketed
        case UInt8(ascii: ":"): isBracketed
        default: false
        }
    }
}
