internal import MarketFeed
internal import Telemetry
internal import TradingCore

extension StatusReport {
    /// One feed, with the names of the network-reconnect document where it has them.
    func write(_ feed: Feed, _ writer: inout JSONWriter) {
        let snapshot = feed.snapshot
        let counters = snapshot.connection
        writer.object { writer in
            Self.writeConnection(feed, &writer)
            writer.value(snapshot.isStarved, "starved")
            writer.value(counters.attempts, "attempts")
            writer.value(counters.successes, "successes")
            writer.value(counters.failures, "failures")
            writer.value(counters.totalUptime.inSeconds, digits: 1, "total_uptime_seconds")
            writer.value(
                counters.lastReconnectLatency?.inSeconds,
                digits: 3,
                "last_reconnect_latency_seconds"
            )
            writer.value(age(snapshot.lastData), digits: 3, "last_data_age_seconds")
            writer.value(
                snapshot.venueClockOffset?.inSeconds,
                digits: 3,
                "venue_clock_offset_seconds"
            )
        }
    }

    /// The members that a connection has in every answer.
    static func writeConnection(_ feed: Feed, _ writer: inout JSONWriter) {
        let counters = feed.snapshot.connection
        writer.value(feed.name, "id")
        writer.value(feed.snapshot.endpoint, "url")
        writer.value(feed.snapshot.state.name, "status")
        writer.value(counters.lastConnected?.description, "last_connected")
        writer.value(counters.reconnectAttempts, "reconnect_attempts")
        writer.value(counters.consecutiveFailures, "consecutive_failures")
    }
}
