/// What the user asked for.
package enum CommandLineInvocation: Sendable, Equatable {
    case run(RunOptions)
    case gateway(GatewayOptions)
    case venue(VenueOptions)
    case listen(ListenOptions)
    case audit(AuditOptions)
    case config(ConfigOptions)
    case status(StatusOptions)
    case kill(KillOptions)
    case reset(ResetOptions)
    case orders(OrdersOptions)
    case reload(ReloadOptions)
    case alertTest(AlertTestOptions)
    case bench(BenchOptions)
    /// `--help`, of a command or of all.
    case help(CommandLineCommand?)
    /// `--version`.
    case version
}

/// `live-loop run`: the trading loop.
package struct RunOptions: Sendable, Equatable {
    /// `--summary`: where the counters are written at the end, as JSON.
    package var summaryFile: String?
    /// `--env-file`; `nil` is `.env` in the working directory, if there is one.
    package var environmentFile: String?
    /// `--for`, `--strategy` and `--log-level`, as the variables they stand for.
    package var settings: [String: SourcedText] = [:]

    package init() {}
}

/// `live-loop gateway`: a gateway that serves ticks for trials and tests.
package struct GatewayOptions: Sendable, Equatable {
    /// `--pub`: where ticks are published; `nil` is the gateway's own choice.
    package var publishEndpoint: Endpoint?
    /// `--rep`: where commands are answered.
    package var replyEndpoint: Endpoint?
    /// `--replay`: files whose ticks are published, in this order.
    package var replayFiles: [String] = []
    /// `--speed`: how many times faster than recorded; `nil` is as fast as possible (`max`).
    package var speed: Double? = 1
    /// `--rate`: synthetic ticks a second.
    package var rate: Int?
    /// `--symbols`: the symbols of synthetic ticks.
    package var symbols: [String] = []
    /// `--form`: the wire form of ticks; the gateway knows the names.
    package var form: String?
    /// `--fault`: what goes wrong on purpose; the gateway knows the grammar.
    package var faults: [String] = []
    /// `--loop`: whether a replay begins again at its end.
    package var loops = false
    /// `--wait-subscriber`: how long the first tick waits for a subscriber.
    package var subscriberWait: Duration?
    /// `--summary`: where the counts are written at the end, as JSON.
    package var summaryFile: String?
    /// `--for`: how long it runs; `nil` is until the end of the replay or until it is told to stop.
    package var runTime: Duration?
    /// `--no-orders`: whether order commands are unknown.
    package var refusesOrders = false
    /// `--state`: where orders are stored; `nil` keeps them in memory.
    package var stateDirectory: String?
    /// `--paper`: what the account and its venue are like; the gateway knows the grammar.
    package var paperSettings: [String] = []
    /// `--instruments`: a file of instruments, in place of the built-in table.
    package var instrumentFile: String?
    /// `--without`: the points of the contract that do not hold.
    package var contractGaps: [String] = []
    /// `--kill-file`: looked for before each execution.
    package var killFile: String?
    /// `--lease`: how long one heartbeat lasts.
    package var leaseLength: Duration?
    /// `--order-rate`: the most orders a second.
    package var ordersPerSecond: Int?
    /// `--allow-no-expiry`: whether orders without `valid_until` are taken.
    package var acceptsOrdersWithoutExpiry = false
    /// `--refuse-faults`: whether the command `FAULT` is refused.
    package var refusesFaults = false

    package init() {}
}

/// `live-loop listen`: prints what a feed sends.
package struct ListenOptions: Sendable, Equatable {
    /// `--endpoint`; `nil` is the first configured feed.
    package var endpoint: Endpoint?
    /// `--timeout`: the longest wait for a message.
    package var timeout = Duration.seconds(10)
    /// `--count`: the messages to print; `nil` is until the timeout.
    package var count: Int?
    /// The file of variables, `--env-file`.
    package var environmentFile: String?

    package init() {}
}

/// `live-loop audit`: the checks before production.
package struct AuditOptions: Sendable, Equatable {
    /// Whether the running instance is measured instead, `--live`.
    package var isLive = false
    /// Whether JSON is printed, `--json`.
    package var isJSON = false
    /// The file of variables, `--env-file`.
    package var environmentFile: String?

    package init() {}
}

/// `live-loop config`: the effective configuration.
package struct ConfigOptions: Sendable, Equatable {
    /// What is printed.
    package enum Form: Sendable, Equatable {
        /// Every value with its origin and meaning.
        case text
        /// The same for a program.
        case json
        /// A `.env` file with every variable.
        case example
        /// The tables of the document.
        case markdown
        /// The tables of the document of metrics.
        case metrics
    }

    /// What is printed: `--json`, `--example`, `--markdown` or `--metrics`.
    package var form = Form.text
    /// The file of variables, `--env-file`.
    package var environmentFile: String?

    package init() {}
}

/// `live-loop status`: what a running instance says of itself.
package struct StatusOptions: Sendable, Equatable {
    /// Whether JSON is printed, `--json`.
    package var isJSON = false
    /// `--watch`: prints again and again until it is stopped.
    package var watches = false
    /// `--interval`: the time between two looks.
    package var interval = Duration.seconds(1)
    /// The file of variables, `--env-file`.
    package var environmentFile: String?

    package init() {}
}

/// `live-loop kill`: engages the kill switch.
package struct KillOptions: Sendable, Equatable {
    /// `--symbol`; `nil` is everything.
    package var symbol: String?
    /// Who does it, `--operator`; `nil` is the user's name, because a kill never waits for one.
    package var operatorName: String?
    /// Why, `--reason`.
    package var reason: String?
    /// The file of variables, `--env-file`.
    package var environmentFile: String?

    package init() {}
}

/// `live-loop reset`: releases the kill switch, which only a named person may do.
package struct ResetOptions: Sendable, Equatable {
    /// Who does it, `--operator`.
    package var operatorName: String
    /// Why, `--reason`.
    package var reason: String
    /// `--symbol`; `nil` is the switch for everything.
    package var symbol: String?
    /// `--accept-result`: the result of the day from which losses count.
    package var acceptedResult: String?
    /// `--daily-loss-max`: a higher limit for the rest of the day.
    package var dailyLossMax: String?
    /// The file of variables, `--env-file`.
    package var environmentFile: String?

    package init(operatorName: String, reason: String) {
        self.operatorName = operatorName
        self.reason = reason
    }
}

/// `live-loop reload`: has the running instance read its settings again.
package struct ReloadOptions: Sendable, Equatable {
    /// The file of variables, `--env-file`; it only tells which instance is asked.
    package var environmentFile: String?

    package init() {}
}

/// `live-loop bench`: measurements.
package struct BenchOptions: Sendable, Equatable {
    /// What is measured.
    package enum Work: Sendable, Equatable {
        /// The suites of these names; none is all of them.
        case suites([String])
        /// `subject`: receives from an endpoint and reports, as one side of a comparison.
        case subject(connect: Endpoint, cpu: Int?)
    }

    /// The suites or the subject.
    package var work = Work.suites([])
    /// Whether JSON is printed, `--json`.
    package var isJSON = false

    package init() {}
}
