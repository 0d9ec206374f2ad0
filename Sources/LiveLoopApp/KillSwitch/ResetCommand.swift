import Platform
package import TradingCore

/// `live-loop reset`: removes the kill file and lifts the latch, for an operator who says why.
///
/// A running process is asked through its control socket, after the kill file is removed: it looks
/// anew, and lifts the latch only if the file is gone. Without one, the command does the same itself,
/// holding the instance lock. Whatever fails on the way leaves the switch engaged.
package struct ResetCommand: Sendable {
    /// Where the files are.
    package var paths: KillSwitchPaths
    /// What to lift.
    ///
    /// Symbols that were stopped alone stay stopped when the whole process is lifted.
    package var request: KillSwitchResetRequest
    /// The longest wait for the running process.
    package var replyNanoseconds: Int64 = 5_000_000_000
    /// The result of the day from which losses count, for a running process.
    package var acceptedResult: String?
    /// A higher limit of the day's loss, for a running process.
    package var dailyLossMax: String?
    /// Accepts a lock directory on any file system, as the process does.
    package var allowsAnyFileSystem = false

    package init(paths: KillSwitchPaths, request: KillSwitchResetRequest) {
        self.paths = paths
        self.request = request
    }

    /// Lifts the latch.
    ///
    /// Status: `success` when nothing is latched any more, `failure` when it was refused or failed,
    /// `usage` without an operator or a reason, `busy` when a live loop runs and does not answer.
    package func run(at time: WallTime) -> CommandOutcome {
        if request.operatorName.allSatisfy(\.isWhitespace) {
            return CommandOutcome(.usage, ["--operator is required: who lifts it?"])
        }
        if request.reason.allSatisfy(\.isWhitespace) {
            return CommandOutcome(.usage, ["--reason is required: why is it safe now?"])
        }
        do throws(InstanceLockError) {
            let lock = try InstanceLock(paths)
            guard acceptedResult == nil, dailyLossMax == nil else {
                let need = "--accept-result and --daily-loss-max need a running live loop"
                return CommandOutcome(.usage, [need])
            }
            return withExtendedLifetime(lock) { resetAlone(at: time) }
        } catch {
            guard case .held = error else {
                return CommandOutcome(.failure, ["still engaged: \(error)"])
            }
            return askProcess(error)
        }
    }

    private func askProcess(_ held: InstanceLockError) -> CommandOutcome {
        var symbolName: String?
        if case .symbol(let name) = request.scope { symbolName = name }
        let removed: [String]
        do throws(SystemError) {
            removed = try removeKillFiles()
        } catch {
            return CommandOutcome(.failure, ["still engaged: \(error)"])
        }
        do throws(ControlError) {
            var asked = ControlRequest(
                .reset,
                symbolName: symbolName,
                operatorName: request.operatorName,
                reason: request.reason
            )
            asked.acceptedResult = acceptedResult
            asked.dailyLossMax = dailyLossMax
            let reply = try ControlClient.ask(
                asked,
                at: paths.controlSocket,
                within: replyNanoseconds
            )
            return CommandOutcome(reply.isDone ? .success : .failure, removed + [reply.message])
        } catch {
            let lines = ["\(held)", "it does not answer, and stays engaged: \(error)"]
            return CommandOutcome(.alreadyRunning, removed + lines)
        }
    }

    private func resetAlone(at time: WallTime) -> CommandOutcome {
        let latch = KillSwitchLatch(paths)
        var state = KillSwitchState(latched: latch.read(at: time))
        do throws(SystemError) {
            // Nothing is lifted that cannot be written down.
            var journal = try KillSwitchJournal(paths)
            var lines = try removeKillFiles()
            let file = KillSwitchFile(paths, allowingAnyFileSystem: allowsAnyFileSystem)
            let now = time.nanoseconds
            var watch = KillSwitchWatch(file, wallNanoseconds: now, usesNotification: false)
            let observation = watch.observe(wallNanoseconds: now)
            let outcome = state.reset(request, seeing: observation)
            try journal.requested(request, outcome: outcome, at: time)
            lines += [Self.message(outcome, request.scope)]
            if case .refused = outcome { return CommandOutcome(.failure, lines) }
            try latch.write(state.trips)
            lines += state.trips.map { "still stopped: \($0.scope) (\($0.reason))" }
            return CommandOutcome(.success, lines)
        } catch {
            return CommandOutcome(.failure, ["still engaged: \(error)"])
        }
    }

    /// What an outcome means for the person who asked.
    package static func message(
        _ outcome: KillSwitchResetOutcome,
        _ scope: KillSwitchScope
    ) -> String {
        switch outcome {
        case .lifted(let trips):
            "kill switch lifted for \(scope); it was: "
                + trips.map(\.reason).joined(separator: "; ")
        case .notEngaged: "nothing was latched for \(scope)"
        case .refused(let refusal): "still engaged: \(refusal)"
        }
    }

    /// Removes the kill files of the request's scope and says which.
    private func removeKillFiles() throws(SystemError) -> [String] {
        var removed: [String] = []
        for path in try killFiles() {
            let status: FileStatus
            do throws(SystemError) {
                status = try FileStatus(of: path)
            } catch {
                guard error.isNoSuchFile else { throw error }
                continue
            }
            if status.kind == .directory {
                try Directory.remove(path)
            } else {
                try RegularFile.remove(path)
            }
            removed.append("removed \(path)")
        }
        do throws(SystemError) {
            try KillSwitchFile(paths).prepareArmedFile()
        } catch {
            removed.append("cannot prepare the file for a full disk: \(error)")
        }
        return removed
    }

    private func killFiles() throws(SystemError) -> [String] {
        guard case .symbol = request.scope else { return [paths.killFile] }
        return try Directory.names(
            in: paths.lockDirectory,
            prefix: KillSwitchPaths.prefix,
            suffix: KillSwitchPaths.suffix,
            limit: KillSwitchWatch.maximumEntryCount
        ).filter { name in
            KillSwitchPaths.symbolName(ofFileName: name)
                .map { request.scope.matches(.symbol($0)) } ?? false
        }.map { paths.lockDirectory + "/" + $0 }
    }
}
