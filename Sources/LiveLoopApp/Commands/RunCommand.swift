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
        Start.reporting { () throws(StartRefused) in
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
        }
    }

    private func run(
        _ prepared: Start.Prepared,
        _ log: LogSink,
        _ signals: SignalSet
    ) throws(StartRefused) -> ExitCode {
        let configuration = prepared.configuration
        let lock = try Start.takeInstanceLock(prepared.paths)
        let notifier = openNotifier(log)
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
        application.metricSources.add { log.families }
        let reloader = makeReloader(prepared, application, notifier, log)
        let control = ProcessControl(
            killSwitch: application.guardedKillSwitch,
            settle: { application.settle($0) },
            resetRisk: { application.resetRisk($0) },
            reload: { reloader.reload(askedBy: $0) },
            report: { application.report() },
            metrics: { application.metricsText(openMetrics: false) }
        )
        let server = try Start.refusing {
            try ControlServer(path: prepared.paths.controlSocket) { control.answer($0) }
        }
        var session = RunSession(
            application: application,
            log: log,
            signals: signals,
            wakeUp: wakeUp,
            reloader: reloader,
            service: ServiceState(notifier, mode: configuration.mode),
            runTime: configuration.loop.runTime,
            lock: lock
        )
        session.announce(prepared)
        var http: StatusServer?
        let watchdog: WatchdogService
        let watchdogThread: Thread
        do {
            http = try HTTPInterface(application, control: control).start()
            try application.start(strategies: strategies)
            watchdog = try application.makeWatchdog(notifier: notifier) { Self.abandon(log) }
            watchdogThread = try watchdog.start()
        } catch {
            http?.stop()
            server.stop()
            application.stop()
            application.alerts.stop()
            throw error as? StartRefused ?? StartRefused(.configuration, "\(error)")
        }
        session.runUntilStopped()
        watchdog.expectEnd(within: Self.endLimit)
        http?.stop()
        server.stop()
        application.stop()
        let code = session.conclude(summaryPath: options.summaryFile)
        application.alerts.stop()
        watchdog.stop()
        watchdogThread.join()
        return code
    }

    /// An ordered stop takes a second or two; after this long a thread does not end at all.
    private static let endLimit = Duration.seconds(10)

    /// Ends a process whose threads do not: orders and latch are on disk, and nothing else is lost.
    private static func abandon(_ log: LogSink) {
        log.write(
            .error,
            "watchdog",
            "[WATCHDOG] the threads did not end within \(seconds(endLimit)) s: ending without them"
        )
        log.stop()
        exitImmediately(code: ExitCode.failure.rawValue)
    }

    /// The service manager; one that cannot be reached stops nobody.
    private func openNotifier(_ log: LogSink) -> ServiceNotifier? {
        do throws(SystemError) {
            return try ServiceNotifier(environment: ProcessEnvironment.variables())
        } catch {
            log.write(.warning, "live-loop", "the service manager cannot be told: \(error)")
            return nil
        }
    }

    private func makeReloader(
        _ prepared: Start.Prepared,
        _ application: Application,
        _ notifier: ServiceNotifier?,
        _ log: LogSink
    ) -> ConfigurationReloader {
        let request = Start.Request(
            environmentFile: options.environmentFile,
            settings: options.settings
        )
        let names = strategies.map(\.name)
        return ConfigurationReloader(
            prepared.configuration,
            outlet: ConfigurationReloader.Outlet(
                read: { () throws(StartRefused) in
                    try Start.reread(request, strategies: names, of: prepared)
                },
                apply: { decision in
                    log.level = decision.configuration.log.level
                    guard !application.apply(decision) else { return }
                    log.write(.error, "live-loop", "[RELOAD] the loop takes nothing more: restart")
                },
                tell: { notifier?.tell(isReloading: $0) },
                log: { log.write($0, "live-loop", $1) }
            )
        )
    }
}
