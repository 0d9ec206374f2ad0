/// A secret that a request must carry; it is never shown.
package struct BearerToken: Sendable, Equatable {
    private let bytes: [UInt8]

    /// The fewest bytes a token may have: 32 random bytes as 64 hexadecimal digits.
    package static let bytesMin = 64
    /// The most bytes.
    package static let bytesMax = 512

    /// Takes a token; `nil` when it is too short, too long or not printable.
    package init?(_ text: some Sequence<UInt8>) {
        let bytes = Array(text)
        guard (Self.bytesMin...Self.bytesMax).contains(bytes.count),
            bytes.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
        else { return nil }
        self.bytes = bytes
    }

    /// Whether an `Authorization` field carries it.
    ///
    /// The time this takes depends on what was sent alone: each byte that was sent is compared,
    /// whatever the ones before it were like.
    package func isCarried(by authorization: String) -> Bool {
        let scheme = "bearer "
        let sent = Array(authorization.utf8)
        guard sent.count >= scheme.utf8.count else { return false }
        let name = String(decoding: sent[..<scheme.utf8.count], as: UTF8.self)
        guard name.lowercased() == scheme else { return false }
        let token = sent[scheme.utf8.count...]
        var difference = UInt(truncatingIfNeeded: token.count ^ bytes.count)
        for (index, byte) in token.enumerated() {
            difference |= UInt(byte ^ bytes[index % bytes.count])
        }
        return difference == 0
    }
}

extension BearerToken: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "<redacted>" }
    package var debugDescription: String { "<redacted>" }
    /// Shows nothing to `dump`.
    package var customMirror: Mirror { Mirror(self, children: []) }
}
