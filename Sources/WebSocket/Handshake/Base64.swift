/// Bytes as letters, which the opening handshake and a proxy's password need.
enum Base64 {
    private static let letters = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8
    )

    static func encode(_ bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        var index = 0
        while index < bytes.count {
            let group = bytes[index..<min(index + 3, bytes.count)]
            var bits: UInt32 = 0
            for byte in group { bits = bits << 8 | UInt32(byte) }
            bits <<= UInt32(8 * (3 - group.count))
            for place in 0..<4 {
                let letter = letters[Int(bits >> UInt32(18 - 6 * place) & 0x3F)]
                text.append(place <= group.count ? letter : UInt8(ascii: "="))
            }
            index += 3
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// How many bytes a text stands for; `nil` when it is not the encoding of bytes.
    static func decodedCount(_ text: String) -> Int? {
        let all = Array(text.utf8)
        let padding = all.suffix(2).count { $0 == UInt8(ascii: "=") }
        let body = all.dropLast(padding)
        guard all.count % 4 == 0, body.allSatisfy(letters.contains) else { return nil }
        return all.count / 4 * 3 - padding
    }
}
