package import Platform

/// One connection over a socket: carries out what ``WebSocketConnection`` decides; never waits.
///
/// One thread owns many of them. It polls for their ``interest`` until the nearest ``deadline``, calls
/// ``turn(at:)`` and then ``next(at:_:)`` until that returns `false`.
package final class WebSocketChannel {
    /// How a client connects.
    package struct Options: Sendable {
        /// How long things may take.
        package var timing = ConnectionTiming()
        /// How much may be held.
        package var limits = MessageLimits()
        /// Whom `wss` trusts.
        package var tls: TLSContext?
        /// Which connections go through a proxy.
        package var proxies = ProxySettings.none
        /// Further headers of the request.
        package var headers: [HTTPHead.Header] = []
        /// The subprotocols that are offered.
        package var protocols: [String] = []

        package init() {}
    }

    /// What is to be polled for.
    package struct Interest: Equatable, Sendable {
        /// The descriptor.
        package let descriptor: Int32
        /// Whether its being readable matters.
        package let isReading: Bool
        /// Whether its being writable matters.
        package let isWriting: Bool
    }

    var connection: WebSocketConnection
    let tls: TLSContext?
    let host: String
    let destination: (host: String, port: UInt16)
    var resolution: NameResolution?
    var addresses: [SocketAddress] = []
    var attempt: Int?
    var transport: Transport?
    var wantsWrite = false
    /// Whether the system refuses what is sent; what was received before is still read.
    var isSendingBroken = false
    var pendingEnd: Transport.Outcome?
    /// Whether a turn is due without waiting, because there was more to read than one turn takes.
    package internal(set) var hasMore = false

    /// Begins to connect; the first turn does something.
    package init(to address: WebSocketAddress, _ options: Options, at now: Int64) {
        let proxy = options.proxies.proxy(for: address)
        connection = WebSocketConnection(
            to: address,
            through: proxy,
            handshake: ClientHandshake(
                address,
                key: SecureRandom.bytes(16),
                headers: options.headers,
                protocols: options.protocols
            ),
            timing: options.timing,
            limits: options.limits,
            at: now,
            drawMask: SecureRandom.mask
        )
        tls = options.tls
        host = address.host
        destination = proxy.map { ($0.host, $0.port) } ?? (address.host, address.port)
        hasMore = true
    }

    /// Serves a client that was accepted.
    package init(
        accepting descriptor: consuming FileDescriptor,
        tls: TLSContext?,
        timing: ConnectionTiming,
        limits: MessageLimits,
        at now: Int64
    ) {
        connection = WebSocketConnection(
            servingEncrypted: tls != nil,
            timing: timing,
            limits: limits,
            at: now
        )
        self.tls = tls
        host = ""
        destination = ("", 0)
        transport = Transport(descriptor)
        hasMore = true
    }

    // MARK: What the owner asks

    /// How far it has come.
    package var phase: ConnectionPhase { connection.phase }
    /// How it ended.
    package var end: ConnectionEnd? { connection.end }
    /// What it has done.
    package var counters: ConnectionCounters { connection.counters }
    /// When a turn is due at the latest.
    package var deadline: Int64? { connection.deadline }
    /// What a client asks for, until it is granted or refused.
    package var request: ServerHandshake? { connection.request }
    /// The subprotocol that was agreed on.
    package var chosenProtocol: String? { connection.chosenProtocol }
    /// How many bytes wait to be sent.
    package var bytesToSend: Int { connection.bytesToSend }

    /// What to poll for; `nil` when it is over.
    package var interest: Interest? {
        switch connection.phase {
        case .resolving:
            guard let resolution else { return nil }
            return Interest(
                descriptor: resolution.pollDescriptor,
                isReading: true,
                isWriting: false
            )
        case .connecting: return interest(reading: false, writing: true)
        case .securing: return interest(reading: !wantsWrite, writing: wantsWrite)
        case .closed: return nil
        default:
            return interest(
                reading: pendingEnd == nil,
                writing: wantsWrite || (connection.bytesToSend > 0 && !isSendingBroken)
            )
        }
    }

    /// Adds what is to be polled for to a set.
    package func watch(in poll: inout PollSet) {
        guard let interest else { return }
        poll.append(
            interest.descriptor,
            reading: interest.isReading,
            writing: interest.isWriting
        )
    }

    /// How many nanoseconds the owner may wait, as far as this connection goes; `nil` is without end.
    package func patience(at now: Int64) -> Int64? {
        hasMore ? 0 : connection.deadline.map { max(0, $0 - now) }
    }

    private func interest(reading: Bool, writing: Bool) -> Interest? {
        guard let transport else { return nil }
        let descriptor = transport.descriptor.rawValue
        return Interest(descriptor: descriptor, isReading: reading, isWriting: writing)
    }

    // MARK: What the owner does

    /// Does what can be done without waiting: looks up, connects, agrees, sends, and receives some.
    package func turn(at now: Int64) {
        connection.advance(to: now)
        hasMore = false
        // Each round but the last one enters another phase, so that they are few.
        while step(at: now) {}
        if connection.phase == .closed { release() }
    }

    /// Takes the next message, and lends it to `body`.
    ///
    /// - Returns: `false` when there is none; what is to be answered is then on its way.
    package func next(
        at now: Int64,
        _ body: (MessageKind, Span<UInt8>) -> Void
    ) -> Bool {
        if let kind = connection.next(at: now) {
            connection.withPayload { body(kind, $0) }
            return true
        }
        flush(at: now)
        endIfPending()
        if connection.phase == .closed { release() }
        return false
    }

    /// Queues a message and sends what the system takes at once.
    package func send(
        _ kind: MessageKind,
        _ payload: Span<UInt8>,
        at now: Int64
    ) throws(SendFault) {
        try connection.send(kind, payload, at: now)
        flush(at: now)
    }

    /// Queues a message without sending anything, so that one ``flush(at:)`` sends many.
    ///
    /// - Throws: ``SendFault`` when the connection is not open, or too much waits already.
    package func queue(
        _ kind: MessageKind,
        _ payload: Span<UInt8>,
        at now: Int64
    ) throws(SendFault) {
        try connection.send(kind, payload, at: now)
    }

    /// Begins to close.
    package func close(_ status: CloseStatus = .normal, at now: Int64) {
        connection.close(status, at: now)
        flush(at: now)
        if connection.phase == .closed { release() }
    }

    /// Grants what a client asks for.
    package func grant(protocol chosen: String? = nil, at now: Int64) {
        connection.grant(protocol: chosen, at: now)
        flush(at: now)
    }

    /// Refuses what a client asks for; `headers` are lines such as `Retry-After: 5`.
    package func refuse(status: Int, headers: [String] = [], at now: Int64) {
        connection.refuse(status: status, headers: headers, at: now)
        flush(at: now)
    }

    /// Ends it at once, without a word.
    package func cancel() {
        connection.failed(.cancelled)
        release()
    }

    /// Ends it at once in a way that the other side sees as a broken connection (TCP reset).
    package func reset() {
        transport?.breakOnClose()
        cancel()
    }

    private func release() {
        transport = nil
        resolution = nil
        hasMore = false
        pendingEnd = nil
    }
}
