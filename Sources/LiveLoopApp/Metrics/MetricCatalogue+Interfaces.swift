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
        labels: ["handler"],
        "Requests that were served, by route."
    )
    static let httpRefused = MetricDefinition(
        .counter,
        "liveloop_http_refused_total",
        labels: ["reason"],
        "Requests that were refused, by reason."
    )
}

extension MetricCatalogue {
    static let interfaces: [MetricDefinition] = [
        .alerts, .alertDeliveries, .alertQueue, .logMessages, .httpRequests, .httpRefused,
    ]
}

extension AlertMetrics {
    /// What is exposed about alerts.
    var families: [MetricFamily] {
        var alerts = MetricFamily(.alerts)
        for (type, count) in raised { alerts.add(.count(count), [type]) }
        var results = MetricFamily(.alertDeliveries)
        for (result, count) in deliveries { results.add(.count(count), [result]) }
        return [alerts, results, MetricFamily(.alertQueue, .integer(Int64(queueLength)))]
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
        for (route, count) in served { requests.add(.count(count), [route]) }
        var refusals = MetricFamily(.httpRefused)
        for (reason, count) in refused { refusals.add(.count(count), [reason]) }
        return [requests, refusals]
    }
}
