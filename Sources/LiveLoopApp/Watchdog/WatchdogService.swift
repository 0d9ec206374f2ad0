internal import Platform
internal import Synchronization
internal import Telemetry
internal import TradingCore

/// The thread that watches the loop: it feeds the service manager, and engages the kill switch when the
/// loop hangs.
///
/// It shares nothing with the loop but the progress that the loop tells, so that nothing that stops the loop
/// stops it. When the process ends it sees to it that the end comes.
final class WatchdogService: Sendable {
    /// What it does to others.
    struct Outlet: Sendable {
        /// Engages the kill switch; must not wait.
        var engage: @Sendable (KillSwitchTrip) -> Void
        /// Tells the service manager that the loop lives; must not wait.
        var feed: @Sendable () -> Void
        /// Takes what the loop cannot tell people itself; must not wait.
        var notify: @Sendable (LoopNotice) -> Void
        /// Takes what people should know; must not wait.
        var log: @Sendable (LogRecord) -> Void
        /// Ends the process, because its threads do not end.
        var abandon: @Sendable () -> Void
    }

    private let progress: StepProgress
    private let settings: LoopWatchdog.Settings
    private let outlet: Outlet
    private let wakeUp: WakeUp
    private let isStopping = Atomic<Bool>(false)
    /// When the process must have ended; the far future while nobody has asked it to.
    private let endDeadline = Atomic<Int64>(.max)

    init(
        watching progress: StepProgress,
        _ settings: LoopWatchdog.Settings,
        outlet: Outlet
    ) throws(SystemError) {
        self.progress = progress
        self.settings = settings
        self.outlet = outlet
        wakeUp = try WakeUp()
    }

    /// Starts to watch; call ``stop()`` and join the thread at the end.
    func start() throws(SystemError) -> Thread {
        try Thread(name: "watchdog") { [self] in run() }
    }

    /// Watches no longer that steps are completed, but that the process ends in time.
    func expectEnd(within time: Duration) {
        let now = MonotonicTime(nanoseconds: SystemClock.monotonicNanoseconds())
        endDeadline.store((now + time).nanoseconds, ordering: .releasing)
    }

    /// Ends the thread.
    func stop() {
        isStopping.store(true, ordering: .releasing)
        wakeUp.signal()
    }

    private func run() {
        var watchdog = LoopWatchdog(settings)
        var poll = PollSet(reading: [wakeUp.pollDescriptor])
        while !isStopping.load(ordering: .acquiring) {
            let now = MonotonicTime(nanoseconds: SystemClock.monotonicNanoseconds())
            let deadline = endDeadline.load(ordering: .acquiring)
            if deadline == .max {
                let actions = watchdog.look(
                    completedSteps: progress.completedSteps,
                    lookingSince: progress.lookingSince,
                    at: now
                )
                for action in actions { perform(action) }
            } else if now.nanoseconds >= deadline {
                outlet.abandon()
                return
            }
            _ = poll.wait(nanoseconds: settings.turn.wholeNanoseconds)
            wakeUp.consume()
        }
    }

    private func perform(_ action: LoopWatchdog.Action) {
        switch action {
        case .feed: outlet.feed()
        case .stalled(let time):
            let text = "the loop has not completed a step for \(seconds(time)) s"
            engage(.stall, text)
        case .lookUnanswered(let time): outlet.notify(.lookUnanswered(time))
        case .lookHangs(let time):
            let text = "the look for a kill file has had no answer for \(seconds(time)) s"
            engage(.noAnswer, text)
        case .resumed(let time):
            say(.warning, "[WATCHDOG] the loop completes steps again, after \(seconds(time)) s")
        }
    }

    private func engage(_ cause: KillSwitchCause, _ reason: String) {
        outlet.engage(
            KillSwitchTrip(
                cause: cause,
                reason: reason,
                operatorName: "live-loop",
                time: WallTime(nanoseconds: SystemClock.wallNanoseconds()),
                noticedBy: .watchdog
            )
        )
        say(.error, "[WATCHDOG] \(reason): kill switch engaged")
    }

    private func say(_ level: LogLevel, _ text: String) {
        outlet.log(
            LogRecord(
                wallNanoseconds: SystemClock.wallNanoseconds(),
                level: level,
                component: "watchdog",
                message: text
            )
        )
    }
}
