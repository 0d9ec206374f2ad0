package import TradingCore
package import ZeroMQ

/// What may change about a feed while it is received: the limits by which silence is judged.
package struct FeedLimits: Sendable {
    /// The limits of the feed.
    package var supervisor: FeedSupervisor.Limits
    /// What is expected of a symbol, by its name.
    package var expectation: @Sendable (String) -> WatchedSymbol

    package init(
        supervisor: FeedSupervisor.Limits,
        expectation: @escaping @Sendable (String) -> WatchedSymbol
    ) {
        self.supervisor = supervisor
        self.expectation = expectation
    }
}

/// How one MT5 feed is received.
package struct MT5FeedConfiguration: Sendable {
    /// The feed's number.
    package var id: FeedID
    /// The feed's name, as in `FEEDS=name=url`.
    package var name: String
    /// Where to connect: the first is preferred, the others are alternates.
    package var endpoints: [String]
    /// Symbols to accept; empty accepts every symbol up to ``symbolsMax``.
    package var symbols: [String] = []
    /// The number of the feed's first symbol; the feed's range is `symbolBase ..< symbolBase + symbolsMax`.
    package var symbolBase = 0
    /// Numbers of the feed, the one of the feed itself included.
    package var symbolsMax = 256
    /// The unit of the integers in `timestamp`.
    package var timestampUnit = TimestampUnit.auto
    /// Options of the sockets.
    package var socket = SubscribeSocket.Options()
    /// When the feed is watched, backed off and given up on.
    package var supervisor: FeedSupervisor.Settings
    /// What is expected of a symbol, by its name: its session and how long it may be silent.
    package var expectation: @Sendable (String) -> WatchedSymbol
    /// Feeds and processes with different seeds do not try again in step with each other.
    package var backoffSeed: UInt64 = 1
    /// Messages held back at most while two connections overlap (`DATA_BUFFER_SIZE`).
    package var stagingCapacity = 1000

    package init(
        id: FeedID,
        name: String,
        endpoints: [String],
        supervisor: FeedSupervisor.Settings,
        expectation: @escaping @Sendable (String) -> WatchedSymbol
    ) {
        precondition(!endpoints.isEmpty, "a feed needs an endpoint")
        self.id = id
        self.name = name
        self.endpoints = endpoints
        self.supervisor = supervisor
        self.expectation = expectation
    }

    /// What the session needs to know.
    var session: MT5Session.Configuration {
        MT5Session.Configuration(
            feed: id,
            symbols: symbolBase..<symbolBase + symbolsMax,
            configured: symbols.compactMap(SymbolText.init),
            timestampUnit: timestampUnit,
            stagingCapacity: stagingCapacity
        )
    }
}
