/// The markets of Binance whose streams are understood.
package enum BinanceMarket: UInt8, Sendable, CaseIterable {
    /// Spot.
    case spot
    /// USD-M futures.
    case usdMargined
}

/// The paths on which a market serves its streams; each needs a connection of its own.
package enum BinanceRoute: UInt8, Sendable, CaseIterable {
    /// Spot: all streams on one connection.
    case all
    /// USD-M `/public`: books and best quotes.
    case publicData
    /// USD-M `/market`: trades.
    case marketData
}

/// The streams that are taken of a symbol.
package enum BinanceStream: UInt8, Sendable, CaseIterable {
    /// Every trade.
    case trade
    /// Trades of one order at one price, taken together.
    case aggTrade
    /// Changes of the book, every 100 ms.
    case depth
    /// The best quote, at each change.
    case bookTicker

    /// The name after the symbol and `@`.
    package var name: String {
        switch self {
        case .trade: "trade"
        case .aggTrade: "aggTrade"
        case .depth: "depth@100ms"
        case .bookTicker: "bookTicker"
        }
    }

    /// The name in a configuration; `depth` may be written with its interval.
    package init?(configured text: String) {
        switch text {
        case "trade": self = .trade
        case "aggTrade": self = .aggTrade
        case "depth", "depth@100ms": self = .depth
        case "bookTicker": self = .bookTicker
        default: return nil
        }
    }

    /// The path that serves the stream (Binance, "Important WebSocket Change Notice", 2026).
    package func route(_ market: BinanceMarket) -> BinanceRoute {
        switch (market, self) {
        case (.spot, _): .all
        case (.usdMargined, .depth), (.usdMargined, .bookTicker): .publicData
        case (.usdMargined, .trade), (.usdMargined, .aggTrade): .marketData
        }
    }
}

extension BinanceRoute {
    /// The path of combined streams, to which subscriptions are sent after the handshake.
    package var path: String {
        switch self {
        case .all: "/stream"
        case .publicData: "/public/stream"
        case .marketData: "/market/stream"
        }
    }
}
