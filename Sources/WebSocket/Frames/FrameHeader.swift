/// The beginning of a frame: what follows, how long it is, and under which mask.
struct FrameHeader: Sendable, Equatable {
    /// The longest header.
    static let bytesMax = 14
    /// The longest payload of a control frame.
    static let controlBytesMax = 125

    let opcode: Opcode
    let isFinal: Bool
    let mask: UInt32?
    /// The bytes of the payload.
    let length: Int
    /// The bytes of the header itself.
    let size: Int

    /// Reads a header, and refuses a wrong one as soon as its bytes show it.
    ///
    /// - Parameters:
    ///   - bytes: What has come, beginning with the header.
    ///   - role: Whose end reads it.
    ///   - max: The longest payload of a frame that carries a message.
    /// - Returns: `nil` when more bytes are needed.
    /// - Throws: ``ProtocolViolation`` for what must not be sent.
    static func read(
        _ bytes: UnsafeRawBufferPointer,
        role: WebSocketRole,
        max: Int
    ) throws(ProtocolViolation) -> FrameHeader? {
        guard bytes.count >= 2 else { return nil }
        let first = unsafe bytes[0]
        let second = unsafe bytes[1]
        guard first & 0x70 == 0 else { throw .reservedBits(first >> 4 & 0x7) }
        guard let opcode = Opcode(rawValue: first & 0xF) else {
            throw .reservedOpcode(first & 0xF)
        }
        let isMasked = second & 0x80 != 0
        if isMasked, role == .client { throw .maskedByServer }
        if !isMasked, role == .server { throw .notMaskedByClient }
        let isFinal = first & 0x80 != 0
        if opcode.isControl, !isFinal { throw .fragmentedControl }

        let short = second & 0x7F
        let lengthBytes = short < 126 ? 0 : short == 126 ? 2 : 8
        if opcode.isControl, lengthBytes > 0 { throw .controlTooLong(Int(short)) }
        guard bytes.count >= 2 &+ lengthBytes else { return nil }
        var length = UInt64(short)
        if lengthBytes > 0 { length = try unsafe extendedLength(bytes, lengthBytes) }
        guard opcode.isControl || length <= UInt64(max) else { throw .tooLong(length, max: max) }

        let size = 2 &+ lengthBytes &+ (isMasked ? 4 : 0)
        guard bytes.count >= size else { return nil }
        var mask: UInt32?
        if isMasked {
            let raw = unsafe bytes.loadUnaligned(fromByteOffset: size &- 4, as: UInt32.self)
            mask = UInt32(littleEndian: raw)
        }
        return FrameHeader(
            opcode: opcode,
            isFinal: isFinal,
            mask: mask,
            length: Int(length),
            size: size
        )
    }

    private static func extendedLength(
        _ bytes: UnsafeRawBufferPointer,
        _ count: Int
    ) throws(ProtocolViolation) -> UInt64 {
        if count == 2 {
            let raw = unsafe bytes.loadUnaligned(fromByteOffset: 2, as: UInt16.self)
            let length = UInt64(UInt16(bigEndian: raw))
            guard length > 125 else { throw .lengthNotMinimal(length) }
            return length
        }
        let raw = unsafe bytes.loadUnaligned(fromByteOffset: 2, as: UInt64.self)
        let length = UInt64(bigEndian: raw)
        // A set highest bit, which the standard forbids, is beyond every limit as well.
        guard length > 0xFFFF else { throw .lengthNotMinimal(length) }
        return length
    }
}
