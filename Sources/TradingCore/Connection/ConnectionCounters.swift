/// What a feed's connection has been through since the start of the process.
///
/// At every moment `attempts == successes + failures + inFlight`. An attempt is a success when its
/// connection sent first data in time, and nothing less.
package struct ConnectionCounters: Sendable {
    /// Connection attempts, the very first one included.
    package internal(set) var attempts = 0
    /// Attempts that brought data.
    package internal(set) var successes = 0
    /// Attempts that did not.
    package internal(set) var failures = 0
    /// Attempts under way: 0 or 1.
    package internal(set) var inFlight = 0
    /// Attempts after the first one.
    package var reconnectAttempts: Int { max(0, attempts - 1) }
    /// Successes after the first attempt.
    package var reconnectSuccesses: Int { successes - (firstOutcome == true ? 1 : 0) }
    /// Failures after the first attempt.
    package var reconnectFailures: Int { failures - (firstOutcome == false ? 1 : 0) }
    /// Failures since data was last seen on a new connection.
    package internal(set) var consecutiveFailures = 0
    /// When a connection last sent its first data.
    package internal(set) var lastConnected: WallTime?
    /// How long the feed was connected and not starved, in total.
    package internal(set) var totalUptime = Duration.zero
    /// From the trouble, or the request, to first data on the new connection.
    package internal(set) var lastReconnectLatency: Duration?
    /// Connections that were lost and left the feed without one.
    package internal(set) var losses = 0
    /// Losses since the feed was last up for a stable period; a flapping link shows here.
    package internal(set) var lossesSinceStable = 0
    /// Requests that were merged with an attempt under way or an earlier request.
    package internal(set) var mergedRequests = 0

    var firstOutcome: Bool?
    private var byTrigger = InlineArray<6, Int>(repeating: 0)
    private var byFailure = InlineArray<12, Int>(repeating: 0)

    /// How often a connection was made again for a reason.
    package subscript(trigger: ReconnectTrigger) -> Int {
        byTrigger[Int(trigger.rawValue)]
    }

    /// How many attempts failed or connections ended for a reason.
    package subscript(failure: ConnectionFailure) -> Int {
        byFailure[Int(failure.rawValue)]
    }

    mutating func count(_ trigger: ReconnectTrigger) { byTrigger[Int(trigger.rawValue)] += 1 }
    mutating func count(_ failure: ConnectionFailure) { byFailure[Int(failure.rawValue)] += 1 }
}
