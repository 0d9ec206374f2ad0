/// How far a connection has come.
package enum ConnectionPhase: Sendable, Equatable {
    /// The host's name is looked up.
    case resolving
    /// The address with this index is connected to.
    case connecting(Int)
    /// The proxy is asked to connect.
    case tunneling
    /// TLS is agreed on.
    case securing
    /// The opening handshake is under way; a server waits for its request or for a decision on it.
    case upgrading
    /// Messages go both ways.
    case open
    /// One side has closed, or has failed and says so.
    case closing
    /// It is over.
    case closed

    /// A word for labels of metrics.
    package var label: String {
        switch self {
        case .resolving: "resolve"
        case .connecting: "connect"
        case .tunneling: "proxy"
        case .securing: "tls"
        case .upgrading: "upgrade"
        case .open: "open"
        case .closing: "closing"
        case .closed: "closed"
        }
    }
}

/// How a connection ended.
package enum ConnectionEnd: Sendable, Equatable {
    /// The other side closed first, with this status, which was echoed.
    case closedByPeer(CloseStatus)
    /// We closed; the other side answered with this status, or not at all.
    case closedByUs(CloseStatus?)
    /// It could not be made, or broke.
    case failed(WebSocketFailure)
}

/// What one connection has done so far.
package struct ConnectionCounters: Sendable, Equatable {
    /// Bytes above TLS, with the heads of the handshake.
    package var bytesReceived = 0
    /// Bytes above TLS that the system has taken.
    package var bytesSent = 0
    /// Whole messages.
    package var messagesReceived = 0
    /// Messages that were queued.
    package var messagesSent = 0
    /// Messages that were refused because too much waited already.
    package var messagesRefused = 0
    /// Pings of the other side.
    package var pingsReceived = 0
    /// Answers to those; the others found no room.
    package var pongsSent = 0
    /// Our pings.
    package var pingsSent = 0
    /// Answers to the last of our pings.
    package var pongsReceived = 0
    /// Pongs that answer nothing we asked.
    package var pongsUnsolicited = 0

    package init() {}
}
