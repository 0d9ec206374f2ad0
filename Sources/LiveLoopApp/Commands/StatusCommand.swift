internal import Platform
internal import Telemetry
internal import TradingCore

/// `live-loop status`: asks the running process through its control socket.
struct StatusCommand {
    var options: StatusOptions

    /// Prints the state once, or again and again until it is stopped.
    func run() -> ExitCode {
        Start.reporting { () throws(StartRefused) in
            let paths = try Start.prepare(environmentFile: options.environmentFile).paths
            guard options.watches else { return try showOnce(paths) }
            try watch(paths)
            return .success
        }
    }

    private var question: ControlRequest.Command { options.isJSON ? .status : .statusText }

    private func showOnce(_ paths: KillSwitchPaths) throws(StartRefused) -> ExitCode {
        let reply = try Start.ask(question, paths, for: "status")
        StandardStreams.writeOutput(reply.message + "\n")
        return .success
    }

    private func watch(_ paths: KillSwitchPaths) throws(StartRefused) {
        let signals = try Start.blockSignals()
        var poll = PollSet(reading: [signals.pollDescriptor])
        let isTerminal = StandardStreams.isTerminal(.output)
        let rows = isTerminal ? StandardStreams.terminalRows(.output) ?? 24 : nil
        var screen = StatusScreen(rows: rows, isJSON: options.isJSON)
        // Whatever was on the terminal before goes.
        if rows != nil, !options.isJSON { StandardStreams.writeOutput("\u{1B}[2J") }
        repeat {
            let time = WallTime(nanoseconds: SystemClock.wallNanoseconds())
            let text = screen.show(look(paths), at: time)
            // A reader that is gone wants no more.
            guard StandardStreams.write(Array(text.output.utf8), to: .output) else { return }
            if !text.error.isEmpty { StandardStreams.writeError(text.error) }
        } while !poll.wait(nanoseconds: options.interval.wholeNanoseconds)
        StandardStreams.writeOutput(screen.end)
    }

    private func look(_ paths: KillSwitchPaths) -> StatusScreen.Look {
        let request = ControlRequest(
            question,
            operatorName: ProcessStatistics.userName,
            reason: ""
        )
        do throws(ControlError) {
            return .answer(try ControlClient.ask(request, at: paths.controlSocket).message)
        } catch {
            return .silence(error.description)
        }
    }
}
