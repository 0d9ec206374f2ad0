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
        let monitor = try socket.monitor()
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
}
