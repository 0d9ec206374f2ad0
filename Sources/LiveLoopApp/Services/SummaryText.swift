internal import Alerting
internal import MarketFeed
internal import Telemetry
internal import TradingCore

extension StatusReport {
    /// The report as lines for a terminal: what an operator wants to know in one look.
    var text: String {
        var lines = [headline]
        if let reason = killSwitch.reason { lines.append("kill switch: \(reason)") }
        lines += alertLines
        for feed in feeds { lines.append(line(feed)) }
        lines += orderLines
        lines.append("")
        lines += table
        lines.append(
            isConserved
                ? "every message is accounted for"
                : "NOT CONSERVED: messages are unaccounted for"
        )
        lines.append(
            "receive to strategy µs: p50 \(short(loop.latency.p50)) p99 \(short(loop.latency.p99)) "
                + "max \(short(loop.latency.max));  loop lateness µs: p50 \(short(loop.lateness.p50)) "
                + "p99 \(short(loop.lateness.p99)) max \(short(loop.lateness.max))"
        )
        return lines.joined(separator: "\n")
    }

    private var headline: String {
        var state = "trading \(loop.tradingState.name)"
        if case .reduceOnly(let reasons) = loop.tradingState {
            state += " (\(reasons.names.joined(separator: ", ")))"
        }
        let age = loopAge > .seconds(1) ? ", THE LOOP IS STUCK for \(seconds(loopAge)) s" : ""
        return "live-loop \(version) \(mode.uppercased()), \(state), "
            + "Circuit Breaker: \(killSwitch.isEngaged ? "ENGAGED" : "SAFE"), "
            + "up \(seconds(uptime)) s\(age)"
    }

    /// The alerts that last, the worst and newest first.
    private var alertLines: [String] {
        let worst = AlertSeverity.allCases.reversed().flatMap { severity in
            alerts.reversed().filter { $0.severity == severity }
        }
        return worst.filter { $0.severity > .info }.prefix(20).map { alert in
            let subject = alert.subject.isEmpty ? "" : " \(alert.subject)"
            return "alert \(alert.severity.rawValue.uppercased()) \(alert.type.rawValue)\(subject)"
                + " for \(seconds(alert.duration(until: alertTime))) s: \(alert.message)"
        }
    }

    /// Orders, what nobody knows first.
    private var orderLines: [String] {
        let orders = loop.orders
        guard orders.gateway.link != .none else { return [] }
        let counters = orders.counters
        var lines = [
            "orders: gateway \(orders.gateway.link.name)"
                + (orders.isReconciled ? "" : ", NOT RECONCILED")
                + ", \(counters.intents) intents, \(counters.sent) sent"
                + ", \(counters.count(.filled)) filled, \(counters.count(.rejected)) rejected"
                + ", \(orders.open.count) open, \(orders.unknownCount) unknown"
                + ", day's profit \(orders.dayProfit?.description ?? "unknown")"
        ]
        for record in orders.open where record.state.isUnknown {
            lines.append("  \(record.state.name) \(record.intent.symbol) \(record.intent.id)")
        }
        for shown in orders.positions.prefix(20) {
            let position = shown.position
            let side = position.side == .buy ? "long" : "short"
            lines.append(
                "  \(side) \(position.volume) \(shown.symbol) from \(position.openPrice), "
                    + "profit \(shown.profit?.description ?? "unknown"), "
                    + "position \(position.ticket)\(position.isOurs ? "" : ", not ours")"
            )
        }
        return lines
    }

    private func line(_ feed: Feed) -> String {
        let age = feed.snapshot.lastData.map { "\(seconds(loop.takenAt - $0)) s ago" } ?? "never"
        let counters = feed.snapshot.connection
        return "feed \(feed.name): \(feed.snapshot.state.name)"
            + (feed.snapshot.isStarved ? ", DATA_STARVED" : "")
            + ", last data \(age), \(counters.reconnectAttempts) reconnects"
            + ", \(counters.consecutiveFailures) failures in a row, \(feed.snapshot.endpoint)"
    }

    private var table: [String] {
        let header = [
            "stream", "received", "delivered", "duplicate", "late", "shed", "quarantined",
            "in buffer", "missing",
        ]
        var rows = [header]
        for line in streams {
            let tally = line.stream.tally
            let missing =
                !tally.isSequenced
                ? "unprovable" : line.isProvable ? "\(tally.missing)" : "\(tally.missing) or more"
            rows.append(
                [
                    "\(line.feed)/\(line.symbol)/\(line.kind)", "\(tally.received)",
                    "\(line.stream.delivered)", "\(tally.duplicate)", "\(tally.late)",
                    "\(line.stream.shed)", "\(tally.quarantined)",
                    "\(line.stream.inBuffer + line.stream.held)", missing,
                ]
            )
        }
        return Self.aligned(rows)
    }

    /// Rows as lines with the first column to the left and the others to the right.
    static func aligned(_ rows: [[String]]) -> [String] {
        let widths = (rows.first ?? []).indices.map { column in
            rows.map { $0[column].count }.max() ?? 0
        }
        return rows.map { row in
            row.enumerated().map { column, cell in
                let padding = String(repeating: " ", count: widths[column] - cell.count)
                return column == 0 ? cell + padding : padding + cell
            }.joined(separator: "  ")
        }
    }

    private func short(_ value: Double) -> String { JSONWriter.fixed(value, digits: 0) ?? "?" }
}
