/// How much one connection may make this process hold.
package struct MessageLimits: Sendable, Equatable {
    /// The longest payload of one frame; never more than ``messageBytesMax`` counts.
    package var frameBytesMax = 16_777_216
    /// The longest message, also when it comes in fragments.
    package var messageBytesMax = 16_777_216
    /// The longest head of an HTTP answer or request.
    package var headBytesMax = 16_384
    /// What waits to be sent at most.
    package var sendBytesMax = 1_048_576
    /// The room that is made for receiving at first; it grows with a message up to its limit.
    package var receiveBytes = 65_536

    package init() {}

    /// Room that always remains for reading, so that a connection cannot stand still.
    static let roomMin = 4096

    /// The most that the receive buffer may become.
    ///
    /// Between reads it holds the fragments so far and the beginning of one frame, which together stay
    /// below the limit of a message, or of one control frame besides.
    var receiveBytesMax: Int {
        max(messageBytesMax, headBytesMax) + 2 * FrameHeader.bytesMax
            + FrameHeader.controlBytesMax + Self.roomMin
    }
}
