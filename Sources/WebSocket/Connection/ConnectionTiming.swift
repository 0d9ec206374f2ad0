/// How long each part of a connection's life may take.
package struct ConnectionTiming: Sendable, Equatable {
    /// From the beginning until messages may be sent, all attempts together.
    package var opening = Duration.seconds(30)
    /// The look-up of the host's name.
    package var resolving = Duration.seconds(5)
    /// One attempt to connect; a host with several addresses gets one for each.
    package var connecting = Duration.seconds(2)
    /// Each of the agreements: the proxy's, that of TLS, and the WebSocket's.
    package var agreeing = Duration.seconds(5)
    /// From one ping of ours to the next; zero sends none.
    package var pingInterval = Duration.seconds(30)
    /// Silence after a ping of ours that ends the connection.
    package var pongTimeout = Duration.seconds(10)
    /// How long what we send may wait without any of it being taken.
    package var sending = Duration.seconds(10)
    /// From the first close until the connection is given up.
    package var closing = Duration.seconds(2)

    package init() {}
}

extension Duration {
    /// Whole nanoseconds; more than three centuries are as many.
    var nanoseconds: Int64 {
        let (seconds, attoseconds) = components
        let (product, isOver) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        guard !isOver, product < Int64.max / 2 else { return Int64.max / 2 }
        return product + attoseconds / 1_000_000_000
    }
}
