internal import Gateway
internal import OrderEntry
internal import Platform
internal import TradingCore
internal import ZeroMQ

/// Where orders go, as the configuration has it.
enum OrderRoute: Equatable {
    /// Nowhere: in live mode no order gateway is named.
    case none
    /// To the paper venue of the embedded gateway, at the prices that it makes up itself.
    case embedded
    /// To a paper venue inside the process, at the prices that the configured feeds bring.
    case paperAtFeeds
    /// To a gateway of the user.
    case gateway

    init(_ configuration: AppConfiguration) {
        if configuration.orders.gateway != nil {
            self = .gateway
        } else if configuration.feeds.usesEmbeddedGateway {
            self = .embedded
        } else {
            self = configuration.mode == .paper ? .paperAtFeeds : .none
        }
    }

    /// Whether orders stay inside the process.
    var isPaperVenue: Bool { self == .embedded || self == .paperAtFeeds }

    /// What tells the files of this account apart from those of others in the same directory.
    ///
    /// What was bought at made-up prices must not be valued at real ones.
    func accountName(_ mode: TradingMode) -> String {
        self == .paperAtFeeds ? "\(mode.rawValue)-feeds" : mode.rawValue
    }

    /// What a person should know of it at the start.
    func announcement(_ configuration: AppConfiguration) -> String? {
        switch self {
        case .paperAtFeeds:
            "orders: PAPER venue in this process, filled at the bid and ask that it receives from "
                + configuration.feeds.all.map(\.name).joined(separator: ", ")
                + "; nothing leaves for a market"
        case .gateway:
            configuration.orders.gateway.map {
                "orders: \(configuration.mode.rawValue.uppercased()) to \($0.text)"
            }
        case .embedded, .none: nil
        }
    }
}

/// Makes what orders need of the configuration.
struct OrderFactory {
    private let configuration: AppConfiguration
    private let paths: KillSwitchPaths

    init(_ configuration: AppConfiguration, paths: KillSwitchPaths) {
        self.configuration = configuration
        self.paths = paths
    }

    /// Where the ledger lies; paper and live have one each, whatever directory they share, and so has
    /// paper at the prices of feeds.
    static func ledgerPath(_ configuration: AppConfiguration) -> String {
        let name = OrderRoute(configuration).accountName(configuration.mode)
        return "\(configuration.directories.state)/orders.\(name).sqlite"
    }

    /// What the loop holds for orders, with what the last start left.
    ///
    /// - Throws: `RiskRecordError` when the stored state cannot be read: then nothing may be traded.
    func control(_ recovery: OrderRecovery) throws -> OrderControl {
        var settings = OrderControl.Settings()
        settings.lifetime = configuration.orders.lifetime
        settings.flattensWhenKilled = configuration.orders.killAction == .flatten
        settings.requiresDemoAccount =
            configuration.mode == .paper && OrderRoute(configuration) == .gateway
            && !configuration.orders.allowsRealAccountOnPaper
        let ledger = OrderLedger(
            ledger: recovery.ledger,
            epoch: recovery.epoch,
            recovered: recovery.records
        )
        var risk = RiskEngine(configuration.risk.limits)
        let now = TradingLoop.StepTime(
            monotonic: MonotonicTime(nanoseconds: SystemClock.monotonicNanoseconds()),
            wall: WallTime(nanoseconds: SystemClock.wallNanoseconds())
        )
        if recovery.risk.fields.isEmpty {
            risk.restoreRate(recovery.recentCommands, at: now)
        } else {
            try risk.restore(recovery.risk, recentCommands: recovery.recentCommands, at: now)
        }
        for definition in try pinnedInstruments() { risk.pin(definition) }
        return OrderControl(
            settings,
            ledger: ledger,
            risk: risk,
            symbolCount: max(1, configuration.feeds.all.count) * configuration.feeds.symbolsMax
        )
    }

    private func definitionsInFile() throws -> [InstrumentDefinition] {
        try configuration.risk.instrumentsFile.map(InstrumentFile.read) ?? []
    }

    /// What the user says of instruments; a venue that disagrees halts the symbol.
    private func pinnedInstruments() throws -> [Instrument] {
        try definitionsInFile().map { definition in
            Instrument(
                symbol: definition.symbol,
                contractSize: definition.contractSize,
                tickSize: definition.tickSize,
                digits: definition.digits,
                volumeMin: definition.volumeMin,
                volumeMax: definition.volumeMax,
                volumeStep: definition.volumeStep,
                baseCurrency: definition.baseCurrency,
                profitCurrency: definition.profitCurrency,
                isTradable: definition.tradeMode == .full
            )
        }
    }

    /// How the order thread reaches a gateway.
    func entry(
        endpoint: String,
        events: String?,
        curve: CurveClientKeys?
    ) -> OrderEntryConfiguration {
        var entry = OrderEntryConfiguration(endpoint: endpoint)
        entry.eventsEndpoint = events
        entry.dispatch.ordersInFlightMax = configuration.orders.inFlightMax
        entry.dispatch.replyTimeout = configuration.orders.replyTimeout
        entry.dispatch.synchronizeInterval = configuration.orders.syncInterval
        entry.dispatch.quoteAgeMax = configuration.risk.limits.quoteAgeMax
        entry.dispatch.magic = Int64(configuration.orders.magic)
        entry.socket.curve = curve
        entry.eventSocket.curve = curve
        #if DEBUG
        entry.didReach = CrashPoint.hook()
        #endif
        entry.seed =
            UInt64(bitPattern: SystemClock.wallNanoseconds())
            ^ UInt64(ProcessStatistics.processID) << 40
        return entry
    }

    /// What the paper venue trades at the prices of feeds: what the user defines, and what is well known
    /// besides.
    func paperInstruments() throws -> [InstrumentDefinition] {
        let own = try definitionsInFile()
        let names = Set(own.map(\.symbol))
        return own + InstrumentDefinition.wellKnown.filter { !names.contains($0.symbol) }
    }

    /// The paper venue, which trades `instruments` or, without any, whatever is published.
    func desk(_ instruments: [InstrumentDefinition] = []) -> OrderDeskConfiguration {
        var desk = OrderDeskConfiguration()
        let name = OrderRoute(configuration).accountName(.paper)
        desk.stateDirectory = "\(configuration.directories.state)/\(name)"
        desk.killFile = paths.killFile
        desk.venue.instruments = instruments
        desk.venue.currency = configuration.risk.limits.accountCurrency
        // Longer than a loop that is held by a debugger for a moment, shorter than the kill.
        desk.leaseLength = .seconds(30)
        return desk
    }
}
