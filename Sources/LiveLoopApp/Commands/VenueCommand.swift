internal import Platform
internal import Telemetry
internal import TradingCore
internal import Venue
internal import WebSocket

/// `live-loop venue`: serves market data as Binance does.
struct VenueCommand {
    var options: VenueOptions

    /// Serves until its time is over or it is told to stop.
    func run() -> ExitCode {
        Start.reporting { () throws(StartRefused) in
            let signals = try Start.blockSignals()
            let configuration = try makeConfiguration()
            let server = try Start.refusing { try VenueServer(configuration, log: Self.log) }
            announce(server, configuration)
            var poll = PollSet(reading: [signals.pollDescriptor, server.endDescriptor])
            while signals.next() == nil, !poll.isReady(1) { _ = poll.wait(nanoseconds: nil) }
            server.stop()
            server.join()
            if let path = options.summaryFile {
                try Start.refusing {
                    try AtomicFile.write(Array((server.summary + "\n").utf8), to: path)
                }
            }
            if let failure = server.failure { Self.log(.error, failure) }
            return server.failure == nil ? .success : .failure
        }
    }

    /// Tells where it serves, and how a client can trust it.
    private func announce(_ server: VenueServer, _ configuration: VenueConfiguration) {
        let places = [server.secureEndpoint, server.plainEndpoint, server.restEndpoint]
        let symbols = server.symbols
        let shown = symbols.prefix(8).joined(separator: ",") + (symbols.count > 8 ? ",…" : "")
        Self.log(
            .info,
            "venue serves \(server.kind.rawValue) \(shown) on "
                + places.compactMap { $0 }.joined(separator: ", ")
        )
        if server.secureEndpoint != nil, let identity = configuration.identity {
            Self.log(.info, "clients trust it by the file \(identity.certificateFile)")
        }
    }

    private func makeConfiguration() throws(StartRefused) -> VenueConfiguration {
        var configuration = VenueConfiguration()
        if let text = options.market {
            guard let kind = MarketKind(rawValue: text) else {
                let known = MarketKind.allCases.map(\.rawValue).joined(separator: ", ")
                throw usage("--market \(text): accepted is one of \(known)")
            }
            configuration.kind = kind
        }
        configuration.market = market(configuration.market)
        configuration.pace = options.speed.map { .multiple($0) } ?? .flatOut
        configuration.secureAddress = options.secureAddress.map(Self.address)
        configuration.plainAddress = options.plainAddress.map(Self.address)
        if let address = options.restAddress { configuration.restAddress = Self.address(address) }
        configuration.identity = try identity()
        do throws(VenueError) {
            for text in options.faults {
                configuration.faults.append(try ScheduledVenueFault(text))
            }
        } catch {
            throw usage("\(error)")
        }
        configuration.acceptsFaultRequests = !options.refusesFaults
        configuration.merges = options.merges
        configuration.subscriberWait = options.subscriberWait
        configuration.subscribersWanted =
            options.subscribersWanted ?? configuration.subscribersWanted
        configuration.connectionLife = options.connectionLife ?? configuration.connectionLife
        configuration.pingInterval = options.pingInterval
        configuration.pongTimeout = options.pongTimeout
        configuration.queuedBytesMax = options.queuedBytesMax ?? configuration.queuedBytesMax
        configuration.requestWeightMax = options.requestWeightMax
        configuration.connectionsPerFiveMinutes =
            options.connectionsPerFiveMinutes ?? configuration.connectionsPerFiveMinutes
        configuration.hasChecksums = options.hasChecksums
        configuration.runTime = options.runTime
        configuration.stayAfterReplay = options.stayAfterReplay
        return configuration
    }

    private func market(_ usual: VenueConfiguration.Market) -> VenueConfiguration.Market {
        guard options.replayFiles.isEmpty else { return .replay(options.replayFiles) }
        guard case .synthetic(let symbols, let rate, _) = usual else { return usual }
        return .synthetic(
            symbols: options.symbols.isEmpty ? symbols : options.symbols,
            rate: options.rate.map(Double.init) ?? rate,
            seed: UInt64(options.seed)
        )
    }

    private func identity() throws(StartRefused) -> VenueConfiguration.Identity? {
        if let certificate = options.certificateFile, let key = options.keyFile {
            return VenueConfiguration.Identity(certificateFile: certificate, keyFile: key)
        }
        guard let directory = options.certificateDirectory else { return nil }
        guard (try? FileStatus(followingLinksOf: directory).kind) == .directory else {
            throw usage("--tls-dir \(directory): there is no such directory")
        }
        let identity = VenueConfiguration.Identity(
            certificateFile: directory + "/venue-certificate.pem",
            keyFile: directory + "/venue-key.pem"
        )
        try Start.refusing {
            try SelfMadeIdentity.make(
                certificateFile: identity.certificateFile,
                keyFile: identity.keyFile
            )
        }
        return identity
    }

    private static func address(_ address: ListenAddress) -> VenueConfiguration.Address {
        VenueConfiguration.Address(host: address.host, port: address.port)
    }

    private func usage(_ message: String) -> StartRefused {
        StartRefused(.usage, "live-loop venue: \(message)")
    }

    private static let log: VenueLog = { level, text in
        let now = WallTime(nanoseconds: SystemClock.wallNanoseconds())
        let record = LogRecord(
            wallNanoseconds: now.nanoseconds,
            level: level == .info ? .info : level == .warning ? .warning : .error,
            component: "venue",
            message: text
        )
        let line = record.line(time: now.description, format: .text)
        StandardStreams.writeError(line.hasSuffix("\n") ? line : line + "\n")
    }
}
