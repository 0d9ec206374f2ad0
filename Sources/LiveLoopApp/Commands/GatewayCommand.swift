internal import Gateway
internal import Platform
internal import Telemetry
internal import TradingCore
internal import ZeroMQ

/// `live-loop gateway`: serves ticks as an MT5 gateway does.
struct GatewayCommand {
    var options: GatewayOptions

    /// Runs the gateway until its time is over or it is told to stop.
    func run() -> ExitCode {
        Start.reporting { () throws(StartRefused) in
            let signals = try Start.blockSignals()
            let configuration = try makeConfiguration()
            let server = try Start.refusing {
                try GatewayServer(configuration: configuration, context: Context(), log: Self.log)
            }
            var poll = PollSet(reading: [signals.pollDescriptor, server.endDescriptor])
            while signals.next() == nil, !poll.isReady(1) { _ = poll.wait(nanoseconds: nil) }
            server.stop()
            server.join()
            let orders = configuration.orders == nil ? nil : server.orderTruth
            for line in server.truth.summaryLines { StandardStreams.writeOutput(line + "\n") }
            if let orders { StandardStreams.writeOutput(orders.summaryLine + "\n") }
            if let path = options.summaryFile {
                try Start.refusing {
                    try AtomicFile.write(
                        Array((server.truth.json(with: orders) + "\n").utf8),
                        to: path
                    )
                }
            }
            return server.truth.failure == nil ? .success : .failure
        }
    }

    private func makeConfiguration() throws(StartRefused) -> GatewayConfiguration {
        var configuration = GatewayConfiguration()
        if let endpoint = options.publishEndpoint { configuration.publishEndpoint = endpoint.text }
        if let endpoint = options.replyEndpoint { configuration.replyEndpoint = endpoint.text }
        if !options.replayFiles.isEmpty {
            configuration.market = .replay(
                options.replayFiles.map(ReplayFile.init),
                repeats: options.loops
            )
        } else if !options.symbols.isEmpty || options.rate != nil {
            configuration.market = .synthetic(
                symbols: options.symbols.isEmpty
                    ? SyntheticMarket.defaultSymbols : options.symbols,
                rate: options.rate.map(Double.init) ?? SyntheticMarket.defaultRate,
                seed: 1
            )
        }
        configuration.pace = options.speed.map { .multiple($0) } ?? .flatOut
        if let text = options.form {
            guard let form = FrameForm(rawValue: text) else {
                let known = FrameForm.allCases.map(\.rawValue).joined(separator: ", ")
                throw usage("--form \(text): accepted is one of \(known)")
            }
            configuration.form = form
        }
        for text in options.faults {
            do throws(GatewayError) {
                configuration.faults.append(try ScheduledFault(text))
            } catch {
                throw usage("\(error)")
            }
        }
        configuration.subscriberWait = options.subscriberWait
        configuration.runTime = options.runTime
        configuration.acceptsFaultCommands = !options.refusesFaults
        if !options.refusesOrders { configuration.orders = try makeOrders() }
        return configuration
    }

    private func makeOrders() throws(StartRefused) -> OrderDeskConfiguration {
        var orders = OrderDeskConfiguration()
        orders.crashEndsProcess = true
        orders.stateDirectory = options.stateDirectory
        orders.killFile = options.killFile
        orders.leaseLength = options.leaseLength ?? orders.leaseLength
        orders.ordersPerSecond = options.ordersPerSecond ?? orders.ordersPerSecond
        orders.acceptsOrdersWithoutExpiry = options.acceptsOrdersWithoutExpiry
        for name in options.contractGaps {
            guard let point = GatewayContract(name: name) else {
                let known = GatewayContract.names.joined(separator: ", ")
                throw usage("--without \(name): accepted are \(known)")
            }
            orders.contract.remove(point)
        }
        do throws(GatewayError) {
            for text in options.paperSettings { try orders.venue.apply(text) }
            if let path = options.instrumentFile {
                orders.venue.instruments = try InstrumentFile.read(path)
            }
        } catch {
            throw usage("\(error)")
        }
        return orders
    }

    private func usage(_ message: String) -> StartRefused {
        StartRefused(.usage, "live-loop gateway: \(message)")
    }

    private static let log: GatewayLog = { level, text in
        let now = WallTime(nanoseconds: SystemClock.wallNanoseconds())
        let record = LogRecord(
            wallNanoseconds: now.nanoseconds,
            level: level == .info ? .info : level == .warning ? .warning : .error,
            component: "gateway",
            message: text
        )
        let line = record.line(time: now.description, format: .text)
        StandardStreams.writeError(line.hasSuffix("\n") ? line : line + "\n")
    }
}
