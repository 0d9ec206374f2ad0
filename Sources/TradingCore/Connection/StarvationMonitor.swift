/// Notices that a feed sends no decodable market data although its session is open.
///
/// Only decoded data counts: a publisher may go on sending heartbeats, or garbage, and be useless.
package struct StarvationMonitor: Sendable {
    /// What a look at the feed found.
    package enum Finding: Sendable, Equatable {
        /// No data for `silent`; `report` counts from 1 within one starvation.
        case starved(silent: Duration, report: Int)
        /// Data came again after `silent`.
        case recovered(silent: Duration)
    }

    /// Silence for this long is starvation.
    package private(set) var limit: Duration
    /// Whether the feed is starved.
    ///
    /// It stays so until data comes, also when the session closes meanwhile: the end of a session is
    /// no evidence that the feed is well.
    package private(set) var isStarved = false

    private var lastData: MonotonicTime
    private var silentSince: MonotonicTime
    private var reports = 0
    private var nextReport = MonotonicTime.never
    private var hasNewData = false

    /// Creates a monitor that counts the silence from `start`.
    package init(limit: Duration, start: MonotonicTime) {
        self.limit = max(limit, .milliseconds(1))
        lastData = start
        silentSince = start
    }

    /// Has another limit from now on; a starvation that was told goes on until data comes.
    package mutating func change(limit: Duration) { self.limit = max(limit, .milliseconds(1)) }

    /// Notes decoded market data; `true` when it ends a starvation, which ``check`` then tells.
    package mutating func didReceiveData(at now: MonotonicTime) -> Bool {
        guard isStarved else {
            lastData = now
            return false
        }
        if !hasNewData {
            hasNewData = true
            lastData = now
            return true
        }
        return false
    }

    /// Looks at the feed; `openSince` is `nil` while no expected symbol is in session.
    package mutating func check(at now: MonotonicTime, openSince: MonotonicTime?) -> Finding? {
        if isStarved, hasNewData {
            isStarved = false
            hasNewData = false
            reports = 0
            return .recovered(silent: lastData - silentSince)
        }
        guard let openSince else { return nil }
        if !isStarved {
            silentSince = max(lastData, openSince)
            nextReport = silentSince + limit
        }
        guard now >= nextReport else { return nil }
        isStarved = true
        reports += 1
        // A late look gives one report, not one for each interval that was slept through.
        let silent = now - silentSince
        let intervals = silent.wholeNanoseconds / limit.wholeNanoseconds
        nextReport = silentSince + .nanoseconds((intervals + 1) * limit.wholeNanoseconds)
        return .starved(silent: silent, report: reports)
    }

    /// When the next look is due.
    package func nextDeadline(openSince: MonotonicTime?) -> MonotonicTime {
        if isStarved, hasNewData { return lastData }
        guard let openSince else { return .never }
        return isStarved ? nextReport : max(lastData, openSince) + limit
    }
}
