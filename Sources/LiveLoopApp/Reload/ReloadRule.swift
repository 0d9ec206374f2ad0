/// What a running process may do about a changed setting.
package enum ReloadRule: Sendable, Equatable {
    /// Take the new value.
    case free
    /// Take it if it is a tighter limit; a looser one refuses the whole reload.
    case tightening
    /// Go on with the old value until it is started again.
    case restart

    /// The settings that take any new value.
    package static let freeNames = [
        "LOG_LEVEL", "STARVATION_SEC", "STREAM_IDLE_SEC", "TRADE_TIMEOUT", "ORDERBOOK_TIMEOUT",
        "HEALTH_CHECK_INTERVAL", "FIRST_MESSAGE_SEC", "SYMBOL_IDLE_SEC", "RISK_WEBHOOK_URL",
    ]

    /// The settings that may be made tighter.
    package static let tighteningNames = [
        "RISK_MAX_DAILY_LOSS", "RISK_MAX_DRAWDOWN", "RISK_MAX_POSITION_SIZE",
        "RISK_MAX_ORDER_VOLUME", "RISK_MAX_ORDER_VALUE", "RISK_MAX_OPEN_ORDERS",
        "RISK_MAX_ORDER_RATE", "RISK_DUPLICATE_WINDOW_MS", "RISK_MAX_RECENT_VOLUME",
        "RISK_MAX_RECENT_VALUE", "RISK_MAX_REPEATS", "RISK_PREVENT_SELF_MATCH",
        "RISK_ALLOWED_SYMBOLS", "RISK_DENIED_SYMBOLS", "RISK_PRICE_COLLAR_PERCENT",
        "RISK_PRICE_DRIFT_PERCENT", "RISK_MAX_QUOTE_AGE_MS", "RISK_MAX_CONVERSION_AGE_MS",
    ]

    /// The rule for a setting.
    package init(for name: String) {
        if Self.freeNames.contains(name) {
            self = .free
        } else {
            self = Self.tighteningNames.contains(name) ? .tightening : .restart
        }
    }
}
