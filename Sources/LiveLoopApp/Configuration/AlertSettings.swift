package import Alerting

/// What people are told of what goes wrong, and how.
package struct AlertSettings: Sendable, Equatable {
    /// How long a warning may last before it becomes critical.
    package var escalateAfter = Duration.seconds(300)
    /// The time between two reminders of what is critical and lasts; `nil` gives none.
    package var remindAfter: Duration? = .seconds(1800)
    /// What is less than this is not posted to the webhook.
    package var webhookSeverity = AlertSeverity.warning
    /// A file of certificates of those who may vouch for the webhook's server; `nil` is the system's.
    package var webhookAuthorityFile: String?

    package init() {}
}
