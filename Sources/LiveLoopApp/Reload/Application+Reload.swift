internal import MarketFeed
internal import Platform
internal import Telemetry
internal import TradingCore

extension Application {
    /// Puts in force what a reload has changed about feeds and limits.
    ///
    /// - Returns: Whether the loop took its part.
    func apply(_ decision: ReloadDecision) -> Bool {
        let hash = ConfigurationHash(decision.configuration)
        configurationHash.withLock { $0 = hash }
        let limits = FeedFactory.limits(decision.configuration)
        for receiver in running.withLock({ $0.receivers }) { receiver.change(limits) }
        if decision.changes(["RISK_WEBHOOK_URL"]) { changeWebhook(decision.configuration) }
        guard decision.changes(ReloadRule.tighteningNames) else { return true }
        let input = LoopInput.tightenRisk(decision.configuration.risk.limits)
        guard let mustWake = buffer.append(input) else { return false }
        if mustWake { loop.wakeUp.signal() }
        return true
    }

    private func changeWebhook(_ configuration: AppConfiguration) {
        do {
            try alerts.changeWebhook(configuration)
        } catch {
            log(
                LogRecord(
                    wallNanoseconds: SystemClock.wallNanoseconds(),
                    level: .error,
                    component: "alerts",
                    message: "[RELOAD] the webhook could not be changed: \(error)"
                )
            )
        }
    }
}
