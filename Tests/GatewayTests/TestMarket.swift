import Gateway
import Platform
import Testing
import TradingCore
import ZeroMQ

/// A recording of made-up ticks, one millisecond apart, that go round the given symbols.
func testTicks(_ count: Int, symbols: [String] = ["EURUSD", "USDJPY"]) throws -> RecordedTicks {
    let start: Int64 = 1_705_329_600_000_000_000
    let recordings = symbols.enumerated().map { index, symbol in
        let ticks = stride(from: index, to: count, by: symbols.count).map { number in
            GatewayTick(
                symbol: 0,
                bid: ExactDecimal(mantissa: 108_500 + Int64(number), scale: 5),
                ask: ExactDecimal(mantissa: 108_520 + Int64(number), scale: 5),
                volume: ExactDecimal(mantissa: 1, scale: 0),
                time: WallTime(nanoseconds: start + Int64(number) * 1_000_000)
            )
        }
        return Recording(symbol: symbol, ticks: ticks)
    }
    return try RecordedTicks(recordings)
}

/// A configuration on free ports that replays flat out and waits for the subscriber.
func testConfiguration(form: FrameForm = .sequenced) -> GatewayConfiguration {
    var configuration = GatewayConfiguration()
    configuration.publishEndpoint = "tcp://127.0.0.1:*"
    configuration.replyEndpoint = "tcp://127.0.0.1:*"
    configuration.pace = .flatOut
    configuration.form = form
    configuration.subscriberWait = .seconds(20)
    configuration.heartbeatInterval = .milliseconds(20)
    return configuration
}

/// What a raw subscriber saw of a gateway, and the gateway's own account.
struct Session {
    var messages: [RawSubscriber.Message] = []
    var truth = GatewayTruth(epoch: 0, symbols: [])

    var ticks: [RawSubscriber.Message] { messages.filter(\.isTick) }

    /// The sequence numbers of a symbol as they arrived.
    func sequences(_ symbol: String, epoch: Int64? = nil) -> [UInt64] {
        ticks.filter { $0.symbol == symbol && (epoch == nil || $0.epoch == epoch) }
            .map(\.sequence)
    }

    func symbol(_ name: String) throws -> SymbolTruth {
        try #require(truth.current.symbols.first { $0.symbol == name })
    }
}

/// Runs a gateway over a source until a raw subscriber has what the gateway says it sent.
func session(
    _ configuration: GatewayConfiguration = testConfiguration(),
    source: any TickSource
) throws -> Session {
    let context = try Context()
    let server = try GatewayServer(
        configuration: configuration,
        source: source,
        context: context
    )
    defer {
        server.stop()
        server.join()
    }
    var options = SubscribeSocket.Options()
    options.receiveHighWaterMark = 1_000_000
    let subscriber = try RawSubscriber(context, server.publishEndpoint, options: options)
    var session = Session()
    var ticks: UInt64 = 0
    try subscriber.receive { message in
        session.messages.append(message)
        if message.isTick { ticks += 1 }
        session.truth = server.truth
        // A heartbeat after everything that was sent: nothing can be behind it.
        let sent = session.truth.total(\.sent) + session.truth.total(\.duplicates)
        return
            !(session.truth.isAtEnd && message.isHeartbeat
            && ticks == sent + session.truth.unknownSymbolsSent)
    }
    session.truth = server.truth
    return session
}
