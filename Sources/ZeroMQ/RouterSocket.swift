import CZeroMQ

/// A `ROUTER` socket, which takes commands of many askers and may answer them late, twice or never;
/// owned by exactly one thread.
///
/// `REQ` and `DEALER` sockets talk to it as they talk to a `REP` socket.
package struct RouterSocket: ~Copyable {
    /// A command with the frames that lead back to its asker.
    package struct Request: Sendable, Equatable {
        /// Who asked, and the empty frame behind it where there was one; sent before the answer.
        package var envelope: [[UInt8]]
        /// The command; further frames are dropped.
        package var body: [UInt8]
    }

    /// What became of an answer.
    package enum Delivery: Sendable, Equatable {
        case sent
        /// The asker is gone, or takes no more.
        case dropped
    }

    let socket: Socket
    private let part = MessagePart()

    /// Creates a socket that refuses commands longer than `messageBytesMax`.
    ///
    /// With the secret key of a CURVE server it takes only askers who know the public one.
    package init(
        context: Context,
        messageBytesMax: Int64 = 65_536,
        curveSecretKey: String? = nil
    ) throws(ZeroMQError) {
        let socket = try Socket(ZMQ_ROUTER, in: context)
        try socket.set(ZMQ_LINGER, "ZMQ_LINGER", to: Int32(0))
        try socket.set(ZMQ_MAXMSGSIZE, "ZMQ_MAXMSGSIZE", to: messageBytesMax)
        try socket.set(ZMQ_HANDSHAKE_IVL, "ZMQ_HANDSHAKE_IVL", to: Int32(2000))
        // Without it an answer to one who is gone would vanish uncounted.
        try socket.set(ZMQ_ROUTER_MANDATORY, "ZMQ_ROUTER_MANDATORY", to: Int32(1))
        if let curveSecretKey { try socket.setCurveServer(secretKey: curveSecretKey) }
        self.socket = socket
    }

    /// Binds, and returns the endpoint with the port that was chosen for `:*`.
    package borrowing func bind(to endpoint: String) throws(ZeroMQError) -> String {
        try socket.bind(to: endpoint)
    }

    /// Takes the next command, if there is one.
    package borrowing func receive() throws(ZeroMQError) -> Request? {
        guard try part.receive(from: socket, wait: false) else { return nil }
        var envelope = [part.copy]
        var body: [UInt8] = []
        var index = 1
        while part.hasMore {
            _ = try part.receive(from: socket, wait: true)
            let frame = part.copy
            if index == 1, frame.isEmpty, part.hasMore {
                envelope.append(frame)
            } else if index == envelope.count {
                body = frame
            }
            index += 1
        }
        return Request(envelope: envelope, body: body)
    }

    /// Sends an answer to where a command came from.
    package borrowing func send(
        _ reply: String,
        to envelope: [[UInt8]]
    ) throws(ZeroMQError) -> Delivery {
        do throws(ZeroMQError) {
            for frame in envelope {
                guard try socket.send(frame.span, more: true, wait: false) else { return .dropped }
            }
            let isSent = try socket.send(Array(reply.utf8).span, more: false, wait: false)
            return isSent ? .sent : .dropped
        } catch {
            guard error.code == EHOSTUNREACH else { throw error }
            return .dropped
        }
    }
}
