package import TradingCore

/// Decides whether the loop still completes steps, and what follows when it does not.
///
/// Time counts only while the watchdog itself runs: a process that was stopped for a minute, or a machine
/// that slept, has no hung loop when it comes back.
package struct LoopWatchdog: Sendable {
    /// How patient it is.
    package struct Settings: Sendable, Equatable {
        /// Without a completed step for this long the kill switch is engaged.
        package var stallLimit: Duration
        /// A look for a kill file without an answer for this long is told.
        ///
        /// Local file systems answer within microseconds.
        package var answerLimit = Duration.milliseconds(100)
        /// A look for a kill file without an answer for this long is a dead file system.
        package var lookLimit: Duration
        /// How often the service manager wants to hear that the loop lives; `nil` when it does not.
        package var feedInterval: Duration?
        /// The time between two looks.
        package var turn: Duration

        package init(
            stallLimit: Duration,
            lookLimit: Duration = .seconds(1),
            feedInterval: Duration? = nil
        ) {
            self.stallLimit = stallLimit
            self.lookLimit = min(lookLimit, stallLimit)
            self.feedInterval = feedInterval
            let shortest = min(self.lookLimit, feedInterval ?? self.lookLimit)
            turn = min(.milliseconds(50), shortest / 10)
        }
    }

    /// What is to be done.
    package enum Action: Sendable, Equatable {
        /// Tell the service manager that a step was completed since it was told last.
        case feed
        /// Engage the kill switch: no step was completed for this long.
        case stalled(Duration)
        /// Tell that nobody can say for now whether a kill file is there.
        case lookUnanswered(Duration)
        /// Engage the kill switch: nobody can say whether a kill file is there.
        case lookHangs(Duration)
        /// Tell that steps are completed again, after this long.
        case resumed(Duration)
    }

    private let settings: Settings
    private var lastLook: MonotonicTime?
    private var seenSteps: UInt64 = 0
    private var stalledFor = Duration.zero
    private var isStalled = false
    private var seenLook: MonotonicTime?
    private var hungFor = Duration.zero
    private var isUnansweredTold = false
    private var isHangTold = false
    private var fedSteps: UInt64 = 0
    private var nextFeed = MonotonicTime.zero

    package init(_ settings: Settings) { self.settings = settings }

    /// Looks at how far the loop has come.
    ///
    /// - Parameters:
    ///   - completedSteps: Steps completed since start.
    ///   - lookingSince: When the look for a kill file that is under way began, if one is.
    ///   - now: The monotonic clock.
    /// - Returns: What is to be done, in this order.
    package mutating func look(
        completedSteps: UInt64,
        lookingSince: MonotonicTime?,
        at now: MonotonicTime
    ) -> [Action] {
        // More than a few turns between two looks is time in which this thread did not run either.
        let passed = lastLook.map { min(now - $0, settings.turn * 3) } ?? .zero
        lastLook = now
        var actions: [Action] = []
        noteSteps(completedSteps, passed, &actions)
        noteLook(lookingSince, passed, &actions)
        feed(completedSteps, now, &actions)
        return actions
    }

    private mutating func noteSteps(
        _ completed: UInt64,
        _ passed: Duration,
        _ actions: inout [Action]
    ) {
        guard completed == seenSteps else {
            if isStalled { actions.append(.resumed(stalledFor)) }
            seenSteps = completed
            stalledFor = .zero
            isStalled = false
            return
        }
        stalledFor += passed
        guard stalledFor >= settings.stallLimit, !isStalled else { return }
        isStalled = true
        actions.append(.stalled(stalledFor))
    }

    private mutating func noteLook(
        _ since: MonotonicTime?,
        _ passed: Duration,
        _ actions: inout [Action]
    ) {
        guard let since, since == seenLook else {
            seenLook = since
            hungFor = .zero
            isUnansweredTold = false
            isHangTold = false
            return
        }
        hungFor += passed
        if hungFor >= settings.answerLimit, !isUnansweredTold {
            isUnansweredTold = true
            actions.append(.lookUnanswered(hungFor))
        }
        guard hungFor >= settings.lookLimit, !isHangTold else { return }
        isHangTold = true
        actions.append(.lookHangs(hungFor))
    }

    /// Only a step that was completed since the last time lets the service manager hear of it.
    private mutating func feed(
        _ completed: UInt64,
        _ now: MonotonicTime,
        _ actions: inout [Action]
    ) {
        guard let interval = settings.feedInterval, completed != fedSteps, now >= nextFeed else {
            return
        }
        fedSteps = completed
        nextFeed = now + interval / 3
        actions.append(.feed)
    }
}
