/// A message on its way to the webhook.
package struct WebhookMessage: Sendable, Equatable {
    /// Tells it from every other, so that the receiver can ignore one that comes twice.
    package var id: String
    /// What goes first when there is no room: the least severe.
    package var severity: AlertSeverity
    /// The JSON that is posted.
    package var body: String

    package init(id: String, severity: AlertSeverity, body: String) {
        self.id = id
        self.severity = severity
        self.body = body
    }
}

/// What came back for a message.
package enum WebhookAnswer: Sendable, Equatable {
    /// The server answered with this status.
    case status(Int)
    /// It did not answer.
    case failed
    /// Nobody waited for it any longer, because the process stops.
    case cancelled

    /// Whether another attempt would end the same way: any 4xx but *request timeout* and *too many*.
    package var isFinalRefusal: Bool {
        guard case .status(let status) = self else { return false }
        return (400...499).contains(status) && status != 408 && status != 429
    }

    /// Whether the server took the message: 2xx, and nothing else.
    package var isSuccess: Bool {
        guard case .status(let status) = self else { return false }
        return (200...299).contains(status)
    }
}

/// What became of messages, since the start of the process.
package struct WebhookCounters: Sendable, Equatable {
    /// Messages that the server took.
    package internal(set) var delivered: UInt64 = 0
    /// Messages that the server will never take; they were set aside.
    package internal(set) var refused: UInt64 = 0
    /// Attempts that failed and are repeated.
    package internal(set) var errors: UInt64 = 0
    /// Messages for which there was no room.
    package internal(set) var dropped: UInt64 = 0
    /// Writes to the queue's file that failed; the messages are in memory only until one works.
    package internal(set) var storeFailures: UInt64 = 0
    /// Lines of the queue's file that could not be read.
    package internal(set) var corruptLines: UInt64 = 0

    package init() {}
}
