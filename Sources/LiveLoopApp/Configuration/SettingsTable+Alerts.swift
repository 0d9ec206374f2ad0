import Alerting

extension SettingsTable {
    static let alerts = [
        Setting(
            "RISK_WEBHOOK_URL",
            .alerts,
            \.risk.webhook,
            ValueFormat.webhook.orNone,
            isSecret: true,
            "Where alerts are posted as JSON; empty writes them to the log only."
        ),
        Setting(
            "RISK_WEBHOOK_SEVERITY",
            .alerts,
            \.alerts.webhookSeverity,
            .choice,
            "Alerts below this severity are not posted."
        ),
        Setting(
            "RISK_WEBHOOK_CA_FILE",
            .alerts,
            \.alerts.webhookAuthorityFile,
            ValueFormat.absolutePath.orNone,
            """
            A PEM file of the authorities that may vouch for the webhook's server, in place of the \
            system's.
            """
        ),
        Setting(
            "ALERT_ESCALATE_SEC",
            .alerts,
            \.alerts.escalateAfter,
            .duration(bare: .seconds, .seconds(1) ... .seconds(86_400)),
            "How long a warning about a connection may last before it becomes critical."
        ),
        Setting(
            "ALERT_REMIND_SEC",
            .alerts,
            \.alerts.remindAfter,
            ValueFormat.duration(bare: .seconds, .seconds(10) ... .seconds(86_400)).orNone,
            "The time between two reminders of what is critical and lasts. Empty is off."
        ),
    ]
}
