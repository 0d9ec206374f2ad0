internal import Platform
internal import Telemetry

/// `live-loop status`: asks the running process through its control socket.
struct StatusCommand {
    private static let watchInterval: Int64 = 1_000_000_000

    var options: StatusOptions

    /// Prints the state once, or every second until it is stopped.
    func run() -> ExitCode {
        do throws(StartRefused) {
            let paths = try Start.prepare(
                Start.Request(environmentFile: options.environmentFile),
                strategies: nil
            ).paths
            let signals = try Start.blockSignals()
            var poll = PollSet(reading: [signals.pollDescriptor])
            repeat {
                try show(paths)
                if options.watches, poll.wait(nanoseconds: Self.watchInterval) { break }
            } while options.watches
            return .success
        } catch {
            StandardStreams.writeError(error.message + "\n")
            return error.code
        }
    }

    private func show(_ paths: KillSwitchPaths) throws(StartRefused) {
        let request = ControlRequest(
            options.isJSON ? .status : .statusText,
            operatorName: ProcessStatistics.userName,
            reason: ""
        )
        do throws(ControlError) {
            let reply = try ControlClient.ask(request, at: paths.controlSocket)
            // Clears the terminal, so that a watched status stays in its place.
            let clear = options.watches && !options.isJSON ? "\u{1B}[H\u{1B}[2J" : ""
            StandardStreams.writeOutput(clear + reply.message + "\n")
        } catch {
            throw StartRefused(
                .failure,
                "live-loop status: no live loop answers at \(paths.controlSocket): \(error)"
            )
        }
    }
}
