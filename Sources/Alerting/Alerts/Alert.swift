package import TradingCore

/// A moment on both clocks: intervals by the monotonic one, labels by the wall clock.
package struct AlertTime: Sendable, Equatable {
    /// For intervals.
    package var monotonic: MonotonicTime
    /// For people.
    package var wall: WallTime

    package init(monotonic: MonotonicTime, wall: WallTime) {
        self.monotonic = monotonic
        self.wall = wall
    }
}

/// One thing that went wrong, from its first sign to its end.
package struct Alert: Sendable, Equatable {
    /// Where it stands.
    package enum State: String, Sendable {
        /// It lasts.
        case active
        /// It is over, and that was told.
        case resolved
        /// It did not come again for a while.
        case ended
        /// Others took its place, because too many were active; nobody knows if it lasts.
        case displaced
    }

    /// Its name for as long as it lasts, in every message about it; unique across restarts.
    package let id: String
    /// What it is about.
    package let type: AlertType
    /// The feed, symbol, order or limit that it is about; empty where there is only one.
    package let subject: String
    /// How much it matters; it never becomes less while the alert is active.
    package internal(set) var severity: AlertSeverity
    /// What happened last, for a person; bounded, and without control characters.
    package internal(set) var message: String
    /// When it began.
    package let first: AlertTime
    /// When it was seen last.
    package internal(set) var last: AlertTime
    /// How often it was seen.
    package internal(set) var count: UInt64 = 1
    /// Where it stands.
    package internal(set) var state = State.active
    /// When the condition went away; it may come back while the alert is still active.
    package internal(set) var clearedAt: AlertTime?
    /// Whether a message about it was handed to the webhook, so that its end is told as well.
    package internal(set) var isDelivered = false
    /// When something was told of it last.
    var toldAt: MonotonicTime
    /// Messages about it so far.
    var messageCount: UInt64 = 0
    /// How long the condition must be gone before the alert is over; longer for what flaps.
    var settlePeriod = Duration.zero

    /// How long it lasted, or has lasted until `now`.
    package func duration(until now: AlertTime) -> Duration {
        (clearedAt ?? now).monotonic - first.monotonic
    }
}

/// A sign that something is wrong.
package struct AlertReport: Sendable, Equatable {
    /// What it is about.
    package var type: AlertType
    /// The feed, symbol, order or limit that it is about.
    package var subject: String
    /// How much it matters.
    package var severity: AlertSeverity
    /// What happened, for a person; text from outside is made harmless later.
    package var message: String
    /// Failures in a row, where that decides about the severity.
    package var failuresInARow: Int?

    package init(
        _ type: AlertType,
        _ subject: String,
        _ severity: AlertSeverity,
        _ message: String,
        failuresInARow: Int? = nil
    ) {
        self.type = type
        self.subject = subject
        self.severity = severity
        self.message = message
        self.failuresInARow = failuresInARow
    }
}

/// What the center is told.
package enum AlertEvent: Sendable, Equatable {
    /// Something is wrong, or wrong again.
    case raised(AlertReport)
    /// A condition is over.
    case resolved(AlertType, subject: String)
    /// These, and no others of the type, hold now; it may be told as often as one looks.
    ///
    /// What is looked at cannot be missed, as a notice that found no room is.
    case standing(AlertType, [AlertReport])
}

/// Something to tell about an alert.
package struct AlertMessage: Sendable, Equatable {
    /// What became of the alert.
    package enum Stage: String, Sendable {
        case raised
        /// It became worse, by what happened or by time.
        case escalated
        /// It is critical and lasts.
        case reminder
        /// It is over.
        case resolved
    }

    /// What became of it.
    package let stage: Stage
    /// The alert as it was then.
    package let alert: Alert
    /// When this was told.
    package let time: AlertTime

    /// Tells this message from every other, so that one that comes twice can be recognised.
    package var id: String { "\(alert.id).\(alert.messageCount)" }

    /// The message for a person.
    package var text: String {
        let length = AlertText.seconds(alert.duration(until: time))
        return switch stage {
        case .raised: alert.message
        case .escalated, .reminder:
            length == "0.0" ? alert.message : "unresolved for \(length) s: \(alert.message)"
        case .resolved: "resolved after \(length) s: \(alert.message)"
        }
    }
}

/// What the center wants done.
package enum AlertAction: Sendable, Equatable {
    /// Show it to who follows, and write it to the log.
    case tell(AlertMessage)
    /// Hand it to the webhook as well.
    case deliver(AlertMessage)
}
