import TradingCore

extension SettingsTable {
    static let limits = losses + exposure + orderFlow + permissions + prices + limitBasis

    private static let losses = [
        Setting(
            "RISK_MAX_DAILY_LOSS",
            .limits,
            \.risk.limits.dailyLossMax,
            .amount,
            """
            The loss of a day, realised and unrealised, at which the kill switch is engaged; in \
            account currency.
            """
        ),
        Setting(
            "RISK_MAX_DRAWDOWN",
            .limits,
            \.risk.limits.drawdownMax,
            ValueFormat.amount.orNone,
            """
            The fall of all profit from its highest point at which the kill switch is engaged; in \
            account currency. Empty is off.
            """
        ),
        Setting(
            "RISK_DAY_TZ",
            .limits,
            \.risk.limits.dayZone,
            .dayZone,
            "The time zone whose midnight begins a trading day, with summer time where it has one."
        ),
    ]

    private static let exposure = [
        Setting(
            "RISK_MAX_POSITION_SIZE",
            .limits,
            \.risk.limits.positionSizeMax,
            .amount,
            """
            The largest position of a symbol, all that is open counted as filled; its value in \
            account currency.
            """
        ),
        Setting(
            "RISK_MAX_ORDER_VOLUME",
            .limits,
            \.risk.limits.orderVolumeMax,
            .symbolValues(.amount, example: "XAUUSD=0.5,*=1"),
            "The largest volume of one order in lots. A symbol without a value is not traded."
        ),
        Setting(
            "RISK_MAX_ORDER_VALUE",
            .limits,
            \.risk.limits.orderValueMax,
            ValueFormat.amount.orNone,
            "The largest value of one order in account currency. Empty is off."
        ),
        Setting(
            "RISK_MAX_OPEN_ORDERS",
            .limits,
            \.risk.limits.openOrdersMax,
            ValueFormat.integer(1...10_000).orNone,
            "The most orders that may be open at once. Empty is off."
        ),
    ]

    private static let orderFlow = [
        Setting(
            "RISK_MAX_ORDER_RATE",
            .limits,
            \.risk.limits.orderRateMax,
            .integer(1...100_000),
            "The most orders and changes in any 60 seconds, cancellations counted."
        ),
        Setting(
            "RISK_CANCEL_HEADROOM",
            .limits,
            \.risk.limits.cancelHeadroom,
            .integer(0...10_000),
            "How many messages beyond RISK_MAX_ORDER_RATE are kept for cancellations."
        ),
        Setting(
            "RISK_DUPLICATE_WINDOW_MS",
            .limits,
            \.risk.limits.duplicateWindow,
            ValueFormat.duration(bare: .milliseconds, .milliseconds(1) ... .seconds(60)).orNone,
            "An order like another one this soon after it is refused. Empty is off."
        ),
        Setting(
            "RISK_RECENT_WINDOW_SEC",
            .limits,
            \.risk.limits.recentWindow,
            .duration(bare: .seconds, .milliseconds(100) ... .seconds(60)),
            "The time over which the two limits below and RISK_PRICE_DRIFT_PERCENT look back."
        ),
        Setting(
            "RISK_MAX_RECENT_VOLUME",
            .limits,
            \.risk.limits.recentVolumeMax,
            ValueFormat.amount.orNone,
            "The most lots of one symbol that are ordered within the window. Empty is off."
        ),
        Setting(
            "RISK_MAX_RECENT_VALUE",
            .limits,
            \.risk.limits.recentValueMax,
            ValueFormat.amount.orNone,
            """
            The most value of all symbols that is ordered within the window, in account currency. \
            Empty is off.
            """
        ),
        Setting(
            "RISK_MAX_REPEATS",
            .limits,
            \.risk.limits.repeatMax,
            ValueFormat.integer(1...1_000_000).orNone,
            """
            How often a strategy may repeat an order (same symbol, side and volume) before it is \
            disabled until a person enables it. Empty is off.
            """
        ),
        Setting(
            "RISK_PREVENT_SELF_MATCH",
            .limits,
            \.risk.limits.preventsSelfMatch,
            .flag,
            "Whether an order that would meet a resting one of ours is refused."
        ),
    ]

    private static let permissions = [
        Setting(
            "RISK_ALLOWED_SYMBOLS",
            .limits,
            \.risk.limits.allowedSymbols,
            ValueFormat.symbols.orNone,
            "The only symbols that may be traded. Empty is all."
        ),
        Setting(
            "RISK_DENIED_SYMBOLS",
            .limits,
            \.risk.limits.deniedSymbols,
            .symbols,
            "Symbols that may not be traded, whatever RISK_ALLOWED_SYMBOLS says."
        ),
        Setting(
            "RISK_TRADING_HOURS",
            .limits,
            \.risk.limits.tradingHours,
            .symbolValues(
                .word(SessionCalendar.allCases.map { ($0.name, $0) }),
                example: "EURUSD=fx,XAUUSD=metals,*=24x7"
            ),
            "When each symbol may be traded; one without an entry always may."
        ),
    ]

    private static let prices = [
        Setting(
            "RISK_PRICE_COLLAR_PERCENT",
            .limits,
            \.risk.limits.priceCollarPercent,
            ValueFormat.percent.orNone,
            """
            How far the price of an order, deviation included, may be from the market, in percent. \
            Empty is off.
            """
        ),
        Setting(
            "RISK_PRICE_DRIFT_PERCENT",
            .limits,
            \.risk.limits.priceDriftPercent,
            ValueFormat.percent.orNone,
            """
            How far the prices of our orders in a symbol may be apart within \
            RISK_RECENT_WINDOW_SEC, in percent. Empty is off.
            """
        ),
        Setting(
            "RISK_MAX_QUOTE_AGE_MS",
            .limits,
            \.risk.limits.quoteAgeMax,
            .duration(bare: .milliseconds, .milliseconds(1) ... .seconds(3600)),
            "The age at which a quote is too old to trade on."
        ),
        Setting(
            "RISK_MAX_CONVERSION_AGE_MS",
            .limits,
            \.risk.limits.conversionAgeMax,
            .duration(bare: .milliseconds, .milliseconds(1) ... .seconds(86_400)),
            "The age at which a quote is too old to convert an order's value with."
        ),
    ]

    private static let limitBasis = [
        Setting(
            "ACCOUNT_CURRENCY",
            .limits,
            \.risk.limits.accountCurrency,
            .currency,
            "The currency of the account and of the limits above."
        ),
        Setting(
            "INSTRUMENTS_FILE",
            .limits,
            \.risk.instrumentsFile,
            ValueFormat.absolutePath.orNone,
            """
            A JSON file that pins what symbols are, and defines them for the paper venue; where the \
            gateway says otherwise, the symbol is not traded. Empty takes the gateway's word.
            """
        ),
        Setting(
            "KILL_SWITCH_ALLOW_REMOTE_FS",
            .limits,
            \.allowsRemoteKillSwitch,
            .flag,
            """
            Whether the kill switch may lie on a network file system, where another machine's \
            change is seen late.
            """
        ),
    ]
}

extension ValueFormat where Value == ExactDecimal {
    /// A percentage above zero.
    static var percent: Self {
        ValueFormat(
            accepted:
                "a decimal number above 0 and up to 100 with at most 6 digits after the point",
            parse: { text throws(ValueRefusal) in
                let number = try amount.parse(text)
                guard number <= ExactDecimal(mantissa: 100, scale: 0) else { throw ValueRefusal() }
                return number
            },
            render: { $0.description }
        )
    }
}

extension ValueFormat where Value == [String] {
    /// Names of symbols.
    static var symbols: Self {
        ValueFormat(
            accepted: "symbols separated by commas, each once, as in EURUSD,XAUUSD.s",
            parse: { text throws(ValueRefusal) in
                if text.isEmpty { return [] }
                var symbols: [String] = []
                for part in text.split(separator: ",", omittingEmptySubsequences: false) {
                    let symbol = String(part)
                    guard SymbolName.isValid(symbol), !symbols.contains(symbol) else {
                        throw ValueRefusal()
                    }
                    symbols.append(symbol)
                }
                return symbols
            },
            render: { $0.joined(separator: ",") }
        )
    }
}

extension ValueFormat {
    /// `SYMBOL=value,…` with `*` for all others, as risk holds it.
    static func symbolValues<Element: Sendable & Equatable>(
        _ element: ValueFormat<Element>,
        example: String
    ) -> Self where Value == SymbolValues<Element> {
        let table = ValueFormat<BySymbol<Element>>.bySymbol(element, example: example)
        return ValueFormat(
            accepted: table.accepted,
            parse: { text throws(ValueRefusal) in
                let entries = try table.parse(text).entries
                let own = entries.filter { $0.symbol != "*" }
                return SymbolValues(
                    own.map { SymbolValues.Entry($0.symbol, $0.value) },
                    others: entries.first { $0.symbol == "*" }?.value
                )
            },
            render: { values in
                let own = values.entries.map { "\($0.symbol)=\(element.render($0.value))" }
                let others = values.others.map { "*=\(element.render($0))" }
                return (own + [others].compactMap { $0 }).joined(separator: ",")
            }
        )
    }
}
