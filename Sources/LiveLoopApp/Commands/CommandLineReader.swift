import TradingCore

/// Gives the options of a command their types.
struct CommandLineReader {
    let command: CommandLineCommand
    let words: CommandLineWords

    func invocation() throws(CommandLineError) -> CommandLineInvocation {
        switch command {
        case .run: .run(try run())
        case .gateway: .gateway(try gateway())
        case .venue: .venue(try venue())
        case .listen: .listen(try listen())
        case .audit: .audit(audit())
        case .config: .config(try config())
        case .status: .status(try status())
        case .kill: .kill(try kill())
        case .reset: .reset(try reset())
        case .orders: .orders(try orders())
        case .reload: .reload(reload())
        case .alertTest: .alertTest(try alertTest())
        case .bench: .bench(try bench())
        }
    }

    // MARK: Commands

    private func run() throws(CommandLineError) -> RunOptions {
        var options = RunOptions()
        options.summaryFile = text("--summary")
        options.environmentFile = text("--env-file")
        if let runTime = try duration("--for") {
            let text = DurationText.render(runTime, bare: nil)
            options.settings["RUN_HOURS"] = SourcedText(text, .option("--for"))
        }
        for (name, variable) in [("--strategy", "STRATEGY"), ("--log-level", "LOG_LEVEL")] {
            guard let value = text(name) else { continue }
            var scratch = AppConfiguration()
            if let accepted = SettingsTable.setting(named: variable)?.apply(value, to: &scratch) {
                throw words.fault("\(name) '\(value)': accepted is \(accepted)")
            }
            options.settings[variable] = SourcedText(value, .option(name))
        }
        return options
    }

    private func gateway() throws(CommandLineError) -> GatewayOptions {
        var options = GatewayOptions()
        options.publishEndpoint = try endpoint("--pub", for: .bind)
        options.replyEndpoint = try endpoint("--rep", for: .bind)
        options.replayFiles = words.all("--replay")
        if let speed = text("--speed") {
            options.speed = speed == "max" ? nil : try factor("--speed", speed)
        }
        options.rate = try integer("--rate", 1...10_000_000)
        options.symbols = try symbols("--symbols")
        options.form = text("--form")
        options.faults = words.all("--fault")
        options.loops = isGiven("--loop")
        options.subscriberWait = try duration("--wait-subscriber")
        options.runTime = try duration("--for")
        options.summaryFile = text("--summary")
        if !options.replayFiles.isEmpty, options.rate != nil {
            throw words.fault("--rate is for synthetic ticks; a replay takes --speed")
        }
        try gatewayOrders(&options)
        return options
    }

    private func gatewayOrders(_ options: inout GatewayOptions) throws(CommandLineError) {
        options.refusesOrders = isGiven("--no-orders")
        options.stateDirectory = text("--state")
        options.paperSettings = words.all("--paper")
        options.instrumentFile = text("--instruments")
        options.contractGaps = text("--without")?.split(separator: ",").map(String.init) ?? []
        options.killFile = text("--kill-file")
        options.leaseLength = try duration("--lease")
        options.ordersPerSecond = try integer("--order-rate", 1...1_000_000)
        options.acceptsOrdersWithoutExpiry = isGiven("--allow-no-expiry")
        options.refusesFaults = isGiven("--refuse-faults")
    }

    private func listen() throws(CommandLineError) -> ListenOptions {
        var options = ListenOptions()
        options.endpoint = try endpoint("--endpoint", for: .connect)
        if let timeout = try duration("--timeout") { options.timeout = timeout }
        options.count = try integer("--count", 1...1_000_000_000)
        options.environmentFile = text("--env-file")
        return options
    }

    private func audit() -> AuditOptions {
        var options = AuditOptions()
        options.isLive = isGiven("--live")
        options.isJSON = isGiven("--json")
        options.environmentFile = text("--env-file")
        return options
    }

    private func config() throws(CommandLineError) -> ConfigOptions {
        var options = ConfigOptions()
        options.environmentFile = text("--env-file")
        let forms: [(String, ConfigOptions.Form)] = [
            ("--json", .json), ("--example", .example), ("--markdown", .markdown),
            ("--metrics", .metrics),
        ]
        let given = forms.filter { isGiven($0.0) }
        guard given.count <= 1 else {
            throw words.fault("\(given[0].0) and \(given[1].0) cannot be given together")
        }
        options.form = given.first?.1 ?? .text
        return options
    }

    func amount(_ name: String) throws(CommandLineError) -> String? {
        guard let text = text(name) else { return nil }
        guard ExactDecimal(typed: text) != nil else {
            throw words.fault("\(name) '\(text)': accepted is an amount, as in -120.50")
        }
        return text
    }

    private func orders() throws(CommandLineError) -> OrdersOptions {
        var options = OrdersOptions()
        options.isJSON = isGiven("--json")
        options.environmentFile = text("--env-file")
        let id = try orderID("--id")
        guard words.operands.isEmpty else {
            guard words.operands == ["settle"] else {
                throw words.fault("the only word that may follow is settle")
            }
            options.work = .settle(try settlement(id))
            return options
        }
        let selections: [(Bool, OrdersOptions.Selection)] = [
            (isGiven("--open"), .open), (isGiven("--unknown"), .unknown),
        ]
        let given = selections.filter(\.0).map(\.1) + (id.map { [.id($0)] } ?? [])
        guard given.count <= 1 else {
            throw words.fault("--open, --unknown and --id cannot be given together")
        }
        options.work = .list(given.first ?? .all)
        return options
    }

    private func settlement(_ id: OrderID?) throws(CommandLineError) -> OrderSettlementRequest {
        guard let id else { throw words.fault("settle needs --id ID") }
        let word = text("--as") ?? ""
        let states = OrderSettlementRequest.states
        guard let state = states.first(where: { $0.word == word })?.state else {
            throw words.fault(
                "--as '\(word)': accepted is one of " + states.map(\.word).joined(separator: ", ")
            )
        }
        return OrderSettlementRequest(
            id: id,
            state: state,
            operatorName: try statement("--operator"),
            reason: try statement("--reason")
        )
    }

    private func orderID(_ name: String) throws(CommandLineError) -> OrderID? {
        guard let text = text(name) else { return nil }
        guard let id = OrderID(text) else {
            throw words.fault("\(name) '\(text)': accepted is an id as live-loop orders prints it")
        }
        return id
    }

    private func bench() throws(CommandLineError) -> BenchOptions {
        var options = BenchOptions()
        options.isJSON = isGiven("--json")
        let connect = try endpoint("--connect", for: .connect)
        let cpu = try integer("--cpu", 0...1023)
        guard words.operands.contains("subject") else {
            guard connect == nil, cpu == nil else {
                throw words.fault("--connect and --cpu are for 'bench subject'")
            }
            options.work = .suites(words.operands)
            return options
        }
        guard words.operands.count == 1 else {
            throw words.fault("'subject' stands alone, without suites")
        }
        guard let connect else { throw words.fault("'subject' needs --connect ENDPOINT") }
        options.work = .subject(connect: connect, cpu: cpu)
        return options
    }

    // MARK: Types

    func isGiven(_ name: String) -> Bool { !words.all(name).isEmpty }

    func text(_ name: String) -> String? { words.all(name).first }

    func duration(_ name: String) throws(CommandLineError) -> Duration? {
        guard let text = text(name) else { return nil }
        let format = ValueFormat.duration(
            bare: .seconds,
            .milliseconds(1) ... .seconds(8784 * 3600)
        )
        return try read(name, text, format)
    }

    func integer(
        _ name: String,
        _ range: ClosedRange<Int>
    ) throws(CommandLineError) -> Int? {
        guard let text = text(name) else { return nil }
        return try read(name, text, .integer(range))
    }

    func factor(_ name: String, _ text: String) throws(CommandLineError) -> Double {
        try read(name, text, .factor(0.001...1_000_000))
    }

    func read<Value>(
        _ name: String,
        _ text: String,
        _ format: ValueFormat<Value>
    ) throws(CommandLineError) -> Value {
        do throws(ValueRefusal) {
            return try format.parse(text)
        } catch {
            let accepted = error.accepted ?? format.accepted
            throw words.fault("\(name) '\(text)': accepted is \(accepted)")
        }
    }

    private func endpoint(
        _ name: String,
        for use: Endpoint.Use
    ) throws(CommandLineError) -> Endpoint? {
        guard let text = text(name) else { return nil }
        guard let endpoint = Endpoint(text, for: use) else {
            throw words.fault(
                "\(name) '\(text)': accepted is tcp://host:port, ipc://path or inproc://name"
            )
        }
        return endpoint
    }

    func symbol(_ name: String) throws(CommandLineError) -> String? {
        guard let text = text(name) else { return nil }
        guard SymbolName.isValid(text) else {
            throw words.fault("\(name) '\(text)': accepted are \(SymbolName.accepted)")
        }
        return text
    }

    func symbols(_ name: String) throws(CommandLineError) -> [String] {
        guard let text = text(name) else { return [] }
        let list = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        guard list.allSatisfy(SymbolName.isValid), Set(list).count == list.count else {
            throw words.fault("\(name) '\(text)': accepted are \(SymbolName.accepted), each once")
        }
        return list
    }

    /// A text that says something: a reset by "" for " " is no statement.
    func statement(_ name: String) throws(CommandLineError) -> String {
        let text = text(name) ?? ""
        let isStated = text.unicodeScalars.contains { !$0.properties.isWhitespace }
        guard isStated, text.utf8.count <= 500 else {
            throw words.fault("\(name) needs a text of at most 500 bytes")
        }
        return text
    }
}
