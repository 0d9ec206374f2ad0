import HTTPClient
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
            accepted: HTTPAddress.accepted,
            parse: { text throws(ValueRefusal) in
                guard HTTPAddress(text) != nil else { throw ValueRefusal() }
                return Secret(text)
            },
            render: { $0.reveal() }
        )
    }
}

extension ValueFormat where Value == DayZone {
    /// `UTC`, a fixed offset, or a name of the time zone database, which is read at once.
    static var dayZone: Self {
        ValueFormat(
            accepted: "UTC, a fixed offset from -14:00 to +14:00 as in +02:00, "
                + "or a time zone as in Europe/Berlin",
            parse: { text throws(ValueRefusal) in
                if text == "UTC" { return .utc }
                if text.hasPrefix("+") || text.hasPrefix("-") { return try fixedZone(text) }
                do throws(ZoneInfoFault) {
                    return try ZoneInfoFile.read(text)
                } catch {
                    if error == .name { throw ValueRefusal() }
                    throw ValueRefusal(accepted: "a time zone of this system; \(error)")
                }
            },
            render: { zone in
                if let name = zone.name { return name }
                guard zone != .utc else { return "UTC" }
                let minutes = zone.offset.magnitude / 60
                func twoDigits(_ number: UInt) -> String {
                    number < 10 ? "0\(number)" : "\(number)"
                }
                let sign = zone.offset < 0 ? "-" : "+"
                return "\(sign)\(twoDigits(minutes / 60)):\(twoDigits(minutes % 60))"
            }
        )
    }

    private static func fixedZone(_ text: String) throws(ValueRefusal) -> DayZone {
        let parts = text.dropFirst().split(separator: ":", omittingEmptySubsequences: false)
        guard text.utf8.count == 6, parts.count == 2, parts[1].utf8.count == 2,
            let hours = DecimalDigits.integer(String(parts[0])),
            let minutes = DecimalDigits.integer(String(parts[1])), minutes < 60,
            hours * 60 + minutes <= 14 * 60
        else { throw ValueRefusal() }
        let offset = hours * 60 + minutes
        return DayZone(offsetMinutes: text.hasPrefix("-") ? -offset : offset)
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
