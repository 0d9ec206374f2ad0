import TradingCore

/// A message that is to be published next, before it is written as bytes.
package struct OutgoingMessage: Sendable {
    /// What the message is.
    package enum Content: Sendable, Equatable {
        case tick(GatewayTick, Role)
        /// The first symbol that the heartbeat names, of at most 64.
        case heartbeat(firstSymbol: Int)
        case garbage
        case oversize(bytes: Int)
        case parts(Int)
        case unknownSymbols
        /// An `EXEC` event; the text is what follows its timestamp.
        case execution(String)
    }

    /// What makes a tick different from an ordinary one.
    package enum Role: Sendable, Equatable {
        case ordinary
        /// A second copy.
        case copy
        /// Sent after its successor.
        case late
        /// Its quote was changed into one that cannot be.
        case damaged(isNotANumber: Bool)
    }

    /// What is to be written.
    package let content: Content
    /// The number of a tick or of an `EXEC` event.
    package let sequence: UInt64
    /// How many messages of this kind are still to be sent, this one included.
    package internal(set) var remaining: UInt64

    init(_ content: Content, sequence: UInt64 = 0, remaining: UInt64 = 1) {
        self.content = content
        self.sequence = sequence
        self.remaining = remaining
    }
}
