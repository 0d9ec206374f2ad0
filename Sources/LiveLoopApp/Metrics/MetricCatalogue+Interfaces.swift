internal import StatusAPI
internal import Telemetry

extension MetricDefinition {
    // MARK: What people are told

    static let alerts = MetricDefinition(
        .counter,
        "liveloop_alerts_total",
        labels: ["type"],
        "Alerts that began."
    )
    static let alertDeliveries = MetricDefinition(
        .counter,
        "liveloop_alert_deliveries_total",
        labels: ["result"],
        "Messages to the webhook: taken (ok), refused for good, tries that failed (error), dropped."
    )
    static let alertQueue = MetricDefinition(
        .gauge,
        "liveloop_alert_queue_length",
        "Messages that wait for the webhook."
    )
    static let alertOldest = MetricDefinition(
        .gauge,
        "liveloop_alert_undelivered_oldest_timestamp_seconds",
        "When the oldest message that waits for the webhook came to this process; 0 while none waits."
    )
    static let logMessages = MetricDefinition(
        .counter,
        "liveloop_log_messages_total",
        labels: ["level"],
        "Log records by level."
    )

    // MARK: HTTP

    static let httpRequests = MetricDefinition(
        .counter,
        "http_requests_total",
        labels: ["handler", "code"],
        "Requests by route and by the status of the answer; other is what leads to no route."
    )
    static let httpDuration = MetricDefinition(
        .histogram,
        "http_request_duration_seconds",
        labels: ["handler"],
        "How long making the answer took; waiting for the client is not in it."
    )
    static let httpRefused = MetricDefinition(
        .counter,
        "liveloop_http_refused_total",
        labels: ["reason"],
        "Requests that were refused, by reason."
    )
    static let httpAuthFailures = MetricDefinition(
        .counter,
        "liveloop_http_auth_failures_total",
        "Requests without the right token, those that had to wait for earlier ones included."
    )
    static let httpRepeated = MetricDefinition(
        .counter,
        "liveloop_http_repeated_total",
        "Requests that came again with their Idempotency-Key and were answered without being carried out."
    )
}

extension MetricCatalogue {
    static let interfaces: [MetricDefinition] = [
        .alerts, .alertDeliveries, .alertQueue, .alertOldest, .logMessages, .httpRequests,
        .httpDuration, .httpRefused, .httpAuthFailures, .httpRepeated,
    ]
}

extension AlertMetrics {
    /// What is exposed about alerts.
    var families: [MetricFamily] {
        var alerts = MetricFamily(.alerts)
        for (type, count) in raised { alerts.add(.count(count), [type]) }
        var results = MetricFamily(.alertDeliveries)
        for (result, count) in deliveries { results.add(.count(count), [result]) }
        return [
            alerts, results, MetricFamily(.alertQueue, .integer(Int64(queueLength))),
            MetricFamily(.alertOldest, .number(MetricsReport.seconds(oldestWaiting))),
        ]
    }
}

extension LogSink {
    /// What is exposed about the log.
    var families: [MetricFamily] {
        var family = MetricFamily(.logMessages)
        for level in LogLevel.allCases { family.add(.count(messageCount(level)), [level.name]) }
        return [family]
    }
}

extension StatusServer.Counters {
    /// What is exposed about the HTTP interface.
    var families: [MetricFamily] {
        var requests = MetricFamily(.httpRequests)
        var durations = MetricFamily(.httpDuration)
        for handler in handlers {
            for (code, count) in handler.counts {
                requests.add(.count(count), [handler.name, String(code)])
            }
            if handler.durations.count > 0 {
                durations.add(.histogram(handler.durations), [handler.name])
            }
        }
        var refusals = MetricFamily(.httpRefused)
        for (reason, count) in refused { refusals.add(.count(count), [reason]) }
        let failures: [StatusRefusal] = [.token, .tokenFailures]
        let failureCount = refused.filter { one in failures.contains { $0.rawValue == one.reason } }
            .reduce(0) { $0 &+ $1.count }
        return [
            requests, durations, refusals, MetricFamily(.httpAuthFailures, .count(failureCount)),
            MetricFamily(.httpRepeated, .count(repeated)),
        ]
    }
}
