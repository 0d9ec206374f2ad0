/// The HTTP interface.
package struct HTTPSettings: Sendable, Equatable {
    /// Where it listens; `nil` is nowhere.
    package var listen = ListenAddress("127.0.0.1:8080")
    /// The file with the token that stops trading; `nil` is `http_token` in the state directory.
    package var tokenFile: String?
    /// The file with the token that lets trading go on; `nil` is `http_reset_token` there.
    package var resetTokenFile: String?
    /// The time between two events with the state of the process.
    package var eventInterval = Duration.milliseconds(500)
}

/// An address of this machine and a port.
package struct ListenAddress: Sendable, Equatable {
    /// An IPv4 address, or an IPv6 address without brackets.
    package let host: String
    /// The port; 0 lets the system choose one.
    package let port: UInt16

    /// Reads an address; `nil` when it is none.
    ///
    /// Names are not looked up, but for `localhost`.
    package init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":") else { return nil }
        let host = text[..<colon]
        let digits = String(text[text.index(after: colon)...])
        guard let number = DecimalDigits.integer(digits), (0...65_535).contains(number) else {
            return nil
        }
        if host == "localhost" {
            self.host = "127.0.0.1"
        } else if host.hasPrefix("["), Endpoint.isHost(host) {
            self.host = String(host.dropFirst().dropLast())
        } else if host.utf8.allSatisfy({ $0.isDigit || $0 == UInt8(ascii: ".") }),
            Endpoint.isHost(host)
        {
            self.host = String(host)
        } else {
            return nil
        }
        port = UInt16(number)
    }

    /// The address as it is written.
    package var text: String { text(port: port) }

    /// The address with another port.
    package func text(port: UInt16) -> String {
        host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    }

    /// Whether only this machine can reach it.
    package var isLoopback: Bool { host == "::1" || host.hasPrefix("127.") }
}
