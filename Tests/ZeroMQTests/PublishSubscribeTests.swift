import Testing
import ZeroMQ

@Suite struct PublishSubscribeTests {
    @Test func `a message of several parts is taken whole and only its first two parts are lent`()
        throws
    {
        let context = try Context()
        let publisher = try PublishSocket(context: context)
        let endpoint = try publisher.bind(to: "tcp://127.0.0.1:*")
        let subscriber = try SubscribeSocket(context: context, options: .init())
        try subscriber.connect(to: endpoint)
        try waitForSubscription(publisher)
        try sendOrFail(publisher, [1, 2], more: true)
        try sendOrFail(publisher, [3], more: true)
        try sendOrFail(publisher, [4], more: true)
        try sendOrFail(publisher, [])
        try sendOrFail(publisher, [9])

        var seen: [(Int, Int, Int)] = []
        var poller = SocketPoller()
        poller.add(subscriber)
        while seen.count < 2 {
            try wait(&poller)
            _ = try subscriber.receive { first, second, parts in
                seen.append((Int(first[0]), second?.count ?? -1, parts))
            }
        }
        #expect(seen[0] == (1, 1, 4))
        #expect(seen[1] == (9, -1, 1))
    }

    @Test func `F07: a refused connection is reported once and not tried again by libzmq`() throws {
        let context = try Context()
        var options = SubscribeSocket.Options()
        options.connectTimeout = 200
        let subscriber = try SubscribeSocket(context: context, options: options)
        let monitor = try subscriber.monitor()
        // The port stays taken, so that no other test gets it; nobody listens at this address.
        let publisher = try PublishSocket(context: context)
        let endpoint = try publisher.bind(to: "tcp://127.0.0.1:*")
        try subscriber.connect(to: endpoint.replacing("127.0.0.1", with: "127.77.0.1"))
        var poller = SocketPoller()
        poller.add(monitor)
        try wait(&poller)
        let first = try monitor.next()
        #expect(first == .closed)
        // It is told once that libzmq would try again, a day later.
        var later: [SocketEvent] = []
        while poller.wait(milliseconds: 300) {
            while let event = try monitor.next() { later.append(event) }
        }
        #expect(later.allSatisfy { $0 == .waitingToReconnect } && later.count <= 1)
    }

    @Test func `F22: an oversized frame ends the connection and nothing more arrives on it`() throws
    {
        let context = try Context()
        let publisher = try PublishSocket(context: context)
        let endpoint = try publisher.bind(to: "tcp://127.0.0.1:*")
        var options = SubscribeSocket.Options()
        options.messageBytesMax = 64
        let subscriber = try SubscribeSocket(context: context, options: options)
        let monitor = try subscriber.monitor()
        try subscriber.connect(to: endpoint)
        try waitForSubscription(publisher)
        try sendOrFail(publisher, Array(repeating: 7, count: 65))
        var events: [SocketEvent] = []
        var poller = SocketPoller()
        poller.add(monitor)
        while events.last != .disconnected {
            try wait(&poller)
            while let event = try monitor.next() { events.append(event) }
        }
        #expect(events.contains(.handshakeSucceeded))
        let arrived = try subscriber.receive { _, _, _ in }
        #expect(!arrived)
    }

    @Test func `S01: with a wrong server key the handshake never succeeds`() throws {
        let context = try Context()
        let server = try CurveKeyPair.generate()
        var publisherOptions = PublishSocket.Options()
        publisherOptions.curveSecretKey = server.secretKey
        let publisher = try PublishSocket(context: context, options: publisherOptions)
        let endpoint = try publisher.bind(to: "tcp://127.0.0.1:*")

        var options = SubscribeSocket.Options()
        // A busy machine must not end what the keys decide.
        options.connectTimeout = 20_000
        options.handshakeTimeout = 20_000
        options.curve = CurveClientKeys(
            serverKey: try CurveKeyPair.generate().publicKey,
            own: try CurveKeyPair.generate()
        )
        let refused = try firstVerdict(of: endpoint, context, options)
        #expect(refused == .handshakeFailed)
        options.curve = CurveClientKeys(
            serverKey: server.publicKey,
            own: try CurveKeyPair.generate()
        )
        let admitted = try firstVerdict(of: endpoint, context, options)
        #expect(admitted == .handshakeSucceeded)
    }

    @Test func `the description of a key pair does not show the secret`() throws {
        let pair = try CurveKeyPair.generate()
        #expect(!"\(pair)".contains(pair.secretKey))
        #expect(try CurveKeyPair.publicKey(ofSecret: pair.secretKey) == pair.publicKey)
    }

    private func wait(_ poller: inout SocketPoller) throws {
        let isReady = poller.wait(milliseconds: 20_000)
        try #require(isReady)
    }

    private func sendOrFail(
        _ publisher: borrowing PublishSocket,
        _ bytes: [UInt8],
        more: Bool = false
    ) throws {
        let isSent = try publisher.send(bytes.span, more: more)
        try #require(isSent)
    }

    private func firstVerdict(
        of endpoint: String,
        _ context: Context,
        _ options: SubscribeSocket.Options
    ) throws -> SocketEvent {
        let subscriber = try SubscribeSocket(context: context, options: options)
        let monitor = try subscriber.monitor()
        try subscriber.connect(to: endpoint)
        var poller = SocketPoller()
        poller.add(monitor)
        while poller.wait(milliseconds: 20_000) {
            while let event = try monitor.next() {
                if event != .connected { return event }
            }
        }
        return .closed
    }

    private func waitForSubscription(_ publisher: borrowing PublishSocket) throws {
        var poller = SocketPoller()
        poller.add(publisher)
        while try publisher.nextSubscription() != true {
            try wait(&poller)
        }
    }
}
