internal import Alerting
internal import MarketFeed
internal import Telemetry
internal import TradingCore

/// Says which of the things that threads tell are alerts, and what they are about.
struct AlertSource {
    /// The name of a feed by its number.
    var feedNames: [String]

    /// What lasts as long as a feed is not connected.
    private static let ofConnection: [AlertType] = [
        .connectionLost, .reconnectFailure, .maxRetriesExceeded,
    ]

    // MARK: Feeds

    /// The events of a feed's notice.
    func events(for notice: FeedNotice) -> [AlertEvent] {
        switch notice {
        case .symbolMet, .seam, .openFailed: []
        case .stateChanged(let feed, let state, let isStarved):
            (state == .connected ? connected(name(feed)) : [])
                + (isStarved ? [] : [.resolved(.dataStarved, subject: name(feed))])
        case .alert(let feed, let alert, let symbol): events(for: alert, name(feed), symbol)
        }
    }

    private func events(
        for alert: FeedAlert,
        _ feed: String,
        _ symbol: String?
    ) -> [AlertEvent] {
        let length = seconds(alert.duration)
        let severity = Self.severity(alert.severity)
        let why = alert.failure.map { " (\($0.name))" } ?? ""
        func raised(_ type: AlertType, _ text: String) -> AlertEvent {
            .raised(AlertReport(type, feed, severity, "feed \(feed): \(text)"))
        }
        switch alert.kind {
        case .reconnectAttempt:
            return [raised(.reconnectAttempt, "trying to connect")]
        case .reconnectSuccess:
            return [raised(.reconnectSuccess, "connected again, first data after \(length) s")]
                + connected(feed)
        case .reconnectFailure:
            let text = "feed \(feed): not connected\(why), \(alert.count) failures in a row"
            var report = AlertReport(.reconnectFailure, feed, severity, text)
            report.failuresInARow = alert.count
            return [.raised(report)]
        case .maxRetriesExceeded:
            return [raised(.maxRetriesExceeded, "the \(alert.count) retries are used up\(why)")]
        case .connectionLost:
            return [raised(.connectionLost, "the connection was lost after \(length) s\(why)")]
        case .dataStarved:
            return [raised(.dataStarved, "DATA_STARVED, no data for \(length) s: reduce-only")]
        case .dataRecovered: return [.resolved(.dataStarved, subject: feed)]
        case .streamIdle:
            let text = "\(symbol ?? "?") of feed \(feed) is silent for \(length) s"
            let subject = stream(feed, symbol)
            return [.raised(AlertReport(.streamIdle, subject, severity, text))]
        case .streamRecovered: return [.resolved(.streamIdle, subject: stream(feed, symbol))]
        }
    }

    /// What is over when a feed is connected.
    func connected(_ feed: String) -> [AlertEvent] {
        Self.ofConnection.map { .resolved($0, subject: feed) }
    }

    private static func severity(_ severity: FeedAlert.Severity) -> AlertSeverity {
        switch severity {
        case .info: .info
        case .warning: .warning
        case .critical: .critical
        }
    }

    private func name(_ feed: FeedID) -> String {
        feed.index < feedNames.count ? feedNames[feed.index] : "?"
    }

    private func stream(_ feed: String, _ symbol: String?) -> String {
        "\(feed)/\(symbol ?? "?")"
    }

    // MARK: The loop

    /// The events of a notice of the loop.
    func events(
        for notice: LoopNotice,
        symbolName: (SymbolID) -> String
    ) -> [AlertEvent] {
        switch notice {
        case .gap(let event): [gap(event, symbolName(event.symbol))]
        case .paused(let length):
            [
                report(
                    .processPaused,
                    .warning,
                    "the process did not run for \(seconds(length)) s; what it holds may be old"
                )
            ]
        case .lookUnanswered(let length):
            [
                report(
                    .lookUnanswered,
                    .warning,
                    "the look for a kill file has had no answer for \(seconds(length)) s"
                )
            ]
        case .orderRefused(_, .riskLimit, let limits): refused(limits ?? "")
        case .orderChanged(let before, let record): changed(from: before, record)
        case .gatewayChanged(_, let now): [Self.gateway(now.link)].compactMap { $0 }
        case .accountDiffers(let differences):
            [
                report(
                    .accountDiffers,
                    .warning,
                    "our book and the gateway's account differ: "
                        + differences.prefix(8).joined(separator: "; ")
                )
            ]
        case .reconciled: [.resolved(.accountDiffers, subject: "")]
        case .accountRefused(let kind):
            [
                report(
                    .accountRefused,
                    .critical,
                    "paper orders are not sent to this account: it is \(kind?.rawValue ?? "of unknown kind")"
                )
            ]
        case .risk(let event): [risk(event)].compactMap { $0 }
        case .riskResetRefused(let error):
            [report(.riskResetRefused, .warning, "reset, but nothing opens yet: \(error)")]
        case .killEffectRefused(let text):
            [report(.killEffectRefused, .critical, "the kill switch's effect was refused: \(text)")]
        case .tradingStateChanged, .conditionChanged, .liveTick, .strategyReport, .orderRefused,
            .orderApproved, .deal, .instrumentUnknown:
            []
        }
    }

    private func gap(_ event: MarketEvent, _ symbol: String) -> AlertEvent {
        let what =
            event.gapCount > 0
            ? "\(event.gapCount) messages are missing" : "messages may be missing"
        let subject = stream(name(event.feed), symbol)
        let text = "\(subject): \(what) (\(event.gapCause.name))"
        return .raised(AlertReport(.gap, subject, .warning, text))
    }

    /// A refusal lists every limit that would be passed, each as `R4 order_rate 101 …`.
    private func refused(_ limits: String) -> [AlertEvent] {
        let names = limits.split(separator: ";").map { hit in
            hit.split(separator: " ").dropFirst().first.map(String.init) ?? "risk"
        }
        var events: [AlertEvent] = []
        for name in names {
            let isRate = name == RiskLimit.orderRate.name
            events.append(
                .raised(
                    AlertReport(
                        isRate ? .orderRateExceeded : .orderRefused,
                        isRate ? "" : name,
                        .warning,
                        "order refused: \(limits)"
                    )
                )
            )
        }
        return events
    }

    private func changed(from before: OrderState, _ record: OrderRecord) -> [AlertEvent] {
        guard record.state.isUnknown else {
            let id = record.intent.id.description
            return before.isUnknown ? [.resolved(.orderUnknown, subject: id)] : []
        }
        return [.raised(Self.unknown(record))]
    }

    private func risk(_ event: RiskEvent) -> AlertEvent? {
        switch event {
        case .dailyLossBreached: report(.maxDailyLossExceeded, .critical, "\(event)")
        case .dailyLossWarning: report(.dailyLossNear, .warning, "\(event)")
        case .drawdownBreached: report(.drawdownExceeded, .critical, "\(event)")
        case .clockJumped: report(.clockStep, .critical, "\(event)")
        case .strategyDisabled: report(.strategyDisabled, .warning, "\(event)")
        case .dayRolled: nil
        }
    }

    /// An event about something of which there is only one.
    func report(_ type: AlertType, _ severity: AlertSeverity, _ text: String) -> AlertEvent {
        .raised(AlertReport(type, "", severity, text))
    }
}
