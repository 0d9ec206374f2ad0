import CZeroMQ
import Synchronization

/// What happened to a socket's connection.
package enum SocketEvent: Sendable, Equatable {
    /// TCP is connected; nothing is known of the other side yet.
    case connected
    /// The attempt failed before or at the TCP level, or the connection ended during it.
    case closed
    /// An established connection ended.
    case disconnected
    /// libzmq waits before it connects again; it does so after an end that it takes for the network's.
    case waitingToReconnect
    /// The ZMTP handshake is done.
    case handshakeSucceeded
    /// The handshake failed without a reason, which a wrong CURVE key also looks like.
    case handshakeFailed
    /// The other side broke the protocol.
    case handshakeFailedProtocol
    /// The other side refused our credentials.
    case handshakeFailedAuthentication
}

/// Reports what happens to one socket's connection (`zmq_socket_monitor`).
package struct SocketMonitor: ~Copyable {
    /// A descriptor that becomes readable when there may be an event, as that of a `SubscribeSocket`.
    package let pollDescriptor: Int32

    let socket: Socket
    private let eventPart = MessagePart()
    private let addressPart = MessagePart()

    private static let nextNumber = Atomic<Int>(0)

    init(of watched: borrowing Socket, tellsRetries: Bool = false) throws(ZeroMQError) {
        let number = Self.nextNumber.add(1, ordering: .relaxed).newValue
        let endpoint = "inproc://live-loop-monitor-\(number)"
        var events =
            ZMQ_EVENT_CONNECTED | ZMQ_EVENT_CLOSED | ZMQ_EVENT_DISCONNECTED
            | ZMQ_EVENT_HANDSHAKE_SUCCEEDED | ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL
            | ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL | ZMQ_EVENT_HANDSHAKE_FAILED_AUTH
        if tellsRetries { events |= ZMQ_EVENT_CONNECT_RETRIED }
        try check("zmq_socket_monitor", endpoint) {
            unsafe zmq_socket_monitor(watched.handle, endpoint, events)
        }
        let socket = try Socket(ZMQ_PAIR, in: watched.owner)
        try socket.set(ZMQ_LINGER, "ZMQ_LINGER", to: Int32(0))
        try socket.connect(to: endpoint)
        pollDescriptor = try socket.get(ZMQ_FD)
        self.socket = socket
    }

    /// Takes the next event, if there is one.
    package borrowing func next() throws(ZeroMQError) -> SocketEvent? {
        while try eventPart.receive(from: socket, wait: false) {
            if eventPart.hasMore { _ = try addressPart.receive(from: socket, wait: true) }
            // A 16-bit event number in native byte order, then a 32-bit value.
            let raw = eventPart.withBytes { bytes in
                bytes.count >= 2 ? Int32(bytes[0]) | Int32(bytes[1]) << 8 : 0
            }
            if let event = Self.event(raw) { return event }
        }
        return nil
    }

    private static func event(_ raw: Int32) -> SocketEvent? {
        switch raw {
        case ZMQ_EVENT_CONNECTED: .connected
        case ZMQ_EVENT_CLOSED: .closed
        case ZMQ_EVENT_DISCONNECTED: .disconnected
        case ZMQ_EVENT_CONNECT_RETRIED: .waitingToReconnect
        case ZMQ_EVENT_HANDSHAKE_SUCCEEDED: .handshakeSucceeded
        case ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL: .handshakeFailed
        case ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL: .handshakeFailedProtocol
        case ZMQ_EVENT_HANDSHAKE_FAILED_AUTH: .handshakeFailedAuthentication
        default: nil
        }
    }
}
