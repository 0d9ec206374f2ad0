package import Telemetry
package import TradingCore

/// What happens to the order thread, as far as it decides something.
package enum OrderDispatchEvent: Sendable, Equatable {
    /// The thread begins.
    case started
    /// A deadline has come.
    case timer
    /// The loop wants something besides an order.
    case errand(OrderErrand)
    /// What was to be made durable is.
    case persisted
    /// It is not, and nothing more can be.
    case persistFailed(String)
    /// The last look before a send was taken; the reason where it keeps the order back.
    case checked(OrderID, OrderBlock?)
    /// What became of a frame that was to be sent.
    case sent(slot: Int, HandoverOutcome)
    /// A socket is connected and its handshake is done.
    case connected(slot: Int)
    /// A socket's connection ended or did not come up.
    case disconnected(slot: Int, ConnectionLoss)
    /// A socket received an answer.
    case received(slot: Int, [UInt8])
    /// A socket received something that is no answer by its form.
    case receivedMalformed(slot: Int)
    /// The publisher sent an `EXEC` or `HEARTBEAT` frame.
    case published([UInt8])
    /// The connection to the publisher came up, or ended.
    case publisherConnected(Bool)
    /// The kill switch is engaged.
    case killed
    /// The process stops.
    case stop
}

/// What became of a frame that was to be handed over.
package enum HandoverOutcome: Sendable, Equatable {
    /// It is in the hands of the transport, and of the gateway perhaps.
    case accepted
    /// There was no connection to take it: not one byte left.
    case refused
    /// Something failed halfway: it may have left.
    case uncertain
}

/// Why a socket has no connection.
package enum ConnectionLoss: String, Sendable {
    /// It stood, and ended.
    case ended = "the connection ended"
    /// Nobody took it.
    case refused = "no connection"
    /// The other side is no gateway, or has other keys.
    case handshake = "the handshake failed"
    /// No socket could be made.
    case noSocket = "no socket could be made"
}

/// What the order thread is to do, in this order.
///
/// Indirect, because lists of them grow and some of what they carry is large.
package indirect enum OrderDispatchAction: Sendable, Equatable {
    /// Make these durable in one transaction; the answer is `persisted` or `persistFailed`.
    case persist([LedgerEntry])
    /// Take the last look; the answer is `checked`, at once.
    case check(OrderIntent)
    /// Hand over a frame once; the answer is `sent`, at once.
    case send(slot: Int, [UInt8])
    /// Close a slot's socket, if it has one, and connect a new one.
    case replaceSocket(slot: Int)
    /// Tell the loop.
    case tell(OrderInput)
    /// Tell people.
    case log(LogRecord)
    /// All is done; the thread may end.
    case finished
}
