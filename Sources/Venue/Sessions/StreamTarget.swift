/// What a client asks for when it connects: the path with its streams.
struct StreamTarget: Sendable, Equatable {
    /// Which streams a path serves; the others are silent there, without a word.
    enum Route: String, Sendable {
        /// Spot, and the futures paths of before 2026.
        case all = ""
        case `public`
        case market
        case `private`
    }

    /// Whether messages come with the name of their stream.
    var isCombined: Bool
    var route: Route
    var streams: [String]

    /// The longest target that is read.
    static let bytesMax = 8192

    /// Reads `/ws/a/b`, `/stream?streams=a/b`, and on futures the same after `/public`, `/market` or `/private`.
    ///
    /// - Returns: `nil` for a path that the venue does not have.
    init?(_ target: String, kind: MarketKind) {
        guard target.utf8.count <= Self.bytesMax else { return nil }
        let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        var path = parts[0].split(separator: "/")
        route = .all
        if kind == .usdm, let first = path.first, let named = Route(rawValue: String(first)) {
            route = named
            path.removeFirst()
        }
        switch path.first {
        case "ws":
            isCombined = false
            streams = path.dropFirst().map(String.init)
        case "stream" where path.count == 1:
            isCombined = true
            let query = parts.count > 1 ? parts[1] : ""
            streams = []
            for field in query.split(separator: "&") where field.hasPrefix("streams=") {
                streams += field.dropFirst(8).replacing("%2F", with: "/").replacing(
                    "%40",
                    with: "@"
                )
                .split(separator: "/").map(String.init)
            }
        default: return nil
        }
        guard streams.allSatisfy({ StreamName.isValid($0) }) else { return nil }
    }
}

extension StreamTarget.Route {
    /// Whether a stream speaks on this path.
    ///
    /// Descriptions of the paths disagree about `@trade`, so that both serve it.
    func serves(_ name: StreamName) -> Bool {
        switch (self, name.channel) {
        case (.all, _), (.public, .trade), (.market, .trade): true
        case (.public, .depth), (.public, .bookTicker): true
        case (.public, .other): name.text.contains("@depth") || name.text.contains("@rpiDepth")
        case (.market, .aggregateTrade): true
        case (.market, .other): !name.text.contains("@depth")
        default: false
        }
    }
}
