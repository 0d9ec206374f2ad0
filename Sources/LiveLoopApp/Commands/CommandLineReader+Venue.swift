extension CommandLineReader {
    /// The options of `venue`.
    func venue() throws(CommandLineError) -> VenueOptions {
        var options = VenueOptions()
        options.replayFiles = words.all("--replay")
        options.market = text("--market")
        if let speed = text("--speed") {
            options.speed = speed == "max" ? nil : try factor("--speed", speed)
        }
        options.rate = try integer("--rate", 1...10_000_000)
        options.symbols = try symbols("--symbols")
        options.seed = try integer("--seed", 0...Int(Int32.max)) ?? options.seed
        for part in text("--merge")?.split(separator: ",", omittingEmptySubsequences: false) ?? [] {
            options.merges.append(try read("--merge", String(part), .integer(1...10_000)))
        }
        if !options.replayFiles.isEmpty, options.rate != nil || !options.symbols.isEmpty {
            throw words.fault(
                "--rate and --symbols are for a made-up market; a replay takes --speed"
            )
        }
        try venueAddresses(&options)
        try venueLimits(&options)
        options.faults = words.all("--fault")
        options.refusesFaults = isGiven("--refuse-faults")
        options.hasChecksums = isGiven("--checksums")
        options.summaryFile = text("--summary")
        options.runTime = try duration("--for")
        options.stayAfterReplay = try duration("--stay")
        return options
    }

    private func venueAddresses(_ options: inout VenueOptions) throws(CommandLineError) {
        options.certificateFile = text("--tls-cert")
        options.keyFile = text("--tls-key")
        options.certificateDirectory = text("--tls-dir")
        guard (options.certificateFile == nil) == (options.keyFile == nil) else {
            throw words.fault("--tls-cert and --tls-key belong together")
        }
        options.secureAddress = try listenAddress("--wss")
        options.plainAddress = try listenAddress("--ws")
        let hasIdentity = options.certificateFile != nil || options.certificateDirectory != nil
        if options.secureAddress != nil, !hasIdentity {
            throw words.fault("--wss needs --tls-dir, or --tls-cert with --tls-key")
        }
        if options.secureAddress == nil, hasIdentity {
            options.secureAddress = ListenAddress("127.0.0.1:9443")
        }
        if options.secureAddress == nil, options.plainAddress == nil {
            options.plainAddress = ListenAddress("127.0.0.1:9081")
        }
        options.restAddress = try listenAddress("--rest") ?? options.restAddress
    }

    private func venueLimits(_ options: inout VenueOptions) throws(CommandLineError) {
        options.subscriberWait = try duration("--wait-subscriber")
        options.subscribersWanted = try integer("--subscribers", 1...1000)
        options.connectionLife = try duration("--life")
        options.pingInterval = try duration("--ping")
        options.pongTimeout = try duration("--pong")
        options.queuedBytesMax = try integer("--queue", 65_536...1_073_741_824)
        options.requestWeightMax = try integer("--weight", 1...1_000_000_000)
        options.connectionsPerFiveMinutes = try integer("--connects", 1...1_000_000_000)
    }

    private func listenAddress(_ name: String) throws(CommandLineError) -> ListenAddress? {
        guard let text = text(name) else { return nil }
        guard let address = ListenAddress(text) else {
            throw words.fault("\(name) '\(text)': accepted is ADDRESS:PORT, as in 127.0.0.1:9081")
        }
        return address
    }
}
