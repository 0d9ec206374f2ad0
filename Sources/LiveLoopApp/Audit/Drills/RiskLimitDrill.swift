package import TradingCore

/// Drives each configured limit one step below it, at it and one step beyond it, without any wire.
package struct RiskLimitDrill: AuditCheck {
    /// The real limits.
    package var limits: RiskLimits

    package init(limits: RiskLimits) { self.limits = limits }

    package func run() -> [AuditResult] { RiskDrill(limits).run().map(Self.judge) }

    /// The row of one limit.
    package static func judge(_ row: RiskDrill.Row) -> AuditResult {
        let unit = row.limit.unit.rawValue
        let tries = row.tries.map { "\($0.measured) \($0.isRefused ? "refused" : "passes")" }
        return AuditItem(
            AuditRule(rawValue: row.limit.rule),
            "limit \(row.limit.name)",
            limit: "\(row.bound) \(unit)",
            remedy: "do not trade: this limit does not hold; report it with the configuration"
        ).result(holds: row.holds, tries.joined(separator: ", "))
    }
}
