import CZlib

/// The CRC-32 of gzip and PNG (ISO 3309), which every language has at hand.
package struct Checksum: Sendable, Equatable {
    /// The checksum of everything that was added; 0 of nothing.
    package private(set) var value: UInt32 = 0

    package init() {}

    /// Adds bytes.
    package mutating func add(_ bytes: Span<UInt8>) {
        value = unsafe bytes.withUnsafeBufferPointer { buffer in
            UInt32(
                truncatingIfNeeded: unsafe crc32(
                    UInt(value),
                    buffer.baseAddress,
                    UInt32(buffer.count)
                )
            )
        }
    }
}
