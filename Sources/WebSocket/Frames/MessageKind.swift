/// What a frame carries (RFC 6455, section 5.2).
enum Opcode: UInt8, Sendable {
    case continuation = 0x0
    case text = 0x1
    case binary = 0x2
    case close = 0x8
    case ping = 0x9
    case pong = 0xA

    /// Whether it may stand between the fragments of a message and is never fragmented itself.
    var isControl: Bool { rawValue & 0x8 != 0 }
}

/// What a whole message carries.
package enum MessageKind: Sendable, Equatable {
    /// UTF-8, which was checked.
    case text
    /// Bytes of any kind.
    case binary
}

/// What the decoder has found: a whole message or a control frame.
package enum DecodedItem: Sendable, Equatable {
    /// A message, put together if it came in fragments.
    case message(MessageKind)
    /// A ping, to be answered with the same payload.
    case ping
    /// A pong.
    case pong
    /// The end, as the other side tells it.
    case close(CloseStatus)
}
