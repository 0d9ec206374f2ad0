/// Who lifts the latch, and why.
package struct KillSwitchResetRequest: Sendable, Equatable {
    /// What is lifted.
    ///
    /// Lifting the whole process leaves symbols stopped that were stopped alone.
    package var scope: KillSwitchScope
    /// Who lifts it.
    package var operatorName: String
    /// Why it is safe to.
    package var reason: String

    package init(scope: KillSwitchScope = .all, operatorName: String, reason: String) {
        self.scope = scope
        self.operatorName = String(operatorName.prefix(KillSwitchTrip.maximumTextLength))
        self.reason = String(reason.prefix(KillSwitchTrip.maximumTextLength))
    }
}

/// What became of a request to lift the latch.
package enum KillSwitchResetOutcome: Sendable, Equatable {
    /// These trips were lifted.
    case lifted([KillSwitchTrip])
    /// Nothing was latched.
    case notEngaged
    /// The latch stays.
    case refused(KillSwitchResetRefusal)
}

/// Why the latch was not lifted.
package enum KillSwitchResetRefusal: Error, Equatable {
    case operatorMissing
    case reasonMissing
    case fileStillPresent(KillSwitchScope, KillSwitchFileKind)
    case absenceUnprovable(String)
}

extension KillSwitchResetRefusal: CustomStringConvertible {
    package var description: String {
        switch self {
        case .operatorMissing: "an operator's name is required"
        case .reasonMissing: "a reason is required"
        case .fileStillPresent(let scope, let kind):
            "the kill file for \(scope) is still there (\(kind.rawValue)); remove it first"
        case .absenceUnprovable(let doubt):
            "nobody can say that the kill file is gone: \(doubt); mend that first, and restart the "
                + "process if the directory was replaced"
        }
    }
}
