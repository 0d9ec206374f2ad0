/// Turns received bytes into messages and control frames; knows no socket and no clock.
///
/// A message is lent where it was received: one that comes in one frame is never copied, fragments are moved
/// together in place. Nothing is allocated for a message unless it is longer than any before.
package struct MessageDecoder: ~Copyable, Sendable {
    private let role: WebSocketRole
    private let limits: MessageLimits
    var buffer: ReceiveBuffer
    private var unfinished: MessageKind?
    private var validator = UTF8Validator()
    private var payload = 0..<0
    private var hasEnded = false
    /// The frames that were read.
    package private(set) var frameCount = 0

    package init(role: WebSocketRole, limits: MessageLimits = MessageLimits()) {
        self.role = role
        self.limits = limits
        buffer = ReceiveBuffer(capacity: limits.receiveBytes, max: limits.receiveBytesMax)
    }

    /// Appends received bytes, as many as there is room for.
    ///
    /// - Returns: How many were taken; fewer than given only while ``next()`` has not been called until it
    ///   returned `nil`.
    package mutating func append(_ bytes: Span<UInt8>) -> Int {
        unsafe buffer.fill { room in
            unsafe bytes.withUnsafeBytes { source in
                let count = min(room.count, source.count)
                unsafe room.copyMemory(from: UnsafeRawBufferPointer(rebasing: source.prefix(count)))
                return count
            }
        }
    }

    /// Takes the next item out of what was received.
    ///
    /// - Returns: `nil` when more bytes are needed, and always after a close.
    /// - Throws: ``ProtocolViolation``; the decoder must not be used after it.
    package mutating func next() throws(ProtocolViolation) -> DecodedItem? {
        while !hasEnded {
            let unread = buffer.unread
            let header = try unsafe FrameHeader.read(
                buffer.bytes(unread),
                role: role,
                max: min(limits.frameBytesMax, limits.messageBytesMax)
            )
            guard let header else { return nil }
            if !header.opcode.isControl { try checkOrder(header) }
            guard unread.count - header.size >= header.length else { return nil }
            let start = unread.lowerBound &+ header.size
            let range = start..<start &+ header.length
            if let mask = header.mask { unsafe Masking.apply(mask, to: buffer.mutableBytes(range)) }
            buffer.skip(header.size &+ header.length)
            frameCount &+= 1
            if header.opcode.isControl { return try control(header.opcode, range) }
            if let kind = try message(header, range) { return .message(kind) }
        }
        return nil
    }

    /// Lends the payload of the item that ``next()`` returned last; it is valid until the next call.
    package func withPayload<R>(_ body: (Span<UInt8>) -> R) -> R {
        let bytes = unsafe buffer.bytes(payload)
        return body(unsafe bytes.bindMemory(to: UInt8.self).span)
    }

    // MARK: Control frames

    private mutating func control(
        _ opcode: Opcode,
        _ range: Range<Int>
    ) throws(ProtocolViolation) -> DecodedItem {
        payload = range
        switch opcode {
        case .ping: return .ping
        case .pong: return .pong
        default:
            hasEnded = true
            return .close(try unsafe Self.status(buffer.bytes(range)))
        }
    }

    private static func status(
        _ bytes: UnsafeRawBufferPointer
    ) throws(ProtocolViolation) -> CloseStatus {
        guard bytes.count > 0 else { return CloseStatus(code: nil) }
        guard bytes.count > 1 else { throw .closeOfOneByte }
        let code = UInt16(bigEndian: unsafe bytes.loadUnaligned(as: UInt16.self))
        guard CloseStatus.isValid(code) else { throw .closeCode(code) }
        let reason = unsafe UnsafeRawBufferPointer(rebasing: bytes[2...])
        var validator = UTF8Validator()
        guard unsafe validator.accept(reason), validator.isComplete else { throw .invalidUTF8 }
        return CloseStatus(code: code, reason: unsafe String(decoding: reason, as: UTF8.self))
    }

    // MARK: Messages

    /// Refuses what cannot follow, before its payload is waited for.
    private func checkOrder(_ header: FrameHeader) throws(ProtocolViolation) {
        if header.opcode == .continuation {
            guard unfinished != nil else { throw .continuationOfNothing }
            let total = buffer.kept.count + header.length
            guard total <= limits.messageBytesMax else {
                throw .tooLong(UInt64(total), max: limits.messageBytesMax)
            }
        } else if unfinished != nil {
            throw .messageInMessage
        }
    }

    /// Takes a frame of a message; the message's kind when it is whole.
    private mutating func message(
        _ header: FrameHeader,
        _ range: Range<Int>
    ) throws(ProtocolViolation) -> MessageKind? {
        let kind = unfinished ?? (header.opcode == .text ? .text : .binary)
        if kind == .text {
            let isValid = unsafe validator.accept(buffer.bytes(range))
            guard isValid, !header.isFinal || validator.isComplete else { throw .invalidUTF8 }
        }
        if header.isFinal, unfinished == nil {
            payload = range
            return kind
        }
        buffer.keep(range)
        guard header.isFinal else {
            unfinished = kind
            return nil
        }
        payload = buffer.kept
        buffer.release()
        unfinished = nil
        return kind
    }
}
