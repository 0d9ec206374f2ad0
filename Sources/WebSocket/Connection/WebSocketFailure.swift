package import Platform

/// Why a connection could not be made, or broke; holds no path, no header and no password.
package enum WebSocketFailure: Error, Sendable, Equatable {
    /// No address is known by the host's name.
    case resolve(NameFailure)
    /// None of the addresses takes a connection; why the last one does not.
    case connect(SystemError)
    /// A phase took too long.
    case timeout(ConnectionPhase)
    /// The proxy does not connect.
    case proxy(HandshakeFault)
    /// TLS could not be agreed on, or broke.
    case tls(TLSFailure)
    /// The opening handshake went wrong.
    case handshake(HandshakeFault)
    /// The other side broke the rules, and was told so.
    case violation(ProtocolViolation)
    /// The other side went without a close.
    case ended(ConnectionPhase)
    /// The system ended the connection.
    case system(SystemError)
    /// The other side was silent after a ping.
    case pongMissing
    /// The other side took nothing of what was sent.
    case sendingStalled
    /// The thread that owns the connection gave it up.
    case cancelled

    /// A word for labels of metrics.
    package var label: String {
        switch self {
        case .resolve: "resolve"
        case .connect: "connect"
        case .timeout(let phase): "timeout_\(phase.label)"
        case .proxy: "proxy"
        case .tls(let failure): failure.kind == .certificate ? "certificate" : "tls"
        case .handshake: "handshake"
        case .violation(let violation): "violation_\(violation.label)"
        case .ended: "ended"
        case .system: "system"
        case .pongMissing: "pong"
        case .sendingStalled: "stalled"
        case .cancelled: "cancelled"
        }
    }

    /// What the server answered instead of a connection, with the wait that it asks for.
    package var refusal: HTTPRefusal? {
        switch self {
        case .handshake(.refused(let refusal)), .proxy(.refused(let refusal)): refusal
        default: nil
        }
    }
}

extension WebSocketFailure: CustomStringConvertible {
    package var description: String {
        switch self {
        case .resolve(let failure): "the name could not be resolved: \(failure)"
        case .connect(let error): "no address takes a connection: \(error)"
        case .timeout(let phase): "took too long (\(phase.label))"
        case .proxy(let fault): "proxy: \(fault)"
        case .tls(let failure): "\(failure)"
        case .handshake(let fault): "handshake: \(fault)"
        case .violation(let violation): "the other side sent \(violation)"
        case .ended(let phase): "ended without a close (\(phase.label))"
        case .system(let error): "\(error)"
        case .pongMissing: "no answer to a ping, and nothing else came"
        case .sendingStalled: "the other side takes nothing"
        case .cancelled: "called off"
        }
    }
}
