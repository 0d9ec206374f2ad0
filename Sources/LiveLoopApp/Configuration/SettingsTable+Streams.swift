import TradingCore

extension SettingsTable {
    static let streams = [
        Setting(
            "STREAM_IDLE_SEC",
            .streams,
            \.streams.idle,
            overdue,
            "How long a connection may be silent before it is replaced."
        ),
        Setting(
            "TRADE_TIMEOUT",
            .streams,
            \.streams.trade,
            overdue,
            "A symbol without a trade for this long gets a [HEALTH][TRADE] line."
        ),
        Setting(
            "ORDERBOOK_TIMEOUT",
            .streams,
            \.streams.orderBook,
            overdue,
            "A symbol without a book change for this long gets a [HEALTH][OB] line."
        ),
        Setting(
            "HEALTH_CHECK_INTERVAL",
            .streams,
            \.streams.healthCheckInterval,
            overdue,
            "The time between two looks at the streams."
        ),
        Setting(
            "FIRST_MESSAGE_SEC",
            .streams,
            \.streams.firstMessage,
            overdue,
            "How long a new connection may take to its first message before it is replaced."
        ),
        Setting(
            "SYMBOL_SESSIONS",
            .streams,
            \.streams.sessions,
            .bySymbol(
                .word(SessionCalendar.allCases.map { ($0.name, $0) }),
                example: "EURUSD=fx,XAUUSD=metals,*=24x7"
            ),
            "When each symbol is traded: quiet outside of it is no fault. Without an entry: 24x7."
        ),
        Setting(
            "SYMBOL_IDLE_SEC",
            .streams,
            \.streams.idleLimits,
            .bySymbol(overdue, example: "XAUUSD=300,*=120"),
            "How long a symbol may be silent, for symbols that are known to be slow."
        ),
    ]

    private static let overdue = ValueFormat.duration(
        bare: .seconds,
        .seconds(1) ... .seconds(86_400)
    )

    static let network = [
        networkProfile,
        Setting(
            "NETWORK_MAX_RETRIES",
            .network,
            \.network.maxRetries,
            .attempts(0...1_000_000),
            isOfProfile: true,
            """
            Failures in a row after which a feed is called failed and an alert is raised; attempts \
            go on at the longest delay.
            """
        ),
        delay(
            "NETWORK_INITIAL_DELAY",
            \.network.initialDelay,
            "The delay before the first retry."
        ),
        delay(
            "NETWORK_MAX_DELAY",
            \.network.maxDelay,
            "The longest delay between two retries, jitter included."
        ),
        Setting(
            "NETWORK_BACKOFF_MULTIPLIER",
            .network,
            \.network.backoffMultiplier,
            .factor(1...10),
            isOfProfile: true,
            "How much longer each delay is than the one before."
        ),
        Setting(
            "NETWORK_JITTER_FACTOR",
            .network,
            \.network.jitterFactor,
            .factor(0...1),
            isOfProfile: true,
            "How far a delay may be from its nominal value, as a fraction of it."
        ),
        delay(
            "NETWORK_HEALTH_CHECK_INTERVAL",
            \.network.healthCheckInterval,
            "The longest time between two looks at a connection."
        ),
        delay(
            "NETWORK_CONNECTION_TIMEOUT",
            \.network.connectionTimeout,
            "The longest time from opening a connection to its finished handshake."
        ),
        delay(
            "NETWORK_PING_INTERVAL",
            \.network.pingInterval,
            "The time between two pings of a connection (ZMTP heartbeats)."
        ),
        delay(
            "NETWORK_PONG_TIMEOUT",
            \.network.pongTimeout,
            """
            The longest time from a ping to its pong; then the connection is dropped, and what is \
            on its way is lost. STARVATION_SEC adds a connection without dropping one.
            """
        ),
        Setting(
            "NETWORK_MAX_CONSECUTIVE_FAILURES",
            .network,
            \.network.maxConsecutiveFailures,
            .integer(1...1000),
            isOfProfile: true,
            "Failures in a row at which the alert becomes critical."
        ),
        Setting(
            "NETWORK_ALERT_THRESHOLD",
            .network,
            \.network.alertThreshold,
            .integer(1...1000),
            isOfProfile: true,
            "Failures in a row at which the alert becomes a warning."
        ),
        delay(
            "NETWORK_FEED_MAX_DELAY",
            \.network.feedMaxDelay,
            "The longest delay while a feed's session is open, where NETWORK_MAX_DELAY is longer."
        ),
    ]

    private static let networkProfile = Setting(
        "NETWORK_PROFILE",
        .network,
        \.profiledNetwork,
        .choice,
        "Sets all other NETWORK_ variables; those that are set themselves win."
    )

    private static func delay(
        _ name: String,
        _ field: any WritableKeyPath<AppConfiguration, Duration> & Sendable,
        _ meaning: String
    ) -> Setting {
        let format = ValueFormat.duration(
            bare: .seconds,
            showsUnit: true,
            .milliseconds(10) ... .seconds(86_400)
        )
        return Setting(name, .network, field, format, isOfProfile: true, meaning)
    }

    static let zeroMQ = [
        Setting(
            "ZMQ_MAX_MESSAGE_BYTES",
            .zeroMQ,
            \.zeroMQ.messageBytesMax,
            .integer(1024...16_777_216),
            "The largest message; a larger one ends the connection, which is made again."
        ),
        Setting(
            "ZMQ_RECEIVE_HWM",
            .zeroMQ,
            \.zeroMQ.receiveHighWaterMark,
            .integer(1...1_000_000),
            "The messages that may wait in the library: more of them are older data, not less loss."
        ),
        Setting(
            "ZMQ_RECEIVE_BUFFER_BYTES",
            .zeroMQ,
            \.zeroMQ.receiveBufferBytes,
            .integer(4096...16_777_216),
            "The bytes that may wait in the kernel."
        ),
        Setting(
            "ZMQ_CURVE_SERVER_KEY",
            .zeroMQ,
            \.zeroMQ.curveServerKey,
            ValueFormat.z85Key.orNone,
            "The gateway's public key; with it only that gateway is accepted, encrypted."
        ),
        Setting(
            "ZMQ_CURVE_PUBLIC_KEY",
            .zeroMQ,
            \.zeroMQ.curvePublicKey,
            ValueFormat.z85Key.orNone,
            "Our public key, which the gateway may ask for."
        ),
        Setting(
            "ZMQ_CURVE_SECRET_KEY_FILE",
            .zeroMQ,
            \.zeroMQ.curveSecretKeyFile,
            ValueFormat.absolutePath.orNone,
            "The file with our secret key in Z85; it must be ours and closed to others (0600)."
        ),
    ]
}

extension AppConfiguration {
    /// The network profile together with the values it sets.
    fileprivate var profiledNetwork: NetworkProfile {
        get { networkProfile }
        set {
            networkProfile = newValue
            network = newValue.policy
        }
    }
}
