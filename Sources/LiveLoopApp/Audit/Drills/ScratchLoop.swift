internal import Platform
internal import TradingCore

/// The loop thread of the process, on a kill switch in a scratch directory and without any feed.
struct ScratchLoop: ~Copyable {
    /// Where its kill switch is.
    let paths: KillSwitchPaths
    /// Its kill switch.
    let killSwitch: KillSwitchGuard
    /// Signalled when the kill switch has something new.
    let told: WakeUp
    private let service: LoopService
    private let thread: Thread
    private let scratch: ScratchDirectory

    /// Makes the directories and starts the thread.
    init(
        in base: String,
        allowsAnyFileSystem: Bool,
        interval: Duration,
        strategies: @escaping @Sendable () -> [any Strategy] = { [ObserveStrategy()] }
    ) throws {
        // Everything that can fail comes before the fields, which must be set all or none.
        let scratch = try ScratchDirectory(in: base, name: "audit")
        let paths = KillSwitchPaths(
            lockDirectory: scratch.path + "/lock",
            stateDirectory: scratch.path + "/state"
        )
        try Directory.create(paths.lockDirectory)
        try Directory.create(paths.stateDirectory)
        let told = try WakeUp()
        let killSwitch = KillSwitchGuard(
            paths,
            allowingAnyFileSystem: allowsAnyFileSystem,
            wakeUp: told,
            time: WallTime(nanoseconds: SystemClock.wallNanoseconds())
        )
        let service = try LoopService(
            buffer: EventBuffer(
                EventBuffer.Configuration(
                    capacity: 64,
                    streamCount: 4 * StreamID.perSymbol,
                    feedCount: 1
                )
            ),
            wakeUp: try WakeUp(),
            killSwitch: killSwitch,
            notices: BoundedQueue(capacity: 64, wakeUp: try WakeUp()),
            interval: interval
        )
        thread = try service.start(
            TradingLoop.Configuration(symbolCount: 4, feedCount: 1),
            strategies: strategies
        )
        self.paths = paths
        self.told = told
        self.killSwitch = killSwitch
        self.service = service
        self.scratch = scratch
    }

    /// How far the loop has come.
    var progress: StepProgress { service.progress }

    /// How the loop fared so far.
    func snapshot() -> LoopSnapshot { service.currentSnapshot(wait: .seconds(1)) }

    deinit {
        service.stop()
        thread.join()
    }
}
