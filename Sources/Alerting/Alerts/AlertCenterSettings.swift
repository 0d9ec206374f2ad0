/// When alerts are repeated, become worse and are over, and how many are kept.
package struct AlertCenterSettings: Sendable, Equatable {
    /// Failures in a row at which an alert becomes a warning: `NETWORK_ALERT_THRESHOLD`.
    package var alertThreshold = 3
    /// Failures in a row at which it becomes critical: `NETWORK_MAX_CONSECUTIVE_FAILURES`.
    package var maxConsecutiveFailures = 5
    /// How long a warning may last before it becomes critical.
    package var escalateAfter = Duration.seconds(300)
    /// The time between two reminders of what is critical and lasts; `nil` gives none.
    package var remindAfter: Duration? = .seconds(1800)
    /// What is less than this is not handed to the webhook.
    package var deliverFrom = AlertSeverity.warning
    /// How long something that comes and goes by itself must not come again to be over.
    package var quietPeriod = Duration.seconds(60)
    /// A condition that comes back this soon after its end flaps.
    package var flapWindow = Duration.seconds(300)
    /// How long a condition that flaps must be gone before its end is told.
    package var flapSettlePeriod = Duration.seconds(60)
    /// The most alerts that are active at once.
    package var activeMax = 256
    /// The most alerts that are remembered after their end.
    package var historyMax = 500

    package init() {}

    /// The severity of a report, raised by the failures in a row that it tells.
    func severity(of report: AlertReport) -> AlertSeverity {
        guard let failures = report.failuresInARow else { return report.severity }
        if failures >= maxConsecutiveFailures { return .critical }
        return failures >= alertThreshold ? max(.warning, report.severity) : report.severity
    }

    /// How long a warning of a type may last; `nil` is for ever.
    func escalateAfter(_ type: AlertType) -> Duration? {
        switch type.escalation {
        case .never: nil
        case .asConfigured: escalateAfter
        case .after(let duration): duration
        }
    }
}
