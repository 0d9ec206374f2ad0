import Platform
import Telemetry
package import TradingCore

/// Quotes that feeds of this process received, on their way to the paper venue inside it.
///
/// A feed puts a quote here before the loop can see it, and the gateway takes everything out before it
/// looks at a command: so an order is never filled at a price older than the one it was decided on.
/// There is one place for each symbol; a newer quote takes the place of one that nobody took yet, which
/// is counted. Neither side ever waits for the other.
package final class ReceivedQuotes: QuoteTap {
    /// A quote for the venue.
    struct Quote: Sendable, Equatable {
        /// The index into ``ReceivedQuotes/symbols``.
        var symbol: Int
        /// The price at which one can sell.
        var bid: ExactDecimal
        /// The price at which one can buy.
        var ask: ExactDecimal
    }

    /// What became of quotes.
    package struct Counts: Sendable, Equatable {
        /// Quotes that came, of symbols that the venue knows.
        package var received: UInt64 = 0
        /// Quotes that a newer one of their symbol replaced before the venue saw them.
        package var superseded: UInt64 = 0
        /// Quotes of symbols that nobody defined.
        package var undefined: UInt64 = 0
        /// Quotes of a symbol of that name from a later feed, which are not used.
        package var shadowed: UInt64 = 0
    }

    /// Where the quotes of a feed's symbol go.
    private enum Use: UInt8 {
        /// Nowhere: the venue has no such symbol.
        case undefined
        /// Nowhere: an earlier feed has a symbol of the same name.
        case shadowed
        case used
    }

    private struct Route {
        var use = Use.undefined
        var symbol: UInt16 = 0
    }

    private struct Box {
        var routes: [Route]
        var owners: [SymbolID?]
        var newest: [Quote?]
        /// Symbols whose place is taken, in the order in which they came.
        var waiting: [Int] = []
        var counts = Counts()
        var wakeUp: WakeUp?
        /// Whether the venue acts on quotes by itself, so that it wants to be woken.
        var isWanted = false
        var isSignalled = false
    }

    /// The symbols of the venue, in the order of their numbers there.
    package let symbols: [String]
    private let numbers: [String: Int]
    private let box: Locked<Box>

    /// - Parameters:
    ///   - symbols: The symbols of the venue.
    ///   - symbolCount: Symbols that can be numbered, over all feeds.
    package init(symbols: [String], symbolCount: Int) {
        self.symbols = symbols
        numbers = Dictionary(
            symbols.enumerated().map { ($1, $0) },
            uniquingKeysWith: { first, _ in first }
        )
        box = Locked(
            Box(
                routes: Array(repeating: Route(), count: symbolCount),
                owners: Array(repeating: nil, count: symbols.count),
                newest: Array(repeating: nil, count: symbols.count)
            )
        )
    }

    /// What became of quotes so far.
    package var counts: Counts { box.withLock { $0.counts } }

    // MARK: Feeds

    package func meet(_ symbol: SymbolID, named name: String) {
        guard let number = numbers[name] else { return }
        box.withLock { box in
            guard box.routes.indices.contains(symbol.index) else { return }
            if let owner = box.owners[number] {
                // The feed that is configured first has the lower numbers, whichever came first.
                let isFirst = symbol.rawValue < owner.rawValue
                box.routes[isFirst ? owner.index : symbol.index] = Route(use: .shadowed)
                guard isFirst else { return }
            }
            box.owners[number] = symbol
            box.routes[symbol.index] = Route(use: .used, symbol: UInt16(number))
        }
    }

    package func take(_ events: Span<MarketEvent>) {
        let wakeUp = box.withLock { box -> WakeUp? in
            for index in events.indices where events[index].kind == .quote {
                Self.put(events[index], &box)
            }
            guard box.isWanted, !box.isSignalled, !box.waiting.isEmpty else { return nil }
            box.isSignalled = true
            return box.wakeUp
        }
        wakeUp?.signal()
    }

    private static func put(_ event: MarketEvent, _ box: inout Box) {
        guard box.routes.indices.contains(event.symbol.index) else { return }
        let route = box.routes[event.symbol.index]
        switch route.use {
        case .undefined: box.counts.undefined &+= 1
        case .shadowed: box.counts.shadowed &+= 1
        case .used:
            let number = Int(route.symbol)
            box.counts.received &+= 1
            if box.newest[number] == nil {
                box.waiting.append(number)
            } else {
                box.counts.superseded &+= 1
            }
            box.newest[number] = Quote(symbol: number, bid: event.bid, ask: event.ask)
        }
    }

    // MARK: Gateway

    /// Names what wakes the gateway's thread.
    func attach(_ wakeUp: WakeUp) { box.withLock { $0.wakeUp = wakeUp } }

    /// Takes every quote that waits, at most one for each symbol.
    func takeAll(into quotes: inout [Quote]) {
        quotes.removeAll(keepingCapacity: true)
        box.withLock { box in
            box.isSignalled = false
            for number in box.waiting {
                if let quote = box.newest[number] { quotes.append(quote) }
                box.newest[number] = nil
            }
            box.waiting.removeAll(keepingCapacity: true)
        }
    }

    /// Says whether quotes should wake the gateway from now on.
    ///
    /// - Returns: Whether some that would have woken it wait already.
    func setWanted(_ isWanted: Bool) -> Bool {
        box.withLock { box in
            box.isWanted = isWanted
            return isWanted && !box.waiting.isEmpty
        }
    }
}

/// A market that publishes nothing: quotes reach the venue by ``ReceivedQuotes``.
struct SilentMarket: TickSource {
    let symbols: [String]
    var isStampedWhenPublished: Bool { true }

    mutating func next() -> GatewayTick? { nil }
}

extension ReceivedQuotes.Counts {
    /// Writes the counts as members of the object that is open.
    func write(to json: inout JSONWriter) {
        json.value(received, "received")
        json.value(superseded, "superseded")
        json.value(undefined, "undefined")
        json.value(shadowed, "shadowed")
    }
}
