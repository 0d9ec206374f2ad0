/// Checks UTF-8 that comes in pieces, which may be cut within a letter.
struct UTF8Validator: Sendable {
    private var missing = 0
    // The second byte of a letter has narrower bounds after some first bytes: no overlong forms, no
    // surrogates, nothing beyond U+10FFFF.
    private var lowest: UInt8 = 0x80
    private var highest: UInt8 = 0xBF

    /// Whether no letter is unfinished.
    var isComplete: Bool { missing == 0 }

    /// Takes the next piece; `false` when it cannot be part of UTF-8.
    mutating func accept(_ bytes: UnsafeRawBufferPointer) -> Bool {
        var index = 0
        while index < bytes.count {
            if missing == 0 {
                index = unsafe Self.endOfASCII(bytes, from: index)
                guard index < bytes.count else { return true }
                guard begin(unsafe bytes[index]) else { return false }
            } else {
                let byte = unsafe bytes[index]
                guard byte >= lowest, byte <= highest else { return false }
                missing -= 1
                (lowest, highest) = (0x80, 0xBF)
            }
            index += 1
        }
        return true
    }

    private mutating func begin(_ byte: UInt8) -> Bool {
        switch byte {
        case 0xC2...0xDF: missing = 1
        case 0xE0...0xEF:
            missing = 2
            if byte == 0xE0 { lowest = 0xA0 }
            if byte == 0xED { highest = 0x9F }
        case 0xF0...0xF4:
            missing = 3
            if byte == 0xF0 { lowest = 0x90 }
            if byte == 0xF4 { highest = 0x8F }
        default: return false
        }
        return true
    }

    /// The first byte from `start` on that is not ASCII; market data hardly has one.
    private static func endOfASCII(_ bytes: UnsafeRawBufferPointer, from start: Int) -> Int {
        let high: UInt64 = 0x8080_8080_8080_8080
        var index = start
        while index &+ 32 <= bytes.count {
            let first = unsafe bytes.loadUnaligned(fromByteOffset: index, as: SIMD4<UInt64>.self)
            guard first & SIMD4(repeating: high) == .zero else { break }
            index &+= 32
        }
        while index < bytes.count, unsafe bytes[index] < 0x80 { index &+= 1 }
        return index
    }
}
