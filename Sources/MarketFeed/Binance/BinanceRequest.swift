/// A REST request that a feed wants, as a value; the shell adds the address and sends it.
package struct BinanceRequest: Sendable, Equatable {
    /// What is asked for.
    package enum Query: Sendable, Equatable {
        /// The book of a symbol with so many levels a side.
        case snapshot(limit: Int)
        /// Trades by id.
        case trades(first: UInt64, last: UInt64)
        /// Aggregates by id.
        case aggTrades(first: UInt64, last: UInt64)
    }

    /// Its number, by which the answer is matched.
    package var number: UInt64
    /// The market.
    package var market: BinanceMarket
    /// The symbol, in capitals.
    package var symbol: String
    /// What is asked for.
    package var query: Query

    package init(number: UInt64, market: BinanceMarket, symbol: String, query: Query) {
        self.number = number
        self.market = market
        self.symbol = symbol
        self.query = query
    }

    /// The path and query of the address.
    ///
    /// USD-M serves old trades only with a key, so that the newest ones are asked for instead.
    package var path: String {
        let root = market == .spot ? "/api/v3" : "/fapi/v1"
        switch (query, market) {
        case (.snapshot(let limit), _): return "\(root)/depth?symbol=\(symbol)&limit=\(limit)"
        case (.trades(let first, let last), .spot):
            let limit = Self.limit(first, last)
            return "\(root)/historicalTrades?symbol=\(symbol)&fromId=\(first)&limit=\(limit)"
        case (.trades, .usdMargined): return "\(root)/trades?symbol=\(symbol)&limit=1000"
        case (.aggTrades(let first, let last), _):
            let limit = Self.limit(first, last)
            return "\(root)/aggTrades?symbol=\(symbol)&fromId=\(first)&limit=\(limit)"
        }
    }

    /// What it takes from the venue's limit (Binance, REST "Market Data endpoints", 2025).
    package var weight: Int {
        switch (market, query) {
        case (.spot, .snapshot(let limit)):
            limit <= 100 ? 5 : limit <= 500 ? 25 : limit <= 1000 ? 50 : 250
        case (.spot, .trades): 25
        case (.spot, .aggTrades): 4
        case (.usdMargined, .snapshot(let limit)):
            limit <= 50 ? 2 : limit <= 100 ? 5 : limit <= 500 ? 10 : 20
        case (.usdMargined, .trades): 5
        case (.usdMargined, .aggTrades): 20
        }
    }

    /// The most that a request for trades takes.
    static let tradesWeightMax = 25

    private static func limit(_ first: UInt64, _ last: UInt64) -> UInt64 {
        min(last &- first &+ 1, 1000)
    }
}

/// Why a request has no usable answer.
package enum BinanceRequestFailure: Sendable, Equatable {
    /// There was no connection, or no answer in time.
    case noAnswer
    /// The venue answered with a status other than 200.
    ///
    /// 429 and 418 mean that too much was asked; nothing is asked until `retryAfter` has passed.
    case status(Int, retryAfter: Duration?)
}
