internal import MarketFeed
internal import Platform
internal import Telemetry
internal import TradingCore

/// Turns what the threads tell into log lines, and speaks by itself every few seconds.
///
/// It runs on the main thread, so that neither the loop nor a feed ever waits for a log.
struct Reporter {
    private let lines: LogLines
    private let log: @Sendable (LogRecord) -> Void
    private let loopNotices: BoundedQueue<LoopNotice>
    private let feedNotices: BoundedQueue<FeedNotice>
    private let heartbeat: Duration
    /// Hears everything that is written here.
    var alerts: AlertWatch
    private var symbolNames: [SymbolID: String] = [:]
    private var nextHeartbeat: MonotonicTime
    private var deliveredBefore: UInt64 = 0
    /// Lines that a bad feed could repeat thousands of times a second.
    private var repeated = TokenRateLimit(burst: 20, intervalNanoseconds: 1_000_000_000)

    init(
        lines: LogLines,
        log: @escaping @Sendable (LogRecord) -> Void,
        loopNotices: BoundedQueue<LoopNotice>,
        feedNotices: BoundedQueue<FeedNotice>,
        heartbeat: Duration,
        alerts: AlertWatch,
        start: MonotonicTime
    ) {
        self.lines = lines
        self.log = log
        self.loopNotices = loopNotices
        self.feedNotices = feedNotices
        self.heartbeat = heartbeat
        self.alerts = alerts
        nextHeartbeat = start + heartbeat
    }

    /// When it wants to speak next.
    var nextDeadline: MonotonicTime { nextHeartbeat }

    /// Writes the lines for what was told since the last call.
    mutating func drain() {
        for notice in feedNotices.takeAll() {
            if case .symbolMet(let symbol, let name) = notice {
                symbolNames[symbol] = name
            } else {
                write(lines.line(for: notice))
                alerts.note(notice)
            }
        }
        let names = symbolNames
        let symbolName = { (symbol: SymbolID) in names[symbol] ?? "#\(symbol.rawValue)" }
        for notice in loopNotices.takeAll() {
            alerts.note(notice, symbolName: symbolName)
            guard let line = lines.line(for: notice, symbolName: symbolName) else { continue }
            if notice.mayRepeat { writeLimited(line) } else { write(line) }
        }
    }

    private mutating func writeLimited(_ line: LogLines.Line) {
        switch repeated.admit(atNanoseconds: SystemClock.monotonicNanoseconds()) {
        case .suppress: break
        case .write(let suppressed):
            var line = line
            if suppressed > 0 {
                line.fields.append(LogField("lines_left_out", .integer(Int64(suppressed))))
            }
            write(line)
        }
    }

    /// Says that the kill switch was engaged.
    func tell(_ trips: [KillSwitchTrip]) {
        for trip in trips {
            var fields: [LogField] = [
                LogField("cause", .text(trip.cause.rawValue)),
                LogField("operator", .text(trip.operatorName)),
                LogField("noticed_by", .text(trip.noticedBy.rawValue)),
                LogField("mode", .text(lines.mode)),
            ]
            if let reaction = trip.reactionMicroseconds {
                fields.append(LogField("reaction_us", .integer(reaction)))
            }
            let reason = trip.reason.isEmpty ? "no reason given" : trip.reason
            write(
                .init(.error, "kill", "[KILL] engaged for \(trip.scope): \(reason)", fields)
            )
        }
    }

    /// Says what a frame looked like that could not be used.
    func tell(_ sample: FrameSamples.Sample) {
        let shown = String(decoding: sample.bytes.prefix(160), as: UTF8.self)
        write(
            .init(
                .warning,
                "feed",
                "[QUARANTINE] \(sample.cause)",
                [
                    LogField("frame", .text(shown)),
                    LogField("bytes", .integer(Int64(sample.byteCount))),
                ]
            )
        )
    }

    private func ordersLine(_ orders: OrdersSnapshot) -> LogLines.Line {
        let isBad = orders.unknownCount > 0 || orders.gateway.link != .alive
        return LogLines.Line(
            isBad ? .error : .info,
            "heartbeat",
            "[Heartbeat] orders",
            [
                LogField("gateway", .text(orders.gateway.link.name)),
                LogField("positions", .integer(Int64(orders.positions.count))),
                LogField("open", .integer(Int64(orders.open.count))),
                LogField("unknown", .integer(Int64(orders.unknownCount))),
                LogField("filled", .integer(Int64(clamping: orders.counters.count(.filled)))),
                LogField("day_profit", .text(orders.dayProfit?.description ?? "unknown")),
                LogField("mode", .text(lines.mode)),
            ]
        )
    }

    /// Says how things stand, when it is time.
    mutating func beat(_ report: @autoclosure () -> StatusReport, at now: MonotonicTime) {
        guard now >= nextHeartbeat else { return }
        nextHeartbeat = now + heartbeat
        let report = report()
        for feed in report.feeds { write(receiverLine(feed, report)) }
        let delivered = report.loop.delivered.reduce(0, &+)
        let engaged = report.killSwitch.isEngaged
        write(
            .init(
                engaged ? .error : .info,
                "heartbeat",
                "[Heartbeat] 熔断状态: \(engaged ? "ENGAGED" : "SAFE"), "
                    + "Circuit Breaker: \(engaged ? "ENGAGED" : "SAFE")",
                [
                    LogField("trading_state", .text(report.loop.tradingState.name)),
                    LogField("mode", .text(lines.mode)),
                    LogField("ticks_processed", .integer(Int64(clamping: delivered))),
                    LogField(
                        "since_last",
                        .integer(Int64(clamping: delivered &- deliveredBefore))
                    ),
                    LogField("uptime_s", .integer(report.uptime.wholeNanoseconds / 1_000_000_000)),
                    LogField("latency_p99_us", .number(report.loop.latency.p99)),
                    LogField("conserved", .flag(report.isConserved)),
                ]
            )
        )
        deliveredBefore = delivered
        if report.loop.orders.gateway.link != .none { write(ordersLine(report.loop.orders)) }
        if report.loopAge > .seconds(1) {
            write(
                .init(
                    .error,
                    "heartbeat",
                    "the loop has not stepped for \(seconds(report.loopAge)) s",
                    []
                )
            )
        }
    }

    private func receiverLine(
        _ feed: StatusReport.Feed,
        _ report: StatusReport
    ) -> LogLines.Line {
        var received: UInt64 = 0
        for line in report.streams where line.feed == feed.name {
            received &+= line.stream.tally.received
        }
        let age = feed.snapshot.lastData.map { seconds(report.loop.takenAt - $0) + "s" } ?? "never"
        return .init(
            feed.snapshot.isStarved ? .error : .info,
            "heartbeat",
            "[Heartbeat] 接收器: ticks=\(received), buffer=\(report.loop.occupancy.events), "
                + "time_since_last=\(age)",
            [
                LogField("feed", .text(feed.name)),
                LogField("status", .text(feed.snapshot.state.name)),
                LogField("starved", .flag(feed.snapshot.isStarved)),
            ]
        )
    }

    /// Writes one line.
    func write(_ line: LogLines.Line) {
        log(
            LogRecord(
                wallNanoseconds: SystemClock.wallNanoseconds(),
                level: line.level,
                component: line.component,
                message: line.message,
                fields: line.fields
            )
        )
    }
}
