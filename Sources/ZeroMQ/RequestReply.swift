import CZeroMQ

/// A `REP` socket, which takes a command and must answer it; owned by exactly one thread.
package struct ReplySocket: ~Copyable {
    let socket: Socket
    private let part = MessagePart()
    private let surplus = MessagePart()

    /// Creates a socket that refuses commands longer than `messageBytesMax`.
    package init(context: Context, messageBytesMax: Int64 = 65_536) throws(ZeroMQError) {
        let socket = try Socket(ZMQ_REP, in: context)
        try socket.set(ZMQ_LINGER, "ZMQ_LINGER", to: Int32(0))
        try socket.set(ZMQ_MAXMSGSIZE, "ZMQ_MAXMSGSIZE", to: messageBytesMax)
        try socket.set(ZMQ_HANDSHAKE_IVL, "ZMQ_HANDSHAKE_IVL", to: Int32(2000))
        self.socket = socket
    }

    /// Binds, and returns the endpoint with the port that was chosen for `:*`.
    package borrowing func bind(to endpoint: String) throws(ZeroMQError) -> String {
        try socket.bind(to: endpoint)
    }

    /// Takes the next command, if there is one; only its first part is kept.
    package borrowing func receive() throws(ZeroMQError) -> [UInt8]? {
        guard try part.receive(from: socket, wait: false) else { return nil }
        var hasMore = part.hasMore
        while hasMore {
            _ = try surplus.receive(from: socket, wait: true)
            hasMore = surplus.hasMore
        }
        return part.withBytes { bytes in
            var copy: [UInt8] = []
            copy.reserveCapacity(bytes.count)
            for index in bytes.indices { copy.append(bytes[index]) }
            return copy
        }
    }

    /// Answers the command that was received last.
    package borrowing func send(_ reply: String) throws(ZeroMQError) {
        _ = try socket.send(Array(reply.utf8).span, more: false, wait: true)
    }
}

/// A `REQ` socket for one question at a time; drop it after a question without an answer.
package struct RequestSocket: ~Copyable {
    private let socket: Socket
    private let part = MessagePart()

    /// Connects to a gateway's command socket; a question is refused until it is connected.
    package init(
        context: Context,
        endpoint: String,
        timeoutMilliseconds: Int32
    ) throws(ZeroMQError) {
        let socket = try Socket(ZMQ_REQ, in: context)
        try socket.set(ZMQ_LINGER, "ZMQ_LINGER", to: Int32(0))
        try socket.set(ZMQ_RCVTIMEO, "ZMQ_RCVTIMEO", to: timeoutMilliseconds)
        try socket.set(ZMQ_SNDTIMEO, "ZMQ_SNDTIMEO", to: timeoutMilliseconds)
        try socket.set(ZMQ_IMMEDIATE, "ZMQ_IMMEDIATE", to: Int32(1))
        try socket.connect(to: endpoint)
        self.socket = socket
    }

    /// Sends a question and waits for its answer.
    ///
    /// - Returns: The answer, or `nil` when none came in time.
    package borrowing func ask(_ question: String) throws(ZeroMQError) -> String? {
        guard try socket.send(Array(question.utf8).span, more: false, wait: true) else {
            return nil
        }
        guard try part.receive(from: socket, wait: true) else { return nil }
        return part.withBytes { bytes in
            var copy: [UInt8] = []
            for index in bytes.indices { copy.append(bytes[index]) }
            return String(decoding: copy, as: UTF8.self)
        }
    }
}
