import CZeroMQ

/// A `SUB` socket for one connection, owned by exactly one thread.
///
/// It never reconnects by itself: after an oversized frame or a refused login libzmq 4.3 gives up
/// for good and says nothing, so that the owner drops the socket and makes another.
package struct SubscribeSocket: ~Copyable {
    /// Every option that matters, set on purpose; times in milliseconds.
    package struct Options: Sendable {
        /// Messages queued before the publisher's newest are dropped; bounds staleness.
        package var receiveHighWaterMark: Int32 = 10_000
        /// The kernel's receive buffer; -1 leaves it to the system, which may take megabytes.
        package var receiveBufferBytes: Int32 = 4_194_304
        /// A longer frame ends the connection.
        package var messageBytesMax: Int64 = 65_536
        /// How long a TCP connection may take.
        package var connectTimeout: Int32 = 2000
        /// How long the ZMTP handshake may take.
        package var handshakeTimeout: Int32 = 2000
        /// How long unacknowledged data may wait before TCP gives up.
        package var transmitTimeout: Int32 = 5000
        /// How often a ZMTP ping is sent; 0 sends none.
        package var heartbeatInterval: Int32 = 1000
        /// How long the answer to a ping may take.
        package var heartbeatTimeout: Int32 = 2000
        /// Keys, when the publisher wants CURVE.
        package var curve: CurveClientKeys?
        /// The beginnings of the messages that are wanted; an empty one wants all.
        package var prefixes = [""]

        package init() {}
    }

    /// A day, in milliseconds: longer than any socket is kept after its connection has ended.
    ///
    /// With -1, which means never, libzmq 4.3.4 drops what has arrived and was not read yet as soon as
    /// the connection ends.
    private static let reconnectInterval: Int32 = 86_400_000

    /// A descriptor that becomes readable when there may be something to receive (`ZMQ_FD`).
    ///
    /// It tells of changes and not of messages: receive until nothing is there before the first wait and
    /// after each, or it is silent about what is left.
    package let pollDescriptor: Int32

    let socket: Socket
    private let first = MessagePart()
    private let second = MessagePart()
    private let surplus = MessagePart()

    /// Creates a socket that receives what its prefixes name once it is connected.
    package init(context: Context, options: Options) throws(ZeroMQError) {
        let socket = try Socket(ZMQ_SUB, in: context)
        try socket.set(ZMQ_LINGER, "ZMQ_LINGER", to: Int32(0))
        try socket.set(ZMQ_RECONNECT_IVL, "ZMQ_RECONNECT_IVL", to: Self.reconnectInterval)
        try socket.set(ZMQ_RCVHWM, "ZMQ_RCVHWM", to: options.receiveHighWaterMark)
        try socket.set(ZMQ_RCVBUF, "ZMQ_RCVBUF", to: options.receiveBufferBytes)
        try socket.set(ZMQ_MAXMSGSIZE, "ZMQ_MAXMSGSIZE", to: options.messageBytesMax)
        try socket.set(ZMQ_CONNECT_TIMEOUT, "ZMQ_CONNECT_TIMEOUT", to: options.connectTimeout)
        try socket.set(ZMQ_HANDSHAKE_IVL, "ZMQ_HANDSHAKE_IVL", to: options.handshakeTimeout)
        try socket.set(ZMQ_TCP_MAXRT, "ZMQ_TCP_MAXRT", to: options.transmitTimeout)
        try socket.set(ZMQ_HEARTBEAT_IVL, "ZMQ_HEARTBEAT_IVL", to: options.heartbeatInterval)
        if options.heartbeatInterval > 0 {
            try socket.set(
                ZMQ_HEARTBEAT_TIMEOUT,
                "ZMQ_HEARTBEAT_TIMEOUT",
                to: options.heartbeatTimeout
            )
        }
        if let curve = options.curve { try socket.setCurve(curve) }
        for prefix in options.prefixes {
            try socket.set(ZMQ_SUBSCRIBE, "ZMQ_SUBSCRIBE", to: prefix)
        }
        pollDescriptor = try socket.get(ZMQ_FD)
        self.socket = socket
    }

    /// Starts to connect; the monitor tells how it went.
    package borrowing func connect(to endpoint: String) throws(ZeroMQError) {
        try socket.connect(to: endpoint)
    }

    /// Takes one whole message, if one is there, and lends its first two parts.
    ///
    /// Parts after the second are consumed and only counted, so that a message is never read shifted by
    /// one part.
    /// - Parameter body: Gets the first part, the second one or `nil`, and the number of parts.
    /// - Returns: `false` when no message is there.
    /// - Throws: `ZeroMQError` when the socket can no longer be used.
    package borrowing func receive(
        _ body: (_ first: Span<UInt8>, _ second: Span<UInt8>?, _ partCount: Int) -> Void
    ) throws(ZeroMQError) -> Bool {
        guard try first.receive(from: socket, wait: false) else { return false }
        guard first.hasMore else {
            first.withBytes { body($0, nil, 1) }
            return true
        }
        // Parts of one message arrive together, so that these receives never wait.
        _ = try second.receive(from: socket, wait: true)
        var partCount = 2
        var hasMore = second.hasMore
        while hasMore {
            _ = try surplus.receive(from: socket, wait: true)
            partCount += 1
            hasMore = surplus.hasMore
        }
        first.withBytes { firstBytes in
            second.withBytes { secondBytes in body(firstBytes, secondBytes, partCount) }
        }
        return true
    }

    /// Starts to report what happens to the connection.
    ///
    /// The monitor must outlive the socket, or libzmq's thread could wait for ever to tell an event.
    /// - Parameter tellsRetries: Whether ``SocketEvent/waitingToReconnect`` is reported too, which can come
    ///   after the end of the connection was.
    /// - Returns: The monitor, to be read by the thread that calls this.
    /// - Throws: ``ZeroMQError`` when libzmq cannot open the monitor's socket.
    package borrowing func monitor(tellsRetries: Bool = false) throws(ZeroMQError) -> SocketMonitor
    {
        try SocketMonitor(of: socket, tellsRetries: tellsRetries)
    }
}
