internal import Platform
internal import ZeroMQ

/// One connection of a feed: its socket and the monitor that tells how it fares.
struct FeedConnection: ~Copyable {
    let socket: SubscribeSocket
    let monitor: SocketMonitor
    /// Whether the ZMTP handshake is done.
    var isEstablished = false
    /// When the connection was begun, on the monotonic clock.
    let openedAt = SystemClock.monotonicNanoseconds()

    /// Makes a socket and starts to connect it.
    init(
        context: Context,
        options: SubscribeSocket.Options,
        endpoint: String
    ) throws(ZeroMQError) {
        let socket = try SubscribeSocket(context: context, options: options)
        let monitor = try socket.monitor(tellsRetries: true)
        try socket.connect(to: endpoint)
        self.socket = socket
        self.monitor = monitor
    }

    /// What happened to the connection, if anything did.
    ///
    /// A monitor fails only when the context is shut down, which the thread is told by its owner.
    borrowing func nextEvent() -> SocketEvent? {
        do throws(ZeroMQError) {
            return try monitor.next()
        } catch {
            return nil
        }
    }
    /// Whether the peer broke the protocol, which an oversized frame does; asked after the connection ended.
    ///
    /// libzmq 4.3 gives no reason, but it prepares to connect again only after an end that it does not
    /// hold against the peer. It says so at once; the wait is for its thread to come to it.
    borrowing func wasEndedForProtocol() -> Bool {
        var poll = PollSet(reading: [monitor.pollDescriptor])
        let end = SystemClock.monotonicNanoseconds() + Self.explanationNanoseconds
        while true {
            while let event = nextEvent() {
                if event == .waitingToReconnect { return false }
            }
            let left = end - SystemClock.monotonicNanoseconds()
            guard left > 0, poll.wait(nanoseconds: left) else { return true }
        }
    }

    private static let explanationNanoseconds: Int64 = 50_000_000
}
