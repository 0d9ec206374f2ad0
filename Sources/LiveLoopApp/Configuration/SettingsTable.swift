import MarketFeed
import Telemetry
import TradingCore

/// Every variable of the configuration.
///
/// This one table drives parsing, `live-loop config`, `.env.example` and `docs/configuration.md`; a test
/// holds the two files against it.
package enum SettingsTable {
    /// All settings, in the order in which they are listed.
    package static let all: [Setting] =
        [
            feeds, mode, limits, alerts, orders, directories, loop, watchdog, streams, network,
            zeroMQ, http, log, logFiles,
        ]
        .flatMap(\.self)

    /// The setting of a name.
    package static func setting(named name: String) -> Setting? { all.first { $0.name == name } }

    /// A variable with one of these beginnings is ours, so that a misspelt one is a fault.
    static let prefixes = [
        "RISK_", "INSTRUMENTS_", "NETWORK_", "MT5_CRS_", "MT5_TIMESTAMP_", "ZMQ_", "LIVE_LOOP_",
        "STREAM_",
        "SYMBOL_",
        "SYMBOLS_", "LOOP_", "TRADING_", "KILL_SWITCH_", "ALERT_", "ORDER_", "ORDERS_",
        // Not "HTTP_" alone: HTTP_PROXY means something to other programs.
        "HTTP_LISTEN", "HTTP_TOKEN", "HTTP_RESET", "HTTP_EVENT",
    ]

    /// Variables that mean something elsewhere and have no effect here.
    static let withoutEffect = [
        "SAVE_CONCURRENCY", "EXTREME_TRAFFIC_THRESHOLD", "EXTREME_ROTATE_SEC", "PARQUET_ROTATE_SEC",
        "RECORD_DIR", "PROACTIVE_RECONNECT_ENABLED", "PROACTIVE_RECONNECT_SEC",
        "DUAL_CONNECTION_ENABLED", "DATA_BUFFER_SIZE", "ACTIVITY_THRESHOLD", "AUTO_RECONNECT",
    ]

    /// Variables with one of our prefixes that only tests read.
    static let ofTests = ["LIVE_LOOP_DATA"]

    private static let feeds = [
        Setting(
            "FEEDS",
            .feeds,
            \.feeds.listed,
            .feeds,
            """
            The sources of market data. Several URLs of one feed are alternates for fail-over. \
            Without any feed the embedded gateway serves synthetic ticks.
            """
        ),
        Setting(
            "ZMQ_INTERNAL_IP",
            .feeds,
            \.feeds.internalHost,
            ValueFormat.host.orNone,
            "The host of the MT5 gateway: the short form of FEEDS for one feed named mt5."
        ),
        Setting(
            "ZMQ_DATA_PORT",
            .feeds,
            \.feeds.dataPort,
            .integer(1...65_535),
            "The port on ZMQ_INTERNAL_IP where the gateway publishes ticks."
        ),
        Setting(
            "SYMBOLS_MAX",
            .feeds,
            \.feeds.symbolsMax,
            .integer(1...4096),
            "The most symbols of one feed; data of further ones is counted and not delivered."
        ),
        Setting(
            "MT5_TIMESTAMP_UNIT",
            .feeds,
            \.feeds.timestampUnit,
            .word(TimestampUnit.allCases.map { ("\($0)", $0) }),
            "The unit of the times in MT5 ticks; auto tells it from their size."
        ),
    ]

    private static let mode = [
        Setting(
            "TRADING_MODE",
            .mode,
            \.mode,
            .choice,
            """
            Whether orders reach a market: live needs ORDER_GATEWAY_URL and each of \
            RISK_MAX_DAILY_LOSS, RISK_MAX_ORDER_RATE and RISK_MAX_POSITION_SIZE set on purpose.
            """
        ),
        Setting(
            "STRATEGY",
            .mode,
            \.strategy,
            .strategy,
            "The strategy and its parameters; observe only watches."
        ),
    ]

    private static let directories = [
        Setting(
            "MT5_CRS_LOCK_DIR",
            .directories,
            \.directories.lock,
            .absolutePath,
            """
            The directory of the kill switch and of the instance lock. \(fallbackRule)
            """
        ),
        Setting(
            "MT5_CRS_LOG_DIR",
            .directories,
            \.directories.log,
            .absolutePath,
            "The directory of VERIFY_LOG.log. \(fallbackRule)"
        ),
        Setting(
            "MT5_CRS_STATE_DIR",
            .directories,
            \.directories.state,
            .absolutePath,
            "The directory of what must survive a restart. \(fallbackRule)"
        ),
    ]

    private static let fallbackRule =
        "In paper mode, unset and not writable: a directory under ${XDG_STATE_HOME:-~/.local/state}."

    private static let loop = [
        Setting(
            "LOOP_INTERVAL_MS",
            .loop,
            \.loop.interval,
            .duration(bare: .milliseconds, .milliseconds(1) ... .seconds(1)),
            "The longest time between two looks at timers, watchdogs and the kill switch."
        ),
        Setting(
            "BUFFER_CAPACITY",
            .loop,
            \.loop.bufferCapacity,
            .integer(1024...4_194_304),
            "The events that may wait for the loop, 64 bytes each; the oldest make room."
        ),
        Setting(
            "HEARTBEAT_SEC",
            .loop,
            \.loop.heartbeat,
            .duration(bare: .seconds, .seconds(1) ... .seconds(3600)),
            "The time between two heartbeat lines."
        ),
        Setting(
            "STARVATION_SEC",
            .loop,
            \.loop.starvation,
            .duration(bare: .seconds, .seconds(1) ... .seconds(3600)),
            "A feed without data for this long within its session is DATA_STARVED."
        ),
        Setting(
            "RUN_HOURS",
            .loop,
            \.loop.runTime,
            ValueFormat.duration(bare: .hours, .seconds(1) ... .seconds(8784 * 3600)).orNone,
            "How long the process runs; empty is until it is told to stop. --for wins over it."
        ),
    ]

    private static let log = [
        Setting(
            "LOG_LEVEL",
            .log,
            \.log.level,
            .word(LogLevel.allCases.map { ($0.name, $0) }),
            "Lines below this level are not written."
        ),
        Setting(
            "LOG_FORMAT",
            .log,
            \.log.format,
            .choice,
            "How lines are written: text for people, json for machines."
        ),
        Setting(
            "LOG_FILE_MAX_MB",
            .log,
            \.log.fileMegabytesMax,
            .integer(1...10_240),
            "At this size VERIFY_LOG.log becomes VERIFY_LOG.log.1, and a new one begins."
        ),
    ]
}
