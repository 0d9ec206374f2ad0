/// A sub-command.
package enum CommandLineCommand: String, Sendable, CaseIterable {
    case run
    case gateway
    case venue
    case listen
    case audit
    case config
    case status
    case kill
    case reset
    case orders
    case reload
    case alertTest = "alert-test"
    case bench

    /// What it does, in one line.
    package var summary: String {
        switch self {
        case .run: "takes market data in and runs the strategy (the default command)"
        case .gateway: "serves ticks as an MT5 gateway does, for trials and tests"
        case .venue: "serves market data as Binance does, for trials and tests"
        case .listen: "prints what a feed sends, to prove that it can be reached"
        case .audit: "checks this machine and this configuration before production"
        case .config: "prints every effective setting, its origin and its meaning"
        case .status: "prints what the running instance says of itself"
        case .kill: "engages the kill switch: nothing that adds exposure is sent any more"
        case .reset: "releases the kill switch, by a named person for a stated reason"
        case .orders: "shows the ledger of orders, and settles what only a person can"
        case .reload: "has the running instance read its settings again"
        case .alertTest: "posts one alert through the configured webhook, and says what came back"
        case .bench: "measures this build on this machine"
        }
    }

    /// The words that may follow without being options.
    var operands: CommandLineOperands? {
        switch self {
        case .bench:
            CommandLineOperands(
                form: "[SUITE…] | subject --connect ENDPOINT",
                meaning: "the suites to run (all by default), or the subject of a comparison"
            )
        case .orders:
            CommandLineOperands(
                form: "[settle --id ID --as STATE --operator NAME --reason TEXT]",
                meaning: "settle: says what became of an order whose outcome is unknown"
            )
        default: nil
        }
    }

    /// The options it knows, in the order of its help.
    var options: [CommandLineOption] {
        switch self {
        case .run: CommandLineOption.run
        case .gateway: CommandLineOption.gateway
        case .venue: CommandLineOption.venue
        case .listen: CommandLineOption.listen
        case .audit: [.live, .json, .environmentFile]
        case .config: CommandLineOption.config
        case .status: CommandLineOption.status
        case .kill: CommandLineOption.kill
        case .reset: CommandLineOption.reset
        case .orders: CommandLineOption.orders
        case .reload: [.environmentFile]
        case .alertTest: CommandLineOption.alertTest
        case .bench: CommandLineOption.bench
        }
    }
}

/// Words of a command that are no options.
struct CommandLineOperands: Sendable {
    let form: String
    let meaning: String
}

/// An option of a command: a flag, or a name with a value.
struct CommandLineOption: Sendable {
    /// How many values may follow.
    enum Arity: Sendable {
        /// None.
        case flag
        /// One, and the option may be given once.
        case one
        /// One, and the option may be repeated.
        case repeated
        /// One or more, and the option may be repeated.
        case several
    }

    /// The name with its dashes.
    let name: String
    /// What the value is, in capitals; empty for a flag.
    let value: String
    /// How many values may follow.
    let arity: Arity
    /// Whether the command needs it.
    let isRequired: Bool
    /// What it does.
    let meaning: String

    /// An option with a value.
    init(
        _ name: String,
        _ value: String,
        arity: Arity = .one,
        isRequired: Bool = false,
        _ meaning: String
    ) {
        self.name = name
        self.value = value
        self.arity = arity
        self.isRequired = isRequired
        self.meaning = meaning
    }

    /// An option that is given or not.
    init(flag name: String, _ meaning: String) {
        self.name = name
        value = ""
        arity = .flag
        isRequired = false
        self.meaning = meaning
    }
}

extension CommandLineOption {
    static let json = CommandLineOption(flag: "--json", "prints JSON for a program")
    static let live = CommandLineOption(
        flag: "--live",
        "measures the running instance against the baseline, for some seconds"
    )
    static let environmentFile = CommandLineOption(
        "--env-file",
        "FILE",
        "reads variables from this file instead of .env; the environment wins over it"
    )
    private static let symbol = CommandLineOption(
        "--symbol",
        "SYMBOL",
        "for this symbol only, instead of everything"
    )

    static let run = [
        CommandLineOption(
            "--for",
            "DURATION",
            "ends after this time, as in 90s, 10m, 24h (a bare number counts seconds); over RUN_HOURS"
        ),
        CommandLineOption("--summary", "FILE", "writes the counters there at the end, as JSON"),
        environmentFile,
        CommandLineOption("--strategy", "NAME[?K=V&…]", "runs this strategy; over STRATEGY"),
        CommandLineOption("--log-level", "LEVEL", "debug, info, warning or error; over LOG_LEVEL"),
    ]

    static let gateway = [
        CommandLineOption("--pub", "ENDPOINT", "publishes ticks there, as in tcp://127.0.0.1:5556"),
        CommandLineOption("--rep", "ENDPOINT", "answers commands there"),
        CommandLineOption(
            "--replay",
            "FILE…",
            arity: .several,
            "publishes the ticks of these files in this order"
        ),
        CommandLineOption(
            "--speed",
            "FACTOR|max",
            "replays this many times faster than recorded, or as fast as possible (1 by default)"
        ),
        CommandLineOption("--rate", "N", "publishes N synthetic ticks a second"),
        CommandLineOption("--symbols", "A,B", "publishes synthetic ticks of these symbols"),
        CommandLineOption("--form", "FORM", "writes ticks in this wire form"),
        CommandLineOption("--fault", "FAULT", arity: .repeated, "does this wrong on purpose"),
        CommandLineOption(flag: "--loop", "begins the replay again at its end"),
        CommandLineOption(
            "--wait-subscriber",
            "SECONDS",
            "holds the first tick back until someone subscribes, at most this long"
        ),
        CommandLineOption("--summary", "FILE", "writes what was sent there at the end, as JSON"),
        CommandLineOption("--for", "DURATION", "ends after this time"),
        CommandLineOption(
            "--state",
            "DIR",
            "stores orders there, durably; without it they are forgotten at the end"
        ),
        CommandLineOption(
            "--paper",
            "KEY=VALUE,…",
            arity: .repeated,
            "the paper account, as in account=netting,latency=5,slippage=2"
        ),
        CommandLineOption("--instruments", "FILE", "defines instruments, as JSON"),
        CommandLineOption(
            "--without",
            "POINT,…",
            "breaks its contract there: dedup, expiry, boot-id, status, fence, lease, rate-limit"
        ),
        CommandLineOption("--kill-file", "FILE", "executes nothing new while this file is there"),
        CommandLineOption("--lease", "DURATION", "how long one heartbeat of a client lasts (15s)"),
        CommandLineOption("--order-rate", "N", "takes at most N new orders a second (1000)"),
        CommandLineOption(flag: "--allow-no-expiry", "takes orders without valid_until"),
        CommandLineOption(flag: "--refuse-faults", "refuses the command FAULT"),
        CommandLineOption(flag: "--no-orders", "knows no order commands"),
    ]

    static let listen = [
        CommandLineOption("--endpoint", "ENDPOINT", "connects there; else to the first feed"),
        CommandLineOption(
            "--timeout",
            "DURATION",
            "listens this long, which is the longest wait for the first tick, too (10s)"
        ),
        CommandLineOption("--count", "N", "ends earlier, after N ticks"),
        environmentFile,
    ]

    static let config = [
        json,
        CommandLineOption(
            flag: "--example",
            "prints a .env file with every variable and its default"
        ),
        CommandLineOption(flag: "--markdown", "prints the tables of docs/configuration.md"),
        CommandLineOption(flag: "--metrics", "prints the tables of docs/metrics.md"),
        environmentFile,
    ]

    static let status = [
        json,
        CommandLineOption(flag: "--watch", "shows it again and again until it is stopped"),
        CommandLineOption("--interval", "DURATION", "watch: the time between two looks (1s)"),
        environmentFile,
    ]

    static let kill = [
        symbol,
        CommandLineOption("--operator", "NAME", "who does it; the user's name by default"),
        CommandLineOption("--reason", "TEXT", "why"),
        environmentFile,
    ]

    static let reset = [
        CommandLineOption("--operator", "NAME", isRequired: true, "who does it"),
        CommandLineOption("--reason", "TEXT", isRequired: true, "why it is safe to go on"),
        symbol,
        CommandLineOption(
            "--accept-result",
            "AMOUNT",
            "after a loss limit: losses of the day count from this result on, as in -120"
        ),
        CommandLineOption(
            "--daily-loss-max",
            "AMOUNT",
            "after a loss limit: a higher limit for the rest of the day"
        ),
        environmentFile,
    ]

    static let orders = [
        CommandLineOption(flag: "--open", "those that are not settled for good"),
        CommandLineOption(flag: "--unknown", "those whose outcome nobody knows"),
        CommandLineOption("--id", "ID", "one order, with all that was learned of it"),
        CommandLineOption("--as", "STATE", "settle: filled, cancelled or rejected"),
        CommandLineOption("--operator", "NAME", "settle: who says so"),
        CommandLineOption("--reason", "TEXT", "settle: from what the person knows it"),
        json,
        environmentFile,
    ]

    static let alertTest = [
        CommandLineOption("--severity", "LEVEL", "info, warning or critical (info)"),
        environmentFile,
    ]

    static let bench = [
        json,
        CommandLineOption("--connect", "ENDPOINT", "subject: receives from there"),
        CommandLineOption("--cpu", "N", "subject: runs on this CPU only"),
    ]
}
