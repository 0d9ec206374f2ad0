internal import Platform
internal import Synchronization
internal import Telemetry
internal import TradingCore

/// The loop thread: takes what the feeds brought, steps the decider, and passes on what it says.
///
/// It wakes when data comes and at the latest at the next intended interval, so that a tick reaches
/// the strategy in microseconds while timers and the kill switch are looked at all the time.
final class LoopService: Sendable {
    private let buffer: EventBuffer
    /// Wakes the loop; producers signal it when the buffer says so.
    let wakeUp: WakeUp
    private let killSwitch: KillSwitchGuard
    /// What people should be told, for the main thread to say.
    let notices: BoundedQueue<LoopNotice>
    /// Takes what a step wants done about orders.
    let port: OrderPort
    private let snapshotWakeUp: WakeUp
    private let snapshot = Locked(LoopSnapshot())
    /// Who asks for a snapshot asks alone, so that nobody takes the answer to another one.
    ///
    /// It counts the questions: a lock without a value looks to the thread sanitizer like its own address.
    private let asking = Locked<UInt64>(0)
    private let isSnapshotWanted = Atomic<Bool>(false)
    private let isStopping = Atomic<Bool>(false)
    private let interval: Duration
    /// The shortest there is: what the loop is woken for is the most urgent thing in the process.
    private static let sliceNanoseconds: Int64 = 100_000
    /// How far the loop has come.
    let progress = StepProgress()

    init(
        buffer: EventBuffer,
        wakeUp: WakeUp,
        killSwitch: KillSwitchGuard,
        notices: BoundedQueue<LoopNotice>,
        interval: Duration
    ) throws(SystemError) {
        self.buffer = buffer
        self.wakeUp = wakeUp
        self.killSwitch = killSwitch
        self.notices = notices
        port = OrderPort(killSwitch: killSwitch)
        self.interval = interval
        snapshotWakeUp = try WakeUp()
    }

    /// Starts the thread; the strategies are made on it and never leave it.
    func start(
        _ configuration: TradingLoop.Configuration,
        orders: OrderControl? = nil,
        strategies: @escaping @Sendable () -> [any Strategy]
    ) throws(SystemError) -> Thread {
        try Thread(name: "loop") { [self] in
            var runner = LoopRunner(
                decider: TradingLoop(configuration, strategies: strategies(), orders: orders),
                batch: buffer.makeSpareBatch(),
                watch: KillSwitchWatch(
                    killSwitch.file,
                    wallNanoseconds: SystemClock.wallNanoseconds()
                ),
                interval: interval
            )
            run(&runner)
        }
    }

    /// Ends the thread after it has delivered what the buffer holds.
    func stop() {
        isStopping.store(true, ordering: .releasing)
        wakeUp.signal()
    }

    /// The newest snapshot, made on request.
    ///
    /// - Parameter wait: How long to wait for a fresh one; a stuck loop leaves the last one.
    /// - Returns: What the loop knew when it published last.
    func currentSnapshot(wait: Duration = .milliseconds(100)) -> LoopSnapshot {
        asking.withLock { count in
            count &+= 1
            snapshotWakeUp.consume()
            isSnapshotWanted.store(true, ordering: .releasing)
            wakeUp.signal()
            var ready = PollSet(reading: [snapshotWakeUp.pollDescriptor])
            _ = ready.wait(nanoseconds: wait.wholeNanoseconds)
        }
        return snapshot.withLock { $0 }
    }

    private func run(_ runner: inout LoopRunner) {
        Thread.minimizeTimerSlack()
        Thread.requestSlice(nanoseconds: Self.sliceNanoseconds)
        var descriptors = [wakeUp.pollDescriptor]
        if let watch = runner.watchDescriptor { descriptors.append(watch) }
        var poll = PollSet(reading: descriptors)
        var isLast = false
        while !isLast {
            isLast = isStopping.load(ordering: .acquiring)
            let hasBatch = buffer.take(&runner.batch)
            runner.step(
                killSwitch: killSwitch,
                notices: notices,
                port: port,
                progress: progress
            )
            let isWanted = isSnapshotWanted.exchange(false, ordering: .acquiringAndReleasing)
            if isWanted || isLast { publish(&runner) }
            guard !hasBatch, !isLast else { continue }
            let now = SystemClock.monotonicNanoseconds()
            let wait = runner.schedule.next.nanoseconds - now
            // What inotify has to say is read by the look of the next step.
            if wait > 0, poll.wait(nanoseconds: wait), poll.isReady(0) { wakeUp.consume() }
            runner.mustLook = descriptors.count > 1 && poll.isReady(1)
        }
    }

    private func publish(_ runner: inout LoopRunner) {
        var fresh = LoopSnapshot()
        runner.fill(&fresh)
        buffer.withTallies { tallies, shed, occupancy in
            fresh.tallies = tallies
            fresh.shed = shed
            fresh.occupancy = occupancy
        }
        let complete = fresh
        snapshot.withLock { $0 = complete }
        snapshotWakeUp.signal()
    }
}

/// What the loop thread owns.
private struct LoopRunner: ~Copyable {
    /// A step may rest on a look at the kill switch that is this old, if `inotify` was silent since.
    ///
    /// It bounds the reaction to what `inotify` does not tell, and to a touch while data comes without
    /// a pause; the order thread looks once more before each send.
    private static let lookAgeMax = Duration.microseconds(500)

    var decider: TradingLoop
    var batch: EventBatch
    var watch: KillSwitchWatch
    var schedule: LoopSchedule
    /// Whether the lock directory has changed since the last step.
    var mustLook = false
    /// When the last look at the kill switch began.
    private var lastLook: MonotonicTime?
    private var killSwitchRevision: UInt64?
    private var wasEngaged = false
    var actions = LoopActions()
    var latency = RecentHistogram(intervalNanoseconds: 1_000_000_000)
    var lateness = RecentHistogram(intervalNanoseconds: 1_000_000_000)
    var figures = LoopFigures()
    var stepCount: UInt64 = 0

    init(
        decider: consuming TradingLoop,
        batch: EventBatch,
        watch: consuming KillSwitchWatch,
        interval: Duration
    ) {
        self.decider = decider
        self.batch = batch
        self.watch = watch
        schedule = LoopSchedule(
            interval: interval,
            start: MonotonicTime(nanoseconds: SystemClock.monotonicNanoseconds())
        )
    }

    var watchDescriptor: Int32? { watch.pollDescriptor }

    mutating func step(
        killSwitch: KillSwitchGuard,
        notices: BoundedQueue<LoopNotice>,
        port: OrderPort,
        progress: StepProgress
    ) {
        let now = MonotonicTime(nanoseconds: SystemClock.monotonicNanoseconds())
        let isTimerDue = schedule.advance(to: now) {
            lateness.record($0)
            figures.lateness.record($0)
        }
        guard isTimerDue || mustLook || !batch.isEmpty else { return }
        stepCount &+= 1
        latency.advance(toNanoseconds: now.nanoseconds)
        lateness.advance(toNanoseconds: now.nanoseconds)
        let wall = WallTime(nanoseconds: SystemClock.wallNanoseconds())
        let reading = look(killSwitch, at: now, wall, isTimerDue: isTimerDue, progress)
        if reading.isEngaged, !wasEngaged { port.engageKillSwitch() }
        wasEngaged = reading.isEngaged
        if reading.revision != killSwitchRevision {
            killSwitchRevision = reading.revision
            decider.setStoppedSymbols(killSwitch.current.stoppedSymbols)
        }
        decider.step(
            TradingLoop.StepTime(monotonic: now, wall: wall),
            isHalted: reading.isEngaged,
            batch: batch,
            isTimerDue: isTimerDue,
            into: &actions
        )
        if batch.messageCount > 0 { recordLatency() }
        batch.clear()
        if actions.hasOrderWork { port.handOver(&actions, at: wall) }
        if actions.noticeCount > 0 { actions.drain { notices.append($0) } }
        let end = SystemClock.monotonicNanoseconds()
        figures.stepDurations.record(end - now.nanoseconds)
        if isTimerDue { figures.clocks.observe(.now()) }
        progress.completeStep(at: WallTime(nanoseconds: SystemClock.wallNanoseconds()))
    }

    /// Whether new exposure is stopped; looks at the file system unless the last look is fresh.
    private mutating func look(
        _ killSwitch: KillSwitchGuard,
        at now: MonotonicTime,
        _ wall: WallTime,
        isTimerDue: Bool,
        _ progress: StepProgress
    ) -> KillSwitchGuard.Reading {
        if !mustLook, !isTimerDue, let lastLook, now - lastLook < Self.lookAgeMax {
            return killSwitch.reading
        }
        let isNotified = mustLook
        mustLook = false
        lastLook = now
        progress.beginLook(at: now)
        let observation = watch.observe(
            wallNanoseconds: wall.nanoseconds,
            actedUntil: progress.lastStepEnd?.nanoseconds,
            isNotified: isNotified
        )
        progress.endLook()
        return killSwitch.note(observation, at: wall)
    }

    /// Latency is from the receive to the end of the step in which the strategy saw the event.
    private mutating func recordLatency() {
        let end = SystemClock.monotonicNanoseconds()
        batch.forEachRun(lossTime: .zero) { events in
            for index in events.indices where events[index].isMessageEnd {
                let age = end - events[index].receiveTime.nanoseconds
                latency.record(age)
                figures.tickAge.record(age)
            }
        }
    }

    mutating func fill(_ snapshot: inout LoopSnapshot) {
        snapshot.takenAt = MonotonicTime(nanoseconds: SystemClock.monotonicNanoseconds())
        snapshot.tradingState = decider.tradingState
        snapshot.delivered = decider.delivered
        snapshot.lastReceived = decider.lastReceived
        snapshot.gapCounts = decider.gapCounts
        snapshot.requestCount = decider.requestCount
        snapshot.orders = OrdersSnapshot(&decider)
        snapshot.limits = decider.limitUsage()
        snapshot.latency = LoopSnapshot.Distribution(latency.total)
        snapshot.lateness = LoopSnapshot.Distribution(lateness.total)
        snapshot.recentLatency = LoopSnapshot.Distribution(latency.last)
        snapshot.recentLateness = LoopSnapshot.Distribution(lateness.last)
        snapshot.figures = figures
        snapshot.pauseCount = decider.pauseCount
        snapshot.stepCount = stepCount
        snapshot.missedIntervals = schedule.missedCount
        snapshot.refusedNotices = actions.refusedCount
        snapshot.symbols = decider.knownSymbols.map { symbol in
            LoopSnapshot.Symbol(
                id: symbol.id,
                name: symbol.name,
                feed: symbol.feed,
                condition: symbol.condition,
                quote: symbol.quote,
                lastReceive: symbol.lastReceive
            )
        }
    }
}
