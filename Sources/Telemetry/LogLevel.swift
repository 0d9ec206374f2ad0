/// How much a log line matters.
package enum LogLevel: UInt8, Sendable, CaseIterable, Comparable {
    /// Each step, for a developer.
    case debug = 0
    /// What the process does, for an operator who reads along.
    case info = 1
    /// Something is not as it should be, and the process deals with it.
    case warning = 2
    /// Something failed, and a person should look.
    case error = 3

    /// The name in configuration, in lower case.
    package var name: String {
        switch self {
        case .debug: "debug"
        case .info: "info"
        case .warning: "warning"
        case .error: "error"
        }
    }

    /// The name in log lines, as the deployment document greps for it.
    package var label: String {
        switch self {
        case .debug: "DEBUG"
        case .info: "INFO"
        case .warning: "WARNING"
        case .error: "ERROR"
        }
    }

    /// The priority that syslog and the journal give it (`<N>` before a line).
    package var journalPriority: Int {
        switch self {
        case .debug: 7
        case .info: 6
        case .warning: 4
        case .error: 3
        }
    }

    /// Orders levels by how much they matter.
    package static func < (lhs: Self, rhs: Self) -> Bool { lhs.rawValue < rhs.rawValue }
}
