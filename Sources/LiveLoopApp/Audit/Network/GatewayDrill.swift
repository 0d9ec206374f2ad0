internal import Gateway
internal import MarketFeed
internal import Platform
internal import TradingCore
internal import ZeroMQ

/// A tick from end to end: the embedded gateway publishes it, a feed thread receives it, and it lies in
/// the buffer of the loop.
package struct GatewayDrill: AuditCheck {
    /// How the feed is received.
    let feed: @Sendable (_ endpoint: String) -> MT5FeedConfiguration
    /// The symbol that is published.
    package var symbol = "EURUSD"
    /// How long the first tick may take.
    package var limit = Duration.seconds(5)

    /// Receives a feed as the configuration says.
    package init(_ configuration: AppConfiguration) throws {
        let factory = try FeedFactory(configuration)
        feed = { endpoint in factory.feeds(embeddedEndpoint: endpoint)[0] }
    }

    package func run() -> [AuditResult] {
        let item = AuditItem(
            .continuity,
            "a tick of the embedded gateway reaches the loop",
            limit: "within \(seconds(limit)) s",
            remedy: "free a port on 127.0.0.1, and check that nothing forbids local sockets"
        )
        do {
            guard let (name, duration) = try drill() else {
                return [item.result(.fail, "no tick came")]
            }
            return [item.result(.pass, "\(name) after \(milliseconds(duration)) ms")]
        } catch {
            return [item.result(.fail, "\(error)")]
        }
    }

    private func drill() throws -> (name: String, after: Duration)? {
        var settings = GatewayConfiguration()
        settings.publishEndpoint = "tcp://127.0.0.1:*"
        settings.replyEndpoint = "tcp://127.0.0.1:*"
        settings.market = .synthetic(symbols: [symbol], rate: 50, seed: 1)
        let start = SystemClock.monotonicNanoseconds()
        let gateway = try GatewayServer(configuration: settings, context: Context())
        let feed = feed(gateway.publishEndpoint)
        let wakeUp = try WakeUp()
        let buffer = EventBuffer(
            EventBuffer.Configuration(
                capacity: 4096,
                streamCount: (feed.symbolBase + feed.symbolsMax) * StreamID.perSymbol,
                feedCount: 1
            )
        )
        let receiver = try MarketDataReceiver(
            feed,
            outlet: FeedOutlet(buffer: buffer, loopWakeUp: wakeUp, tell: { _ in })
        )
        let thread = try receiver.start(context: Context())
        let tick = firstTick(buffer, wakeUp, since: start)
        receiver.stop()
        thread.join()
        gateway.stop()
        gateway.join()
        return tick
    }

    private func firstTick(
        _ buffer: EventBuffer,
        _ wakeUp: WakeUp,
        since start: Int64
    ) -> (name: String, after: Duration)? {
        var batch = buffer.makeSpareBatch()
        var poll = PollSet(reading: [wakeUp.pollDescriptor])
        var name = "?"
        while true {
            let elapsed = SystemClock.monotonicNanoseconds() - start
            guard elapsed < limit.wholeNanoseconds else { return nil }
            guard buffer.take(&batch) else {
                if poll.wait(nanoseconds: limit.wholeNanoseconds - elapsed) { wakeUp.consume() }
                continue
            }
            for case .symbolAdded(_, _, let symbol) in batch.inputs { name = symbol }
            if batch.messageCount > 0 { return (name, .nanoseconds(elapsed)) }
            batch.clear()
        }
    }
}
