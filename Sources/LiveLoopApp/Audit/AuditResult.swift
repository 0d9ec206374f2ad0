/// A rule of the public pre-trade control rules that a check gives evidence for.
///
/// The numbers are those of the project's own list, drawn from Commission Delegated Regulation (EU)
/// 2017/589 (RTS 6), 17 CFR 240.15c3-5 and the FIA's guides. They bind firms, not private traders, and
/// serve as a yardstick here.
package enum AuditRule: String, Sendable, CaseIterable {
    /// Price collars (RTS 6, article 15(1)(a)).
    case priceCollar = "R1"
    /// The largest value of an order (RTS 6, article 15(1)(b)).
    case orderValue = "R2"
    /// The largest volume of an order (RTS 6, article 15(1)(c)).
    case orderVolume = "R3"
    /// The most messages (RTS 6, article 15(1)(d)).
    case messageRate = "R4"
    /// All orders sent count at once, unknown ones too (RTS 6, article 15(2)).
    case unknownOrders = "R5"
    /// Repeated execution (RTS 6, article 15(3)).
    case repeats = "R6"
    /// Market limits: position, loss, drawdown (RTS 6, article 15(4); 15c3-5(c)(1)(i)).
    case marketLimits = "R7"
    /// Permission lists (RTS 6, article 15(5)).
    case permissions = "R8"
    /// Duplicate orders (15c3-5(c)(1)(ii)).
    case duplicates = "R11"
    /// Size over a short period (15c3-5(c)(1)(ii)).
    case recentSize = "R12"
    /// Self-match prevention (FIA 1.10).
    case selfMatch = "R14"
    /// What must hold before an order: status, hours, lots (15c3-5(c)(2)(i)).
    case orderConditions = "R15"
    /// The envelope of a deployment (RTS 6, article 8).
    case envelope = "R17"
    /// Comparison with the venue's records (RTS 6, article 17).
    case reconciliation = "R21"
    /// Market data that is old, gapped or absurd raises an alert and blocks orders (FIA 2015 1.3).
    case marketData = "R13"
    /// Controls are under direct and exclusive control, outside the strategy (15c3-5(d)).
    case exclusiveControl = "R16"
    /// Kill functionality (RTS 6, article 12).
    case killSwitch = "R18"
    /// Monitoring in real time, alerts within 5 s (RTS 6, article 16).
    case monitoring = "R20"
    /// Records and their clocks (RTS 6, article 28; RTS 25).
    case records = "R23"
    /// Continuity (RTS 6, article 14).
    case continuity = "R24"
}

/// How a check ended.
package enum AuditOutcome: String, Sendable, CaseIterable {
    /// It holds.
    case pass
    /// It does not hold; the gate stays shut.
    case fail
    /// It holds, and a person should know something about it.
    case warn
    /// It does not apply here.
    case skip

    /// The mark that stands before it in a line.
    var mark: String {
        switch self {
        case .pass: "✅"
        case .fail: "❌"
        case .warn: "⚠️"
        case .skip: "➖"
        }
    }
}

/// One row of the audit: what was checked, what was found, and what was asked for.
package struct AuditResult: Sendable, Equatable {
    /// The rule it gives evidence for, where one fits.
    package var rule: AuditRule?
    /// What was checked, as a short sentence.
    package var name: String
    /// How it ended.
    package var outcome: AuditOutcome
    /// What was found.
    package var measured: String
    /// What was asked for.
    package var limit: String
    /// What to do about it; only with a failure or a warning.
    package var remedy: String?

    package init(
        rule: AuditRule?,
        name: String,
        outcome: AuditOutcome,
        measured: String,
        limit: String,
        remedy: String?
    ) {
        self.rule = rule
        self.name = name
        self.outcome = outcome
        self.measured = measured
        self.limit = limit
        self.remedy = remedy
    }
}

/// What a check asks for, before anything is known.
struct AuditItem: Sendable {
    /// The rule it gives evidence for, where one fits.
    var rule: AuditRule?
    /// What is checked.
    var name: String
    /// What is asked for.
    var limit: String
    /// What to do when it does not hold.
    var remedy: String

    init(_ rule: AuditRule?, _ name: String, limit: String, remedy: String) {
        self.rule = rule
        self.name = name
        self.limit = limit
        self.remedy = remedy
    }

    /// The row with this end.
    func result(
        _ outcome: AuditOutcome,
        _ measured: String,
        remedy other: String? = nil
    ) -> AuditResult {
        AuditResult(
            rule: rule,
            name: name,
            outcome: outcome,
            measured: measured,
            limit: limit,
            remedy: outcome == .fail || outcome == .warn ? other ?? remedy : nil
        )
    }

    /// The row that passes if something holds, and fails if not.
    func result(holds: Bool, _ measured: String) -> AuditResult {
        result(holds ? .pass : .fail, measured)
    }
}

/// A check of the audit: it holds all it needs as values, so that each can be made to fail.
package protocol AuditCheck: Sendable {
    /// Does it and gives its rows, at least one.
    func run() -> [AuditResult]
}
