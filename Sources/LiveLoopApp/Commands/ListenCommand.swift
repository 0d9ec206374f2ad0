internal import MarketFeed
internal import Platform
internal import TradingCore
internal import ZeroMQ

/// `live-loop listen`: proves that data arrives, which an open port does not.
struct ListenCommand {
    /// The longest that one endpoint may take to its handshake while there are others to try.
    private static let attemptMax = Duration.seconds(5)

    var options: ListenOptions

    /// Listens until the time is over, enough ticks came, or it is told to stop.
    ///
    /// - Returns: Success if at least one tick was decoded.
    func run() -> ExitCode {
        Start.reporting { () throws(StartRefused) in
            let signals = try Start.blockSignals()
            let feed = try makeFeed()
            let context = try Start.refusing { try Context() }
            var code = ExitCode.failure
            for (index, endpoint) in feed.endpoints.enumerated() {
                let hasAlternate = index + 1 < feed.endpoints.count
                let session = ListenSession(
                    feed: feed,
                    endpoint: endpoint,
                    observation: options.timeout,
                    attempt: hasAlternate ? min(Self.attemptMax, options.timeout) : options.timeout,
                    tickCountMax: options.count.map(UInt64.init)
                )
                let verdict = session.run(context, signals)
                if verdict == .dataArrives { code = .success }
                guard case .notConnected = verdict, signals.next() == nil else { return code }
            }
            return code
        }
    }

    private func makeFeed() throws(StartRefused) -> MT5FeedConfiguration {
        let configuration = try Start.resolve(
            Start.Request(environmentFile: options.environmentFile),
            strategies: nil
        ).configuration
        let factory = try Start.refusing { try FeedFactory(configuration) }
        let endpoint = options.endpoint?.text
        guard let feed = factory.feeds(embeddedEndpoint: endpoint).first else {
            throw StartRefused(
                .usage,
                "live-loop listen: no feed is configured; give --endpoint tcp://host:port, or set "
                    + "FEEDS"
            )
        }
        return feed
    }
}

/// Listening at one endpoint: the socket, the clock and the terminal around a ``ListenReport``.
private struct ListenSession {
    /// Messages taken before signals and the clock are looked at again.
    private static let messagesPerTurn = 1000
    private static let turn = Duration.milliseconds(200)

    let feed: MT5FeedConfiguration
    let endpoint: String
    let observation: Duration
    let attempt: Duration
    let tickCountMax: UInt64?

    func run(_ context: Context, _ signals: SignalSet) -> ListenReport.Verdict {
        let start = Self.now
        var report = ListenReport(
            endpoint: endpoint,
            unit: feed.timestampUnit,
            symbolsMax: feed.symbolsMax,
            start: start,
            options: feed.socket
        )
        do throws(ZeroMQError) {
            let socket = try SubscribeSocket(context: context, options: feed.socket)
            let monitor = try socket.monitor()
            try socket.connect(to: endpoint)
            try listen(socket, monitor, signals, since: start, &report)
        } catch {
            Self.say(["[RECONNAISSANCE] ❌ \(endpoint): \(error)"])
            return .notConnected(.notUsable(error.description))
        }
        Self.say(report.conclusion(at: Self.now))
        return report.verdict
    }

    private func listen(
        _ socket: borrowing SubscribeSocket,
        _ monitor: borrowing SocketMonitor,
        _ signals: SignalSet,
        since start: MonotonicTime,
        _ report: inout ListenReport
    ) throws(ZeroMQError) {
        var poller = SocketPoller()
        poller.add(descriptor: signals.pollDescriptor)
        poller.add(monitor)
        poller.add(socket)
        while true {
            let deadline =
                report.progress.establishedAt == nil ? start + attempt : start + observation
            let left = deadline - Self.now
            guard left > .zero else { return Self.say(report.giveUp()) }
            let wait = min(left, Self.turn).wholeNanoseconds / 1_000_000 + 1
            _ = poller.wait(milliseconds: Int(wait))
            if poller.isReady(0) { return }
            while let event = try monitor.next() { Self.say(report.note(event, at: Self.now)) }
            let mayHaveMore = try drain(socket, &report)
            if let tickCountMax, report.tickCount >= tickCountMax { return }
            switch report.progress.phase {
            case .failed: return
            case .ended where !mayHaveMore: return
            case .ended, .connecting, .connected, .established: break
            }
        }
    }

    /// Takes what has come; `true` when there may be more.
    private func drain(
        _ socket: borrowing SubscribeSocket,
        _ report: inout ListenReport
    ) throws(ZeroMQError) -> Bool {
        guard report.progress.establishedAt != nil else { return false }
        for _ in 0..<Self.messagesPerTurn {
            if let tickCountMax, report.tickCount >= tickCountMax { return false }
            let now = Self.now
            let wall = WallTime(nanoseconds: SystemClock.wallNanoseconds())
            var lines: [String] = []
            let isThere = try socket.receive { first, second, partCount in
                lines = report.receive(
                    first: first,
                    second: second,
                    partCount: partCount,
                    at: now,
                    wall: wall
                )
            }
            guard isThere else { return false }
            Self.say(lines)
        }
        return true
    }

    private static var now: MonotonicTime {
        MonotonicTime(nanoseconds: SystemClock.monotonicNanoseconds())
    }

    private static func say(_ lines: [String]) {
        guard !lines.isEmpty else { return }
        StandardStreams.writeOutput(lines.joined(separator: "\n") + "\n")
    }
}
