extension SettingsTable {
    static let orders = [
        Setting(
            "ORDER_GATEWAY_URL",
            .orders,
            \.orders.gateway,
            ValueFormat.peer.orNone,
            """
            Where orders are sent, as in tcp://host:5555. Without it a venue inside the process fills \
            them on paper, at the bid and ask that the configured feeds bring.
            """
        ),
        Setting(
            "ORDER_EVENTS_URL",
            .orders,
            \.orders.events,
            ValueFormat.peer.orNone,
            """
            Where the order gateway publishes executions, as in tcp://host:5556. Without it they are \
            learned at the next comparison (ORDER_SYNC_SEC).
            """
        ),
        Setting(
            "ORDER_MAGIC",
            .orders,
            \.orders.magic,
            .integer(1...2_147_483_647),
            "The mark by which our orders and positions are told from those of others."
        ),
        Setting(
            "ORDER_REPLY_TIMEOUT_MS",
            .orders,
            \.orders.replyTimeout,
            .duration(bare: .milliseconds, .milliseconds(100) ... .seconds(60)),
            "Without an answer for this long an order's outcome is unknown; it is never sent again."
        ),
        Setting(
            "ORDER_VALIDITY_MS",
            .orders,
            \.orders.lifetime,
            .duration(bare: .milliseconds, .milliseconds(100) ... .seconds(60)),
            "A gateway that gets an order later than this after it was sent must not execute it."
        ),
        Setting(
            "ORDERS_IN_FLIGHT_MAX",
            .orders,
            \.orders.inFlightMax,
            .integer(1...64),
            "The most commands that wait for answers at once; others wait their turn."
        ),
        Setting(
            "ORDER_SYNC_SEC",
            .orders,
            \.orders.syncInterval,
            .duration(bare: .seconds, .seconds(1) ... .seconds(3600)),
            "The time between two comparisons of positions and orders with the gateway's."
        ),
        Setting(
            "PAPER_ALLOW_REAL_ACCOUNT",
            .orders,
            \.orders.allowsRealAccountOnPaper,
            .flag,
            """
            Whether paper mode may trade on an account at ORDER_GATEWAY_URL that says it is real, or does \
            not say what it is. Otherwise nothing is sent to such an account.
            """
        ),
        Setting(
            "KILL_SWITCH_ACTION",
            .orders,
            \.orders.killAction,
            .choice,
            """
            What an engaged kill switch does beyond stopping new exposure: cancel takes working \
            orders back, flatten closes our positions as well.
            """
        ),
    ]
}

extension ValueFormat where Value == Endpoint {
    /// The address of a ZeroMQ peer.
    static var peer: Self {
        ValueFormat(
            accepted: "a ZeroMQ address as in tcp://host:5555 or ipc:///path",
            parse: { text throws(ValueRefusal) in
                guard let endpoint = Endpoint(text, for: .connect) else { throw ValueRefusal() }
                return endpoint
            },
            render: \.text
        )
    }
}
