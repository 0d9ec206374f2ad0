import LiveLoopApp
import Testing

@Suite struct SettingTests {
    @Test(
        arguments: [
            ("FEEDS", "mt5=tcp://172.19.141.255:5556?symbols=EURUSD,XAUUSD.s"),
            ("FEEDS", "a=tcp://h-1.example:1|tcp://[::1]:65535 b=ipc:///run/x c=inproc://y"),
            ("FEEDS", ""), ("ZMQ_INTERNAL_IP", "172.19.141.255"), ("ZMQ_INTERNAL_IP", "localhost"),
            ("ZMQ_DATA_PORT", "65535"), ("TRADING_MODE", "paper"), ("STRATEGY", "observe"),
            ("STRATEGY", "sma-cross?fast=20&slow=80"), ("MT5_CRS_LOCK_DIR", "/tmp/with blank"),
            ("LOOP_INTERVAL_MS", "1"), ("LOOP_INTERVAL_MS", "1000"), ("RUN_HOURS", ""),
            ("RUN_HOURS", "24"), ("STREAM_IDLE_SEC", "120"), ("NETWORK_MAX_RETRIES", "-1"),
            ("NETWORK_MAX_DELAY", "10m"), ("NETWORK_BACKOFF_MULTIPLIER", "1.5"),
            ("NETWORK_PROFILE", "high-load"), ("RISK_MAX_DAILY_LOSS", "100.0"),
            ("RISK_MAX_POSITION_SIZE", "999999999999.999999"), ("RISK_DAY_TZ", "UTC"),
            ("RISK_DAY_TZ", "-03:30"), ("ACCOUNT_CURRENCY", "EUR"),
            ("SYMBOL_SESSIONS", "EURUSD=fx,XAUUSD=metals,*=24x7"),
            ("RISK_TRADING_HOURS", "EURUSD=fx,*=24x7"),
            ("RISK_MAX_ORDER_VOLUME", "XAUUSD.s=0.5,*=1"),
            ("RISK_MAX_ORDER_VOLUME", ""), ("RISK_ALLOWED_SYMBOLS", "EURUSD,XAUUSD.s"),
            ("RISK_ALLOWED_SYMBOLS", ""), ("RISK_DENIED_SYMBOLS", "EURUSD"),
            ("RISK_PRICE_COLLAR_PERCENT", "0.5"), ("RISK_MAX_OPEN_ORDERS", ""),
            ("RISK_DUPLICATE_WINDOW_MS", "500"), ("INSTRUMENTS_FILE", "/etc/instruments.json"),
            ("SYMBOL_IDLE_SEC", "XAUUSD=300"),
            ("MT5_TIMESTAMP_UNIT", "microseconds"), ("ZMQ_MAX_MESSAGE_BYTES", "65536"),
            ("LOG_LEVEL", "warning"), ("LOG_FORMAT", "json"),
            ("KILL_SWITCH_ALLOW_REMOTE_FS", "true"),
        ]
    ) func `an accepted value comes back as it was written`(name: String, value: String) throws {
        let setting = try #require(SettingsTable.setting(named: name))
        let resolved = try resolve([name: value])
        #expect(setting.value(in: resolved.configuration) == value)
        #expect(resolved.origin(of: name) == .environment)
    }

    @Test(
        arguments: [
            ("RUN_HOURS", "0.1", "6m"), ("RUN_HOURS", "90m", "90m"), ("RUN_HOURS", "120m", "2"),
            ("HEARTBEAT_SEC", "1500ms", "1500ms"), ("STREAM_IDLE_SEC", "1m", "60"),
            ("NETWORK_INITIAL_DELAY", "0.5", "500ms"), ("NETWORK_MAX_DELAY", "3600", "1h"),
            ("LOOP_INTERVAL_MS", "1s", "1000"), ("LOOP_INTERVAL_MS", "2.5", "2.500000ms"),
            ("KILL_SWITCH_ALLOW_REMOTE_FS", "1", "true"), ("RISK_DAY_TZ", "+00:00", "UTC"),
        ]
    ) func `a value in another form is shown in the usual one`(
        name: String,
        value: String,
        shown: String
    ) throws {
        let setting = try #require(SettingsTable.setting(named: name))
        let resolved = try resolve([name: value])
        #expect(setting.value(in: resolved.configuration) == shown)
        #expect(try resolve([name: shown]) == resolved)
    }

    static let numericOrEmpty = [
        "RISK_MAX_DRAWDOWN", "RISK_MAX_ORDER_VALUE", "RISK_MAX_OPEN_ORDERS",
        "RISK_DUPLICATE_WINDOW_MS", "RISK_MAX_RECENT_VOLUME", "RISK_MAX_RECENT_VALUE",
        "RISK_MAX_REPEATS", "RISK_PRICE_COLLAR_PERCENT", "RISK_PRICE_DRIFT_PERCENT",
    ]

    /// Texts that must not pass as a number, whatever the variable.
    static let noNumbers = [
        "", " ", "abc", "NaN", "nan", "inf", "-inf", "1e309", "1e3", "0x10", "-5", "+5", " 5", "5 ",
        "5\n", "5\u{0}", "５", "٥", "1,000", "1_000", "1.", ".5", "1..2", "1.2.3", "5x", "5 s", "−5",
        "99999999999999999999", "1.0000000000000000000001", "\u{A0}5", "5\u{200B}",
    ]
    static let numeric = [
        "ZMQ_DATA_PORT", "SYMBOLS_MAX", "LOOP_INTERVAL_MS", "BUFFER_CAPACITY", "HEARTBEAT_SEC",
        "STARVATION_SEC", "STREAM_IDLE_SEC", "TRADE_TIMEOUT", "ORDERBOOK_TIMEOUT",
        "HEALTH_CHECK_INTERVAL", "FIRST_MESSAGE_SEC", "NETWORK_MAX_RETRIES",
        "NETWORK_INITIAL_DELAY", "NETWORK_MAX_DELAY", "NETWORK_BACKOFF_MULTIPLIER",
        "NETWORK_JITTER_FACTOR", "NETWORK_HEALTH_CHECK_INTERVAL", "NETWORK_CONNECTION_TIMEOUT",
        "NETWORK_PING_INTERVAL", "NETWORK_PONG_TIMEOUT", "NETWORK_MAX_CONSECUTIVE_FAILURES",
        "NETWORK_ALERT_THRESHOLD", "NETWORK_FEED_MAX_DELAY", "RISK_MAX_DAILY_LOSS",
        "RISK_MAX_ORDER_RATE", "RISK_MAX_POSITION_SIZE", "RISK_MAX_QUOTE_AGE_MS",
        "RISK_CANCEL_HEADROOM", "RISK_RECENT_WINDOW_SEC", "RISK_MAX_CONVERSION_AGE_MS",
        "ZMQ_MAX_MESSAGE_BYTES", "ZMQ_RECEIVE_HWM", "ZMQ_RECEIVE_BUFFER_BYTES", "LOG_FILE_MAX_MB",
    ]

    @Test(arguments: numericOrEmpty)
    func `G15: a limit that may be off is off when empty and else a plain number`(name: String) {
        #expect(faults([name: ""]).isEmpty)
        for text in Self.noNumbers where !text.isEmpty {
            #expect(faults([name: text]).map(\.variable) == [name], "'\(text)' was accepted")
        }
    }

    @Test(arguments: numeric)
    func `G15: what is no plain number in range is refused, never replaced by a default`(
        name: String
    ) {
        for text in Self.noNumbers {
            #expect(faults([name: text]).map(\.variable) == [name], "'\(text)' was accepted")
        }
    }

    private static let outOfRange: [(String, String)] = [
        ("LOOP_INTERVAL_MS", "0"), ("LOOP_INTERVAL_MS", "1001"), ("BUFFER_CAPACITY", "1023"),
        ("ZMQ_DATA_PORT", "0"), ("ZMQ_DATA_PORT", "65536"), ("RISK_MAX_DAILY_LOSS", "0"),
        ("RISK_MAX_DAILY_LOSS", "0.0"), ("RISK_MAX_DAILY_LOSS", "1000000000000"),
        ("RISK_MAX_DAILY_LOSS", "0.0000001"), ("RISK_MAX_ORDER_RATE", "0"),
        ("RISK_MAX_ORDER_RATE", "1.5"), ("RISK_MAX_POSITION_SIZE", "0"), ("RUN_HOURS", "0"),
        ("RUN_HOURS", "-1"), ("STREAM_IDLE_SEC", "0"), ("STREAM_IDLE_SEC", "86401"),
        ("NETWORK_MAX_RETRIES", "-2"), ("NETWORK_BACKOFF_MULTIPLIER", "0.9"),
        ("NETWORK_JITTER_FACTOR", "1.1"), ("NETWORK_PROFILE", "staging"),
        ("NETWORK_PROFILE", ""), ("TRADING_MODE", "PAPER"), ("TRADING_MODE", ""),
        ("STRATEGY", ""), ("STRATEGY", "a?"), ("STRATEGY", "a?b"), ("STRATEGY", "a?b=1&b=2"),
        ("STRATEGY", "a b"), ("LOG_LEVEL", "INFO"), ("LOG_FORMAT", "xml"),
        ("KILL_SWITCH_ALLOW_REMOTE_FS", "yes"), ("KILL_SWITCH_ALLOW_REMOTE_FS", ""),
        ("MT5_CRS_LOCK_DIR", ""), ("MT5_CRS_LOCK_DIR", "relative"), ("MT5_CRS_LOG_DIR", "/x "),
        ("MT5_CRS_STATE_DIR", "/a\u{0}b"), ("ACCOUNT_CURRENCY", "usd"),
        ("ACCOUNT_CURRENCY", "US"), ("ACCOUNT_CURRENCY", "ＵＳＤ"), ("RISK_DAY_TZ", ""),
        ("RISK_PRICE_COLLAR_PERCENT", "100.1"), ("RISK_ALLOWED_SYMBOLS", "EURUSD,,X"),
        ("RISK_DENIED_SYMBOLS", "EURUSD,EURUSD"), ("RISK_MAX_ORDER_VOLUME", "EURUSD=0"),
        ("RISK_MAX_ORDER_VOLUME", "*=1,*=2"), ("RISK_TRADING_HOURS", "EURUSD=always"),
        ("RISK_DUPLICATE_WINDOW_MS", "61s"), ("RISK_RECENT_WINDOW_SEC", "61"),
        ("INSTRUMENTS_FILE", "instruments.json"), ("RISK_CANCEL_HEADROOM", "10001"),
        ("RISK_DAY_TZ", "Mars/Base"), ("RISK_DAY_TZ", "+14:01"), ("RISK_DAY_TZ", "+1:000"),
        ("RISK_DAY_TZ", "../zoneinfo/UTC"), ("RISK_DAY_TZ", "/etc/passwd"),
        ("RISK_DAY_TZ", "Europe/"),
        ("RISK_DAY_TZ", "+02:60"), ("MT5_TIMESTAMP_UNIT", "s"),
        ("ZMQ_INTERNAL_IP", "172.19.141.256"), ("ZMQ_INTERNAL_IP", "1.2.3"),
        ("ZMQ_INTERNAL_IP", "tcp://host"), ("ZMQ_INTERNAL_IP", "host:5556"),
        ("ZMQ_INTERNAL_IP", "*"), ("ZMQ_INTERNAL_IP", "a b"),
        ("SYMBOL_SESSIONS", "EURUSD"), ("SYMBOL_SESSIONS", "EURUSD=never"),
        ("SYMBOL_SESSIONS", "EURUSD=fx,"), ("SYMBOL_SESSIONS", "A=fx,A=fx"),
        ("SYMBOL_SESSIONS", "=fx"), ("SYMBOL_SESSIONS", "A=B=fx"),
        ("SYMBOL_IDLE_SEC", "A=0"), ("SYMBOL_IDLE_SEC", "A=-1"), ("SYMBOL_IDLE_SEC", "A=1e9"),
        ("RISK_WEBHOOK_URL", "ftp://x"), ("RISK_WEBHOOK_URL", "http://example.com/x"),
        ("RISK_WEBHOOK_URL", "https://"), ("RISK_WEBHOOK_URL", "https://user@host/"),
        ("RISK_WEBHOOK_URL", "https://h:0/"), ("RISK_WEBHOOK_URL", "https://h/ x"),
    ]

    @Test(arguments: outOfRange)
    func `a value out of range or grammar is refused`(name: String, value: String) {
        let found = faults([name: value])
        #expect(found.map(\.variable) == [name])
        #expect(found.map(\.origin) == [.environment])
    }

    @Test(
        arguments: [
            "mt5", "mt5=", "=tcp://a:1", "MT5=tcp://a:1", "m_t=tcp://a:1", "a=tcp://a",
            "a=tcp://a:",
            "a=tcp://a:0", "a=tcp://a:65536", "a=tcp://*:5556", "a=tcp://a:*", "a=tcp://a:1|",
            "a=tcp://:1", "a=http://a:1", "a=a:1", "a=ipc://", "a=inproc://", "a=tcp://a:1?",
            "a=tcp://a:1?symbols=", "a=tcp://a:1?symbols=A,", "a=tcp://a:1?symbols=A,A",
            "a=tcp://a:1?streams=trade", "a=tcp://a:1?symbols=A&symbols=B",
            "a=tcp://a:1?symbols=A*B",
            "a=tcp://a:1 a=tcp://b:1", "a=tcp://[zz]:1", "a=tcp://a_b:1",
        ]
    ) func `a feed out of grammar is refused`(text: String) {
        #expect(faults(["FEEDS": text]).map(\.variable) == ["FEEDS"])
    }

    @Test(arguments: [("wss://stream.binance.com:9443"), ("ws://127.0.0.1:1")])
    func `a WebSocket feed is refused with the reason`(url: String) {
        let fault = faults(["FEEDS": "binance=\(url)?symbols=BTCUSDT&streams=trade"]).first
        #expect(fault?.accepted.contains("Binance and OKX feeds are not in this version") == true)
    }

    @Test func `live trading needs a gateway and limits that somebody chose`() {
        var values = ["TRADING_MODE": "live"]
        let all = faults(values).map(\.accepted)
        #expect(all.count == 2)
        #expect(all.first?.contains("live with ORDER_GATEWAY_URL") == true)
        values["ORDER_GATEWAY_URL"] = "tcp://127.0.0.1:5555"
        values["RISK_MAX_DAILY_LOSS"] = "100.0"
        values["RISK_MAX_ORDER_RATE"] = "100"
        #expect(faults(values).count == 1)
        values["RISK_MAX_POSITION_SIZE"] = "10000.0"
        #expect(faults(values).isEmpty)
    }

    @Test func `the number of feeds and of alternates is bounded`() {
        func feeds(_ count: Int) -> String {
            (0..<count).map { "f\($0)=tcp://a:1" }.joined(separator: " ")
        }
        func alternates(_ count: Int) -> String {
            "a=" + (0..<count).map { "tcp://h\($0):1" }.joined(separator: "|")
        }
        #expect(faults(["FEEDS": feeds(FeedConfiguration.feedsMax)]).isEmpty)
        #expect(faults(["FEEDS": feeds(FeedConfiguration.feedsMax + 1)]).count == 1)
        #expect(faults(["FEEDS": alternates(FeedConfiguration.endpointsMax)]).isEmpty)
        #expect(faults(["FEEDS": alternates(FeedConfiguration.endpointsMax + 1)]).count == 1)
    }

    @Test(
        arguments: [
            "", "https://hooks.example/T0/SECRET", "http://localhost:8888/risk_alert",
            "http://127.0.0.1/x", "https://[::1]:8443/x?y#z", "https://example.com",
        ]
    ) func `a webhook is encrypted or stays on this machine`(url: String) throws {
        let resolved = try resolve(["RISK_WEBHOOK_URL": url])
        #expect(resolved.configuration.risk.webhook?.reveal() == (url.isEmpty ? nil : url))
    }

    @Test(
        arguments: [
            ("tcp://127.0.0.1:*", true), ("tcp://*:5556", true), ("tcp://a:1", true),
            ("inproc://x", true), ("tcp://*", false), ("tcp://a:b", false), ("udp://a:1", false),
        ]
    ) func `an address to bind may leave interface and port open`(text: String, isValid: Bool) {
        #expect((Endpoint(text, for: .bind) != nil) == isValid)
    }

    @Test(
        arguments: [
            ("tcp://127.0.0.1:1", true), ("tcp://localhost:1", true), ("ipc:///x", true),
            ("tcp://10.0.0.1:1", false), ("tcp://localhost.evil.example:1", false),
        ]
    ) func `an endpoint knows whether it leaves the machine`(text: String, isLocal: Bool) throws {
        #expect(try #require(Endpoint(text, for: .connect)).isLocal == isLocal)
    }
}
