package import Telemetry

/// What the order thread has counted since it began.
package struct OrderEntryCounters: Sendable, Equatable {
    /// Commands that were taken on.
    package var submitted: UInt64 = 0
    /// Commands that were handed over.
    package var sent: UInt64 = 0
    /// Commands that were kept back at the last look, or had no room.
    package var blocked: UInt64 = 0
    /// Commands of which not one byte left.
    package var notSent: UInt64 = 0
    /// Answers to commands.
    package var answered: UInt64 = 0
    /// Commands whose outcome was unknown.
    package var unanswered: UInt64 = 0
    /// Unknown outcomes that the gateway knew.
    package var found: UInt64 = 0
    /// Unknown outcomes that the gateway fenced.
    package var fenced: UInt64 = 0
    /// Unknown outcomes that became an operator's.
    package var manual: UInt64 = 0
    /// Questions that were handed over.
    package var queries: UInt64 = 0
    /// Questions without an answer in time.
    package var queriesUnanswered: UInt64 = 0
    /// Questions that had no room.
    package var queriesRefused: UInt64 = 0
    /// Answers that came after their question was given up.
    package var lateReplies: UInt64 = 0
    /// Answers that had come before.
    package var duplicateReplies: UInt64 = 0
    /// Answers to questions that are not ours.
    package var foreignReplies: UInt64 = 0
    /// Answers that cannot be read.
    package var malformedReplies: UInt64 = 0
    /// Facts that contradict what is known.
    package var contradictions: UInt64 = 0
    /// Commands that were submitted a second time and not taken.
    package var duplicateSubmissions: UInt64 = 0
    /// Sockets that were thrown away.
    package var socketsReplaced: UInt64 = 0
    /// Handshakes that failed: another program listens, or the keys differ.
    package var handshakeFailures: UInt64 = 0
    /// `EXEC` events that were taken.
    package var events: UInt64 = 0
    /// `EXEC` events that were seen before.
    package var eventsSeen: UInt64 = 0
    /// Times at which `EXEC` events were missing.
    package var eventGaps: UInt64 = 0
    /// Published frames that cannot be read.
    package var malformedEvents: UInt64 = 0
    /// Commits of the ledger.
    package var commits: UInt64 = 0
    /// Commits of the ledger that failed.
    package var commitFailures: UInt64 = 0
    /// From the hand-over of a command to its answer.
    package var replyLatency = BucketHistogram(bounds: BucketBounds.reply)

    package init() {}
}
