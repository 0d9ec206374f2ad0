/// Something about a feed's connection that people should know; it holds no references.
package struct FeedAlert: Sendable, Equatable {
    /// What happened; the first five names are those of the network-reconnect document.
    package enum Kind: UInt8, Sendable, CaseIterable {
        case reconnectAttempt = 0
        case reconnectSuccess = 1
        case reconnectFailure = 2
        case maxRetriesExceeded = 3
        case connectionLost = 4
        case dataStarved = 5
        case dataRecovered = 6
        case streamIdle = 7
        case streamRecovered = 8

        /// The name used in logs, alerts and JSON.
        package var name: String {
            switch self {
            case .reconnectAttempt: "reconnect_attempt"
            case .reconnectSuccess: "reconnect_success"
            case .reconnectFailure: "reconnect_failure"
            case .maxRetriesExceeded: "max_retries_exceeded"
            case .connectionLost: "connection_lost"
            case .dataStarved: "data_starved"
            case .dataRecovered: "data_recovered"
            case .streamIdle: "stream_idle"
            case .streamRecovered: "stream_recovered"
            }
        }
    }

    /// How much it matters.
    package enum Severity: UInt8, Sendable, Comparable {
        case info = 0
        case warning = 1
        case critical = 2

        /// The name used in logs, alerts and JSON.
        package var name: String {
            switch self {
            case .info: "info"
            case .warning: "warning"
            case .critical: "critical"
            }
        }

        package static func < (lhs: Self, rhs: Self) -> Bool { lhs.rawValue < rhs.rawValue }
    }

    /// What happened.
    package var kind: Kind
    /// How much it matters.
    package var severity: Severity
    /// The connection it is about.
    package var slot: ConnectionSlot?
    /// Why, for a failure or a loss.
    package var failure: ConnectionFailure?
    /// The system's error number, when no socket could be made.
    package var code: Int32 = 0
    /// The symbol's number within the feed.
    package var symbol: Int?
    /// Consecutive failures; losses since the feed was stable; or reports of this starvation.
    package var count = 0
    /// The latency of a success, the age of what was lost, or the length of a silence.
    package var duration = Duration.zero
}
