/// What an alert is about, in one word; `docs/operations.md` lists all with what to do.
///
/// The first five names are those of the network-reconnect document, the two in capitals those of the
/// deployment document.
package enum AlertType: String, Sendable, CaseIterable {
    // MARK: Feeds

    case reconnectAttempt = "reconnect_attempt"
    case reconnectSuccess = "reconnect_success"
    case reconnectFailure = "reconnect_failure"
    case maxRetriesExceeded = "max_retries_exceeded"
    case connectionLost = "connection_lost"
    case dataStarved = "data_starved"
    case streamIdle = "stream_idle"
    case gap = "gap"

    // MARK: Trading

    case killSwitch = "kill_switch"
    case orderRateExceeded = "ORDER_RATE_EXCEEDED"
    case maxDailyLossExceeded = "MAX_DAILY_LOSS_EXCEEDED"
    case dailyLossNear = "daily_loss_near"
    case drawdownExceeded = "drawdown_exceeded"
    case orderRefused = "order_refused"
    case strategyDisabled = "strategy_disabled"
    case orderUnknown = "order_unknown"
    case gatewaySilent = "gateway_silent"
    case accountDiffers = "account_differs"
    case accountRefused = "account_refused"
    case ledgerFailed = "ledger_failed"
    case riskResetRefused = "risk_reset_refused"
    case killEffectRefused = "kill_effect_refused"

    // MARK: The process

    case loopStalled = "loop_stalled"
    case lookUnanswered = "kill_look_unanswered"
    case processPaused = "process_paused"
    case clockStep = "clock_step"
    case latchNotStored = "latch_not_stored"
    case instanceLockMissing = "instance_lock_missing"
    case logIncomplete = "log_incomplete"
    /// Sent by `live-loop alert-test` only.
    case test = "test"

    /// Whether it lasts until somebody says that it is over; else it is over when it has not come
    /// again for a while.
    package var isCondition: Bool {
        switch self {
        case .reconnectFailure, .maxRetriesExceeded, .connectionLost, .dataStarved, .streamIdle,
            .killSwitch, .orderUnknown, .gatewaySilent, .accountDiffers, .ledgerFailed,
            .loopStalled:
            true
        case .reconnectAttempt, .reconnectSuccess, .gap, .orderRateExceeded, .maxDailyLossExceeded,
            .dailyLossNear, .drawdownExceeded, .orderRefused, .strategyDisabled,
            .accountRefused, .riskResetRefused, .killEffectRefused, .lookUnanswered, .processPaused,
            .clockStep, .latchNotStored, .instanceLockMissing, .logIncomplete, .test:
            false
        }
    }

    /// When a warning of this type that lasts becomes critical.
    package var escalation: AlertEscalation {
        switch self {
        // Nobody knows what is open at the market: fifteen seconds are what a settlement may take.
        case .orderUnknown: .after(.seconds(15))
        case .reconnectFailure, .connectionLost, .gatewaySilent, .accountDiffers: .asConfigured
        default: .never
        }
    }
}

/// When a warning that lasts becomes critical.
package enum AlertEscalation: Sendable, Equatable {
    /// Time alone makes it no worse.
    case never
    /// After the time that the settings give.
    case asConfigured
    /// After this time, whatever the settings say.
    case after(Duration)
}
