internal import Alerting
internal import Platform
internal import Telemetry
internal import TradingCore

/// The main thread while the process runs: signals, log lines, the latch, the clock of `--for`.
struct RunSession: ~Copyable {
    private static let turn: Duration = .milliseconds(250)

    private let application: Application
    private let log: LogSink
    private let signals: SignalSet
    private let wakeUp: WakeUp
    private let reloader: ConfigurationReloader
    private var service: ServiceState
    /// Whether a person had a terminal on the standard error when the process began.
    private let hadTerminal = StandardStreams.isTerminal(.error)
    private let deadline: MonotonicTime
    private var reporter: Reporter
    private let lock: InstanceLock
    private var isLockMissed = false

    init(
        application: Application,
        log: LogSink,
        signals: SignalSet,
        wakeUp: WakeUp,
        reloader: ConfigurationReloader,
        service: ServiceState,
        runTime: Duration?,
        lock: consuming InstanceLock
    ) {
        self.application = application
        self.log = log
        self.signals = signals
        self.wakeUp = wakeUp
        self.reloader = reloader
        self.service = service
        let now = MonotonicTime(nanoseconds: SystemClock.monotonicNanoseconds())
        deadline = runTime.map { now + $0 } ?? .never
        reporter = application.makeReporter()
        self.lock = lock
    }

    /// Says what was started, and where an operator finds the kill switch.
    func announce(_ prepared: Start.Prepared) {
        let configuration = prepared.configuration
        let mode = configuration.mode.rawValue.uppercased()
        say(.info, "[LiveLoop] ✅ Live Loop 已启动, live-loop \(Version.current) started in \(mode)")
        let feeds = configuration.feeds
        say(
            .info,
            feeds.usesEmbeddedGateway
                ? "no feed is configured: \(mode) on the embedded gateway with synthetic ticks"
                : "feeds: "
                    + feeds.all.map { "\($0.name)=\($0.endpoints[0].text)" }
                    .joined(separator: " ")
        )
        if let orders = OrderRoute(configuration).announcement(configuration) { say(.info, orders) }
        say(.info, "strategy: \(configuration.strategy.name)")
        for notice in prepared.notices { say(.warning, notice) }
        say(.info, "to stop all trading at once: touch \(prepared.paths.killFile)")
        say(.info, "[LiveLoop] 进入主循环..., entering the main loop (\(mode))")
    }

    /// Runs until a signal or the end of the time.
    mutating func runUntilStopped() {
        var poll = PollSet(reading: [signals.pollDescriptor, wakeUp.pollDescriptor])
        var isStopping = false
        service.started(isKilled: isKilled)
        while !isStopping {
            let now = MonotonicTime(nanoseconds: SystemClock.monotonicNanoseconds())
            let until = min(min(deadline, reporter.nextDeadline), now + Self.turn)
            _ = poll.wait(nanoseconds: max(0, until.nanoseconds - now.nanoseconds))
            wakeUp.consume()
            while let signal = signals.nextArrival() {
                switch signal.number {
                case SignalSet.killSwitchSignal: killBySignal()
                case SignalSet.reloadSignal where !isTerminalClosed(signal):
                    _ = reloader.reload(askedBy: "SIGHUP")
                default: isStopping = true
                }
            }
            attend()
            service.update(isKilled: isKilled)
            let after = MonotonicTime(nanoseconds: SystemClock.monotonicNanoseconds())
            reporter.alerts.look(application.report(), at: after)
            reporter.beat(application.report(), at: after)
            if after >= deadline { isStopping = true }
        }
        service.stopping()
        say(.info, "[LiveLoop] stopping")
    }

    private var isKilled: Bool { application.guardedKillSwitch.current.isEngaged }

    /// Whether a hang-up says that the terminal is gone, and with it the person who watched.
    ///
    /// The same signal asks a service to read its configuration again.
    private func isTerminalClosed(_ signal: SignalSet.Arrival) -> Bool {
        signal.isFromKernel || (hadTerminal && !StandardStreams.isTerminal(.error))
    }

    /// Accounts for every message, on the terminal and in the summary.
    mutating func conclude(summaryPath: String?) -> ExitCode {
        attend()
        let report = application.report()
        for line in report.text.split(separator: "\n") { say(.info, String(line)) }
        if let summaryPath {
            do throws(SystemError) {
                try AtomicFile.write(Array((report.json + "\n").utf8), to: summaryPath)
            } catch {
                say(.error, "the summary was not written: \(error)")
                return .failure
            }
        }
        guard report.isConserved else {
            say(.error, "NOT CONSERVED: messages are unaccounted for")
            return .failure
        }
        return .success
    }

    private mutating func attend() {
        reporter.tell(application.guardedKillSwitch.storePending())
        if let failure = application.guardedKillSwitch.takeStoreFailure() {
            let text = "the latch could not be stored, a restart may forget it: \(failure)"
            say(.error, text)
            reporter.alerts.note(.latchNotStored, .critical, text)
        }
        if !isLockMissed, !lock.isInPlace {
            isLockMissed = true
            let text =
                "the instance lock was removed: another live loop could start beside this one"
            say(.error, text)
            reporter.alerts.note(.instanceLockMissing, .critical, text)
        }
        reporter.drain()
        reporter.alerts.attend(application.guardedKillSwitch.current.trips)
        for sample in application.takeSamples() { reporter.tell(sample) }
    }

    private func killBySignal() {
        application.guardedKillSwitch.engage(
            KillSwitchTrip(
                cause: .signal,
                reason: "SIGUSR1",
                operatorName: "signal",
                time: WallTime(nanoseconds: SystemClock.wallNanoseconds()),
                noticedBy: .signal
            )
        )
    }

    private func say(_ level: LogLevel, _ text: String) {
        reporter.write(LogLines.Line(level, "live-loop", text, []))
    }
}
