package import MarketFeed
package import Telemetry
package import TradingCore

/// Everything a user can set, as values the parts of the process can use.
///
/// Its initial values are the defaults. ``SettingsTable`` says which variable sets what; nothing else
/// reads the environment.
package struct AppConfiguration: Sendable, Equatable {
    /// Where market data comes from.
    package var feeds = FeedSettings()
    /// Whether orders reach a market.
    package var mode = TradingMode.paper
    /// What trades.
    package var strategy = StrategySelection(name: "observe")
    /// The limits that no order may pass.
    package var risk = RiskSettings()
    /// What people are told.
    package var alerts = AlertSettings()
    /// Where orders go.
    package var orders = OrderSettings()
    /// Whether the kill switch may lie on a network file system, whose changes are seen late.
    package var allowsRemoteKillSwitch = false
    /// Where files lie.
    package var directories = DirectorySettings()
    /// The trading loop.
    package var loop = LoopSettings()
    /// When data is overdue.
    package var streams = StreamSettings()
    /// The profile that ``network`` started from.
    package var networkProfile = NetworkProfile.production
    /// How connections are got back.
    package var network = NetworkPolicy.production
    /// The sockets of MT5 feeds.
    package var zeroMQ = ZeroMQSettings()
    /// The HTTP interface.
    package var http = HTTPSettings()
    /// The log.
    package var log = LogSettings()

    package init() {}
}

/// Where market data comes from.
package struct FeedSettings: Sendable, Equatable {
    /// `FEEDS`.
    package var listed: [FeedConfiguration] = []
    /// The host of the short form for one MT5 feed.
    package var internalHost: String?
    /// The port of the short form.
    package var dataPort = 5556
    /// The most symbols of one feed.
    package var symbolsMax = 256
    /// The unit of the times that MT5 gateways send.
    package var timestampUnit = TimestampUnit.auto

    /// The feeds in the order of their numbers; none means the embedded gateway.
    package var all: [FeedConfiguration] {
        guard listed.isEmpty, let internalHost else { return listed }
        let endpoint = Endpoint("tcp://\(internalHost):\(dataPort)", for: .connect)
        return endpoint.map { [FeedConfiguration(name: "mt5", endpoints: [$0])] } ?? []
    }

    /// Whether the process serves itself with synthetic ticks, because no feed is configured.
    package var usesEmbeddedGateway: Bool { all.isEmpty }
}

/// Whether orders reach a market.
package enum TradingMode: String, Sendable, CaseIterable {
    /// Orders go to a simulated venue inside the process.
    case paper
    /// Orders go to the order gateway.
    case live
}

/// Where files lie; see ``DirectoryChoice`` for what is done when they cannot.
package struct DirectorySettings: Sendable, Equatable {
    /// The kill switch and the instance lock.
    package var lock = "/var/run/mt5_crs"
    /// The log file.
    package var log = "/var/log/mt5_crs"
    /// What must survive a restart.
    package var state = "/var/lib/mt5_crs"

    package init() {}
}

/// The trading loop.
package struct LoopSettings: Sendable, Equatable {
    /// The longest time between two looks at timers, watchdogs and the kill switch.
    package var interval = Duration.milliseconds(10)
    /// The events that may wait between feeds and loop.
    package var bufferCapacity = 65_536
    /// The time between two heartbeat lines.
    package var heartbeat = Duration.seconds(5)
    /// How long a feed may be without data while its session is open.
    package var starvation = Duration.seconds(10)
    /// How long the loop may be without a completed step before the kill switch is engaged.
    package var stallKill = Duration.seconds(5)
    /// How long the process runs; `nil` is until it is told to stop.
    package var runTime: Duration?
}

/// When data is overdue.
package struct StreamSettings: Sendable, Equatable {
    /// How long a connection may be silent before it is replaced.
    package var idle = Duration.seconds(120)
    /// How long a symbol may be without a trade before a health line.
    package var trade = Duration.seconds(150)
    /// How long a symbol may be without a book change before a health line.
    package var orderBook = Duration.seconds(180)
    /// The time between two looks at the streams.
    package var healthCheckInterval = Duration.seconds(25)
    /// How long a new connection may take to its first message.
    package var firstMessage = Duration.seconds(15)
    /// When each symbol is traded; a symbol without an entry always is.
    package var sessions = BySymbol<SessionCalendar>()
    /// Limits of their own for symbols that are known to be slow.
    package var idleLimits = BySymbol<Duration>()
}

/// A set of network values that belong together.
package enum NetworkProfile: String, Sendable, CaseIterable {
    case development
    case production
    case highLoad = "high-load"

    /// The values of the profile.
    package var policy: NetworkPolicy {
        switch self {
        case .development: .development
        case .production: .production
        case .highLoad: .highLoad
        }
    }
}

/// The sockets of MT5 feeds.
package struct ZeroMQSettings: Sendable, Equatable {
    /// The largest message that is accepted.
    package var messageBytesMax = 65_536
    /// Messages that may wait in the library.
    package var receiveHighWaterMark = 1000
    /// Bytes that may wait in the kernel.
    package var receiveBufferBytes = 262_144
    /// The gateway's public key (Z85); `nil` connects without encryption.
    package var curveServerKey: String?
    /// Our public key (Z85).
    package var curvePublicKey: String?
    /// The file with our secret key; only its owner may be able to read it.
    package var curveSecretKeyFile: String?
}

/// The log.
package struct LogSettings: Sendable, Equatable {
    /// Lines below this level are not written.
    package var level = LogLevel.info
    /// How lines are written.
    package var format = LogFormat.text
    /// The size at which the log file is replaced, in megabytes of 10⁶ bytes.
    package var fileMegabytesMax = 64
    /// The old log files that are kept.
    package var keptFilesMax = 4
}
