internal import Platform
internal import TradingCore
internal import ZeroMQ

/// One frame beyond the limit reaches nobody, and the next connection works.
///
/// libzmq ends the connection that brought it for good, so that only a new socket helps; the supervisor
/// makes one.
package struct OversizedFrameDrill: AuditCheck {
    /// The longest wait for each of the steps.
    private static let patience = Duration.seconds(2)

    /// The largest message that is accepted, as configured.
    package var messageBytesMax: Int
    /// The limit that the socket is told; another one than configured is a fault.
    package var socketBytesMax: Int64

    package init(messageBytesMax: Int) {
        self.messageBytesMax = messageBytesMax
        socketBytesMax = Int64(messageBytesMax)
    }

    /// What was received.
    package struct Sights: Sendable, Equatable {
        /// Whether a small message came before the large one.
        package var smallCame: Bool
        /// Whether the large message came, which it must not.
        package var largeCame: Bool
        /// Whether a small message came on a new connection afterwards.
        package var nextCame: Bool

        package init(smallCame: Bool, largeCame: Bool, nextCame: Bool) {
            self.smallCame = smallCame
            self.largeCame = largeCame
            self.nextCame = nextCame
        }
    }

    package func run() -> [AuditResult] {
        do throws(ZeroMQError) {
            return [judge(try drill())]
        } catch {
            return [item.result(.fail, error.description)]
        }
    }

    /// The row for what was received.
    package func judge(_ sights: Sights) -> AuditResult {
        func shown(_ came: Bool) -> String { came ? "received" : "not received" }
        return item.result(
            holds: sights.smallCame && !sights.largeCame && sights.nextCame,
            "\(messageBytesMax + 1) bytes \(shown(sights.largeCame)), before it "
                + "\(shown(sights.smallCame)), on the next connection \(shown(sights.nextCame))"
        )
    }

    private var item: AuditItem {
        AuditItem(
            .marketData,
            "an oversized frame reaches nobody",
            limit: "\(messageBytesMax) bytes; the next connection works",
            remedy: "check ZMQ_MAX_MESSAGE_BYTES and the libzmq that runs"
        )
    }

    private func drill() throws(ZeroMQError) -> Sights {
        let context = try Context()
        let publisher = try PublishSocket(context: context)
        let endpoint = try publisher.bind(to: "tcp://127.0.0.1:*")
        let small = [UInt8](repeating: UInt8(ascii: "s"), count: 2)
        let large = [UInt8](repeating: UInt8(ascii: "L"), count: messageBytesMax + 1)
        var sights = Sights(smallCame: false, largeCame: false, nextCame: false)
        do {
            let first = try subscribe(context, endpoint, publisher)
            for frame in [small, large, small] { _ = try publisher.send(frame.span) }
            let lengths = try receive(first, until: 3)
            sights.smallCame = lengths.first == small.count
            sights.largeCame = lengths.contains(large.count)
        }
        let second = try subscribe(context, endpoint, publisher)
        _ = try publisher.send(small.span)
        sights.nextCame = try receive(second, until: 1) == [small.count]
        return sights
    }

    private func subscribe(
        _ context: Context,
        _ endpoint: String,
        _ publisher: borrowing PublishSocket
    ) throws(ZeroMQError) -> SubscribeSocket {
        var options = SubscribeSocket.Options()
        options.messageBytesMax = socketBytesMax
        let socket = try SubscribeSocket(context: context, options: options)
        try socket.connect(to: endpoint)
        var poller = SocketPoller()
        poller.add(publisher)
        let end = SystemClock.monotonicNanoseconds() + Self.patience.wholeNanoseconds
        // The cancellation of the connection before may come first.
        while SystemClock.monotonicNanoseconds() < end {
            _ = poller.wait(milliseconds: 100)
            if try publisher.nextSubscription() == true { break }
        }
        return socket
    }

    /// The lengths of what comes, until so many came or nothing more does.
    private func receive(
        _ socket: borrowing SubscribeSocket,
        until count: Int
    ) throws(ZeroMQError) -> [Int] {
        var lengths: [Int] = []
        var poller = SocketPoller()
        poller.add(socket)
        let end = SystemClock.monotonicNanoseconds() + Self.patience.wholeNanoseconds
        var isQuiet = false
        while lengths.count < count, !isQuiet, SystemClock.monotonicNanoseconds() < end {
            isQuiet = !poller.wait(milliseconds: lengths.isEmpty ? 2000 : 300)
            while try socket.receive({ first, _, _ in lengths.append(first.count) }) {}
        }
        return lengths
    }
}
