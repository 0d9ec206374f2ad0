package import TradingCore

/// The limits that no order may pass, and what is needed to apply them.
package struct RiskSettings: Sendable, Equatable {
    /// The limits.
    package var limits = Self.defaultLimits
    /// A file that pins what instruments are; `nil` takes the gateway's word.
    package var instrumentsFile: String?
    /// Where alerts are posted; its path is often a password.
    package var webhook: Secret?

    /// The limits without any setting: those of risk itself, and one lot an order.
    private static var defaultLimits: RiskLimits {
        var limits = RiskLimits()
        limits.orderVolumeMax.others = ExactDecimal(mantissa: 1, scale: 0)
        return limits
    }
}
