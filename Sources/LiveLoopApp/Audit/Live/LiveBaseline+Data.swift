import Telemetry
import TradingCore

// What the baseline asks of data, orders and the kill switch.

extension LiveBaseline {
    /// The share of received messages that were lost or could not be used.
    var errorRate: AuditResult {
        let item = AuditItem(
            .marketData,
            "messages lost or unusable",
            limit: "1 %",
            remedy: "see docs/runbook.md#drops"
        )
        let dropped = metrics.sum("liveloop_messages_dropped_total") {
            $0["reason"] != "duplicate"
        }
        guard let dropped, let received = metrics.sum("liveloop_messages_received_total"),
            received > 0
        else { return item.result(.skip, "nothing received yet") }
        let measured = "\(percent(dropped / received, digits: 3)) of \(Int(received))"
        return item.result(holds: dropped <= received * 0.01, measured)
    }

    /// Whether ticks come, where a session is open.
    var tickRate: AuditResult {
        let item = AuditItem(
            .marketData,
            "ticks come",
            limit: "more than 0 a second in session",
            remedy: "see docs/runbook.md#data-starved"
        )
        guard let received = difference("liveloop_messages_received_total") else {
            return item.result(.fail, "no feed has told anything")
        }
        let rate = received / max(0.001, seconds)
        let measured = "\(decimal(rate, 1)) a second"
        guard metrics.sum("liveloop_feed_in_session") ?? 0 > 0 else {
            return item.result(.skip, "\(measured), no session is open")
        }
        return item.result(holds: received > 0, measured)
    }

    /// Whether any feed has been without data for half an hour.
    var dataAge: AuditResult {
        let item = AuditItem(
            .marketData,
            "no feed is without data for long",
            limit: "30 minutes in session",
            remedy: "see docs/runbook.md#no-data"
        )
        let now = Double(after.time.nanoseconds) / 1e9
        let open = metrics.samples("liveloop_feed_in_session").filter { $0.value == 1 }
            .compactMap { $0["connection"] }
        let ages = open.compactMap { feed in
            metrics.value("liveloop_feed_last_data_timestamp_seconds", "connection", feed)
                .map { (feed: feed, age: max(0, now - $0)) }
        }
        guard let oldest = ages.max(by: { $0.age < $1.age }) else {
            return item.result(.skip, "no session is open")
        }
        let measured = "\(oldest.feed): \(decimal(oldest.age, 1)) s"
        return item.result(holds: oldest.age <= 1800, measured)
    }

    /// Whether data is starved, and how often it was.
    var starvation: AuditResult {
        let item = AuditItem(
            .marketData,
            "no feed is starved of data",
            limit: "none now, none since start",
            remedy: "see docs/runbook.md#data-starved"
        )
        guard let now = metrics.sum("liveloop_data_starved"),
            let total = metrics.sum("liveloop_data_starvations_total")
        else { return item.result(.fail, "no feed has told anything") }
        let measured = "\(Int(now)) now, \(Int(total)) since start"
        guard now == 0 else { return item.result(.fail, measured) }
        return item.result(total > 0 ? .warn : .pass, measured)
    }

    /// Whether a connection fails again and again.
    var errorsInARow: AuditResult {
        let item = AuditItem(
            .continuity,
            "no connection fails again and again",
            limit: "fewer than 3 failures in a row",
            remedy: "see docs/runbook.md#reconnect-failures"
        )
        let worst = metrics.samples("network_consecutive_failures")
            .max { $0.value < $1.value }
        guard let worst else { return item.result(.fail, "no feed has told anything") }
        let name = worst["connection"] ?? "?"
        return item.result(holds: worst.value < 3, "\(name): \(Int(worst.value))")
    }

    /// Whether the kill switch is engaged.
    var breaker: AuditResult {
        let item = AuditItem(
            .killSwitch,
            "the circuit breaker is SAFE",
            limit: "not engaged",
            remedy: "see docs/runbook.md#kill-switch"
        )
        guard let engaged = metrics.value("liveloop_kill_switch_engaged") else {
            return item.result(.fail, "not told")
        }
        return item.result(holds: engaged == 0, engaged == 0 ? "SAFE" : "ENGAGED")
    }

    /// Whether the outcome of every order is known.
    var unknownOrders: AuditResult {
        let item = AuditItem(
            .unknownOrders,
            "the outcome of every order is known",
            limit: "none unknown",
            remedy: "see docs/runbook.md#order-unknown"
        )
        guard let unknown = metrics.value("liveloop_orders_unknown") else {
            return item.result(.fail, "not told")
        }
        return item.result(holds: unknown == 0, "\(Int(unknown)) unknown")
    }
}
