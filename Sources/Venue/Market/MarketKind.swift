/// The two markets of the venue, whose messages, rules and paths differ.
package enum MarketKind: String, Sendable, CaseIterable {
    case spot
    /// Futures margined in US dollars.
    case usdm

    /// How fast `@depth` without an interval is sent.
    var depthInterval: Int64 { self == .spot ? 1_000_000_000 : 250_000_000 }

    /// The most messages that a client may send in a second, pings and pongs among them.
    var messagesPerSecond: Int { self == .spot ? 5 : 10 }

    /// How often a server pings, and how long it waits for an answer.
    var ping: (interval: Duration, timeout: Duration) {
        self == .spot ? (.seconds(20), .seconds(60)) : (.seconds(180), .seconds(600))
    }

    /// The weight of requests that one address may use in a minute.
    package var requestWeightMax: Int { self == .spot ? 6000 : 2400 }

    /// What every path of the REST interface begins with.
    var restPrefix: String { self == .spot ? "/api/v3" : "/fapi/v1" }
}
