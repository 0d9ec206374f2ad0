/// How much an alert matters.
package enum AlertSeverity: String, Sendable, CaseIterable, Comparable {
    /// Worth knowing, nothing to do.
    case info
    /// Something is not as it should be, and the process deals with it.
    case warning
    /// A person must look now.
    case critical

    package static func < (lhs: Self, rhs: Self) -> Bool { lhs.rank < rhs.rank }

    /// The place in ``allCases``.
    var rank: Int {
        switch self {
        case .info: 0
        case .warning: 1
        case .critical: 2
        }
    }
}
