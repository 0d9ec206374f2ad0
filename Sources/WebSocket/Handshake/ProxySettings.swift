/// Which connections go through a proxy, as the usual variables of the environment say.
///
/// `https_proxy` is for `wss`, `http_proxy` for `ws`, `all_proxy` for both; names in small letters come first,
/// and `HTTP_PROXY` in capitals is not read, because a web server may set it from a request. `no_proxy` lists
/// hosts that are reached directly. What is on this machine never goes through a proxy.
package struct ProxySettings: Sendable, Equatable {
    private let secure: Proxy?
    private let plain: Proxy?
    private let exceptions: [String]

    /// No proxy.
    package static let none = ProxySettings(secure: nil, plain: nil, exceptions: [])

    private init(secure: Proxy?, plain: Proxy?, exceptions: [String]) {
        self.secure = secure
        self.plain = plain
        self.exceptions = exceptions
    }

    /// Reads the variables.
    ///
    /// - Parameter environment: Gives the value of a variable.
    /// - Throws: ``ProxyFault`` with the variable whose value is no address of a proxy.
    package init(_ environment: (String) -> String?) throws(ProxyFault) {
        secure = try Self.proxy(
            ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"],
            environment
        )
        plain = try Self.proxy(["http_proxy", "all_proxy", "ALL_PROXY"], environment)
        let list = Self.value(["no_proxy", "NO_PROXY"], environment)?.value ?? ""
        exceptions = list.split { $0 == "," || $0 == " " }.map { $0.lowercased() }
    }

    /// The proxy for an address; `nil` when it is reached directly.
    package func proxy(for address: WebSocketAddress) -> Proxy? {
        guard !Self.isLoopback(address.host) else { return nil }
        guard !exceptions.contains(where: { Self.matches($0, address) }) else { return nil }
        return address.isEncrypted ? secure : plain
    }

    private static func value(
        _ names: [String],
        _ environment: (String) -> String?
    ) -> (name: String, value: String)? {
        for name in names {
            if let value = environment(name), !value.isEmpty { return (name, value) }
        }
        return nil
    }

    private static func proxy(
        _ names: [String],
        _ environment: (String) -> String?
    ) throws(ProxyFault) -> Proxy? {
        guard let (name, text) = value(names, environment) else { return nil }
        guard let proxy = Proxy(text) else { throw ProxyFault(variable: name) }
        return proxy
    }

    private static func matches(_ exception: String, _ address: WebSocketAddress) -> Bool {
        if exception == "*" { return true }
        // A bare IPv6 number has colons and no port.
        let isBareIPv6 = !exception.hasPrefix("[") && exception.count { $0 == ":" } > 1
        let place = isBareIPv6 ? nil : HostAndPort(exception.drop { $0 == "." })
        if let port = place?.port, port != address.port { return false }
        let host = isBareIPv6 ? exception : place?.host ?? ""
        return !host.isEmpty && (address.host == host || address.host.hasSuffix("." + host))
    }

    private static func isLoopback(_ host: String) -> Bool {
        if host == "localhost" || host == "::1" { return true }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }
}

/// A value of the environment that is no address of a proxy; the value may hold a password and is not shown.
package struct ProxyFault: Error, Sendable, Equatable, CustomStringConvertible {
    /// The variable.
    package let variable: String

    package var description: String {
        "\(variable): its value is not accepted (it is not shown); accepted is http://host:port"
            + " or http://user:password@host:port"
    }
}

/// An HTTP proxy that is asked to connect through (`CONNECT`); shows nothing but its host and port.
package struct Proxy: Sendable, Equatable {
    /// The name or number of the proxy.
    package let host: String
    /// The port, 80 where none was given.
    package let port: UInt16
    private let credentials: String?

    /// Reads `http://host:port` or `host:port`, with a user and password before an `@`.
    package init?(_ text: String) {
        let isPlain = text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
        guard isPlain, text.utf8.count <= WebSocketAddress.bytesMax else { return nil }
        var rest = text[...]
        if let colon = text.firstIndex(of: ":"), text[colon...].hasPrefix("://") {
            guard text[..<colon].lowercased() == "http" else { return nil }
            rest = text[colon...].dropFirst(3)
        }
        if rest.hasSuffix("/") { rest = rest.dropLast() }
        guard !rest.contains("/") else { return nil }
        if let at = rest.lastIndex(of: "@") {
            guard let plain = Self.unescaped(rest[..<at]) else { return nil }
            credentials = Base64.encode(plain)
            rest = rest[rest.index(after: at)...]
        } else {
            credentials = nil
        }
        guard let place = HostAndPort(rest) else { return nil }
        host = place.host
        port = place.port ?? 80
    }

    /// The request for a connection through this proxy.
    func connectRequest(to address: WebSocketAddress) -> [UInt8] {
        var lines = ["CONNECT \(address.authority) HTTP/1.1", "Host: \(address.authority)"]
        if let credentials { lines.append("Proxy-Authorization: Basic \(credentials)") }
        return Array((lines + ["", ""]).joined(separator: "\r\n").utf8)
    }

    /// Undoes `%40` and its like.
    private static func unescaped(_ text: Substring) -> [UInt8]? {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let code = Substring(rest.prefix(2)).hexadecimalByte else { return nil }
            bytes.append(code)
            rest = rest.dropFirst(2)
        }
        return bytes
    }
}

extension Substring {
    /// The byte that exactly two hexadecimal digits stand for.
    fileprivate var hexadecimalByte: UInt8? {
        utf8.count == 2 && allSatisfy(\.isHexDigit) ? UInt8(self, radix: 16) : nil
    }
}

extension Proxy: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "http://\(host):\(port)" }
    package var debugDescription: String { description }
    /// Shows no more to `dump` than the description does.
    package var customMirror: Mirror { Mirror(self, children: ["place": description]) }
}
