/// The address of a ZeroMQ socket: `tcp://`, `ipc://` or `inproc://`.
package struct Endpoint: Sendable, Equatable {
    /// What is done with an address.
    package enum Use: Sendable {
        /// A peer is there; the address must be complete.
        case connect
        /// We wait there; `*` stands for every interface or a free port.
        case bind
    }

    /// The address as ZeroMQ takes it.
    package let text: String

    /// Whether the peer is on this machine, so that nothing crosses a network.
    package var isLocal: Bool {
        guard text.hasPrefix("tcp://") else { return true }
        let host = text.dropFirst("tcp://".count)
        return host.hasPrefix("127.") || host.hasPrefix("localhost:") || host.hasPrefix("[::1]:")
    }

    /// Checks an address; `nil` when it is none, or one of another scheme.
    package init?(_ text: String, for use: Use) {
        guard let colon = text.firstIndex(of: ":"), text[colon...].hasPrefix("://") else {
            return nil
        }
        let address = text[colon...].dropFirst("://".count)
        let isAccepted =
            switch text[..<colon] {
            case "tcp": Self.isTCPAddress(address, for: use)
            // A socket's path has room for 107 bytes (`sun_path`).
            case "ipc": Self.isName(address, bytesMax: 107)
            case "inproc": Self.isName(address, bytesMax: 255)
            default: false
            }
        guard isAccepted else { return nil }
        self.text = text
    }

    /// Whether a text is the name or the address of a host.
    package static func isHost(_ host: some StringProtocol) -> Bool {
        guard !host.isEmpty, host.utf8.count <= 253 else { return false }
        if host.hasPrefix("["), host.hasSuffix("]") {
            let inner = host.dropFirst().dropLast().utf8
            return inner.contains(UInt8(ascii: ":"))
                && inner.allSatisfy { $0.isHexDigit || $0 == UInt8(ascii: ":") }
        }
        if host.utf8.allSatisfy({ $0.isDigit || $0 == UInt8(ascii: ".") }) {
            let octets = host.split(separator: ".", omittingEmptySubsequences: false)
            return octets.count == 4
                && octets.allSatisfy { (DecimalDigits.integer(String($0)) ?? 256) < 256 }
        }
        return host.utf8.allSatisfy { byte in
            byte.isDigit || byte.isLetter || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-")
        }
    }

    private static func isTCPAddress(_ address: Substring, for use: Use) -> Bool {
        guard let colon = address.lastIndex(of: ":") else { return false }
        let host = address[..<colon]
        let port = address[address.index(after: colon)...]
        if use == .bind, port == "*" { return host == "*" || isHost(host) }
        guard let number = DecimalDigits.integer(String(port)), (1...65_535).contains(number) else {
            return false
        }
        return isHost(host) || (use == .bind && host == "*")
    }

    private static func isName(_ name: Substring, bytesMax: Int) -> Bool {
        !name.isEmpty && name.utf8.count <= bytesMax
            && name.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
    }
}

extension UInt8 {
    /// Whether it is one of the ASCII digits.
    var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }
    /// Whether it is one of the ASCII letters.
    var isLetter: Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self | 0x20) }
    fileprivate var isHexDigit: Bool {
        isDigit || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(self | 0x20)
    }
}
