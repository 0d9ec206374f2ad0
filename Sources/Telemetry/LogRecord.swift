/// One thing that happened, before it becomes a line of text.
///
/// The thread that logs only fills this in; escaping and writing happen on the log thread.
package struct LogRecord: Sendable, Equatable {
    /// When it happened, in nanoseconds since the Unix epoch.
    package var wallNanoseconds: Int64
    /// How much it matters.
    package var level: LogLevel
    /// The part of the process that speaks, such as `Ingestion`.
    package var component: String
    /// What happened, for a person.
    package var message: String
    /// The values that belong to it, in the order in which they are printed.
    package var fields: [LogField]

    package init(
        wallNanoseconds: Int64,
        level: LogLevel,
        component: String,
        message: String,
        fields: [LogField] = []
    ) {
        self.wallNanoseconds = wallNanoseconds
        self.level = level
        self.component = component
        self.message = message
        self.fields = fields
    }
}

/// A named value of a log record.
///
/// Text that came from outside the process belongs here and not in the message: here it is quoted.
package struct LogField: Sendable, Hashable {
    /// The name, in lower snake case.
    package var key: String
    /// What it holds.
    package var value: LogValue

    package init(_ key: String, _ value: LogValue) {
        self.key = key
        self.value = value
    }
}

/// The value of a log field.
package enum LogValue: Sendable, Hashable {
    case text(String)
    case integer(Int64)
    /// A number that is printed with three digits after the point.
    case number(Double)
    case flag(Bool)
}

extension LogValue: ExpressibleByStringLiteral, ExpressibleByStringInterpolation {
    package init(stringLiteral value: String) { self = .text(value) }
}

extension LogValue: ExpressibleByIntegerLiteral {
    package init(integerLiteral value: Int64) { self = .integer(value) }
}

extension LogValue: ExpressibleByBooleanLiteral {
    package init(booleanLiteral value: Bool) { self = .flag(value) }
}
