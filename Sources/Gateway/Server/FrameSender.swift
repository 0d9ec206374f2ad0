import TradingCore
import ZeroMQ

/// The publishing socket with its encoder: writes a message as frames and hands them over.
struct FrameSender: ~Copyable {
    /// Where the socket is bound, with the port that was chosen.
    let endpoint: String

    private let context: Context
    private let options: PublishSocket.Options
    private let stampsWhenPublished: Bool
    private var encoder: FrameEncoder
    private var socket: PublishSocket?

    init(
        context: Context,
        endpoint: String,
        queuedMessagesMax: Int32,
        encoder: consuming FrameEncoder,
        stampsWhenPublished: Bool
    ) throws(ZeroMQError) {
        var options = PublishSocket.Options()
        options.sendHighWaterMark = queuedMessagesMax
        let socket = try PublishSocket(context: context, options: options)
        self.endpoint = try socket.bind(to: endpoint)
        self.context = context
        self.options = options
        self.encoder = encoder
        self.stampsWhenPublished = stampsWhenPublished
        self.socket = consume socket
    }

    /// Closes the socket; what it had queued is lost.
    mutating func close() { socket = nil }

    /// Binds again where it was bound before.
    mutating func open() throws(ZeroMQError) {
        let fresh = try PublishSocket(context: context, options: options)
        _ = try fresh.bind(to: endpoint)
        socket = consume fresh
    }

    /// Has a poller wake up when somebody subscribes.
    func watch(with poller: inout SocketPoller) {
        switch socket {
        case .none: break
        case .some(let socket): poller.add(socket)
        }
    }

    /// Counts who came and who went, of those who can get ticks.
    func takeSubscriptions(_ truth: inout GatewayTruth) throws(ZeroMQError) {
        while let subscription = try socket?.nextSubscriptionWithPrefix() ?? nil {
            guard !Self.isForOrders(subscription.prefix) else { continue }
            truth.subscriptions += subscription.isNew ? 1 : -1
            if subscription.isNew { truth.subscriptionsMade += 1 }
        }
    }

    /// Whether a subscription selects `EXEC` events or heartbeats, so that it gets no tick.
    private static func isForOrders(_ prefix: [UInt8]) -> Bool {
        [#"{"type":"E"#, #"{"type":"H"#].contains { prefix.starts(with: $0.utf8) }
    }

    /// Sends a message.
    ///
    /// - Returns: `false` when a subscriber's queue is full, so that nothing was sent.
    mutating func send(
        _ message: OutgoingMessage,
        _ publication: borrowing TickPublication,
        wall: Int64
    ) throws(ZeroMQError) -> Bool {
        let now = WallTime(nanoseconds: wall + publication.clockOffset)
        switch message.content {
        case .tick(var tick, let role):
            if stampsWhenPublished {
                tick.time = now
            } else {
                tick.time.nanoseconds += publication.clockOffset
            }
            encoder.encode(
                tick,
                sequence: message.sequence,
                epoch: publication.epoch,
                isNotANumber: role == .damaged(isNotANumber: true)
            )
            return try sendFrame(of: encoder, after: encoder.topic(of: tick.symbol))
        case .heartbeat(let first):
            let sequences = publication.lastSequences
            let end = min(first + FrameEncoder.heartbeatSymbolsMax, sequences.count)
            encoder.encodeHeartbeat(
                epoch: publication.epoch,
                time: now,
                sequences: sequences,
                symbols: first..<end,
                lastExecution: publication.lastExecution
            )
            return try sendFrame(of: encoder, after: nil)
        case .garbage:
            encoder.encode(raw: Self.garbage[Int(message.remaining) % Self.garbage.count])
            return try sendFrame(of: encoder, after: nil)
        case .oversize(let bytes):
            encoder.encode(raw: [UInt8](repeating: UInt8(ascii: "x"), count: bytes))
            return try sendFrame(of: encoder, after: nil)
        case .parts(let count): return try sendParts(count)
        case .execution(let members):
            encoder.encodeExecution(
                epoch: publication.epoch,
                sequence: message.sequence,
                time: now,
                members: members
            )
            return try sendFrame(of: encoder, after: nil)
        case .unknownSymbols:
            return try sendUnknownSymbol(publication.truth.unknownSymbolsSent + 1, publication, now)
        }
    }

    private func sendFrame(
        of encoder: borrowing FrameEncoder,
        after topic: [UInt8]?
    ) throws(ZeroMQError) -> Bool {
        if let topic {
            guard try socket?.send(topic.span, more: true) ?? true else { return false }
        }
        let isSent = try encoder.withFrame { frame throws(ZeroMQError) in
            try socket?.send(frame) ?? true
        }
        if !isSent, topic != nil { throw Self.cutMessage }
        return isSent
    }

    private func sendParts(_ count: Int) throws(ZeroMQError) -> Bool {
        let empty: [UInt8] = []
        for part in 1...count {
            let isSent = try socket?.send(empty.span, more: part < count) ?? true
            if !isSent, part == 1 { return false }
            if !isSent { throw Self.cutMessage }
        }
        return true
    }

    private func sendUnknownSymbol(
        _ number: UInt64,
        _ publication: borrowing TickPublication,
        _ now: WallTime
    ) throws(ZeroMQError) -> Bool {
        let name = "UNKNOWN\(number)"
        var other = FrameEncoder(form: encoder.form, symbols: [name])
        let price = ExactDecimal(mantissa: 100_000, scale: 5)
        let tick = GatewayTick(symbol: 0, bid: price, ask: price, volume: .zero, time: now)
        other.encode(tick, sequence: 1, epoch: publication.epoch)
        return try sendFrame(of: other, after: other.topic(of: 0))
    }

    /// libzmq decides at the first part whether a whole message fits, so that this cannot happen.
    ///
    /// The code is `EAGAIN`.
    private static let cutMessage = ZeroMQError(
        code: 11,
        call: "zmq_send",
        subject: "a message was refused after its first part"
    )

    /// Frames that no subscriber can decode: text, cut JSON, wrong types, wrong UTF-8, deep nesting.
    private static let garbage: [[UInt8]] = [
        Array("garbage".utf8),
        Array(#"{"type":"TICK","symbol":"EURUSD","bid":1.0"#.utf8),
        Array(#"{"type":"TICK","symbol":7,"bid":[],"ask":{}}"#.utf8),
        [0x7B, 0x22, 0xC3, 0x28, 0xFF, 0xFE, 0x22, 0x3A, 0x31, 0x7D],
        [UInt8](repeating: UInt8(ascii: "["), count: 512),
        Array(#"{"symbol":"EURUSD","bid":1e999,"ask":1.1}"#.utf8),
        Array(#"{"symbol":"EURUSD"}"#.utf8),
        [],
    ]
}
