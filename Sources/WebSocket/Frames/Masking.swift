/// The exclusive-or with four bytes that a client puts over each frame.
enum Masking {
    /// Masks or unmasks in place; `key` holds the four bytes in the order in which they are sent.
    static func apply(_ key: UInt32, to bytes: UnsafeMutableRawBufferPointer) {
        let key = key.littleEndian
        let wide = UInt64(key) | UInt64(key) << 32
        var index = 0
        while index &+ 8 <= bytes.count {
            let word = unsafe bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self)
            unsafe bytes.storeBytes(of: word ^ wide, toByteOffset: index, as: UInt64.self)
            index &+= 8
        }
        while index < bytes.count {
            unsafe bytes[index] ^= UInt8(truncatingIfNeeded: key >> UInt32(8 &* (index & 3)))
            index &+= 1
        }
    }
}
