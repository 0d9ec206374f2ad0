import CZeroMQ

/// An `XPUB` socket, which publishes and sees who subscribes; owned by exactly one thread.
package struct PublishSocket: ~Copyable {
    /// Options of a publisher.
    package struct Options: Sendable {
        /// Messages queued for one subscriber.
        package var sendHighWaterMark: Int32 = 100_000
        /// The kernel's send buffer; -1 leaves it to the system.
        package var sendBufferBytes: Int32 = -1
        /// The secret key of a CURVE server, in Z85.
        ///
        /// Without an authenticator this encrypts and proves the server, but admits any client key.
        package var curveSecretKey: String?

        package init() {}
    }

    let socket: Socket
    private let part = MessagePart()

    /// Creates a publisher that reports a full queue instead of dropping silently.
    package init(context: Context, options: Options = Options()) throws(ZeroMQError) {
        let socket = try Socket(ZMQ_XPUB, in: context)
        try socket.set(ZMQ_LINGER, "ZMQ_LINGER", to: Int32(0))
        try socket.set(ZMQ_SNDHWM, "ZMQ_SNDHWM", to: options.sendHighWaterMark)
        try socket.set(ZMQ_SNDBUF, "ZMQ_SNDBUF", to: options.sendBufferBytes)
        try socket.set(ZMQ_XPUB_NODROP, "ZMQ_XPUB_NODROP", to: Int32(1))
        try socket.set(ZMQ_XPUB_VERBOSER, "ZMQ_XPUB_VERBOSER", to: Int32(1))
        if let secret = options.curveSecretKey { try socket.setCurveServer(secretKey: secret) }
        self.socket = socket
    }

    /// Binds, and returns the endpoint with the port that was chosen for `:*`.
    package borrowing func bind(to endpoint: String) throws(ZeroMQError) -> String {
        try socket.bind(to: endpoint)
    }

    /// Sends one part; `more` says that another follows.
    ///
    /// - Returns: `false` when a subscriber's queue is full: nothing was sent to anyone.
    package borrowing func send(
        _ bytes: Span<UInt8>,
        more: Bool = false
    ) throws(ZeroMQError) -> Bool {
        try socket.send(bytes, more: more, wait: false)
    }

    /// Takes the next subscription (`true`) or cancellation (`false`), if there is one.
    package borrowing func nextSubscription() throws(ZeroMQError) -> Bool? {
        try nextSubscriptionWithPrefix()?.isNew
    }

    /// Takes the next subscription or cancellation with what it is about, if there is one.
    package borrowing func nextSubscriptionWithPrefix() throws(ZeroMQError) -> Subscription? {
        guard try part.receive(from: socket, wait: false) else { return nil }
        let message = part.copy
        return Subscription(isNew: message.first == 1, prefix: Array(message.dropFirst()))
    }

    /// A subscription that was made or cancelled.
    package struct Subscription: Sendable, Equatable {
        /// Whether it was made.
        package var isNew: Bool
        /// How the messages begin that it is about.
        package var prefix: [UInt8]
    }
}
