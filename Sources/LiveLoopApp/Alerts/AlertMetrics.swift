internal import Alerting
internal import Telemetry
internal import TradingCore

/// What is counted about alerts and their delivery, of one moment.
struct AlertMetrics {
    /// What became of alerts.
    var counters: AlertCenter.Counters
    /// How many last, by severity.
    var active: [(severity: AlertSeverity, count: Int)]
    /// How the webhook fares; `nil` without one.
    var webhook: WebhookSender.Status?
    /// The moment of all this.
    var now: AlertTime

    /// Alerts that began, by type: `liveloop_alerts_total{type}`.
    var raised: [(type: String, count: UInt64)] {
        AlertType.allCases.map { ($0.rawValue, counters.raised[$0.index]) }
    }

    /// What became of messages: `liveloop_alert_deliveries_total{result}`.
    var deliveries: [(result: String, count: UInt64)] {
        let counters = webhook?.counters ?? WebhookCounters()
        return [
            ("ok", counters.delivered), ("refused", counters.refused),
            ("error", counters.errors), ("dropped", counters.dropped),
        ]
    }

    /// Messages that wait: `liveloop_alert_queue_length`.
    var queueLength: Int { webhook?.waiting ?? 0 }

    /// How long the oldest of them has waited; `nil` while none waits.
    var oldestWait: Duration? { webhook?.waitingSince.map { now.monotonic - $0 } }

    /// When the oldest of them came: `liveloop_alert_undelivered_oldest_timestamp_seconds`.
    var oldestWaiting: WallTime? {
        oldestWait.map { WallTime(nanoseconds: now.wall.nanoseconds - $0.wholeNanoseconds) }
    }

    /// Writes the part of the answer about counts.
    func write(to writer: inout JSONWriter) {
        writer.object("counts") { writer in
            for (severity, count) in active { writer.value(count, severity.rawValue) }
            writer.value(counters.raised.reduce(0, &+), "raised")
            writer.value(counters.displaced, "displaced")
            writer.value(counters.refused, "refused")
        }
        writer.object("webhook") { writer in
            writer.value(webhook != nil, "configured")
            writer.value(queueLength, "waiting")
            writer.value(oldestWait?.inSeconds, digits: 3, "oldest_waiting_seconds")
            writer.value(webhook?.failuresInARow ?? 0, "failures_in_a_row")
            for (result, count) in deliveries { writer.value(count, result) }
            writer.value(webhook?.counters.storeFailures ?? 0, "store_failures")
            writer.value(webhook?.counters.corruptLines ?? 0, "corrupt_lines")
        }
    }
}
