internal import Platform

/// `live-loop reload`: has the running process read its configuration again.
struct ReloadCommand {
    var options: ReloadOptions

    /// Asks through the control socket, and prints what became of it.
    func run() -> ExitCode {
        do throws(StartRefused) {
            let paths = try Start.prepare(
                Start.Request(environmentFile: options.environmentFile),
                strategies: nil
            ).paths
            let reply = try ask(paths)
            StandardStreams.writeOutput(reply.message + "\n")
            return reply.isDone ? .success : .configuration
        } catch {
            StandardStreams.writeError(error.message + "\n")
            return error.code
        }
    }

    private func ask(_ paths: KillSwitchPaths) throws(StartRefused) -> ControlReply {
        let request = ControlRequest(
            .reload,
            operatorName: ProcessStatistics.userName,
            reason: ""
        )
        do throws(ControlError) {
            return try ControlClient.ask(request, at: paths.controlSocket)
        } catch {
            throw StartRefused(
                .failure,
                "live-loop reload: no live loop answers at \(paths.controlSocket): \(error)"
            )
        }
    }
}
