internal import MarketFeed
internal import Telemetry
internal import TradingCore

extension MetricsReport {
    /// One feed's connection.
    func addConnection(_ feed: StatusReport.Feed, _ collection: inout MetricCollection) {
        let name = feed.name
        let snapshot = feed.snapshot
        let counters = snapshot.connection
        collection.add(
            .connectionState,
            state: snapshot.state.name,
            of: ConnectionState.allCases.map(\.name),
            before: [name]
        )
        collection.add(.reconnectAttempts, .integer(Int64(counters.reconnectAttempts)), name)
        collection.add(.reconnectSuccesses, .integer(Int64(counters.reconnectSuccesses)), name)
        collection.add(.reconnectFailures, .integer(Int64(counters.reconnectFailures)), name)
        collection.add(.consecutiveFailures, .integer(Int64(counters.consecutiveFailures)), name)
        addTimes(feed, &collection)
        collection.add(.reconnectLatency, .histogram(snapshot.figures.reconnectLatency), name)
        collection.add(
            .handshakeFailures,
            Self.handshakeFailures.map { ($0.name, UInt64(counters[$0])) },
            before: [name]
        )
        collection.add(
            .reconnectTriggers,
            ReconnectTrigger.allCases.map { ($0.name, UInt64(counters[$0])) },
            before: [name]
        )
        let left = constants.retriesMax - counters.consecutiveFailures
        collection.add(
            .reconnectBudget,
            constants.retriesMax < 0 ? .number(.infinity) : .integer(Int64(max(0, left))),
            name
        )
        collection.add(.receivedBytes, .count(snapshot.figures.receivedBytes), name)
    }

    private func addTimes(_ feed: StatusReport.Feed, _ collection: inout MetricCollection) {
        let counters = feed.snapshot.connection
        let established = feed.snapshot.state == .connected ? counters.lastConnected : nil
        let uptime = established.map { Self.seconds(status.now) - Self.seconds($0) } ?? 0
        collection.add(.connectionUptime, .number(max(0, uptime)), feed.name)
        collection.add(.connectionEstablished, .number(Self.seconds(established)), feed.name)
        let reconnected = counters.reconnectSuccesses > 0 ? counters.lastConnected : nil
        collection.add(.lastReconnect, .number(Self.seconds(reconnected)), feed.name)
        collection.add(.lastReconnectSeconds, .number(Self.seconds(reconnected)), feed.name)
    }

    private static let handshakeFailures: [ConnectionFailure] = [
        .handshakeAuthentication, .handshakeProtocol, .handshakeTimeout, .handshakeNoDetail,
    ]
}
