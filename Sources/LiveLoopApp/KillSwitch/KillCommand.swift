import Platform
import Telemetry
package import TradingCore

/// `live-loop kill`: engages the kill switch by the first way that works.
///
/// A full disk must not keep an operator from stopping, so there are five ways: a whole file, an empty
/// one, a rename of the prepared one, the control socket, a signal. Each failure is told.
package struct KillCommand: Sendable {
    /// How the kill switch was engaged.
    package enum Way: String, Sendable, CaseIterable {
        /// A kill file was there before.
        case alreadyThere = "already there"
        /// A file with reason, operator and time, written to the disk.
        case wholeFile = "file"
        /// An empty file, which needs no free space.
        case emptyFile = "empty file"
        /// A rename of the prepared file, which needs no free inode either.
        case preparedFile = "prepared file"
        /// A request to the running process.
        case controlSocket = "control socket"
        /// A signal to the running process.
        case signal = "signal"
    }

    /// Where the files are.
    package var paths: KillSwitchPaths
    /// The symbol to stop; `nil` for the whole process.
    package var symbolName: String?
    /// Who stops.
    package var operatorName: String
    /// Why.
    package var reason: String
    /// The longest wait for the running process.
    package var replyNanoseconds: Int64 = 5_000_000_000

    package init(
        paths: KillSwitchPaths,
        symbolName: String? = nil,
        operatorName: String,
        reason: String
    ) {
        self.paths = paths
        self.symbolName = symbolName
        self.operatorName = operatorName
        self.reason = reason
    }

    /// Engages the kill switch.
    ///
    /// Status: `success` once one way has worked, `failure` when none did, `usage` for an empty symbol.
    package func run(at time: WallTime) -> CommandOutcome {
        guard symbolName != "" else {
            return CommandOutcome(.usage, ["--symbol needs the name of a symbol"])
        }
        var failures: [String] = []
        let way = engage(at: time, &failures)
        var lines = failures.map { "did not work: \($0)" }
        guard let way else {
            lines.append("NOT ENGAGED: no way worked; stop the process by other means")
            return CommandOutcome(.failure, lines)
        }
        lines.append("kill switch engaged for \(scope(of: way)) by: \(way.rawValue)")
        lines.append(latchIfAlone(at: time))
        return CommandOutcome(.success, lines)
    }

    private func engage(at time: WallTime, _ failures: inout [String]) -> Way? {
        let file = symbolName.map(paths.killFile(forSymbol:)) ?? paths.killFile
        if isThere(file) { return .alreadyThere }
        let ways: [(Way, () -> String?)] = [
            (.wholeFile, { failure { () throws(SystemError) in try writeWhole(file, time) } }),
            (
                .emptyFile,
                { failure { () throws(SystemError) in try AtomicFile.createEmpty(file) } }
            ),
            (
                .preparedFile,
                {
                    failure { () throws(SystemError) in
                        try RegularFile.rename(paths.armedFile, to: file)
                    }
                }
            ),
            (.controlSocket, askProcess),
            (.signal, signalProcess),
        ]
        for (way, attempt) in ways {
            guard let failure = attempt() else { return way }
            failures.append("\(way.rawValue): \(failure)")
            // A failed sync does not take the file away.
            if isThere(file) { return way }
        }
        return nil
    }

    private func failure(_ body: () throws(SystemError) -> Void) -> String? {
        do throws(SystemError) {
            try body()
            return nil
        } catch {
            return error.description
        }
    }

    private func isThere(_ file: String) -> Bool {
        do throws(SystemError) {
            _ = try FileStatus(of: file)
            return true
        } catch {
            return false
        }
    }

    private func writeWhole(_ file: String, _ time: WallTime) throws(SystemError) {
        var json = JSONWriter()
        json.object {
            $0.value(reason, "reason")
            $0.value(operatorName, "operator")
            $0.value(time.description, "time")
        }
        try AtomicFile.write(Array((json.text + "\n").utf8), to: file)
    }

    private func askProcess() -> String? {
        let request = ControlRequest(
            .kill,
            symbolName: symbolName,
            operatorName: operatorName,
            reason: reason
        )
        do throws(ControlError) {
            let reply = try ControlClient.ask(
                request,
                at: paths.controlSocket,
                within: replyNanoseconds
            )
            return reply.isDone ? nil : reply.message
        } catch {
            return error.description
        }
    }

    /// Signals only a process that holds the lock now: a left-over number may be anybody's.
    private func signalProcess() -> String? {
        do throws(SystemError) {
            switch try FileLock.holder(of: paths.instanceLockFile) {
            case .nobody: return "no live loop runs here"
            case .process(nil): return "the lock file does not tell the process number"
            case .process(let processID?):
                try SignalSet.send(SignalSet.killSwitchSignal, to: processID)
                return nil
            }
        } catch {
            return error.description
        }
    }

    private func scope(of way: Way) -> KillSwitchScope {
        // A signal names no symbol.
        way == .signal ? .all : symbolName.map { .symbol($0) } ?? .all
    }

    /// Latches where no process does.
    ///
    /// A running process latches what it sees. Without one, a reboot could wipe the file before
    /// anything has latched it, so that the command does.
    private func latchIfAlone(at time: WallTime) -> String {
        do throws(InstanceLockError) {
            let lock = try InstanceLock(paths)
            return withExtendedLifetime(lock) { latchAlone(at: time) }
        } catch {
            switch error {
            case .held(_, let processID):
                let process = processID.map { " (process \($0))" } ?? ""
                return "a live loop\(process) runs here and latches it"
            case .failed(let error):
                return "cannot tell whether a live loop runs: \(error)"
            }
        }
    }

    private func latchAlone(at time: WallTime) -> String {
        let latch = KillSwitchLatch(paths)
        var state = KillSwitchState(latched: latch.read(at: time))
        let trip = KillSwitchTrip(
            scope: symbolName.map { .symbol($0) } ?? .all,
            cause: .request,
            reason: reason.isEmpty ? "live-loop kill" : reason,
            operatorName: operatorName,
            time: time,
            noticedBy: .control
        )
        guard !state.engage(trip).isEmpty else { return "no live loop runs; it was latched before" }
        do throws(SystemError) {
            try latch.write(state.trips)
            var journal = try KillSwitchJournal(paths)
            try journal.engaged(trip)
            return "no live loop runs; latched for its next start"
        } catch {
            return "no live loop runs; latching failed, only the kill file holds: \(error)"
        }
    }
}
