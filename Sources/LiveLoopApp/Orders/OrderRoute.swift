internal import Gateway
internal import OrderEntry
internal import Platform
internal import TradingCore
internal import ZeroMQ

/// Where orders go, as the configuration has it.
enum OrderRoute: Equatable {
    /// Nowhere: market data comes from outside, and no order gateway is named.
    case none
    /// To the paper venue of the embedded gateway.
    case embedded
    /// To a gateway of the user.
    case gateway

    init(_ configuration: AppConfiguration) {
        if configuration.orders.gateway != nil {
            self = .gateway
        } else {
            self = configuration.feeds.usesEmbeddedGateway ? .embedded : .none
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

    /// Where the ledger lies; paper and live have one each, whatever directory they share.
    static func ledgerPath(_ configuration: AppConfiguration) -> String {
        "\(configuration.directories.state)/orders.\(configuration.mode.rawValue).sqlite"
    }

    /// What the loop holds for orders, with what the last start left.
    ///
    /// - Throws: `RiskRecordError` when the stored state cannot be read: then nothing may be traded.
    func control(_ recovery: OrderRecovery) throws -> OrderControl {
        var settings = OrderControl.Settings()
        settings.lifetime = configuration.orders.lifetime
        settings.flattensWhenKilled = configuration.orders.killAction == .flatten
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

    /// What the user says of instruments; a venue that disagrees halts the symbol.
    private func pinnedInstruments() throws -> [Instrument] {
        guard let path = configuration.risk.instrumentsFile else { return [] }
        return try InstrumentFile.read(path).map { definition in
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
        entry.seed =
            UInt64(bitPattern: SystemClock.wallNanoseconds())
            ^ UInt64(ProcessStatistics.processID) << 40
        return entry
    }

    /// The paper venue of the embedded gateway.
    func desk() -> OrderDeskConfiguration {
        var desk = OrderDeskConfiguration()
        desk.stateDirectory = "\(configuration.directories.state)/paper"
        desk.killFile = paths.killFile
        desk.venue.currency = configuration.risk.limits.accountCurrency
        // Longer than a loop that is held by a debugger for a moment, shorter than the kill.
        desk.leaseLength = .seconds(30)
        return desk
    }
}
