internal import TradingCore
internal import ZeroMQ

/// One socket to the gateway's commands, and how its connection fares.
final class OrderConnection {
    private let socket: DealerSocket
    private let monitor: SocketMonitor
    private var isEstablished = false
    private var isOver = false

    init(context: Context, options: DealerSocket.Options, endpoint: String) throws(ZeroMQError) {
        let socket = try DealerSocket(context: context, options: options)
        let monitor = try socket.monitor()
        try socket.connect(to: endpoint)
        self.socket = socket
        self.monitor = monitor
    }

    /// The descriptors to poll.
    var pollDescriptors: [Int32] { [socket.pollDescriptor, monitor.pollDescriptor] }

    /// Inside the process there is no handshake: the pipe is there at once.
    func establish() { isEstablished = true }

    /// What happened to the connection, as an event of a slot; each end is told once.
    func nextEvent(slot: Int) -> OrderDispatchEvent? {
        while !isOver, let event = try? monitor.next() {
            switch event {
            case .connected, .waitingToReconnect: continue
            case .handshakeSucceeded:
                isEstablished = true
                return .connected(slot: slot)
            case .closed where isEstablished: continue
            case .closed: return end(slot, .refused)
            case .disconnected: return end(slot, isEstablished ? .ended : .handshake)
            case .handshakeFailed, .handshakeFailedProtocol, .handshakeFailedAuthentication:
                return end(slot, .handshake)
            }
        }
        return nil
    }

    private func end(_ slot: Int, _ reason: ConnectionLoss) -> OrderDispatchEvent {
        isOver = true
        return .disconnected(slot: slot, reason)
    }

    /// Hands over a frame without waiting.
    func send(_ bytes: [UInt8]) -> HandoverOutcome {
        switch socket.send(bytes.span) {
        case .accepted: .accepted
        case .refused: .refused
        case .uncertain: .uncertain
        }
    }

    /// Takes the next answer, as an event of a slot.
    func nextAnswer(slot: Int) -> OrderDispatchEvent? {
        var event: OrderDispatchEvent?
        do throws(ZeroMQError) {
            _ = try socket.receive { bytes, partCount in
                guard partCount == 2 else {
                    event = .receivedMalformed(slot: slot)
                    return
                }
                event = .received(slot: slot, Array(copying: bytes))
            }
        } catch {
            return isOver ? nil : end(slot, .ended)
        }
        return event
    }
}

/// The socket on which the gateway publishes what happens by itself.
final class EventConnection {
    private let socket: SubscribeSocket
    private let monitor: SocketMonitor
    private(set) var isOver = false

    init(context: Context, options: SubscribeSocket.Options, endpoint: String) throws(ZeroMQError) {
        let socket = try SubscribeSocket(context: context, options: options)
        let monitor = try socket.monitor()
        try socket.connect(to: endpoint)
        self.socket = socket
        self.monitor = monitor
    }

    /// The descriptors to poll.
    var pollDescriptors: [Int32] { [socket.pollDescriptor, monitor.pollDescriptor] }

    /// What came, or what happened to the connection.
    func nextEvent() -> OrderDispatchEvent? {
        var event: OrderDispatchEvent?
        do throws(ZeroMQError) {
            _ = try socket.receive { bytes, _, _ in event = .published(Array(copying: bytes)) }
        } catch {
            isOver = true
        }
        if let event { return event }
        while !isOver, let told = try? monitor.next() {
            switch told {
            case .connected, .closed, .waitingToReconnect: continue
            case .handshakeSucceeded: return .publisherConnected(true)
            case .disconnected, .handshakeFailed, .handshakeFailedProtocol,
                .handshakeFailedAuthentication:
                isOver = true
                return .publisherConnected(false)
            }
        }
        return nil
    }
}

extension Array where Element == UInt8 {
    /// The bytes of a message part, which is reused for the next one.
    fileprivate init(copying bytes: Span<UInt8>) {
        self.init()
        reserveCapacity(bytes.count)
        for index in bytes.indices { append(bytes[index]) }
    }
}
