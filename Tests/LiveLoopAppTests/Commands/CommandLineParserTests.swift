import LiveLoopApp
import Testing

@Suite struct CommandLineParserTests {
    private func parse(_ line: String) throws(CommandLineError) -> CommandLineInvocation {
        try CommandLineParser.parse(line.split(separator: " ").map(String.init))
    }

    private func message(_ line: String) -> String {
        do throws(CommandLineError) {
            return "accepted: \(try parse(line))"
        } catch {
            return error.message
        }
    }

    @Test func `run is the command when none is named`() throws {
        #expect(try parse("") == .run(RunOptions()))
        #expect(try parse("run") == .run(RunOptions()))
        #expect(try parse("--for 5") == parse("run --for 5"))
    }

    @Test func `run's options become settings that win, with the option as their origin`() throws {
        var options = RunOptions()
        options.summaryFile = "s.json"
        options.environmentFile = "my.env"
        options.settings = [
            "RUN_HOURS": SourcedText("90s", .option("--for")),
            "STRATEGY": SourcedText("sma-cross?fast=1", .option("--strategy")),
            "LOG_LEVEL": SourcedText("debug", .option("--log-level")),
        ]
        let line =
            "run --for 90 --summary s.json --env-file=my.env "
            + "--strategy=sma-cross?fast=1 --log-level debug"
        #expect(try parse(line) == .run(options))
        let resolved = try ResolvedConfiguration(
            SourcedText.merge(
                options: options.settings,
                environment: ["RUN_HOURS": "24"],
                file: nil
            )
        )
        #expect(resolved.configuration.loop.runTime == .seconds(90))
        #expect(resolved.origin(of: "RUN_HOURS") == .option("--for"))
    }

    @Test func `status is watched at an interval, and reload asks the instance of a file`() throws {
        var status = StatusOptions()
        status.watches = true
        #expect(try parse("status --watch") == .status(status))
        status.interval = .milliseconds(250)
        #expect(try parse("status --watch --interval 250ms") == .status(status))
        #expect(message("status --interval 1s").contains("--interval is for --watch"))
        #expect(message("status --watch --interval 10ms").contains("from 100ms on"))
        var reload = ReloadOptions()
        reload.environmentFile = "my.env"
        #expect(try parse("reload --env-file my.env") == .reload(reload))
        #expect(message("reload now").contains("not expected"))
    }

    @Test func `gateway takes several files, repeated faults and a speed without limit`() throws {
        var options = GatewayOptions()
        options.publishEndpoint = Endpoint("tcp://127.0.0.1:*", for: .bind)
        options.replyEndpoint = Endpoint("ipc:///tmp/x", for: .bind)
        options.replayFiles = ["a.csv", "b.csv", "c.csv"]
        options.speed = nil
        options.symbols = ["EURUSD", "XAUUSD"]
        options.form = "json"
        options.faults = ["drop=3", "stall=5s"]
        options.loops = true
        options.subscriberWait = .seconds(5)
        options.runTime = .seconds(600)
        let line =
            "gateway --pub tcp://127.0.0.1:* --rep ipc:///tmp/x --replay a.csv b.csv --speed max "
            + "--symbols EURUSD,XAUUSD --form json --fault drop=3 --fault=stall=5s --loop "
            + "--wait-subscriber 5 --for 10m --replay c.csv"
        #expect(try parse(line) == .gateway(options))
        options = GatewayOptions()
        options.rate = 100
        options.speed = 2.5
        #expect(try parse("gateway --rate 100 --speed 2.5") == .gateway(options))
    }

    @Test func `the small commands take their options`() throws {
        var listen = ListenOptions()
        listen.endpoint = Endpoint("tcp://a:1", for: .connect)
        listen.timeout = .milliseconds(500)
        listen.count = 3
        #expect(
            try parse("listen --endpoint tcp://a:1 --timeout 500ms --count 3") == .listen(listen)
        )
        var audit = AuditOptions()
        audit.isJSON = true
        #expect(try parse("audit --json") == .audit(audit))
        var config = ConfigOptions()
        config.form = .markdown
        #expect(try parse("config --markdown") == .config(config))
        var status = StatusOptions()
        status.isJSON = true
        status.watches = true
        #expect(try parse("status --watch --json") == .status(status))
    }

    @Test func `a kill needs nothing, a reset needs a person and a reason`() throws {
        #expect(try parse("kill") == .kill(KillOptions()))
        var kill = KillOptions()
        kill.symbol = "XAUUSD"
        kill.operatorName = "ada"
        kill.reason = "news"
        #expect(try parse("kill --symbol XAUUSD --operator ada --reason news") == .kill(kill))
        let reset = ResetOptions(operatorName: "ada", reason: "checked")
        #expect(try parse("reset --operator ada --reason checked") == .reset(reset))
        #expect(message("reset --reason x") == "--operator NAME is required")
        #expect(message("reset --operator x") == "--reason TEXT is required")
        let blank = ["reset", "--operator", "ada", "--reason", " "]
        #expect(throws: CommandLineError.self) { try CommandLineParser.parse(blank) }
    }

    @Test func `bench takes suites or a subject`() throws {
        var bench = BenchOptions()
        #expect(try parse("bench") == .bench(bench))
        bench.work = .suites(["decode", "buffer"])
        bench.isJSON = true
        #expect(try parse("bench decode buffer --json") == .bench(bench))
        let endpoint = try #require(Endpoint("tcp://a:1", for: .connect))
        bench.work = .subject(connect: endpoint, cpu: 1)
        #expect(try parse("bench subject --connect tcp://a:1 --cpu 1 --json") == .bench(bench))
        #expect(message("bench subject") == "'subject' needs --connect ENDPOINT")
        #expect(message("bench subject x --connect tcp://a:1").contains("stands alone"))
        #expect(message("bench --cpu 1").contains("for 'bench subject'"))
    }

    @Test(
        arguments: [
            ("rnu", "unknown command 'rnu'; did you mean 'run'?"),
            ("frobnicate", "unknown command 'frobnicate'; one of run, gateway"),
            ("run --fro 5", "unknown option '--fro'; did you mean --for?"),
            ("run --zzzzzz", "unknown option '--zzzzzz'"), ("run -x", "unknown option '-x'"),
            ("run extra", "'extra' is not expected here"), ("run --for", "--for needs DURATION"),
            ("run --for=", "--for needs DURATION, which is empty"),
            ("run --for 5 --for 6", "--for is given twice"),
            ("status --json=1", "--json takes no value"),
            ("run --for -5", "--for '-5': accepted is a time"),
            ("run --for 1e309", "--for '1e309'"),
            ("run --for 0", "--for '0'"), ("run --strategy a?b", "--strategy 'a?b': accepted is"),
            ("run --log-level loud", "--log-level 'loud': accepted is one of debug"),
            ("gateway --pub tcp://x", "--pub 'tcp://x': accepted is tcp://host:port"),
            ("listen --endpoint tcp://*:1", "--endpoint 'tcp://*:1'"),
            ("gateway --speed 0", "--speed '0'"), ("gateway --rate nan", "--rate 'nan'"),
            ("gateway --symbols A,,B", "--symbols 'A,,B'"),
            ("gateway --symbols A,A", "--symbols 'A,A'"),
            ("gateway --replay a --rate 5", "--rate is for synthetic ticks"),
            ("listen --count 0", "--count '0'"), ("kill --symbol ../x,y", "--symbol '../x,y'"),
            ("config --json --example", "--json and --example cannot be given together"),
            ("status --operator x", "unknown option '--operator'"),
        ]
    ) func `a wrong command line is refused with what is wrong`(line: String, expected: String) {
        #expect(message(line).hasPrefix(expected))
    }

    @Test func `a refusal shows the usage and where to read on`() {
        let error = #expect(throws: CommandLineError.self) { try parse("kill --now") }
        let lines = error?.description.split(separator: "\n") ?? []
        #expect(lines.first == "live-loop kill: unknown option '--now'")
        #expect(lines.contains { $0.hasPrefix("Usage: live-loop kill [--symbol SYMBOL]") })
        #expect(lines.last == "Try: live-loop kill --help")
    }

    @Test func `help and version are asked for anywhere but in a value`() throws {
        #expect(try parse("--help") == .help(nil))
        #expect(try parse("-h") == .help(nil))
        #expect(try parse("--version") == .version)
        #expect(try parse("reset --help") == .help(.reset))
        #expect(try parse("run --for 5 --help") == .help(.run))
        #expect(try parse("kill --reason --help") != .help(.kill))
    }

    @Test(arguments: CommandLineCommand.allCases)
    func `the help of a command names its options and the exit codes`(command: CommandLineCommand) {
        let help = CommandLineHelp.text(command)
        #expect(help.hasPrefix("Usage: live-loop "))
        #expect(help.contains(command.summary))
        for code in ExitCode.allCases { #expect(help.contains("  \(code.rawValue) ")) }
        #expect(help.split(separator: "\n").allSatisfy { $0.count <= 104 })
        #expect(CommandLineHelp.text(nil).contains("  \(command.rawValue) "))
    }
}
