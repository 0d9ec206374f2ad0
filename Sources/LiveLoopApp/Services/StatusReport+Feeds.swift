internal import MarketFeed
internal import Telemetry
internal import TradingCore

extension StatusReport {
    /// One feed, with the names of the network-reconnect document where it has them.
    func write(_ feed: Feed, _ writer: inout JSONWriter) {
        let snapshot = feed.snapshot
        let counters = snapshot.connection
        writer.object { writer in
            writer.value(feed.name, "id")
            writer.value(snapshot.endpoint, "url")
            writer.value(snapshot.state.name, "status")
            writer.value(snapshot.isStarved, "starved")
            if let connected = counters.lastConnected {
                writer.value(connected.description, "last_connected")
            } else {
                writer.null("last_connected")
            }
            writer.value(counters.reconnectAttempts, "reconnect_attempts")
            writer.value(counters.consecutiveFailures, "consecutive_failures")
            writer.value(counters.attempts, "attempts")
            writer.value(counters.successes, "successes")
            writer.value(counters.failures, "failures")
            writer.value(counters.totalUptime.inSeconds, digits: 1, "total_uptime_seconds")
            if let latency = counters.lastReconnectLatency {
                writer.value(latency.inSeconds, digits: 3, "last_reconnect_latency_seconds")
            } else {
                writer.null("last_reconnect_latency_seconds")
            }
            if let last = snapshot.lastData {
                writer.value(
                    (loop.takenAt - last).inSeconds,
                    digits: 3,
                    "last_data_age_seconds"
                )
            } else {
                writer.null("last_data_age_seconds")
            }
            if let offset = snapshot.venueClockOffset {
                writer.value(offset.inSeconds, digits: 3, "venue_clock_offset_seconds")
            } else {
                writer.null("venue_clock_offset_seconds")
            }
        }
    }
}
