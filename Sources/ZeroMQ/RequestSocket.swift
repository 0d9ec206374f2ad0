import CZeroMQ

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
        guard try send(question) else { return nil }
        return try receive()
    }

    /// Sends a question, without waiting for its answer.
    ///
    /// - Returns: `false` when no connection took it in time.
    package borrowing func send(_ question: String) throws(ZeroMQError) -> Bool {
        try socket.send(Array(question.utf8).span, more: false, wait: true)
    }

    /// Waits for the answer to the question that was sent; `nil` when none came in time.
    package borrowing func receive() throws(ZeroMQError) -> String? {
        guard try part.receive(from: socket, wait: true) else { return nil }
        return String(decoding: part.copy, as: UTF8.self)
    }
}
