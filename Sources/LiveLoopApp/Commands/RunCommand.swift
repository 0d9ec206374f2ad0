internal import Platform
internal import StatusAPI
internal import Telemetry
internal import TradingCore

/// `live-loop run`: prepares, runs until told to stop, and accounts for every message.
struct RunCommand {
    var options: RunOptions
    var strategies: [StrategyFactory]

    /// Runs the process.
    ///
    /// - Returns: The exit code.
    func run() -> ExitCode {
        do throws(StartRefused) {
            // Signals first: every thread that is started later inherits the mask.
            let signals = try Start.blockSignals()
            let prepared = try Start.prepare(
                Start.Request(
                    environmentFile: options.environmentFile,
                    settings: options.settings
                ),
                strategies: strategies.map(\.name)
            )
            let log = try Start.openLog(prepared.configuration)
            defer { log.stop() }
            return try run(prepared, log, signals)
        } catch {
            StandardStreams.writeError(error.message + "\n")
            return error.code
        }
    }

    private func run(
        _ prepared: Start.Prepared,
        _ log: LogSink,
        _ signals: SignalSet
    ) throws(StartRefused) -> ExitCode {
        let configuration = prepared.configuration
        let lock = try Start.takeInstanceLock(prepared.paths)
        let wakeUp = try Start.refusing { try WakeUp() }
        let application = try Start.refusing {
            try Application(
                configuration,
                paths: prepared.paths,
                wakeUp: wakeUp,
                log: { log.write($0) },
                droppedLogLines: { log.droppedCount }
            )
        }
        let control = ProcessControl(
            killSwitch: application.guardedKillSwitch,
            settle: { application.settle($0) },
            resetRisk: { application.resetRisk($0) },
            report: { application.report() }
        )
        let server = try Start.refusing {
            try ControlServer(path: prepared.paths.controlSocket) { control.answer($0) }
        }
        var session = RunSession(
            application: application,
            log: log,
            signals: signals,
            wakeUp: wakeUp,
            runTime: configuration.loop.runTime,
            lock: lock
        )
        session.announce(prepared)
        var http: StatusServer?
        do {
            http = try HTTPInterface(application, control: control).start()
            try application.start(strategies: strategies)
        } catch {
            http?.stop()
            server.stop()
            application.stop()
            throw error as? StartRefused ?? StartRefused(.configuration, "\(error)")
        }
        session.runUntilStopped()
        http?.stop()
        server.stop()
        application.stop()
        return session.conclude(summaryPath: options.summaryFile)
    }
}
