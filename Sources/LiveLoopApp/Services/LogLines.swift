internal import MarketFeed
internal import Telemetry
internal import TradingCore

/// Turns what the threads tell into log lines; the tags are those that people grep for.
struct LogLines {
    /// The name of a feed by its number.
    var feedNames: [String]
    /// The mode, which every line that matters carries.
    var mode: String
    /// What is said besides of a symbol that the venue does not know.
    var unknownSymbolRemedy = ""

    /// The line for a notice of the loop.
    ///
    /// A symbol that only waits for its feed has none: the feed's own line says it all.
    func line(for notice: LoopNotice, symbolName: (SymbolID) -> String) -> Line? {
        switch notice {
        case .liveTick(let event, let count):
            Line(
                .info,
                "loop",
                "[LIVE_TICK] \(symbolName(event.symbol)): \(event.bid)/\(event.ask)",
                [
                    LogField("seq", .integer(Int64(clamping: event.sequence))),
                    LogField("ticks", .integer(Int64(clamping: count))),
                    LogField("mode", .text(mode)),
                ]
            )
        case .gap(let event): line(forGap: event, symbolName(event.symbol))
        case .tradingStateChanged(let old, let new): line(from: old, to: new)
        case .conditionChanged(let symbol, let old, let new):
            line(ofCondition: new, was: old, symbolName(symbol))
        case .paused(let duration):
            Line(
                .error,
                "loop",
                "the process did not run for \(seconds(duration)) s; what it holds may be old",
                []
            )
        case .lookUnanswered(let duration):
            Line(
                .error,
                "watchdog",
                "the look for a kill file has had no answer for \(seconds(duration)) s",
                []
            )
        case .strategyReport(let text): Line(.info, "strategy", text, [])
        case .orderRefused, .orderApproved, .orderChanged, .deal, .gatewayChanged,
            .instrumentUnknown, .reconciled, .accountDiffers, .accountRefused, .risk,
            .riskResetRefused,
            .killEffectRefused:
            orderLine(for: notice, symbolName)
        }
    }

    private func line(
        ofCondition new: SymbolCondition,
        was old: SymbolCondition,
        _ name: String
    ) -> Line? {
        let ofFeed: SymbolCondition = [.noQuote, .feedDown, .starved]
        guard old.subtracting(ofFeed) != new.subtracting(ofFeed) else { return nil }
        return Line(
            new.isEmpty ? .info : .warning,
            "loop",
            "symbol \(name) \(new.isEmpty ? "is whole" : "is reduce-only")",
            [
                LogField("condition", .text(joined(new.names))),
                LogField("was", .text(joined(old.names))),
            ]
        )
    }

    /// The line for a change of the trading state.
    private func line(from old: TradingState, to new: TradingState) -> Line {
        var reasons: [String] = []
        if case .reduceOnly(let set) = new { reasons = set.names }
        if case .halted = new { reasons = ["kill_switch"] }
        let engaged = if case .halted = new { true } else { false }
        let why = reasons.isEmpty ? "" : " (\(reasons.joined(separator: ", ")))"
        return Line(
            engaged ? .error : new == .active ? .info : .warning,
            "loop",
            "Circuit Breaker: \(engaged ? "ENGAGED" : "SAFE")\(why)",
            [
                LogField("trading_state", .text(new.name)),
                LogField("was", .text(old.name)),
                LogField("mode", .text(mode)),
            ]
        )
    }

    private func line(forGap event: MarketEvent, _ name: String) -> Line {
        let what =
            event.gapCount > 0
            ? "\(event.gapCount) messages are missing" : "nothing proves that no message is missing"
        return Line(
            .warning,
            "feed.\(feedName(event.feed))",
            "[GAP] \(name): \(what)",
            [
                LogField("cause", .text(event.gapCause.name)),
                LogField("first", .integer(Int64(clamping: event.gapFirst))),
                LogField("last", .integer(Int64(clamping: event.gapLast))),
            ]
        )
    }

    /// The line for a notice of a feed.
    func line(for notice: FeedNotice) -> Line {
        switch notice {
        case .symbolMet(_, let name): Line(.info, "feed", "symbol \(name) met", [])
        case .alert(let feed, let alert, let symbol): line(for: alert, feed, symbol)
        case .stateChanged(let feed, let state, let isStarved):
            Line(
                state == .connected && !isStarved ? .info : .warning,
                "feed.\(feedName(feed))",
                "\(state.name)\(isStarved ? ", DATA_STARVED" : "")",
                []
            )
        case .seam(let feed, let report):
            Line(
                report.isProven ? .info : .warning,
                "feed.\(feedName(feed))",
                "connection replaced, seam \(report.isProven ? "proven" : "unprovable")",
                [
                    LogField("last_on_old", .integer(Int64(clamping: report.lastOnOld))),
                    LogField("first_on_new", .integer(Int64(clamping: report.firstOnNew))),
                ]
            )
        case .openFailed(let feed, let endpoint, let message):
            Line(
                .error,
                "feed.\(feedName(feed))",
                "no socket for \(endpoint): \(message)",
                []
            )
        }
    }

    private func line(for alert: FeedAlert, _ feed: FeedID, _ symbol: String?) -> Line {
        var fields = [LogField("type", .text(alert.kind.name))]
        if let symbol { fields.append(LogField("symbol", .text(symbol))) }
        if let failure = alert.failure { fields.append(LogField("reason", .text(failure.name))) }
        if alert.count > 0 { fields.append(LogField("count", .integer(Int64(alert.count)))) }
        return Line(level(alert.severity), "feed.\(feedName(feed))", text(alert, symbol), fields)
    }

    private func text(_ alert: FeedAlert, _ symbol: String?) -> String {
        let duration = seconds(alert.duration)
        return switch alert.kind {
        case .dataStarved:
            "[Ingestion] ⚠️ 数据饥饿告警: \(duration)s 未收到数据 (状态: DATA_STARVED), "
                + "no data for \(duration) s: reduce-only, reconnecting"
        case .dataRecovered: "[Ingestion] data came again after \(duration) s without any"
        case .connectionLost: "connection lost after \(duration) s"
        case .reconnectAttempt: "trying to connect"
        case .reconnectSuccess: "connected, first data after \(duration) s"
        case .reconnectFailure: "the attempt to connect failed"
        case .maxRetriesExceeded: "the retries are used up; trying on at the longest delay"
        case .streamIdle: "[HEALTH] \(symbol ?? "?") is silent for \(duration) s"
        case .streamRecovered: "[HEALTH] \(symbol ?? "?") speaks again after \(duration) s"
        }
    }

    private func level(_ severity: FeedAlert.Severity) -> LogLevel {
        switch severity {
        case .info: .info
        case .warning: .warning
        case .critical: .error
        }
    }

    private func feedName(_ feed: FeedID) -> String {
        feed.index < feedNames.count ? feedNames[feed.index] : "?"
    }

    private func joined(_ names: [String]) -> String {
        names.isEmpty ? "none" : names.joined(separator: ",")
    }
}

extension LogLines {
    /// A line without its time.
    struct Line {
        var level: LogLevel
        var component: String
        var message: String
        var fields: [LogField]

        init(_ level: LogLevel, _ component: String, _ message: String, _ fields: [LogField]) {
            self.level = level
            self.component = component
            self.message = message
            self.fields = fields
        }
    }
}

/// A duration in seconds with one digit, for a line that a person reads.
func seconds(_ duration: Duration) -> String {
    JSONWriter.fixed(duration.inSeconds, digits: 1) ?? "?"
}

extension MarketEvent.GapCause {
    /// The name used in logs and in JSON.
    var name: String {
        switch self {
        case .sequence: "sequence"
        case .shed: "shed"
        case .unprovableSeam: "unprovable_seam"
        case .restart: "restart"
        }
    }
}

extension LoopNotice {
    /// Whether bad data can cause it over and over, so that its lines are limited.
    var mayRepeat: Bool {
        switch self {
        case .conditionChanged, .gap, .orderRefused, .strategyReport: true
        case .liveTick, .tradingStateChanged, .paused, .lookUnanswered, .orderApproved,
            .orderChanged, .deal,
            .gatewayChanged, .instrumentUnknown, .reconciled, .accountDiffers, .accountRefused,
            .risk:
            false
        case .killEffectRefused, .riskResetRefused: true
        }
    }
}
