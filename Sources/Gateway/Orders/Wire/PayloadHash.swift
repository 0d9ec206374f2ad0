/// Tells two commands of one id apart.
///
/// FNV-1a with 64 bits (Fowler, Noll, Vo): it guards against mistakes, not against an attacker.
package struct PayloadHash: Sendable, Equatable {
    /// The hash.
    package private(set) var value: UInt64 = 0xCBF2_9CE4_8422_2325

    package init(value: UInt64) { self.value = value }

    /// The hash of what a command means; how it was spelled makes no difference.
    init(_ work: VenueRequest.Work) {
        switch work {
        case .send(let order):
            add("send", order.symbol, order.type.rawValue, order.filling.rawValue, order.comment)
            add(
                "\(order.volume.trimmed)",
                Self.text(order.price?.trimmed),
                Self.text(order.deviation),
                Self.text(order.stopLoss?.trimmed),
                Self.text(order.takeProfit?.trimmed),
                "\(order.magic)"
            )
        case .modify(let ticket, let price, let stopLoss, let takeProfit):
            add("modify", "\(ticket)", Self.text(price?.trimmed))
            add(Self.text(stopLoss?.trimmed), Self.text(takeProfit?.trimmed))
        case .cancel(let ticket): add("cancel", "\(ticket)")
        case .close(let position, let volume, let deviation, let magic, let comment):
            add("close", "\(position)", Self.text(volume?.trimmed), Self.text(deviation))
            add("\(magic)", comment)
        }
    }

    /// The hash of a command that cannot be decoded.
    init(raw bytes: Span<UInt8>, action: String) {
        add(action)
        for index in bytes.indices { add(bytes[index]) }
    }

    private mutating func add(_ texts: String...) {
        for text in texts {
            for byte in text.utf8 { add(byte) }
            // No UTF-8 text holds this byte, so that "ab", "c" and "a", "bc" differ.
            add(0xFF)
        }
    }

    private mutating func add(_ byte: UInt8) {
        value = (value ^ UInt64(byte)) &* 0x100_0000_01B3
    }

    private static func text(_ value: (some CustomStringConvertible)?) -> String {
        value.map(\.description) ?? ""
    }
}
