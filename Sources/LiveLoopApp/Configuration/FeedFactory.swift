internal import MarketFeed
internal import Platform
internal import TradingCore
internal import ZeroMQ

/// Turns the configuration into what each feed thread needs.
struct FeedFactory {
    private let configuration: AppConfiguration
    private let curve: CurveClientKeys?

    /// Reads the secret key, if CURVE is configured.
    ///
    /// - Throws: `CurveKeyFileError` when the file cannot be trusted.
    init(_ configuration: AppConfiguration) throws {
        self.configuration = configuration
        curve = try CurveKeyFile.clientKeys(configuration.zeroMQ)
    }

    /// The feeds in the order of their numbers.
    ///
    /// - Parameter embeddedEndpoint: Where the embedded gateway publishes, if it runs.
    /// - Returns: One configuration for each feed.
    func feeds(embeddedEndpoint: String?) -> [MT5FeedConfiguration] {
        if let embeddedEndpoint {
            return [feed(0, name: "paper", endpoints: [embeddedEndpoint], symbols: [])]
        }
        return configuration.feeds.all.enumerated().map { index, listed in
            feed(
                index,
                name: listed.name,
                endpoints: listed.endpoints.map(\.text),
                symbols: listed.symbols
            )
        }
    }

    /// The limits by which every feed's silence is judged, which a reload may change.
    static func limits(_ configuration: AppConfiguration) -> FeedLimits {
        let streams = configuration.streams
        return FeedLimits(
            supervisor: FeedSupervisor.Limits(
                starvation: configuration.loop.starvation,
                firstMessage: streams.firstMessage,
                streamIdle: streams.idle
            ),
            expectation: { symbol in
                WatchedSymbol(
                    calendar: streams.sessions[symbol] ?? .alwaysOpen,
                    idleLimit: streams.idleLimits[symbol] ?? streams.idle
                )
            }
        )
    }

    private func feed(
        _ index: Int,
        name: String,
        endpoints: [String],
        symbols: [String]
    ) -> MT5FeedConfiguration {
        let streams = configuration.streams
        let limits = Self.limits(configuration)
        let expectation = limits.expectation
        var settings = FeedSupervisor.Settings()
        settings.policy = configuration.network
        settings.endpointCount = endpoints.count
        settings.symbols = symbols.map(expectation)
        settings.defaultCalendar = streams.sessions["*"] ?? .alwaysOpen
        settings.starvationLimit = limits.supervisor.starvation
        settings.firstMessageLimit = limits.supervisor.firstMessage
        settings.streamIdleLimit = limits.supervisor.streamIdle
        settings.symbolsMax = configuration.feeds.symbolsMax
        var feed = MT5FeedConfiguration(
            id: FeedID(rawValue: UInt8(index)),
            name: name,
            endpoints: endpoints,
            supervisor: settings,
            expectation: expectation
        )
        feed.symbols = symbols
        feed.symbolBase = index * configuration.feeds.symbolsMax
        feed.symbolsMax = configuration.feeds.symbolsMax
        feed.timestampUnit = configuration.feeds.timestampUnit
        feed.socket.messageBytesMax = Int64(configuration.zeroMQ.messageBytesMax)
        feed.socket.receiveHighWaterMark = Int32(
            clamping: configuration.zeroMQ.receiveHighWaterMark
        )
        feed.socket.receiveBufferBytes = Int32(clamping: configuration.zeroMQ.receiveBufferBytes)
        // A path is given up later than starvation brings a second connection: what waits on the first
        // one's way would be lost with it.
        feed.socket.heartbeatInterval = Int32(
            clamping: configuration.network.pingInterval.wholeNanoseconds / 1_000_000
        )
        feed.socket.heartbeatTimeout = Int32(
            clamping: configuration.network.pongTimeout.wholeNanoseconds / 1_000_000
        )
        feed.socket.curve = curve
        // Feeds and processes must not try again in step with each other.
        feed.backoffSeed =
            UInt64(bitPattern: SystemClock.wallNanoseconds()) ^ UInt64(index) << 56
            ^ UInt64(ProcessStatistics.processID) << 40
        return feed
    }
}
