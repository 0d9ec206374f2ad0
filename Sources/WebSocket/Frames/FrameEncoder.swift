/// Turns messages and control frames into the bytes to send; knows no socket.
package struct FrameEncoder: Sendable {
    private let role: WebSocketRole

    /// An encoder for one end; a client's asks for a mask with each frame.
    package init(role: WebSocketRole) { self.role = role }

    /// Appends a whole message in one frame.
    ///
    /// - Parameters:
    ///   - kind: What it carries; text must be UTF-8.
    ///   - payload: The message.
    ///   - mask: Four bytes that nobody can foresee; a server's are not used.
    ///   - bytes: What is to be sent.
    package func append(
        _ kind: MessageKind,
        _ payload: Span<UInt8>,
        mask: UInt32,
        to bytes: inout [UInt8]
    ) {
        append(kind == .text ? .text : .binary, true, payload, mask, &bytes)
    }

    /// Appends a message in fragments of at most so many bytes.
    package func append(
        _ kind: MessageKind,
        _ payload: Span<UInt8>,
        fragmentBytes: Int,
        mask: UInt32,
        to bytes: inout [UInt8]
    ) {
        precondition(fragmentBytes > 0, "fragments of \(fragmentBytes) bytes")
        var start = 0
        var opcode: Opcode = kind == .text ? .text : .binary
        repeat {
            let end = min(payload.count, start + fragmentBytes)
            let isFinal = end == payload.count
            append(opcode, isFinal, payload.extracting(start..<end), mask, &bytes)
            start = end
            opcode = .continuation
        } while start < payload.count
    }

    /// Appends a ping; of a longer payload the first 125 bytes are sent.
    package func appendPing(_ payload: Span<UInt8>, mask: UInt32, to bytes: inout [UInt8]) {
        append(.ping, true, payload.extracting(first: FrameHeader.controlBytesMax), mask, &bytes)
    }

    /// Appends a pong; of a longer payload the first 125 bytes are sent.
    package func appendPong(_ payload: Span<UInt8>, mask: UInt32, to bytes: inout [UInt8]) {
        append(.pong, true, payload.extracting(first: FrameHeader.controlBytesMax), mask, &bytes)
    }

    /// Appends a close.
    package func appendClose(_ status: CloseStatus, mask: UInt32, to bytes: inout [UInt8]) {
        var payload: [UInt8] = []
        if let code = status.code {
            payload = [UInt8(code >> 8), UInt8(code & 0xFF)] + Array(status.reason.utf8)
        }
        append(.close, true, payload.span, mask, &bytes)
    }

    /// The bytes that a frame with so long a payload takes.
    package func frameBytes(payload count: Int) -> Int {
        let length = count < 126 ? 0 : count <= 0xFFFF ? 2 : 8
        return 2 + length + (role == .client ? 4 : 0) + count
    }

    private func append(
        _ opcode: Opcode,
        _ isFinal: Bool,
        _ payload: Span<UInt8>,
        _ mask: UInt32,
        _ bytes: inout [UInt8]
    ) {
        let maskBit: UInt8 = role == .client ? 0x80 : 0
        bytes.append((isFinal ? 0x80 : 0) | opcode.rawValue)
        switch payload.count {
        case ..<126: bytes.append(maskBit | UInt8(payload.count))
        case ...0xFFFF:
            bytes.append(maskBit | 126)
            Self.appendBigEndian(UInt64(payload.count), 2, &bytes)
        default:
            bytes.append(maskBit | 127)
            Self.appendBigEndian(UInt64(payload.count), 8, &bytes)
        }
        if role == .client {
            for shift: UInt32 in [0, 8, 16, 24] {
                bytes.append(UInt8(truncatingIfNeeded: mask >> shift))
            }
        }
        let start = bytes.count
        unsafe payload.withUnsafeBufferPointer { unsafe bytes.append(contentsOf: $0) }
        guard role == .client else { return }
        unsafe bytes.withUnsafeMutableBytes { buffer in
            unsafe Masking.apply(
                mask,
                to: UnsafeMutableRawBufferPointer(rebasing: buffer[start...])
            )
        }
    }

    private static func appendBigEndian(_ value: UInt64, _ count: Int, _ bytes: inout [UInt8]) {
        for index in (0..<count).reversed() {
            bytes.append(UInt8(truncatingIfNeeded: value >> UInt64(8 * index)))
        }
    }
}
