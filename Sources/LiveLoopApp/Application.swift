internal import Gateway
internal import MarketFeed
internal import OrderEntry
internal import Platform
internal import Telemetry
internal import TradingCore
internal import ZeroMQ

/// The running process: every thread, in the order in which they start and stop.
///
/// Start: kill switch, ledger, loop, gateway, orders, feeds, control socket. Stop: control socket, orders,
/// feeds, loop, gateway. So the loop outlives what feeds it and delivers all it was given.
final class Application: Sendable {
    /// What exists only while the threads run.
    struct Running: Sendable {
        var receivers: [MarketDataReceiver] = []
        var feedThreads: [Thread] = []
        var loopThread: Thread?
        var gateway: GatewayServer?
        var orders: OrderEntryService?
        var orderThread: Thread?
    }

    let configuration: AppConfiguration
    /// Tells processes apart that have other settings in force.
    let configurationHash: Locked<ConfigurationHash>
    private let strategy: StrategySelection
    let log: @Sendable (LogRecord) -> Void
    let startedAt: WallTime
    private let startTime: MonotonicTime
    private let wakeUp: WakeUp
    let killSwitch: KillSwitchGuard
    let orderFactory: OrderFactory
    let route: OrderRoute
    private let loopNotices: BoundedQueue<LoopNotice>
    private let feedNotices: BoundedQueue<FeedNotice>
    let context: Context
    let buffer: EventBuffer
    let loop: LoopService
    /// What other parts of the process count.
    let metricSources = MetricSources()
    let running = Locked(Running())
    private let feedCount: Int
    private let droppedLogLines: @Sendable () -> UInt64
    /// What people are told of what goes wrong.
    let alerts: AlertBoard

    /// Makes what the threads share; no thread runs yet.
    ///
    /// - Throws: `SystemError` or `ZeroMQError` when descriptors or memory are used up.
    init(
        _ configuration: AppConfiguration,
        paths: KillSwitchPaths,
        wakeUp: WakeUp,
        log: @escaping @Sendable (LogRecord) -> Void,
        droppedLogLines: @escaping @Sendable () -> UInt64
    ) throws {
        self.configuration = configuration
        configurationHash = Locked(ConfigurationHash(configuration))
        orderFactory = OrderFactory(configuration, paths: paths)
        route = OrderRoute(configuration)
        strategy = configuration.strategy
        self.log = log
        self.droppedLogLines = droppedLogLines
        self.wakeUp = wakeUp
        startedAt = WallTime(nanoseconds: SystemClock.wallNanoseconds())
        startTime = MonotonicTime(nanoseconds: SystemClock.monotonicNanoseconds())
        alerts = try AlertBoard(configuration, startedAt: startedAt, log: log)
        killSwitch = KillSwitchGuard(
            paths,
            allowingAnyFileSystem: configuration.allowsRemoteKillSwitch,
            wakeUp: wakeUp,
            time: startedAt
        )
        loopNotices = BoundedQueue(capacity: 4096, wakeUp: wakeUp)
        feedNotices = BoundedQueue(capacity: 4096, wakeUp: wakeUp)
        context = try Context()
        feedCount = max(1, configuration.feeds.all.count)
        buffer = EventBuffer(
            EventBuffer.Configuration(
                capacity: configuration.loop.bufferCapacity,
                streamCount: feedCount * configuration.feeds.symbolsMax * StreamID.perSymbol,
                feedCount: feedCount,
                inputCapacity: Self.inputsMax
            )
        )
        loop = try LoopService(
            buffer: buffer,
            wakeUp: try WakeUp(),
            killSwitch: killSwitch,
            notices: loopNotices,
            interval: configuration.loop.interval
        )
    }

    /// Facts about orders must never be lost; this many are more than can be on their way.
    private static let inputsMax = 65_536

    /// What the kill switch, the control socket and the signals act on.
    var guardedKillSwitch: KillSwitchGuard { killSwitch }

    /// Starts every thread.
    func start(strategies: [StrategyFactory]) throws {
        prepareForFullDisk()
        var settings = TradingLoop.Configuration(
            symbolCount: feedCount * configuration.feeds.symbolsMax,
            feedCount: feedCount
        )
        settings.quoteAgeMax = configuration.risk.limits.quoteAgeMax
        let maker = try StrategyMaker(strategy, among: strategies)
        var ledger = try openLedger()
        var control: OrderControl?
        if let recovery = ledger?.recovery { control = try orderFactory.control(recovery) }
        let orders = control
        let loopThread = try loop.start(settings, orders: orders) { [maker.make()] }
        running.withLock { $0.loopThread = loopThread }
        var endpoint: String?
        var commands = configuration.orders.gateway?.text
        var events = configuration.orders.events?.text
        let quotes = try makePaperQuotes()
        if configuration.feeds.usesEmbeddedGateway || quotes != nil {
            let gateway = try makeEmbeddedGateway(quotes)
            if quotes == nil { endpoint = gateway.publishEndpoint }
            if route.isPaperVenue {
                commands = gateway.replyEndpoint
                events = gateway.publishEndpoint
            }
            running.withLock { $0.gateway = gateway }
        }
        if let ledger = ledger.take(), let commands {
            try startOrders(ledger, commands: commands, events: events)
        }
        for receiver in try makeReceivers(embeddedEndpoint: endpoint, quotes: quotes) {
            let thread = try receiver.start(context: context)
            running.withLock { running in
                running.receivers.append(receiver)
                running.feedThreads.append(thread)
            }
        }
    }

    /// Makes the reporter that speaks for this process.
    func makeReporter() -> Reporter {
        Reporter(
            lines: LogLines(
                feedNames: feedNames,
                mode: configuration.mode.rawValue.uppercased(),
                unknownSymbolRemedy: route == .paperAtFeeds
                    ? "; to trade it on paper, define it in INSTRUMENTS_FILE" : ""
            ),
            log: log,
            loopNotices: loopNotices,
            feedNotices: feedNotices,
            heartbeat: configuration.loop.heartbeat,
            alerts: AlertWatch(alerts, AlertSource(feedNames: feedNames)),
            start: startTime
        )
    }

    /// Ends every thread in order, so that all that was received is delivered or counted.
    func stop() {
        let running = running.withLock { $0 }
        running.orders?.stop()
        running.orderThread?.join()
        for receiver in running.receivers { receiver.stop() }
        for thread in running.feedThreads { thread.join() }
        loop.stop()
        running.loopThread?.join()
        running.gateway?.stop()
        running.gateway?.join()
    }

    /// Takes the raw frames that could not be used.
    func takeSamples() -> [FrameSamples.Sample] {
        running.withLock { $0.receivers }.flatMap { $0.takeSamples() }
    }

    /// The process at this moment.
    ///
    /// - Parameter wait: How long to wait for the loop; a stuck one leaves what it said last.
    /// - Returns: The newest of what each part knows.
    func report(wait: Duration = .milliseconds(100)) -> StatusReport {
        var snapshot = loop.currentSnapshot(wait: wait)
        snapshot.symbolsPerFeed = configuration.feeds.symbolsMax
        let now = MonotonicTime(nanoseconds: SystemClock.monotonicNanoseconds())
        let state = killSwitch.current
        let trip = state.trips.first { $0.scope == .all }
        return StatusReport(
            version: Version.current,
            mode: configuration.mode.rawValue,
            strategy: strategy.name,
            startedAt: startedAt,
            now: WallTime(nanoseconds: SystemClock.wallNanoseconds()),
            uptime: now - startTime,
            loop: snapshot,
            loopAge: now - snapshot.takenAt,
            feeds: running.withLock { $0.receivers }.compactMap { receiver in
                receiver.snapshot.map {
                    StatusReport.Feed(
                        id: receiver.configuration.id,
                        name: receiver.configuration.name,
                        snapshot: $0
                    )
                }
            },
            killSwitch: StatusReport.KillSwitch(
                isEngaged: state.isEngaged,
                reason: state.isEngaged ? state.reason : nil,
                operatorName: trip?.operatorName,
                reactionMicroseconds: trip?.reactionMicroseconds,
                stoppedSymbols: state.stoppedSymbols,
                trips: state.trips,
                path: killSwitch.file.paths.killFile
            ),
            currency: configuration.risk.limits.accountCurrency,
            bufferCapacity: configuration.loop.bufferCapacity,
            droppedLogLines: droppedLogLines(),
            droppedNotices: loopNotices.refusedCount &+ feedNotices.refusedCount,
            alerts: alerts.active
        )
    }

    /// Puts the file in place that `live-loop kill` renames when the disk is full.
    private func prepareForFullDisk() {
        do throws(SystemError) {
            try killSwitch.file.prepareArmedFile()
        } catch {
            log(
                LogRecord(
                    wallNanoseconds: SystemClock.wallNanoseconds(),
                    level: .warning,
                    component: "kill",
                    message: "on a full disk the kill switch needs the socket or a signal: \(error)"
                )
            )
        }
    }

    // MARK: Feeds

    private var feedNames: [String] {
        configuration.feeds.usesEmbeddedGateway
            ? ["paper"] : configuration.feeds.all.map(\.name)
    }

    private func makeEmbeddedGateway(_ quotes: ReceivedQuotes?) throws -> GatewayServer {
        var settings = GatewayConfiguration()
        settings.quotes = quotes
        settings.publishEndpoint = "tcp://127.0.0.1:*"
        settings.replyEndpoint = "tcp://127.0.0.1:*"
        settings.acceptsFaultCommands = false
        if route.isPaperVenue { settings.orders = try desk() }
        let log = log
        return try GatewayServer(configuration: settings, context: Context()) { level, text in
            log(
                LogRecord(
                    wallNanoseconds: SystemClock.wallNanoseconds(),
                    level: level == .info ? .info : level == .warning ? .warning : .error,
                    component: "gateway",
                    message: text
                )
            )
        }
    }

    private func makeReceivers(
        embeddedEndpoint: String?,
        quotes: ReceivedQuotes?
    ) throws -> [MarketDataReceiver] {
        let tellReporter = feedNotices
        let outlet = FeedOutlet(buffer: buffer, loopWakeUp: loop.wakeUp, quotes: quotes) {
            tellReporter.append($0)
        }
        let factory = try FeedFactory(configuration)
        return try factory.feeds(embeddedEndpoint: embeddedEndpoint).map {
            try MarketDataReceiver($0, outlet: outlet)
        }
    }
}
