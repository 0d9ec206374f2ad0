internal import Platform

/// `live-loop reload`: has the running process read its configuration again.
struct ReloadCommand {
    var options: ReloadOptions

    /// Asks through the control socket, and prints what became of it.
    func run() -> ExitCode {
        Start.reporting { () throws(StartRefused) in
            let paths = try Start.prepare(environmentFile: options.environmentFile).paths
            let reply = try Start.ask(.reload, paths, for: "reload")
            StandardStreams.writeOutput(reply.message + "\n")
            return reply.isDone ? .success : .configuration
        }
    }
}
