package import TradingCore
package import ZeroMQ

/// What a connection attempt has come to, told by the events of its socket.
///
/// A TCP connection alone proves nothing: only a finished handshake does.
package struct ConnectionProgress: Sendable, Equatable {
    /// How far the attempt has come.
    package enum Phase: Sendable, Equatable {
        /// Nothing has answered yet.
        case connecting
        /// TCP is up; whoever it is has not finished the handshake.
        case connected
        /// The handshake is done.
        case established
        /// There was no handshake, and there will be none.
        case failed(ConnectionObstacle)
        /// The connection ended after its handshake.
        case ended
    }

    /// How far it has come.
    package private(set) var phase = Phase.connecting
    /// When the handshake was done.
    package private(set) var establishedAt: MonotonicTime?

    private let start: MonotonicTime
    private let connectTimeout: Duration
    private let handshakeTimeout: Duration
    private var connectedAt: MonotonicTime?

    /// Begins an attempt.
    ///
    /// - Parameters:
    ///   - start: When the socket was told to connect.
    ///   - options: The options of the socket, whose time limits tell a silent peer from one that refuses.
    package init(start: MonotonicTime, options: SubscribeSocket.Options) {
        self.start = start
        connectTimeout = .milliseconds(Int64(options.connectTimeout))
        handshakeTimeout = .milliseconds(Int64(options.handshakeTimeout))
    }

    /// From the start to the end of the handshake, once there was one.
    package var handshakeDuration: Duration? { establishedAt.map { $0 - start } }

    /// Takes an event of the socket.
    package mutating func note(_ event: SocketEvent, at now: MonotonicTime) {
        if case .failed = phase { return }
        switch event {
        case .connected:
            if phase == .connecting { phase = .connected }
            connectedAt = connectedAt ?? now
        case .handshakeSucceeded:
            phase = .established
            establishedAt = now
        case .handshakeFailed: phase = .failed(silence(at: now))
        case .handshakeFailedProtocol: phase = .failed(.otherProtocol)
        case .handshakeFailedAuthentication: phase = .failed(.refusedLogin)
        case .waitingToReconnect: break
        case .disconnected, .closed:
            switch phase {
            case .established: phase = .ended
            case .connecting:
                // libzmq reports a refusal and the end of its own patience by the same event.
                let isPatienceOver = now - start >= connectTimeout * 0.9
                phase = .failed(isPatienceOver ? .noAnswer : .refused)
            case .connected: phase = .failed(silence(at: now))
            case .failed, .ended: break
            }
        }
    }

    /// Gives the attempt up because its time is over.
    package mutating func giveUp() {
        switch phase {
        case .connecting: phase = .failed(.noAnswer)
        case .connected: phase = .failed(.handshakeTimeout)
        case .established, .failed, .ended: break
        }
    }

    /// Whether the peer said nothing until the time was over, or hung up before.
    private func silence(at now: MonotonicTime) -> ConnectionObstacle {
        guard let connectedAt, now - connectedAt >= handshakeTimeout * 0.9 else { return .hungUp }
        return .handshakeTimeout
    }
}

/// Why there is no connection to an endpoint.
package enum ConnectionObstacle: Sendable, Equatable {
    /// The socket could not even be told to connect.
    case notUsable(String)
    /// Nothing listens there.
    case refused
    /// Packets are dropped on the way, the host is down, or its name is unknown.
    case noAnswer
    /// Something listens there and does not speak ZeroMQ.
    case otherProtocol
    /// Something accepted and never said a word of ZeroMQ.
    case handshakeTimeout
    /// Something accepted and hung up in the handshake.
    case hungUp
    /// The peer refused our keys.
    case refusedLogin
}

extension ConnectionObstacle: CustomStringConvertible {
    /// What happened, and what is the likely cause.
    package var description: String {
        switch self {
        case .notUsable(let why): why
        case .refused: "connection refused: nothing listens there"
        case .noAnswer:
            "no answer: the host is down, a firewall drops the packets, or the name is unknown"
        case .otherProtocol:
            "handshake refused: what listens there is no ZeroMQ publisher, or one with other "
                + "security (CURVE?)"
        case .handshakeTimeout:
            "handshake timeout: something accepts there and does not speak ZeroMQ"
        case .hungUp: "handshake broken off by the other side (another protocol, or CURVE keys?)"
        case .refusedLogin: "handshake refused: the publisher does not accept our CURVE keys"
        }
    }
}
