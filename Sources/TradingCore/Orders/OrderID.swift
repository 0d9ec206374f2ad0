/// The id of one order command, unique for ever without chance or clock.
///
/// It counts: which ledger, which start of the process, which command of that start. Random ids have
/// collided in the field, and a clock can step back.
package struct OrderID: Sendable, Hashable {
    /// Drawn once when the ledger was created, so that two installations differ.
    package let ledger: UInt32
    /// Which start of the process; a durable counter, at most ``epochMax``.
    package let epoch: UInt32
    /// Which command of that start, from 1; at most ``sequenceMax``.
    package let sequence: UInt64

    /// The most starts that can be told apart.
    package static let epochMax: UInt32 = 1 << 28 - 1
    /// The most commands of one start.
    package static let sequenceMax: UInt64 = 1 << 48 - 1

    /// Creates an id from its parts.
    package init(ledger: UInt32, epoch: UInt32, sequence: UInt64) {
        precondition(epoch <= Self.epochMax, "epoch must be at most 2^28 - 1, was \(epoch)")
        precondition(sequence <= Self.sequenceMax, "sequence is used up: \(sequence)")
        self.ledger = ledger
        self.epoch = epoch
        self.sequence = sequence
    }
}

extension OrderID: Comparable {
    /// Orders ids of one ledger by when they were given.
    package static func < (lhs: Self, rhs: Self) -> Bool {
        (lhs.ledger, lhs.epoch, lhs.sequence) < (rhs.ledger, rhs.epoch, rhs.sequence)
    }
}

extension OrderID: CustomStringConvertible {
    // 32 bits of ledger, 16 + 12 of epoch, then the variant and 48 of sequence: a UUID of version 8
    // (RFC 9562, section 5.8), whose content is the maker's own.
    private var high: UInt64 {
        UInt64(ledger) << 32 | UInt64(epoch >> 12) << 16 | 0x8000 | UInt64(epoch & 0xFFF)
    }
    private var low: UInt64 { 0x8000_0000_0000_0000 | sequence }

    /// The id as a UUID in lower case, as it stands in `req_id`.
    package var description: String {
        // By bytes, since each order's id is written half a dozen times before it is sent.
        var text: [UInt8] = []
        text.reserveCapacity(36)
        for index in 0..<32 {
            if index == 8 || index == 12 || index == 16 || index == 20 {
                text.append(UInt8(ascii: "-"))
            }
            let word = index < 16 ? high : low
            text.append(Self.hexadecimal[Int(word >> UInt64(60 - index % 16 * 4) & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }

    private static let hexadecimal = Array("0123456789abcdef".utf8)

    /// Reads an id of our own; `nil` for anything else.
    package init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count == 36, bytes[8] == 0x2D, bytes[13] == 0x2D, bytes[18] == 0x2D,
            bytes[23] == 0x2D
        else { return nil }
        let digits = text.utf8.filter { $0 != 0x2D }
        guard digits.count == 32,
            let high = UInt64(String(decoding: digits.prefix(16), as: UTF8.self), radix: 16),
            let low = UInt64(String(decoding: digits.suffix(16), as: UTF8.self), radix: 16)
        else { return nil }
        self.init(high: high, low: low)
    }

    private init?(high: UInt64, low: UInt64) {
        guard high & 0xF000 == 0x8000, low >> 48 == 0x8000 else { return nil }
        self.init(
            ledger: UInt32(high >> 32),
            epoch: UInt32(high >> 16 & 0xFFFF) << 12 | UInt32(high & 0xFFF),
            sequence: low & Self.sequenceMax
        )
    }

    // MARK: Tag

    private static let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ".utf8)
    private static let tagPrefix = "LL"

    /// The id in 28 characters, for an order's comment, which MT5 limits to 31.
    package var tag: String {
        var digits: [UInt8] = []
        var value = UInt128(high) << 64 | UInt128(low)
        for _ in 0..<26 {
            digits.append(Self.alphabet[Int(value & 31)])
            value >>= 5
        }
        return Self.tagPrefix + String(decoding: digits.reversed(), as: UTF8.self)
    }

    /// Finds the id in a comment that begins with a tag; brokers append to comments.
    package init?(tag comment: String) {
        let bytes = Array(comment.utf8)
        guard bytes.count >= 28, comment.hasPrefix(Self.tagPrefix) else { return nil }
        var value: UInt128 = 0
        for byte in bytes[2..<28] {
            guard let digit = Self.alphabet.firstIndex(of: byte) else { return nil }
            value = value << 5 | UInt128(digit)
        }
        self.init(high: UInt64(value >> 64), low: UInt64(truncatingIfNeeded: value))
    }
}
