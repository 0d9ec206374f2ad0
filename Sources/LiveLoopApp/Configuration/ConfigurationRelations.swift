import TradingCore

/// Checks what must hold between several variables.
///
/// A variable that is at fault by itself is left out: its value is not the one the user meant.
struct ConfigurationRelations {
    let configuration: AppConfiguration
    let origins: [String: SettingOrigin]
    let faulty: Set<String>

    func faults(strategies: [String]?) -> [ConfigurationFault] {
        let streams = configuration.streams
        let network = configuration.network
        return [
            check(
                ["STREAM_IDLE_SEC", "TRADE_TIMEOUT"],
                streams.idle < streams.trade,
                "STREAM_IDLE_SEC < TRADE_TIMEOUT"
            ),
            check(
                ["TRADE_TIMEOUT", "ORDERBOOK_TIMEOUT"],
                streams.trade < streams.orderBook,
                "TRADE_TIMEOUT < ORDERBOOK_TIMEOUT"
            ),
            check(
                ["NETWORK_INITIAL_DELAY", "NETWORK_MAX_DELAY"],
                network.initialDelay <= network.maxDelay,
                "NETWORK_INITIAL_DELAY ≤ NETWORK_MAX_DELAY"
            ),
            check(
                ["NETWORK_PONG_TIMEOUT", "NETWORK_PING_INTERVAL"],
                network.pongTimeout <= network.pingInterval,
                "NETWORK_PONG_TIMEOUT ≤ NETWORK_PING_INTERVAL"
            ),
            check(
                ["NETWORK_ALERT_THRESHOLD", "NETWORK_MAX_CONSECUTIVE_FAILURES"],
                network.alertThreshold <= network.maxConsecutiveFailures,
                "NETWORK_ALERT_THRESHOLD ≤ NETWORK_MAX_CONSECUTIVE_FAILURES"
            ),
            check(
                ["FEEDS", "ZMQ_INTERNAL_IP"],
                configuration.feeds.listed.isEmpty || configuration.feeds.internalHost == nil,
                "one of FEEDS and ZMQ_INTERNAL_IP, not both"
            ),
            check(
                ["FEEDS", "SYMBOLS_MAX"],
                configuration.feeds.listed.allSatisfy {
                    $0.symbols.count <= configuration.feeds.symbolsMax
                },
                "at most SYMBOLS_MAX symbols in each feed of FEEDS"
            ),
            check(
                ["LOOP_INTERVAL_MS", "LOOP_STALL_KILL_SEC"],
                configuration.loop.interval * 3 <= configuration.loop.stallKill,
                "3 × LOOP_INTERVAL_MS ≤ LOOP_STALL_KILL_SEC"
            ),
            curve,
            liveRoute,
            liveLimits,
            httpTokens,
            strategies.flatMap(strategy),
        ].compactMap { $0 }
    }

    /// Two of the three keys are no encryption at all, which must not go unnoticed.
    private var curve: ConfigurationFault? {
        let keys = configuration.zeroMQ
        let parts = [keys.curveServerKey, keys.curvePublicKey, keys.curveSecretKeyFile]
        let given = parts.count { $0 != nil }
        return check(
            ["ZMQ_CURVE_SERVER_KEY", "ZMQ_CURVE_PUBLIC_KEY", "ZMQ_CURVE_SECRET_KEY_FILE"],
            given == 0 || given == parts.count,
            "all three ZMQ_CURVE_ variables, or none of them"
        )
    }

    private var liveRoute: ConfigurationFault? {
        check(
            ["TRADING_MODE", "ORDER_GATEWAY_URL"],
            configuration.mode == .paper || configuration.orders.gateway != nil,
            "paper, or live with ORDER_GATEWAY_URL"
        )
    }

    /// A limit that nobody chose must not be what money depends on.
    private var liveLimits: ConfigurationFault? {
        let limits = ["RISK_MAX_DAILY_LOSS", "RISK_MAX_ORDER_RATE", "RISK_MAX_POSITION_SIZE"]
        return check(
            ["TRADING_MODE"] + limits,
            configuration.mode == .paper || limits.allSatisfy(isSetByUser),
            "paper, or live with each of \(limits.joined(separator: ", ")) set"
        )
    }

    /// Who lets other machines in must have chosen the secrets that they need.
    private var httpTokens: ConfigurationFault? {
        let http = configuration.http
        let names = ["HTTP_LISTEN", "HTTP_TOKEN_FILE", "HTTP_RESET_TOKEN_FILE"]
        return check(
            names,
            http.listen.map(\.isLoopback) ?? true || names.dropFirst().allSatisfy(isSetByUser),
            "127.0.0.1, [::1] or localhost, or an address of a network with both token files set"
        )
    }

    private func strategy(among names: [String]) -> ConfigurationFault? {
        let name = configuration.strategy.name
        let hint = NearestName.find(name, among: names).map { "; did you mean \($0)?" } ?? ""
        return check(
            ["STRATEGY"],
            names.contains(name),
            "one of \(names.joined(separator: ", "))\(hint)"
        )
    }

    /// A fault that names the variable which was set, when the relation does not hold.
    private func check(
        _ names: [String],
        _ holds: Bool,
        _ accepted: String
    ) -> ConfigurationFault? {
        guard !holds, faulty.isDisjoint(with: names) else { return nil }
        let blamed = names.first { isSetByUser($0) } ?? names[0]
        let values = names.map { name in
            let value = SettingsTable.setting(named: name)?.value(in: configuration) ?? ""
            return "\(name) is \(value.isEmpty ? "not set" : value)"
        }
        return ConfigurationFault(
            variable: blamed,
            value: SettingsTable.setting(named: blamed)?.value(in: configuration),
            accepted: "\(accepted) (\(values.joined(separator: ", ")))",
            origin: origins[blamed] ?? .builtIn
        )
    }

    private func isSetByUser(_ name: String) -> Bool {
        switch origins[name] {
        case nil, .builtIn, .profile, .fallback: false
        case .file, .environment, .option: true
        }
    }
}
