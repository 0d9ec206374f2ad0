internal import Platform
package import TradingCore

/// The kill switch, engaged for real in a scratch directory, with orders asked for at every turn.
package struct KillSwitchDrill: AuditCheck {
    /// A moment at which a test may interfere.
    package enum Stage: Sendable {
        /// The kill file was just made, and nobody has looked yet.
        case fileMade
        /// The latch was stored, and a new process starts.
        case restarting
        /// The operator is about to reset.
        case resetting
        /// The lock directory was just moved away, and nobody has looked yet.
        case directoryGone
    }

    /// What a look and an order have come to.
    package struct Sight: Sendable, Equatable {
        /// Whether the kill switch is engaged.
        package var isEngaged: Bool
        /// Why the order was refused, if it was.
        package var refusal: OrderRefusal?

        package init(isEngaged: Bool, refusal: OrderRefusal?) {
            self.isEngaged = isEngaged
            self.refusal = refusal
        }

        var isStopped: Bool { isEngaged && refusal == .killSwitch }
        var isFree: Bool { !isEngaged && refusal.isClear }
        var shown: String { (isEngaged ? "engaged" : "NOT engaged") + ", order " + refusal.shown }
    }

    /// What was seen, in the order of the drill.
    package struct Sights: Sendable, Equatable {
        /// Before anything was done.
        package var before: Sight
        /// With the kill file there.
        package var withFile: Sight
        /// After the kill file was removed.
        package var afterRemoval: Sight
        /// In a process that was started then.
        package var afterRestart: Sight
        /// In a process that was started after the operator's reset.
        package var afterReset: Sight
        /// With the lock directory moved away.
        package var withoutDirectory: Sight

        package init(
            before: Sight,
            withFile: Sight,
            afterRemoval: Sight,
            afterRestart: Sight,
            afterReset: Sight,
            withoutDirectory: Sight
        ) {
            self.before = before
            self.withFile = withFile
            self.afterRemoval = afterRemoval
            self.afterRestart = afterRestart
            self.afterReset = afterReset
            self.withoutDirectory = withoutDirectory
        }
    }

    /// Where the scratch directory is made.
    package var base: String
    /// Whether the operator has accepted a kill switch on any file system.
    package var allowsAnyFileSystem: Bool
    /// Does harm at a stage; only tests set it.
    package var interfere: @Sendable (Stage, KillSwitchPaths) -> Void = { _, _ in }

    package init(base: String, allowsAnyFileSystem: Bool) {
        self.base = base
        self.allowsAnyFileSystem = allowsAnyFileSystem
    }

    package func run() -> [AuditResult] {
        do {
            return Self.judge(try drill())
        } catch {
            return [
                Self.item("runs its drill", "a scratch directory").result(.fail, "\(error)")
            ]
        }
    }

    // MARK: Judging

    /// The rows for what was seen.
    package static func judge(_ sights: Sights) -> [AuditResult] {
        [
            item("an engaged file halts, and the order is refused", "not before, at once after")
                .result(
                    holds: sights.before.isFree && sights.withFile.isStopped,
                    "before: \(sights.before.shown); after: \(sights.withFile.shown)"
                ),
            row("removing the file does not resume", "still engaged", sights.afterRemoval),
            row("a restart does not resume", "still engaged, from the latch", sights.afterRestart),
            item("an operator's reset resumes", "not engaged").result(
                holds: sights.afterReset.isFree,
                sights.afterReset.shown
            ),
            row("a missing lock directory halts", "engaged", sights.withoutDirectory),
        ]
    }

    private static func row(_ name: String, _ limit: String, _ sight: Sight) -> AuditResult {
        item(name, limit).result(holds: sight.isStopped, sight.shown)
    }

    private static func item(_ name: String, _ limit: String) -> AuditItem {
        AuditItem(
            .killSwitch,
            "kill switch: \(name)",
            limit: limit,
            remedy: "do not trade: find out what keeps the kill switch from working here"
        )
    }

    // MARK: The drill

    private func drill() throws -> Sights {
        let scratch = try ScratchDirectory(in: base, name: "audit")
        let paths = KillSwitchPaths(
            lockDirectory: scratch.path + "/lock",
            stateDirectory: scratch.path + "/state"
        )
        try Directory.create(paths.lockDirectory)
        try Directory.create(paths.stateDirectory)
        var process = try DrilledProcess(paths, allowsAnyFileSystem)
        let before = process.look()
        try AtomicFile.createEmpty(paths.killFile)
        interfere(.fileMade, paths)
        let withFile = process.look()
        process.storeLatch()
        try removeIfThere(paths.killFile)
        let afterRemoval = process.look()
        interfere(.restarting, paths)
        process = try DrilledProcess(paths, allowsAnyFileSystem)
        let afterRestart = process.look()
        interfere(.resetting, paths)
        reset(paths)
        process = try DrilledProcess(paths, allowsAnyFileSystem)
        let afterReset = process.look()
        try RegularFile.rename(paths.lockDirectory, to: scratch.path + "/moved")
        interfere(.directoryGone, paths)
        return Sights(
            before: before,
            withFile: withFile,
            afterRemoval: afterRemoval,
            afterRestart: afterRestart,
            afterReset: afterReset,
            withoutDirectory: process.look()
        )
    }

    private func removeIfThere(_ path: String) throws(SystemError) {
        do throws(SystemError) {
            try RegularFile.remove(path)
        } catch {
            guard error.isNoSuchFile else { throw error }
        }
    }

    private func reset(_ paths: KillSwitchPaths) {
        var command = ResetCommand(
            paths: paths,
            request: KillSwitchResetRequest(operatorName: "audit", reason: "drill")
        )
        command.allowsAnyFileSystem = allowsAnyFileSystem
        _ = command.run(at: WallTime(nanoseconds: SystemClock.wallNanoseconds()))
    }
}

/// What a process has of the kill switch: the guard, the look of its loop, and the loop.
private struct DrilledProcess: ~Copyable {
    private let killSwitch: KillSwitchGuard
    private var watch: KillSwitchWatch
    private var desk = SimulatedDesk()

    init(_ paths: KillSwitchPaths, _ allowsAnyFileSystem: Bool) throws(SystemError) {
        let now = SystemClock.wallNanoseconds()
        killSwitch = KillSwitchGuard(
            paths,
            allowingAnyFileSystem: allowsAnyFileSystem,
            wakeUp: try WakeUp(),
            time: WallTime(nanoseconds: now)
        )
        watch = KillSwitchWatch(killSwitch.file, wallNanoseconds: now)
        desk.quote()
    }

    /// Looks as a step of the loop does, and asks for an order in that step.
    mutating func look() -> KillSwitchDrill.Sight {
        let now = SystemClock.wallNanoseconds()
        let reading = killSwitch.note(
            watch.observe(wallNanoseconds: now),
            at: WallTime(nanoseconds: now)
        )
        return KillSwitchDrill.Sight(
            isEngaged: reading.isEngaged,
            refusal: desk.order(isHalted: reading.isEngaged)
        )
    }

    func storeLatch() { _ = killSwitch.storePending() }
}
