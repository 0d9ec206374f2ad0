internal import MarketFeed
internal import Telemetry
internal import TradingCore

// The bodies of the HTTP interface that are parts of the report.

extension StatusReport {
    /// A loop that says nothing for longer than this is stuck.
    static let loopAgeMax = Duration.seconds(2)

    /// All connections, in the form of the network-reconnect document.
    var connectionsJSON: String {
        Self.object { writer in
            writer.object("connections") { writer in
                for feed in feeds {
                    writer.object(feed.name) { Self.writeDocumented(feed, &$0) }
                }
            }
        }
    }

    /// One connection; `nil` when none has the id.
    func connectionJSON(_ id: String) -> String? {
        guard let feed = feeds.first(where: { $0.name == id }) else { return nil }
        return Self.object { Self.writeDocumented(feed, &$0) }
    }

    /// Whether it may trade, the limits, what is used of them, and the result of the day.
    var riskJSON: String {
        Self.object { writer in
            writeTradingState(&writer)
            writeRisk(&writer)
            writer.value(loop.orders.dayProfit?.description, "day_profit")
        }
    }

    /// Orders and positions.
    var ordersJSON: String { Self.object { loop.orders.write(to: &$0) } }

    /// The streams of which something is or may be missing, and whether every message is accounted for.
    var gapsJSON: String {
        Self.object { writer in
            writer.value(isConserved, "conserved")
            writer.array("streams") { writer in
                for line in streams
                where !line.isProvable || line.stream.tally.missing > 0 {
                    write(line, &writer)
                }
            }
        }
    }

    /// Whether the kill switch is engaged, by whom and why.
    var killSwitchJSON: String { Self.object { writeKillSwitch(&$0) } }

    /// Whether the loop runs.
    var isAlive: Bool { loopAge < Self.loopAgeMax }

    /// Whether it may trade now.
    var isReady: Bool {
        guard isAlive, case .active = loop.tradingState else { return false }
        return !killSwitch.isEngaged
    }

    /// What the probes for life and readiness say.
    var probeJSON: String {
        Self.object { writer in
            writer.value(isAlive ? "ok" : "loop_stalled", "status")
            writer.value(isReady, "ready")
            writer.value(loopAge.inSeconds, digits: 3, "loop_age_seconds")
            writer.value(uptime.inSeconds, digits: 3, "uptime_seconds")
            writer.value(mode, "mode")
            writeTradingState(&writer)
        }
    }

    private static func object(_ body: (inout JSONWriter) -> Void) -> String {
        var writer = JSONWriter()
        writer.object(nil, body)
        return writer.text
    }

    /// A connection in exactly the form of the network-reconnect document.
    private static func writeDocumented(_ feed: Feed, _ writer: inout JSONWriter) {
        let counters = feed.snapshot.connection
        writeConnection(feed, &writer)
        writer.value(spanText(counters.totalUptime), "total_uptime")
        writer.value(counters.lastReconnectLatency.map(spanText), "last_reconnect_latency")
    }

    /// A span as the document writes it: `3600s`, `1.5s`.
    static func spanText(_ duration: Duration) -> String {
        let milliseconds = duration.wholeNanoseconds / 1_000_000
        let (whole, rest) = milliseconds.quotientAndRemainder(dividingBy: 1000)
        guard rest != 0 else { return "\(whole)s" }
        var digits = String(1000 + rest.magnitude).dropFirst()
        while digits.last == "0" { digits = digits.dropLast() }
        return "\(whole).\(digits)s"
    }
}
