package import TradingCore

/// What a session needs to know.
package struct BinanceConfiguration: Sendable {
    /// The streams of one connection at most, the venue's limit.
    package static let streamsPerConnectionMax = 1024

    /// The feed.
    package var feed: FeedID
    /// The market.
    package var market: BinanceMarket
    /// The symbol numbers of the feed; the first one is the feed's own.
    package var numbers: Range<Int>
    /// The symbols, in capitals.
    package var symbols: [SymbolText]
    /// The streams that are taken of each symbol.
    package var streams: [BinanceStream]
    /// How long each symbol may be silent, where it differs from the others; by place.
    package var idleLimits: [Duration?] = []
    /// The limits of silence.
    package var silence = StreamWatchdog.Limits()
    /// From a subscription to first data; `FIRST_MESSAGE_SEC`.
    package var firstMessageLimit = Duration.seconds(15)
    /// From a request on a connection to its acknowledgement.
    package var acknowledgementLimit = Duration.seconds(10)
    /// Requests on a connection in a second; the venue allows 5, pongs included.
    package var controlMessagesPerSecond = 4
    /// Streams asked for in one request.
    package var streamsPerRequest = 100
    /// Request weight that may be used in a minute; the venue allows 6000 (spot) or 2400 (USD-M).
    package var weightPerMinute = 1200
    /// Levels of a side that a snapshot is asked for.
    package var snapshotLevels = 1000
    /// From a snapshot that could not be used to the next one; doubled each time up to 30 s.
    package var snapshotRetryDelay = Duration.seconds(1)
    /// From a request over REST to the moment at which it counts as lost.
    package var requestLimit = Duration.seconds(30)
    /// How missing trades are asked for.
    package var trades = TradeContinuity.Policy()
    /// Gaps that are kept.
    package var gapsMax = GapLedger.capacityDefault
    /// Trades that wait for a second connection at most.
    package var stagingCapacity = 1000
    /// The longest that a message waits for the other connection.
    package var holdLimit = Duration.seconds(2)

    package init(
        feed: FeedID,
        market: BinanceMarket,
        numbers: Range<Int>,
        symbols: [SymbolText],
        streams: [BinanceStream]
    ) {
        self.feed = feed
        self.market = market
        self.numbers = numbers
        self.symbols = symbols
        self.streams = streams
    }

    /// The paths that the streams need.
    package var routes: [BinanceRoute] {
        BinanceRoute.allCases.filter { route in streams.contains { $0.route(market) == route } }
    }

    /// What is wrong with it, in words for whoever wrote it; `nil` when nothing is.
    package var refusal: String? {
        if symbols.isEmpty { return "a Binance feed must name its symbols" }
        if streams.isEmpty { return "a Binance feed must name its streams" }
        if streams.contains(.trade), streams.contains(.aggTrade) {
            return "trade and aggTrade are the same trades twice; accepted is one of them"
        }
        for (place, stream) in streams.enumerated() where streams[..<place].contains(stream) {
            return "stream \(stream.name) is named twice"
        }
        for (place, symbol) in symbols.enumerated() {
            if symbols[..<place].contains(symbol) { return "symbol \(symbol) is named twice" }
            if !Self.isSymbol(symbol.string) {
                return "symbol \(symbol): accepted are capitals, digits and _"
            }
        }
        for route in routes {
            let count = symbols.count * streams.count { $0.route(market) == route }
            if count > Self.streamsPerConnectionMax {
                return "\(count) streams on one connection: accepted are at most "
                    + "\(Self.streamsPerConnectionMax); split the symbols over two feeds"
            }
        }
        if !silence.isOrdered { return "silence must be idle < trade < book" }
        return nil
    }

    private static func isSymbol(_ name: String) -> Bool {
        name.utf8.allSatisfy { byte in
            (0x41...0x5A).contains(byte) || (0x30...0x39).contains(byte) || byte == 0x5F
        }
    }
}
