internal import Platform
internal import Synchronization
internal import TradingCore

/// A strategy that hangs, and a look for a kill file that is never answered, on real threads.
package struct LoopStallDrill: AuditCheck {
    /// What was seen.
    package struct Sights: Sendable, Equatable {
        /// From the moment at which the strategy hung to the kill switch; `nil` when it never came.
        package var stall: Duration?
        /// Whether the service manager was fed before the loop hung, and how often while it did.
        package var feeds: (before: Bool, meanwhile: Int)
        /// From the look that got no answer to the kill switch; `nil` when it never came.
        package var hang: Duration?

        package init(stall: Duration?, feeds: (before: Bool, meanwhile: Int), hang: Duration?) {
            self.stall = stall
            self.feeds = feeds
            self.hang = hang
        }

        package static func == (lhs: Self, rhs: Self) -> Bool {
            lhs.stall == rhs.stall && lhs.feeds == rhs.feeds && lhs.hang == rhs.hang
        }
    }

    /// Where the scratch directory is made.
    package var base: String
    /// Whether the operator has accepted a kill switch on any file system.
    package var allowsAnyFileSystem: Bool
    /// The interval of the loop, as configured.
    package var interval: Duration
    /// How long the loop may hang in this drill; the setting is longer.
    package var limit = Duration.milliseconds(300)
    /// How long the drill waits for the kill switch.
    package var patience = Duration.seconds(20)
    /// Whether the watchdog runs; only a test leaves it out.
    package var watches = true

    package init(base: String, allowsAnyFileSystem: Bool, interval: Duration) {
        self.base = base
        self.allowsAnyFileSystem = allowsAnyFileSystem
        self.interval = interval
        // A slow loop is not a hung one.
        limit = max(limit, interval * 3)
    }

    package func run() -> [AuditResult] {
        do {
            return Self.judge(try drill(), limit: limit)
        } catch {
            return [Self.item(.killSwitch, "runs its drill", "").result(.fail, "\(error)")]
        }
    }

    /// The rows for what was seen.
    package static func judge(_ sights: Sights, limit: Duration) -> [AuditResult] {
        let asked = "engaged soon after the \(shown(limit)) s of this drill"
        let stall = item(.killSwitch, "a loop that hangs engages the kill switch", asked)
        let feed = item(
            .continuity,
            "the service manager hears nothing of a loop that hangs",
            "fed before, not meanwhile"
        )
        let hang = item(.killSwitch, "a look without an answer engages the kill switch", asked)
        let count = sights.feeds.meanwhile
        return [
            stall.result(holds: sights.stall != nil, shownTrip(sights.stall)),
            feed.result(
                holds: sights.feeds.before && count == 0,
                "\(sights.feeds.before ? "fed" : "NOT fed") before, \(count) times meanwhile"
            ),
            hang.result(holds: sights.hang != nil, shownTrip(sights.hang)),
        ]
    }

    private static func shown(_ time: Duration) -> String { seconds(time) }

    private static func shownTrip(_ time: Duration?) -> String {
        time.map { "engaged after \(shown($0)) s" } ?? "NOT engaged"
    }

    private static func item(_ rule: AuditRule, _ name: String, _ limit: String) -> AuditItem {
        AuditItem(
            rule,
            "watchdog: \(name)",
            limit: limit,
            remedy: "do not trade: nobody would notice a strategy that never returns"
        )
    }

    // MARK: The drill

    private func drill() throws -> Sights {
        let moment = try HangingMoment()
        defer { moment.release() }
        let loop = try ScratchLoop(
            in: base,
            allowsAnyFileSystem: allowsAnyFileSystem,
            interval: interval,
            strategies: { [HangingStrategy(moment: moment)] }
        )
        let stall = try trial(loop, watching: loop.progress, expecting: .stall, moment)
        moment.release()
        let stuck = StepProgress()
        stuck.beginLook(at: MonotonicTime(nanoseconds: SystemClock.monotonicNanoseconds()))
        let hang = try trial(loop, watching: stuck, expecting: .noAnswer, nil)
        return Sights(stall: stall.time, feeds: stall.feeds, hang: hang.time)
    }

    private func trial(
        _ loop: borrowing ScratchLoop,
        watching progress: StepProgress,
        expecting cause: KillSwitchCause,
        _ moment: HangingMoment?
    ) throws -> (time: Duration?, feeds: (before: Bool, meanwhile: Int)) {
        let (killSwitch, feeds) = (loop.killSwitch, FeedCount())
        // A look must be found hanging before the steps are missed.
        let stallLimit = cause == .stall ? limit : limit * 10
        let watchdog = try WatchdogService(
            watching: progress,
            LoopWatchdog.Settings(
                stallLimit: stallLimit,
                lookLimit: limit,
                feedInterval: .milliseconds(30)
            ),
            outlet: WatchdogService.Outlet(
                engage: { killSwitch.engage($0) },
                feed: { feeds.add() },
                notify: { _ in },
                log: { _ in },
                abandon: {}
            )
        )
        let thread: Thread? = try watches ? watchdog.start() : nil
        defer {
            watchdog.stop()
            thread?.join()
        }
        if let moment { wait { feeds.count > 0 && moment.mayHang() } }
        let start = SystemClock.monotonicNanoseconds()
        let before = feeds.count
        // What was completed before may be told once more.
        let isEngaged = wait { killSwitch.current.trips.contains { $0.cause == cause } }
        let time = Duration.nanoseconds(SystemClock.monotonicNanoseconds() - start)
        let meanwhile = max(0, feeds.count - before - 1)
        return (isEngaged ? time : nil, (before > 0, meanwhile))
    }

    /// Looks a few hundred times a second until something holds or the patience is over.
    @discardableResult
    private func wait(until holds: () -> Bool) -> Bool {
        let end = SystemClock.monotonicNanoseconds() + patience.wholeNanoseconds
        var nothing = PollSet(reading: [])
        while !holds() {
            guard SystemClock.monotonicNanoseconds() < end else { return false }
            _ = nothing.wait(nanoseconds: 3_000_000)
        }
        return true
    }
}

/// When the strategy of the drill hangs, and until when.
private final class HangingMoment: Sendable {
    private let isWanted = Atomic<Bool>(false)
    private let end: WakeUp

    init() throws(SystemError) { end = try WakeUp() }

    /// Lets the strategy hang from its next call on; `true`, so that it fits into a condition.
    func mayHang() -> Bool {
        isWanted.store(true, ordering: .releasing)
        return true
    }

    /// Lets it go on, and never hang again.
    func release() { end.signal() }

    /// Returns when ``release()`` was called, if it is to hang.
    func passThrough() {
        guard isWanted.load(ordering: .acquiring) else { return }
        var poll = PollSet(reading: [end.pollDescriptor])
        while !poll.wait(nanoseconds: nil) {}
    }
}

private struct HangingStrategy: Strategy {
    let moment: HangingMoment

    mutating func onEvent(_ event: borrowing MarketEvent, _ context: inout StrategyContext) {}

    mutating func onTimer(_ now: MonotonicTime, _ context: inout StrategyContext) {
        moment.passThrough()
    }
}

private final class FeedCount: Sendable {
    private let value = Atomic<Int>(0)
    var count: Int { value.load(ordering: .relaxed) }
    func add() { value.add(1, ordering: .relaxed) }
}
