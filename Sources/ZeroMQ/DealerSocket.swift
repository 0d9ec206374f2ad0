import CZeroMQ

/// A `DEALER` socket that speaks to a `REP` socket; owned by exactly one thread.
///
/// Unlike `REQ` it is never wedged by an answer that does not come, that comes twice or that belongs to
/// another question; who uses it matches answers by an id of their own. It never reconnects by itself,
/// so that nothing that was handed over can leave later without its owner's will.
package struct DealerSocket: ~Copyable {
    /// Every option that matters, set on purpose; times in milliseconds.
    package struct Options: Sendable {
        /// A longer answer ends the connection.
        package var messageBytesMax: Int64 = 1_048_576
        /// How long a TCP connection may take.
        package var connectTimeout: Int32 = 2000
        /// How long the ZMTP handshake may take.
        package var handshakeTimeout: Int32 = 2000
        /// How long unacknowledged data may wait before TCP gives up.
        package var transmitTimeout: Int32 = 5000
        /// How often a ZMTP ping is sent.
        package var heartbeatInterval: Int32 = 1000
        /// How long the answer to a ping may take.
        package var heartbeatTimeout: Int32 = 2000
        /// Keys, when the gateway wants CURVE.
        package var curve: CurveClientKeys?

        package init() {}
    }

    /// What became of a question that was handed over.
    package enum SendOutcome: Sendable, Equatable {
        /// It is in the hands of libzmq, and of the gateway perhaps.
        case accepted
        /// There was no connection to take it: not one byte left.
        case refused
        /// Something failed after a part was taken: it may have left.
        case uncertain
    }

    /// A day, in milliseconds; see ``SubscribeSocket`` why it is not "never".
    private static let reconnectInterval: Int32 = 86_400_000

    /// A descriptor that becomes readable when there may be something to receive (`ZMQ_FD`).
    ///
    /// It tells of changes and not of messages: receive until nothing is there before the first wait,
    /// after each wait and after each send.
    package let pollDescriptor: Int32

    private let socket: Socket
    private let part = MessagePart()
    private let surplus = MessagePart()

    /// Creates a socket that drops what it has not sent when it is closed.
    package init(context: Context, options: Options) throws(ZeroMQError) {
        let socket = try Socket(ZMQ_DEALER, in: context)
        try socket.set(ZMQ_LINGER, "ZMQ_LINGER", to: Int32(0))
        // Nothing is queued for a connection that does not stand.
        try socket.set(ZMQ_IMMEDIATE, "ZMQ_IMMEDIATE", to: Int32(1))
        try socket.set(ZMQ_RECONNECT_IVL, "ZMQ_RECONNECT_IVL", to: Self.reconnectInterval)
        try socket.set(ZMQ_MAXMSGSIZE, "ZMQ_MAXMSGSIZE", to: options.messageBytesMax)
        try socket.set(ZMQ_CONNECT_TIMEOUT, "ZMQ_CONNECT_TIMEOUT", to: options.connectTimeout)
        try socket.set(ZMQ_HANDSHAKE_IVL, "ZMQ_HANDSHAKE_IVL", to: options.handshakeTimeout)
        try socket.set(ZMQ_TCP_MAXRT, "ZMQ_TCP_MAXRT", to: options.transmitTimeout)
        try socket.set(ZMQ_HEARTBEAT_IVL, "ZMQ_HEARTBEAT_IVL", to: options.heartbeatInterval)
        try socket.set(ZMQ_HEARTBEAT_TIMEOUT, "ZMQ_HEARTBEAT_TIMEOUT", to: options.heartbeatTimeout)
        if let curve = options.curve { try socket.setCurve(curve) }
        pollDescriptor = try socket.get(ZMQ_FD)
        self.socket = socket
    }

    /// Starts to connect; the monitor tells how it went.
    package borrowing func connect(to endpoint: String) throws(ZeroMQError) {
        try socket.connect(to: endpoint)
    }

    /// Starts to report what happens to the connection.
    package borrowing func monitor() throws(ZeroMQError) -> SocketMonitor {
        try SocketMonitor(of: socket)
    }

    /// Hands over a question without waiting.
    package borrowing func send(_ question: Span<UInt8>) -> SendOutcome {
        // A `REP` socket asks for an empty part that ends the way back.
        let delimiter: [UInt8] = []
        do throws(ZeroMQError) {
            guard try socket.send(delimiter.span, more: true, wait: false) else { return .refused }
        } catch {
            return .uncertain
        }
        do throws(ZeroMQError) {
            return try socket.send(question, more: false, wait: false) ? .accepted : .uncertain
        } catch {
            return .uncertain
        }
    }

    /// Takes the next answer, if one is there.
    ///
    /// - Parameter body: Gets the part after the delimiter and the number of parts; a lone part is handed
    ///   over too, for who uses it to refuse.
    /// - Returns: `false` when no answer is there.
    /// - Throws: `ZeroMQError` when the socket can no longer be used.
    package borrowing func receive(
        _ body: (_ answer: Span<UInt8>, _ partCount: Int) -> Void
    ) throws(ZeroMQError) -> Bool {
        guard try part.receive(from: socket, wait: false) else { return false }
        var partCount = 1
        if part.hasMore {
            _ = try part.receive(from: socket, wait: true)
            partCount = 2
        }
        var hasMore = part.hasMore
        while hasMore {
            _ = try surplus.receive(from: socket, wait: true)
            partCount += 1
            hasMore = surplus.hasMore
        }
        part.withBytes { body($0, partCount) }
        return true
    }
}
