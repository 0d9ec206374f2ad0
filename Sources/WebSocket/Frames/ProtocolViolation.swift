/// What the other side sent against RFC 6455 or beyond the limits; it ends the connection.
package enum ProtocolViolation: Error, Sendable, Equatable {
    /// Bits of extensions that nobody agreed on.
    case reservedBits(UInt8)
    /// An opcode that means nothing.
    case reservedOpcode(UInt8)
    /// A ping, pong or close in pieces.
    case fragmentedControl
    /// A ping, pong or close of more than 125 bytes.
    case controlTooLong(Int)
    /// A server masked what it sent.
    case maskedByServer
    /// A client did not mask what it sent.
    case notMaskedByClient
    /// A length that has a shorter form, which is against the standard.
    case lengthNotMinimal(UInt64)
    /// A frame or message beyond the limit; the bytes it would have at least.
    case tooLong(UInt64, max: Int)
    /// A continuation of nothing.
    case continuationOfNothing
    /// A new message before the one before was whole.
    case messageInMessage
    /// Text that is not UTF-8.
    case invalidUTF8
    /// A close with half a code.
    case closeOfOneByte
    /// A close with a code that must not be sent.
    case closeCode(UInt16)

    /// What the other side is told.
    package var closeCode: UInt16 {
        switch self {
        case .invalidUTF8: 1007
        case .tooLong: 1009
        default: 1002
        }
    }

    /// A word for labels of metrics.
    package var label: String {
        switch self {
        case .reservedBits: "reserved_bits"
        case .reservedOpcode: "reserved_opcode"
        case .fragmentedControl, .controlTooLong: "control"
        case .maskedByServer, .notMaskedByClient: "mask"
        case .lengthNotMinimal: "length"
        case .tooLong: "too_long"
        case .continuationOfNothing, .messageInMessage: "fragments"
        case .invalidUTF8: "utf8"
        case .closeOfOneByte, .closeCode: "close"
        }
    }
}

extension ProtocolViolation: CustomStringConvertible {
    package var description: String {
        switch self {
        case .reservedBits(let bits): "a frame with reserved bits \(bits); none was agreed on"
        case .reservedOpcode(let code): "a frame with opcode \(code); 0, 1, 2, 8, 9, 10 exist"
        case .fragmentedControl: "a control frame in fragments; it must be whole"
        case .controlTooLong(let count): "a control frame of \(count) bytes; 125 are allowed"
        case .maskedByServer: "a masked frame from a server; only clients mask"
        case .notMaskedByClient: "a frame without mask from a client; clients must mask"
        case .lengthNotMinimal(let length): "the length \(length) in a longer form than needed"
        case .tooLong(let count, let max): "a message of \(count) bytes; \(max) are accepted"
        case .continuationOfNothing: "a continuation without a message"
        case .messageInMessage: "a new message before the end of the last one"
        case .invalidUTF8: "text that is not UTF-8"
        case .closeOfOneByte: "a close with one byte; none or at least two are allowed"
        case .closeCode(let code): "a close with code \(code), which must not be sent"
        }
    }
}
