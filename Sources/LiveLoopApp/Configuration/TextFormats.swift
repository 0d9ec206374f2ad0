import TradingCore

extension ValueFormat where Value == String {
    /// The name or address of a host, without a port.
    static var host: Self {
        ValueFormat(
            accepted: "a host name, an IPv4 address, or an IPv6 address in brackets",
            parse: { text throws(ValueRefusal) in
                guard Endpoint.isHost(text) else { throw ValueRefusal() }
                return text
            },
            render: { $0 }
        )
    }

    /// A currency as ISO 4217 writes it.
    static var currency: Self {
        ValueFormat(
            accepted: "three capital letters, as in USD",
            parse: { text throws(ValueRefusal) in
                guard text.utf8.count == 3, text.utf8.allSatisfy({ $0.isLetter && $0 < 0x60 })
                else { throw ValueRefusal() }
                return text
            },
            render: { $0 }
        )
    }

    /// A CURVE key: 32 bytes in Z85 (ZeroMQ RFC 32).
    static var z85Key: Self {
        ValueFormat(
            accepted: "a public key of 40 characters in Z85",
            parse: { text throws(ValueRefusal) in
                guard Z85.isKey(text) else { throw ValueRefusal() }
                return text
            },
            render: { $0 }
        )
    }
}

/// The text form of CURVE keys (ZeroMQ RFC 32).
enum Z85 {
    /// Whether a text has the length and the alphabet of a key.
    static func isKey(_ text: String) -> Bool {
        text.utf8.count == 40
            && text.utf8.allSatisfy { byte in
                byte.isDigit || byte.isLetter || ".-:+=^!/*?&<>()[]{}@%$#".utf8.contains(byte)
            }
    }
}

extension ValueFormat where Value == Secret {
    /// An address for alerts.
    static var webhook: Self {
        ValueFormat(
            accepted: "an address that begins with https://, or with http:// for this machine",
            parse: { text throws(ValueRefusal) in
                let isPlain = text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
                guard isPlain, text.utf8.count <= 2048, let host = host(ofURL: text),
                    Endpoint.isHost(host)
                else { throw ValueRefusal() }
                let isLocal = host == "localhost" || host.hasPrefix("127.") || host == "[::1]"
                guard text.hasPrefix("https://") || isLocal else { throw ValueRefusal() }
                return Secret(text)
            },
            render: { $0.reveal() }
        )
    }

    private static func host(ofURL text: String) -> Substring? {
        guard text.hasPrefix("https://") || text.hasPrefix("http://"),
            let separator = text.firstRange(of: "://")
        else { return nil }
        let authority = text[separator.upperBound...].prefix { !"/?#".contains($0) }
        guard !authority.contains("@") else { return nil }
        guard !authority.hasPrefix("[") else {
            return authority.lastIndex(of: "]").map { authority[...$0] }
        }
        guard let colon = authority.lastIndex(of: ":") else { return authority }
        let port = DecimalDigits.integer(String(authority[authority.index(after: colon)...]))
        guard let port, (1...65_535).contains(port) else { return nil }
        return authority[..<colon]
    }
}

extension ValueFormat where Value == DayZone {
    /// `UTC` or a fixed offset.
    static var dayZone: Self {
        ValueFormat(
            accepted: "UTC, or a fixed offset from -14:00 to +14:00 as in +02:00",
            parse: { text throws(ValueRefusal) in
                if text == "UTC" { return .utc }
                let parts = text.dropFirst().split(
                    separator: ":",
                    omittingEmptySubsequences: false
                )
                guard text.utf8.count == 6, text.hasPrefix("+") || text.hasPrefix("-"),
                    parts.count == 2, parts[1].utf8.count == 2,
                    let hours = DecimalDigits.integer(String(parts[0])),
                    let minutes = DecimalDigits.integer(String(parts[1])), minutes < 60,
                    hours * 60 + minutes <= 14 * 60
                else { throw ValueRefusal() }
                let offset = hours * 60 + minutes
                return DayZone(offsetMinutes: text.hasPrefix("-") ? -offset : offset)
            },
            render: { zone in
                guard zone != .utc else { return "UTC" }
                let minutes = zone.offsetMinutes.magnitude
                func twoDigits(_ number: UInt) -> String {
                    number < 10 ? "0\(number)" : "\(number)"
                }
                let sign = zone.offsetMinutes < 0 ? "-" : "+"
                return "\(sign)\(twoDigits(minutes / 60)):\(twoDigits(minutes % 60))"
            }
        )
    }
}

extension ValueFormat {
    /// One of a few words.
    static func word(_ words: [(name: String, value: Value)]) -> Self where Value: Equatable {
        ValueFormat(
            accepted: "one of \(words.map(\.name).joined(separator: ", "))",
            parse: { text throws(ValueRefusal) in
                guard let match = words.first(where: { $0.name == text }) else {
                    throw ValueRefusal()
                }
                return match.value
            },
            render: { value in words.first { $0.value == value }?.name ?? "" }
        )
    }
}
