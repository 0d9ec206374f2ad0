internal import Alerting
internal import HTTPClient
internal import Platform
internal import Telemetry
internal import TradingCore

/// The alerts of the running process: fed by the main thread, read by every interface.
final class AlertBoard: Sendable {
    /// The most alerts that are over in an answer.
    static let historyShownMax = 200

    private let center: Locked<AlertCenter>
    private let sender: Locked<WebhookSender?>
    private let log: @Sendable (LogRecord) -> Void
    private let mode: String
    private let followers = Locked<[@Sendable (String) -> Void]>([])

    /// Creates the board, and starts the webhook's thread where a webhook is configured.
    ///
    /// - Throws: `SystemError` or `HTTPFailure` when descriptors, memory or threads are used up.
    init(
        _ configuration: AppConfiguration,
        startedAt: WallTime,
        log: @escaping @Sendable (LogRecord) -> Void
    ) throws {
        self.log = log
        mode = configuration.mode.rawValue.uppercased()
        let prefix = String(startedAt.nanoseconds / 1_000_000, radix: 36)
        center = Locked(AlertCenter(AlertCenterSettings(configuration), idPrefix: prefix))
        sender = Locked(try Self.makeSender(configuration, log))
    }

    private static func makeSender(
        _ configuration: AppConfiguration,
        _ log: @escaping @Sendable (LogRecord) -> Void
    ) throws -> WebhookSender? {
        guard let webhook = configuration.risk.webhook,
            let address = HTTPAddress(webhook.reveal())
        else { return nil }
        var settings = WebhookSender.Configuration(
            address: address,
            directory: configuration.directories.state
        )
        settings.authorityFile = configuration.alerts.webhookAuthorityFile
        settings.seed = UInt64(try RandomNumber.draw())
        return try WebhookSender(settings, log: log)
    }

    // MARK: What happens

    /// Takes events that happen now.
    func take(_ events: [AlertEvent]) {
        guard !events.isEmpty else { return }
        let now = Self.now()
        let actions = center.withLock { center in
            events.flatMap { center.take($0, at: now) }
        }
        perform(actions)
    }

    /// Does what time alone brings.
    func advance() {
        let now = Self.now()
        perform(center.withLock { $0.advance(to: now) })
    }

    /// Posts what can be posted at once; what is left is posted after the next start.
    func stop() { sender.withLock { $0 }?.stop() }

    /// Goes on with another webhook, or with none; what waits is posted to the new one.
    ///
    /// - Throws: `SystemError` or `HTTPFailure` when descriptors, memory or threads are used up.
    func changeWebhook(_ configuration: AppConfiguration) throws {
        let current = sender.withLock { $0 }
        let address = configuration.risk.webhook.flatMap { HTTPAddress($0.reveal()) }
        if let current, let address {
            current.change(address)
        } else if current != nil || address != nil {
            current?.stop()
            let fresh = try Self.makeSender(configuration, log)
            sender.withLock { $0 = fresh }
        }
    }

    private func perform(_ actions: [AlertAction]) {
        for action in actions {
            switch action {
            case .tell(let message):
                if message.alert.severity > .info { log(Self.record(message)) }
                let json = message.json(mode: mode, version: Version.current)
                for follower in followers.withLock({ $0 }) { follower(json) }
            case .deliver(let message):
                sender.withLock { $0 }?.offer(
                    WebhookMessage(
                        id: message.id,
                        severity: message.alert.severity,
                        body: message.json(mode: mode, version: Version.current)
                    )
                )
            }
        }
    }

    private static func record(_ message: AlertMessage) -> LogRecord {
        let alert = message.alert
        let subject = alert.subject.isEmpty ? "" : " \(alert.subject)"
        let level: LogLevel = alert.severity == .critical ? .error : .warning
        return LogRecord(
            wallNanoseconds: message.time.wall.nanoseconds,
            level: message.stage == .resolved ? .info : level,
            component: "alerts",
            message: "[ALERT] \(message.stage.rawValue) \(alert.type.rawValue)\(subject): "
                + message.text,
            fields: [
                LogField("severity", .text(alert.severity.rawValue)),
                LogField("id", .text(alert.id)),
                LogField("count", .integer(Int64(clamping: alert.count))),
            ]
        )
    }

    // MARK: What is asked

    /// The alerts that last, oldest first.
    var active: [Alert] { center.withLock { $0.active } }

    /// The answer of `/api/v1/alerts`: what lasts and what is over, newest first.
    func json() -> String {
        let (active, history) = center.withLock { center in
            (center.active, Array(center.history.suffix(Self.historyShownMax)))
        }
        return Self.json(active: active, history: history, metrics: metrics)
    }

    /// The same of alerts that somebody holds.
    static func json(active: [Alert], history: [Alert], metrics: AlertMetrics) -> String {
        var writer = JSONWriter()
        writer.object { writer in
            writer.array("active") { writer in
                for alert in active.reversed() { alert.write(to: &writer, at: metrics.now) }
            }
            writer.array("history") { writer in
                for alert in history.reversed() { alert.write(to: &writer, at: metrics.now) }
            }
            metrics.write(to: &writer)
        }
        return writer.text
    }

    /// Hands each further message to a follower, as JSON; it is called on the main thread and must not
    /// wait.
    func follow(_ follower: @escaping @Sendable (String) -> Void) {
        followers.withLock { $0.append(follower) }
    }

    /// What the metrics show.
    var metrics: AlertMetrics {
        let (counters, active) = center.withLock { ($0.counters, $0.active) }
        return AlertMetrics(
            counters: counters,
            active: AlertSeverity.allCases.map { severity in
                (severity, active.count { $0.severity == severity })
            },
            webhook: sender.withLock { $0 }?.status,
            now: Self.now()
        )
    }

    private static func now() -> AlertTime {
        AlertTime(
            monotonic: MonotonicTime(nanoseconds: SystemClock.monotonicNanoseconds()),
            wall: WallTime(nanoseconds: SystemClock.wallNanoseconds())
        )
    }
}

extension AlertCenterSettings {
    /// What the settings ask for.
    init(_ configuration: AppConfiguration) {
        self.init()
        alertThreshold = configuration.network.alertThreshold
        maxConsecutiveFailures = configuration.network.maxConsecutiveFailures
        escalateAfter = configuration.alerts.escalateAfter
        remindAfter = configuration.alerts.remindAfter
        deliverFrom = configuration.alerts.webhookSeverity
    }
}
