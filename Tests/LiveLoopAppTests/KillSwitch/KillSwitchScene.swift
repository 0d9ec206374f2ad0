import LiveLoopApp
import Platform
import TestSupport
import TradingCore

/// A lock and a state directory of their own, with what tests do to them.
struct KillSwitchScene: Sendable {
    let base: String
    let paths: KillSwitchPaths

    /// Runs a test in fresh directories.
    static func run<R>(_ body: (KillSwitchScene) throws -> R) throws -> R {
        try withTemporaryDirectory { base in
            let scene = KillSwitchScene(base: base)
            try Directory.create(scene.paths.lockDirectory)
            try Directory.create(scene.paths.stateDirectory)
            return try body(scene)
        }
    }

    private init(base: String) {
        self.base = base
        paths = KillSwitchPaths(lockDirectory: base + "/lock", stateDirectory: base + "/state")
    }

    var now: WallTime { WallTime(nanoseconds: SystemClock.wallNanoseconds()) }

    func watch(usesNotification: Bool = true) -> KillSwitchWatch {
        KillSwitchWatch(
            KillSwitchFile(paths),
            wallNanoseconds: now.nanoseconds,
            usesNotification: usesNotification
        )
    }

    /// What a process that starts now would be stopped by.
    func stateAtStart() -> KillSwitchState {
        var state = KillSwitchState(latched: KillSwitchLatch(paths).read(at: now))
        var watch = watch()
        _ = state.observe(watch.observe(wallNanoseconds: now.nanoseconds), at: now)
        return state
    }

    func trip(
        _ scope: KillSwitchScope = .all,
        _ cause: KillSwitchCause = .request
    ) -> KillSwitchTrip {
        KillSwitchTrip(
            scope: scope,
            cause: cause,
            reason: "line \"one\"\nline two",
            operatorName: "ann",
            time: now,
            noticedBy: .http,
            reactionMicroseconds: 12
        )
    }

    func kill(symbol: String? = nil) -> KillCommand {
        var command = KillCommand(
            paths: paths,
            symbolName: symbol,
            operatorName: "ann",
            reason: "too fast"
        )
        command.replyNanoseconds = 2_000_000_000
        return command
    }

    func reset(_ scope: KillSwitchScope = .all, by name: String = "bob") -> ResetCommand {
        let request = KillSwitchResetRequest(scope: scope, operatorName: name, reason: "checked")
        var command = ResetCommand(paths: paths, request: request)
        command.replyNanoseconds = 2_000_000_000
        return command
    }

    /// The lines of the journal.
    func journal() throws -> [String] {
        let text = String(
            decoding: try RegularFile.read(paths.journalFile, limit: 1 << 20),
            as: UTF8.self
        )
        return text.split(separator: "\n").map(String.init)
    }

    /// A shell that holds the instance lock, writes its number there, and then runs `script`.
    func holder(_ script: String = "exec sleep 1000") throws -> ChildProcess {
        let child = try ChildProcess(
            "exec flock -F \"$1\" sh -c \"echo \\$\\$ > '$1'; $2\"",
            paths.instanceLockFile,
            "echo ready; " + script
        )
        guard child.nextLine() == "ready" else { throw NotReady() }
        return child
    }

    struct NotReady: Error {}
}
