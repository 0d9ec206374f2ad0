internal import HTTPServer

/// What every head must fulfil before anything is done for it.
///
/// A head that two readers could understand differently is refused whole: whether a proxy stands
/// before us or not, nobody can hide a second request in the first.
enum RequestHeadRules {
    static let bytesMax = 16 << 10
    static let pathBytesMax = 1024
    static let bodyBytesMax = 64 << 10

    /// The first rule that is broken; `nil` when none is.
    static func refusal(_ head: HTTPRequestHead) -> StatusRefusal? {
        if head.byteCount > bytesMax { return .headTooLong }
        if head.path.utf8.count > pathBytesMax { return .pathTooLong }
        if head.version != "HTTP/1.1", head.version != "HTTP/1.0" { return .version }
        guard head.fields.allSatisfy({ isToken($0.name) && isPlain($0.value) }) else {
            return .malformed
        }
        let lengths = head.values("content-length")
        let codings = head.values("transfer-encoding")
        guard lengths.count <= 1, codings.count <= 1, lengths.isEmpty || codings.isEmpty,
            head.values("host").count == 1, head.values("authorization").count <= 1,
            head.values("content-type").count <= 1
        else { return .malformed }
        guard lengths.allSatisfy({ bodyLength($0) != nil }) else { return .malformed }
        return isOurs(head.value("host") ?? "") ? nil : .host
    }

    /// The length that a field announces; longer ones than can be counted count as the longest.
    static func bodyLength(_ text: String) -> Int? {
        guard !text.isEmpty, text.utf8.count <= 32, text.utf8.allSatisfy(isDigit) else {
            return nil
        }
        return Int(text) ?? .max
    }

    /// Whether a `Host` names an address or this machine itself.
    ///
    /// A browser that a foreign page has aimed at us by a name of its own sends that name; an address
    /// cannot be aimed so.
    static func isOurs(_ host: String) -> Bool {
        var name = Substring(host)
        if name.hasPrefix("[") {
            guard let end = name.firstIndex(of: "]") else { return false }
            let inner = name[name.index(after: name.startIndex)..<end]
            guard isPort(name[name.index(after: end)...]) else { return false }
            return inner.utf8.contains(UInt8(ascii: ":"))
                && inner.utf8.allSatisfy { isHex($0) || $0 == 0x3A || $0 == 0x2E }
        }
        if let colon = name.firstIndex(of: ":") {
            guard isPort(name[colon...]) else { return false }
            name = name[..<colon]
        }
        if name.lowercased() == "localhost" { return true }
        let octets = name.split(separator: ".", omittingEmptySubsequences: false)
        return octets.count == 4
            && octets.allSatisfy { octet in
                (1...3).contains(octet.utf8.count) && octet.utf8.allSatisfy(isDigit)
            }
    }

    private static func isPort(_ text: Substring) -> Bool {
        guard let colon = text.first else { return true }
        let digits = text.dropFirst().utf8
        return colon == ":" && (1...5).contains(digits.count) && digits.allSatisfy(isDigit)
    }

    /// Whether a field's name is a token of RFC 9110.
    private static func isToken(_ name: String) -> Bool {
        let others = "!#$%&'*+-.^_`|~".utf8
        return !name.isEmpty
            && name.utf8.allSatisfy { byte in
                isDigit(byte) || isLetter(byte) || others.contains(byte)
            }
    }

    private static func isPlain(_ value: String) -> Bool {
        value.utf8.allSatisfy { $0 == 0x09 || ($0 >= 0x20 && $0 != 0x7F) }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
    private static func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte | 0x20) }
    private static func isHex(_ byte: UInt8) -> Bool {
        isDigit(byte) || (0x61...0x66).contains(byte | 0x20)
    }
}
