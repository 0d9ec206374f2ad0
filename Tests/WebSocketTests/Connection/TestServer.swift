import Platform
import TestSupport
import TradingCore
import WebSocket

/// Certificates that were made for these tests alone.
///
/// `authority.pem` vouches for `server.pem` (localhost, 127.0.0.1 and ::1), `other.pem` (other.example) and
/// `expired.pem` (localhost, until 2021); nobody vouches for `stranger.pem`. The others are valid until 2120.
enum Fixture {
    static func path(_ name: String) -> String {
        #filePath.split(separator: "/").dropLast(2).reduce("") { $0 + "/" + $1 }
            + "/Fixtures/\(name).pem"
    }

    static func server(_ name: String = "server") throws -> TLSContext {
        try TLSContext(certificateFile: path(name), keyFile: path(name))
    }
}

/// A server for WebSockets on a thread of its own.
final class TestServer: Sendable {
    /// What happened on a connection.
    enum Event {
        case request(ServerHandshake)
        case message(MessageKind, [UInt8])
        /// Some time went by, or something was sent.
        case turn
    }

    let port: UInt16
    private let stopping: WakeUp
    private let thread: Thread

    /// Serves until ``stop()``.
    init(
        tls: TLSContext? = nil,
        limits: MessageLimits = MessageLimits(),
        timing: ConnectionTiming = ConnectionTiming(),
        _ react: @escaping @Sendable (Event, WebSocketChannel, Int64) -> Void
    ) throws {
        let listener = try TCPListener(host: "127.0.0.1", port: 0)
        port = listener.port
        let stopping = try WakeUp()
        self.stopping = stopping
        let held = HeldListener(listener)
        thread = try Thread(name: "ws-server") {
            var channels: [WebSocketChannel] = []
            var poll = PollSet(reading: [held.listener.pollDescriptor, stopping.pollDescriptor])
            while !stopping.consume() {
                let now = SystemClock.monotonicNanoseconds()
                while let socket = try? held.listener.accept() {
                    channels.append(
                        WebSocketChannel(
                            accepting: socket,
                            tls: tls,
                            timing: timing,
                            limits: limits,
                            at: now
                        )
                    )
                }
                for channel in channels { Self.serve(channel, react) }
                channels.removeAll { $0.phase == .closed }
                poll.keepFirst(2)
                for channel in channels { channel.watch(in: &poll) }
                let patience = channels.compactMap { $0.patience(at: now) }.min()
                _ = poll.wait(nanoseconds: patience)
            }
        }
    }

    private static func serve(
        _ channel: WebSocketChannel,
        _ react: (Event, WebSocketChannel, Int64) -> Void
    ) {
        let now = SystemClock.monotonicNanoseconds()
        channel.turn(at: now)
        if let request = channel.request { react(.request(request), channel, now) }
        var messages: [(MessageKind, [UInt8])] = []
        while channel.next(
            at: now,
            { kind, bytes in messages.append((kind, bytes.copied())) }
        ) {}
        for (kind, bytes) in messages { react(.message(kind, bytes), channel, now) }
        react(.turn, channel, now)
    }

    /// Grants every request and sends back what comes.
    @Sendable static func echo(_ event: Event, _ channel: WebSocketChannel, _ now: Int64) {
        switch event {
        case .request: channel.grant(at: now)
        case .message(let kind, let bytes): try? channel.send(kind, bytes.span, at: now)
        case .turn: break
        }
    }

    func stop() {
        stopping.signal()
        thread.join()
    }

    private final class HeldListener: Sendable {
        let listener: TCPListener
        init(_ listener: consuming TCPListener) { self.listener = listener }
    }
}

/// Client channels on the thread of a test.
final class ClientLoop {
    var channels: [WebSocketChannel] = []
    /// The messages of each channel.
    var received: [[Found]] = []
    /// Whether messages are taken.
    var isTaking = true

    static func options(_ authority: String? = "authority") throws -> WebSocketChannel.Options {
        var options = WebSocketChannel.Options()
        options.tls = try TLSContext(authorityFile: authority.map(Fixture.path))
        return options
    }

    @discardableResult
    func connect(
        _ text: String,
        _ options: WebSocketChannel.Options = WebSocketChannel.Options()
    ) -> WebSocketChannel {
        guard let address = WebSocketAddress(text) else { preconditionFailure(text) }
        let now = SystemClock.monotonicNanoseconds()
        let channel = WebSocketChannel(to: address, options, at: now)
        channels.append(channel)
        received.append([])
        return channel
    }

    /// Serves all channels until a condition holds; `false` when it does not within 20 s.
    func run(until condition: (ClientLoop) -> Bool) -> Bool {
        let end = SystemClock.monotonicNanoseconds() + 20_000_000_000
        var poll = PollSet(reading: [])
        while true {
            let now = SystemClock.monotonicNanoseconds()
            for (index, channel) in channels.enumerated() {
                channel.turn(at: now)
                while isTaking,
                    channel.next(
                        at: now,
                        { kind, bytes in
                            let copy = bytes.copied()
                            received[index].append(Found(item: .message(kind), payload: copy))
                        }
                    )
                {}
            }
            if condition(self) { return true }
            guard now < end else { return false }
            poll.keepFirst(0)
            for channel in channels { channel.watch(in: &poll) }
            let patience = channels.compactMap { $0.patience(at: now) } + [end - now]
            _ = poll.wait(nanoseconds: patience.min())
        }
    }

    /// Serves all channels until each is closed.
    func runToEnd() -> Bool {
        run { $0.channels.allSatisfy { $0.phase == .closed } }
    }
}

/// How a connection ended on the thread of a server.
final class EndBox: Sendable {
    private let box = Locked<ConnectionEnd?>(nil)

    var value: ConnectionEnd? { box.withLock { $0 } }

    func set(_ end: ConnectionEnd?) { box.withLock { $0 = end } }
}
