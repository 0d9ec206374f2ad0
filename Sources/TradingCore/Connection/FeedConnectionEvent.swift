/// Something that happened to a feed's connections, as the thread that owns the sockets tells it.
///
/// Events of a socket that was closed must not be told any more; should one arrive, it is ignored
/// while its slot is empty.
package enum FeedConnectionEvent: Sendable, Equatable {
    /// The feed is wanted from now on.
    case started
    /// Nothing happened; the deadline came, or data asked for a step.
    case timer
    /// No socket could be made; the slot is empty again.
    case openFailed(ConnectionSlot, code: Int32)
    /// TCP is up, which proves nothing: with a wrong key this comes again and again.
    case tcpConnected(ConnectionSlot)
    /// The peer is who it should be and speaks the protocol.
    case handshakeSucceeded(ConnectionSlot)
    /// The handshake ended without success.
    case handshakeFailed(ConnectionSlot, HandshakeFailure)
    /// TCP could not be set up.
    case connectFailed(ConnectionSlot)
    /// The connection ended; `suspectedOversized` when an oversized frame is the likely cause.
    case disconnected(ConnectionSlot, suspectedOversized: Bool)
    /// The merger says that the seam between the old connection and this new one is settled.
    case seamSettled(ConnectionSlot)
    /// A new connection is asked for while the old one is well.
    case reconnectRequested(ReconnectRequest)
    /// The feed is no longer wanted.
    case stopped
}

/// Why a handshake failed.
package enum HandshakeFailure: UInt8, Sendable, CaseIterable {
    /// The peer refused us, or we it.
    case authentication = 0
    /// The peer speaks something else; an HTTP server, for example.
    case protocolError = 1
    /// The peer did not finish in time.
    case timeout = 2
    /// The peer hung up without a word.
    case noDetail = 3
}

/// Who asks for a new connection.
package enum ReconnectRequest: UInt8, Sendable, CaseIterable {
    /// An operator, at once; repeated requests are merged and limited in rate.
    case forced = 0
    /// The plan: the connection reaches the age at which the venue would cut it.
    case proactive = 1
}

/// Why a connection was made again.
package enum ReconnectTrigger: UInt8, Sendable, CaseIterable {
    case disconnect = 0
    case oversized = 1
    case starvation = 2
    case streamIdle = 3
    case proactive = 4
    case forced = 5

    /// The name used in logs and metrics.
    package var name: String {
        switch self {
        case .disconnect: "disconnect"
        case .oversized: "oversized"
        case .starvation: "starvation"
        case .streamIdle: "stream_idle"
        case .proactive: "proactive"
        case .forced: "forced"
        }
    }
}

/// Why an attempt failed or a connection ended.
package enum ConnectionFailure: UInt8, Sendable, CaseIterable {
    case openFailed = 0
    case connectFailed = 1
    case handshakeAuthentication = 2
    case handshakeProtocol = 3
    case handshakeTimeout = 4
    case handshakeNoDetail = 5
    case disconnected = 6
    case oversized = 7
    /// The attempt took longer than the connection timeout.
    case attemptTimeout = 8
    /// The handshake was done, but no data came in time.
    case firstMessageTimeout = 9
    /// The connection was silent for too long to be kept beside its replacement.
    case abandoned = 10
    /// The feed was stopped meanwhile.
    case stopped = 11

    init(_ failure: HandshakeFailure) {
        switch failure {
        case .authentication: self = .handshakeAuthentication
        case .protocolError: self = .handshakeProtocol
        case .timeout: self = .handshakeTimeout
        case .noDetail: self = .handshakeNoDetail
        }
    }

    /// The name used in logs and metrics.
    package var name: String {
        switch self {
        case .openFailed: "open_failed"
        case .connectFailed: "connect_failed"
        case .handshakeAuthentication: "auth"
        case .handshakeProtocol: "protocol"
        case .handshakeTimeout: "timeout"
        case .handshakeNoDetail: "no_detail"
        case .disconnected: "disconnected"
        case .oversized: "oversized"
        case .attemptTimeout: "attempt_timeout"
        case .firstMessageTimeout: "first_message_timeout"
        case .abandoned: "abandoned"
        case .stopped: "stopped"
        }
    }
}
