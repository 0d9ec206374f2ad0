internal import Platform
internal import TradingCore
package import ZeroMQ

/// Each feed is reachable: a ZMTP handshake is done within a few seconds, not only TCP.
package struct EndpointCheck: AuditCheck {
    /// How long a handshake may take.
    package static let limit = Duration.seconds(2)

    /// A feed and the addresses at which it is.
    package struct Feed: Sendable {
        /// The feed's name.
        package var name: String
        /// Its addresses, the preferred one first.
        package var endpoints: [String]

        package init(name: String, endpoints: [String]) {
            self.name = name
            self.endpoints = endpoints
        }
    }

    /// The feeds.
    package var feeds: [Feed]
    /// The options of their sockets.
    package var options: SubscribeSocket.Options

    package init(feeds: [Feed], options: SubscribeSocket.Options) {
        self.feeds = feeds
        self.options = options
    }

    package func run() -> [AuditResult] {
        let endpoints = feeds.flatMap(\.endpoints)
        do throws(ZeroMQError) {
            let context = try Context()
            var attempts: [HandshakeAttempt] = []
            for endpoint in endpoints {
                attempts.append(HandshakeAttempt(endpoint, context: context, options: options))
            }
            try Self.wait(for: attempts)
            var next = attempts[...]
            return feeds.map { feed in
                defer { next = next.dropFirst(feed.endpoints.count) }
                return Self.judge(feed, next.prefix(feed.endpoints.count).map(\.end))
            }
        } catch {
            return feeds.map { Self.item($0).result(.fail, error.description) }
        }
    }

    // MARK: Judging

    /// What an attempt came to: how long its handshake took, or why there was none.
    package enum End: Sendable, Equatable {
        case handshake(Duration)
        case obstacle(ConnectionObstacle)
    }

    /// The row of a feed.
    package static func judge(_ feed: Feed, _ ends: [End]) -> AuditResult {
        let texts = zip(feed.endpoints, ends).map { endpoint, end in
            switch end {
            case .handshake(let duration):
                "\(endpoint): handshake in \(milliseconds(duration)) ms"
            case .obstacle(let obstacle): "\(endpoint): \(obstacle)"
            }
        }
        let reachable = ends.count { if case .handshake = $0 { true } else { false } }
        let outcome: AuditOutcome =
            reachable == ends.count ? .pass : reachable > 0 ? .warn : .fail
        return item(feed).result(outcome, texts.joined(separator: "; "))
    }

    private static func item(_ feed: Feed) -> AuditItem {
        AuditItem(
            .continuity,
            "feed \(feed.name) is reachable",
            limit: "TCP and ZMTP handshake within \(seconds(limit)) s",
            remedy: "start the gateway, mend the address, or run live-loop listen to see more"
        )
    }

    // MARK: Connecting

    private static func wait(for attempts: [HandshakeAttempt]) throws(ZeroMQError) {
        var poller = SocketPoller()
        for attempt in attempts { attempt.watch(&poller) }
        let end = MonotonicTime(nanoseconds: SystemClock.monotonicNanoseconds()) + limit
        while attempts.contains(where: \.isUndecided) {
            let now = MonotonicTime(nanoseconds: SystemClock.monotonicNanoseconds())
            guard now < end else { return }
            _ = poller.wait(milliseconds: Int((end - now).wholeNanoseconds / 1_000_000 + 1))
            for attempt in attempts { try attempt.readEvents() }
        }
    }
}

/// One socket on its way to a handshake; a class, because a socket cannot lie in an array.
private final class HandshakeAttempt {
    private struct Opened: ~Copyable {
        let socket: SubscribeSocket
        let monitor: SocketMonitor

        init(
            _ endpoint: String,
            _ context: Context,
            _ options: SubscribeSocket.Options
        ) throws(ZeroMQError) {
            let socket = try SubscribeSocket(context: context, options: options)
            let monitor = try socket.monitor()
            try socket.connect(to: endpoint)
            self.socket = socket
            self.monitor = monitor
        }
    }

    private let opened: Opened?
    private var progress: ConnectionProgress
    private var openFailure: String?

    init(_ endpoint: String, context: Context, options: SubscribeSocket.Options) {
        let now = MonotonicTime(nanoseconds: SystemClock.monotonicNanoseconds())
        progress = ConnectionProgress(start: now, options: options)
        do throws(ZeroMQError) {
            opened = try Opened(endpoint, context, options)
        } catch {
            opened = nil
            openFailure = error.description
        }
    }

    var isUndecided: Bool {
        openFailure == nil && (progress.phase == .connecting || progress.phase == .connected)
    }

    var end: EndpointCheck.End {
        if let openFailure { return .obstacle(.notUsable(openFailure)) }
        if let duration = progress.handshakeDuration { return .handshake(duration) }
        var ended = progress
        ended.giveUp()
        if case .failed(let obstacle) = ended.phase { return .obstacle(obstacle) }
        return .obstacle(.noAnswer)
    }

    func watch(_ poller: inout SocketPoller) {
        if let _ = openFailure { return }
        switch opened {
        case .some(let opened): poller.add(opened.monitor)
        case .none: break
        }
    }

    func readEvents() throws(ZeroMQError) {
        switch opened {
        case .some(let opened):
            while let event = try opened.monitor.next() {
                let now = MonotonicTime(nanoseconds: SystemClock.monotonicNanoseconds())
                progress.note(event, at: now)
            }
        case .none: break
        }
    }
}
