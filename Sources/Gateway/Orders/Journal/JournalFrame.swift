/// How records lie in a journal: length, its complement, checksum, bytes.
///
/// The length is there twice, because a wrong one would otherwise make all that follows look like an
/// unfinished write. Numbers are little-endian, 32 bits each.
enum JournalFrame {
    /// The longest record.
    static let recordBytesMax = 1 << 20

    private static let headerBytes = 12

    static func append(_ record: [UInt8], to bytes: inout [UInt8]) {
        precondition(record.count <= recordBytesMax, "record of \(record.count) bytes")
        let count = UInt32(record.count)
        for number in [count, ~count, checksum(record[...])] {
            for shift in stride(from: UInt32(0), to: 32, by: 8) {
                bytes.append(UInt8(truncatingIfNeeded: number >> shift))
            }
        }
        bytes += record
    }

    /// What a journal holds.
    struct Content: Equatable {
        var records: [ArraySlice<UInt8>] = []
        /// The bytes that hold whole records; what comes behind is an unfinished write.
        var byteCount = 0
    }

    /// Takes a journal apart.
    ///
    /// A write that a crash cut short can only be the last one: too few bytes, zeros, or a wrong checksum
    /// with nothing behind it. Anything else is damage.
    /// - Returns: The records, or `nil` in `content` with the offset of the damage.
    static func read(_ bytes: [UInt8]) -> (content: Content?, damage: Int) {
        var content = Content()
        while content.byteCount < bytes.count {
            let start = content.byteCount
            let rest = bytes[start...]
            guard rest.count >= headerBytes else { return (content, 0) }
            let count = number(rest, 0)
            guard count == ~number(rest, 4), count <= recordBytesMax else {
                return rest.allSatisfy { $0 == 0 } ? (content, 0) : (nil, start)
            }
            let end = start + headerBytes + Int(count)
            guard end <= bytes.count else { return (content, 0) }
            let record = bytes[(start + headerBytes)..<end]
            guard checksum(record) == number(rest, 8) else {
                return end == bytes.count ? (content, 0) : (nil, start)
            }
            content.records.append(record)
            content.byteCount = end
        }
        return (content, 0)
    }

    private static func number(_ bytes: ArraySlice<UInt8>, _ offset: Int) -> UInt32 {
        var value: UInt32 = 0
        for index in (0..<4).reversed() {
            value = value << 8 | UInt32(bytes[bytes.startIndex + offset + index])
        }
        return value
    }

    // MARK: Checksum

    /// CRC-32 as in ISO 3309 and zlib: polynomial 0xEDB88320, reflected, inverted at both ends.
    static func checksum(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        var value = ~UInt32(0)
        for byte in bytes { value = table[Int((value ^ UInt32(byte)) & 0xFF)] ^ value >> 8 }
        return ~value
    }

    private static let table: [UInt32] = (0..<256).map { byte in
        (0..<8).reduce(UInt32(byte)) { value, _ in
            value & 1 == 1 ? 0xEDB8_8320 ^ value >> 1 : value >> 1
        }
    }
}
