import LiveLoopApp
import Testing
import TradingCore

@Suite struct ConfigurationResolutionTests {
    @Test func `nothing set gives the defaults, and the embedded gateway`() throws {
        let resolved = try resolve([:])
        #expect(resolved.configuration == AppConfiguration())
        #expect(resolved.configuration.feeds.usesEmbeddedGateway)
        #expect(resolved.configuration.mode == .paper)
        #expect(resolved.origin(of: "FEEDS") == .builtIn)
    }

    @Test(arguments: SettingsTable.all.filter { !$0.isSecret }.map(\.name))
    func `each default is accepted by its own setting`(name: String) throws {
        let setting = try #require(SettingsTable.setting(named: name))
        let resolved = try resolve([name: setting.defaultValue])
        #expect(resolved.configuration == AppConfiguration())
    }

    @Test func `names are unique`() {
        let names = SettingsTable.all.map(\.name)
        #expect(Set(names).count == names.count)
    }

    @Test
    func `L03: all faults are listed at once, each with variable, value and what is accepted`() {
        let file = EnvironmentFile(Array("LOG_LEVEL=loud\nbroken\n".utf8), path: ".env")
        let values = SourcedText.merge(
            environment: [
                "LOOP_INTERVAL_MS": "0", "RISK_MAX_DAILY_LOSS": "1e309", "RISK_MAX_DAYLY_LOSS": "5",
                "TRADE_TIMEOUT": "200", "TRADING_MODE": "real", "PATH": "/bin", "HOME": "/root",
            ],
            file: file
        )
        let refusal = #expect(throws: ConfigurationRefused.self) {
            try ResolvedConfiguration(values, fileFaults: file.faults)
        }
        let found = refusal?.faults ?? []
        #expect(
            found.map(\.variable) == [
                nil, "TRADING_MODE", "RISK_MAX_DAILY_LOSS", "LOOP_INTERVAL_MS", "LOG_LEVEL",
                "RISK_MAX_DAYLY_LOSS", "TRADE_TIMEOUT",
            ]
        )
        #expect(found[2].value == "1e309")
        #expect(found[4].origin == .file(path: ".env", line: 1))
        #expect(found.allSatisfy { !$0.accepted.isEmpty })
        let lines = refusal?.description.split(separator: "\n") ?? []
        #expect(lines.count == 8)
        #expect(
            lines.contains {
                $0 == "  LOOP_INTERVAL_MS='0' (environment): accepted is a time from 1ms to 1s, "
                    + "as in 500ms, 30s, 5m, 24h (a bare number counts milliseconds)"
            }
        )
    }

    @Test(
        arguments: [
            ("120", "120", "180", 1), ("120", "150", "150", 1), ("180", "150", "120", 2),
            ("119", "120", "121", 0),
        ]
    ) func `stream limits must rise from connection to trade to book`(
        idle: String,
        trade: String,
        book: String,
        count: Int
    ) {
        let values = ["STREAM_IDLE_SEC": idle, "TRADE_TIMEOUT": trade, "ORDERBOOK_TIMEOUT": book]
        #expect(faults(values).count == count)
    }

    @Test(
        arguments: [
            ["NETWORK_INITIAL_DELAY": "10m"], ["NETWORK_PONG_TIMEOUT": "31s"],
            ["NETWORK_ALERT_THRESHOLD": "6"], ["STREAM_IDLE_SEC": "200"],
            ["FEEDS": "a=tcp://a:1", "ZMQ_INTERNAL_IP": "b"],
            ["SYMBOLS_MAX": "1", "FEEDS": "a=tcp://a:1?symbols=A,B"],
            ["ZMQ_CURVE_SERVER_KEY": sampleKey],
            ["ZMQ_CURVE_SERVER_KEY": sampleKey, "ZMQ_CURVE_PUBLIC_KEY": sampleKey],
            ["ZMQ_CURVE_SECRET_KEY_FILE": "/etc/key"],
        ]
    ) func `values that contradict each other are one fault`(values: [String: String]) {
        #expect(faults(values).count == 1)
        #expect(faults(values).first?.variable.map { values.keys.contains($0) } == true)
    }

    @Test func `a contradiction names the variable that the user set, not the profile's`() {
        let found = faults(["NETWORK_PROFILE": "high-load", "NETWORK_PING_INTERVAL": "1s"])
        #expect(found.map(\.variable) == ["NETWORK_PING_INTERVAL"])
    }

    @Test func `a variable at fault does not cause a second fault`() {
        #expect(faults(["STREAM_IDLE_SEC": "nan", "TRADE_TIMEOUT": "10"]).count == 1)
    }

    @Test func `all three CURVE keys are accepted together`() throws {
        let resolved = try resolve([
            "ZMQ_CURVE_SERVER_KEY": sampleKey, "ZMQ_CURVE_PUBLIC_KEY": sampleKey,
            "ZMQ_CURVE_SECRET_KEY_FILE": "/etc/key",
        ])
        #expect(resolved.configuration.zeroMQ.curveServerKey == sampleKey)
        #expect(faults(["ZMQ_CURVE_SERVER_KEY": String(sampleKey.dropLast())]).count == 1)
        #expect(faults(["ZMQ_CURVE_SERVER_KEY": sampleKey.dropLast() + "~"]).count == 1)
    }

    @Test func `the short form names one MT5 feed`() throws {
        let feeds = try resolve(["ZMQ_INTERNAL_IP": "172.19.141.255", "ZMQ_DATA_PORT": "6000"])
            .configuration.feeds
        #expect(feeds.all.map(\.name) == ["mt5"])
        #expect(feeds.all.first?.endpoints.map(\.text) == ["tcp://172.19.141.255:6000"])
        #expect(!feeds.usesEmbeddedGateway)
    }

    @Test func `a feed keeps its alternates and symbols in order`() throws {
        let text = "mt5=tcp://a:1|tcp://b:2?symbols=EURUSD,XAUUSD x=inproc://x"
        let feeds = try resolve(["FEEDS": text]).configuration.feeds.all
        #expect(feeds.map(\.name) == ["mt5", "x"])
        #expect(feeds[0].endpoints.map(\.text) == ["tcp://a:1", "tcp://b:2"])
        #expect(feeds[0].symbols == ["EURUSD", "XAUUSD"])
        #expect(feeds[1].symbols.isEmpty)
    }

    @Test func `a profile sets the network, and a variable of its own wins`() throws {
        let resolved = try resolve(["NETWORK_PROFILE": "high-load", "NETWORK_MAX_RETRIES": "-1"])
        var expected = NetworkPolicy.highLoad
        expected.maxRetries = -1
        #expect(resolved.configuration.network == expected)
        #expect(resolved.origin(of: "NETWORK_PING_INTERVAL") == .profile("high-load"))
        #expect(resolved.origin(of: "NETWORK_MAX_RETRIES") == .environment)
        #expect(resolved.origin(of: "LOG_LEVEL") == .builtIn)
    }

    @Test(
        arguments: [
            ("RISK_MAX_DAYLY_LOSS", "RISK_MAX_DAILY_LOSS"),
            ("NETWORK_MAX_RETRY", "NETWORK_MAX_RETRIES"),
            ("MT5_CRS_LOCK_DRI", "MT5_CRS_LOCK_DIR"), ("ZMQ_DATA_PROT", "ZMQ_DATA_PORT"),
            ("STREAM_IDEL_SEC", "STREAM_IDLE_SEC"), ("LOOP_INTERVAL", "LOOP_INTERVAL_MS"),
            ("LIVE_LOOP_ANYTHING", nil), ("RISK_X", nil),
        ] as [(String, String?)]
    ) func `a misspelt variable is a fault that says what was meant`(name: String, meant: String?) {
        let fault = faults([name: "TOP-SECRET"]).first
        #expect(fault?.variable == name)
        #expect(fault?.value == nil)
        if let meant {
            #expect(fault?.accepted.contains("did you mean \(meant)?") == true)
        } else {
            #expect(fault?.accepted.contains("did you mean") == false)
        }
    }

    @Test func `a foreign variable is left alone, but a slip in our own file is not`() {
        let name = "STRATEGI"
        #expect(faults([name: "x", "PATH": "/bin", "LIVE_LOOP_DATA": "/data"]).isEmpty)
        let inFile = [name: SourcedText("x", .file(path: ".env", line: 4))]
        #expect(throws: ConfigurationRefused.self) { try ResolvedConfiguration(inFile) }
    }

    @Test func `a variable of a later version is a notice`() throws {
        let resolved = try resolve(["SAVE_CONCURRENCY": "2", "EXTREME_ROTATE_SEC": "30"])
        #expect(resolved.notices.count == 2)
        #expect(resolved.notices.allSatisfy { $0.contains("no effect in this version") })
    }

    @Test func `an unknown strategy is refused when the known ones are given`() throws {
        let known = ["observe", "sma-cross"]
        #expect(faults(["STRATEGY": "sma-cros?fast=1"], strategies: known).count == 1)
        #expect(
            faults(["STRATEGY": "sma-cros"], strategies: known).first?.accepted
                .contains("did you mean sma-cross?") == true
        )
        let chosen = try resolve(["STRATEGY": "sma-cross?fast=1&slow=2"], strategies: known)
            .configuration.strategy
        #expect(chosen.parameters.map(\.name) == ["fast", "slow"])
        #expect(chosen.parameters.map(\.value) == ["1", "2"])
    }

    @Test func `the symbol's own entry wins over the one for all others`() throws {
        let streams = try resolve([
            "SYMBOL_SESSIONS": "*=fx,BTCUSD=24x7", "SYMBOL_IDLE_SEC": "XAUUSD=5m",
        ]).configuration.streams
        #expect(streams.sessions["BTCUSD"] == .alwaysOpen)
        #expect(streams.sessions["EURUSD"] == .fx)
        #expect(streams.idleLimits["XAUUSD"] == .seconds(300))
        #expect(streams.idleLimits["EURUSD"] == nil)
    }

    @Test func `a value in a fault is escaped and cut`() {
        let fault = faults([
            "LOG_LEVEL": "a\n[fake] line\u{1B}\u{202E}" + String(repeating: "x", count: 500)
        ])
        .first
        let text = fault?.description ?? ""
        #expect(text.contains("\\u{a}[fake] line\\u{1b}\\u{202e}"))
        #expect(!text.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x202E })
        #expect(text.count < 400)
    }
}
