extension SettingsTable {
    static let http = [
        Setting(
            "HTTP_LISTEN",
            .http,
            \.http.listen,
            ValueFormat.listenAddress.orNone,
            """
            Where the page, the metrics and the interface for operators are served; empty is nowhere, \
            and port 0 lets the system choose. Other addresses than those of this machine need both \
            token files set.
            """
        ),
        Setting(
            "HTTP_TOKEN_FILE",
            .http,
            \.http.tokenFile,
            ValueFormat.absolutePath.orNone,
            """
            The file with the token that stops trading and renews connections. It is made when it is \
            missing, must be ours and closed to others (0600). Empty is http_token in \
            MT5_CRS_STATE_DIR.
            """
        ),
        Setting(
            "HTTP_RESET_TOKEN_FILE",
            .http,
            \.http.resetTokenFile,
            ValueFormat.absolutePath.orNone,
            """
            The same for the token that resets the kill switch; the two must differ. Empty is \
            http_reset_token in MT5_CRS_STATE_DIR.
            """
        ),
        Setting(
            "HTTP_EVENT_INTERVAL",
            .http,
            \.http.eventInterval,
            .duration(bare: .milliseconds, .milliseconds(10) ... .seconds(5)),
            "The time between two states of the process that clients of events are sent."
        ),
    ]
}

extension ValueFormat where Value == ListenAddress {
    /// An address to listen on.
    static var listenAddress: Self {
        ValueFormat(
            accepted: "an address and a port, as in 127.0.0.1:8080, [::1]:8080 or localhost:0",
            parse: { text throws(ValueRefusal) in
                guard let address = ListenAddress(text) else { throw ValueRefusal() }
                return address
            },
            render: \.text
        )
    }
}
