import Testing
import TradingCore

@Suite struct TradingLoopBookTests {
    /// What a strategy finds in the book when it is called.
    private final class BookSightings {
        var bests: [String] = []
    }

    /// Notes the best prices at each event of a book.
    private struct BookStrategy: Strategy {
        let sightings: BookSightings

        mutating func onEvent(_ event: borrowing MarketEvent, _ context: inout StrategyContext) {
            let kinds: [MarketEvent.Kind] = [.bookLevel, .bookClear, .gap]
            guard kinds.contains(event.kind) else { return }
            let book = context.book(event.symbol)
            guard let bid = book?.bestBid, let ask = book?.bestAsk else {
                return sightings.bests.append("none")
            }
            sightings.bests.append("\(bid.price)/\(ask.price)")
        }
    }

    private let sightings = BookSightings()
    private let symbols = ["EURUSD", "XAUUSD", "USDJPY", "BTCUSDT"]

    private func makeHarness(capacity: Int = 64) -> LoopHarness {
        var harness = LoopHarness(
            strategies: [BookStrategy(sightings: sightings)],
            capacity: capacity
        )
        harness.connect(symbols: symbols)
        return harness
    }

    private func condition(_ harness: borrowing LoopHarness, _ symbol: SymbolID) -> SymbolCondition
    {
        harness.loop.knownSymbols[symbol.index].condition
    }

    @Test func `a strategy is called once for an update, when all of it is in the book`() throws {
        var harness = makeHarness()
        harness.append(
            try bookMessage(
                [("b", "99.0", "1"), ("b", "98.5", "2"), ("a", "100.0", "1")],
                update: 1,
                isSnapshot: true
            )
        )
        // After its first level this update crosses.
        harness.append(
            try bookMessage(
                [("b", "100.5", "1"), ("a", "100.0", "0"), ("a", "101.0", "3")],
                update: 2
            )
        )
        _ = harness.step()
        #expect(sightings.bests == ["99.0/100.0", "100.5/101.0"])
    }

    @Test func `a gap breaks the book of its symbol alone, and a snapshot mends it`() throws {
        var harness = makeHarness()
        for symbol in 0..<4 { harness.quote(UInt16(symbol), sequence: 1) }
        let snapshot = [("b", "99.0", "1"), ("a", "100.0", "1")] as [(Character, String, String)]
        harness.append(try bookMessage(snapshot, update: 1, isSnapshot: true))
        _ = harness.step()
        #expect(condition(harness, bookSymbol).isEmpty)
        harness.append(.bookGap())
        harness.append(try bookMessage([("b", "99.5", "1")], update: 5))
        _ = harness.step()
        #expect(condition(harness, bookSymbol) == .bookBroken)
        #expect(condition(harness, SymbolID(rawValue: 0)).isEmpty)
        harness.append(try bookMessage(snapshot, update: 6, isSnapshot: true))
        _ = harness.step()
        #expect(condition(harness, bookSymbol).isEmpty)
        #expect(sightings.bests == ["99.0/100.0", "none", "none", "99.0/100.0"])
    }

    @Test func `F26: a book of which an update was shed shows no levels`() throws {
        var harness = makeHarness(capacity: 8)
        harness.append(
            try bookMessage([("b", "99.0", "1"), ("a", "100.0", "1")], update: 1, isSnapshot: true)
        )
        _ = harness.step()
        for update in 2...20 {
            harness.append(try bookMessage([("b", "98.0", "\(update)")], update: UInt64(update)))
        }
        _ = harness.step()
        #expect(sightings.bests.first == "99.0/100.0")
        #expect(sightings.bests.dropFirst().allSatisfy { $0 == "none" })
        #expect(condition(harness, bookSymbol).contains(.bookBroken))
    }
}
