import Gateway
import Testing
import TradingCore

@Suite struct SyntheticMarketTests {
    @Test func `the same seed gives the same ticks, another one others`() throws {
        func ticks(seed: UInt64) throws -> [GatewayTick] {
            var market = try SyntheticMarket(seed: seed)
            return (0..<1000).compactMap { _ in market.next() }
        }
        let first = try ticks(seed: 7)
        #expect(try first == ticks(seed: 7))
        #expect(try first != ticks(seed: 8))
    }

    @Test(arguments: [UInt64(1), 2, 3])
    func `ticks average the rate and arrive at random moments`(seed: UInt64) throws {
        var market = try SyntheticMarket(rate: 200, seed: seed)
        var offsets: [Int64] = []
        while offsets.count < 20_000, let tick = market.next() { offsets.append(tick.offset) }
        let rate = 20_000 / (Double(offsets[19_999]) / 1e9)
        #expect(rate > 194 && rate < 206)
        // The deviation of exponential intervals equals their mean.
        let intervals = zip(offsets.dropFirst(), offsets).map { Double($0 - $1) }
        let mean = intervals.reduce(0, +) / Double(intervals.count)
        let variance = intervals.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        let deviation = (variance / Double(intervals.count)).squareRoot()
        #expect(deviation > 0.95 * mean && deviation < 1.05 * mean)
    }

    @Test func `quotes keep their digits, are never crossed, and spreads return to the usual`()
        throws
    {
        var market = try SyntheticMarket()
        var spreads: [Int: [Int64]] = [:]
        var count = 0
        while count < 40_000, let tick = market.next() {
            count += 1
            #expect(tick.bid.scale == [5, 5, 3, 2][tick.symbol])
            #expect(tick.ask.scale == tick.bid.scale)
            spreads[tick.symbol, default: []].append(tick.ask.mantissa - tick.bid.mantissa)
        }
        #expect(spreads.keys.sorted() == [0, 1, 2, 3])
        for (symbol, values) in spreads {
            #expect(values.allSatisfy { $0 > 0 })
            let mean = Double(values.reduce(0, +)) / Double(values.count)
            let usual = [12.0, 14, 13, 25][symbol]
            #expect(mean > 0.7 * usual && mean < 1.5 * usual, "\(symbol): \(mean)")
        }
    }

    @Test func `impossible markets are refused`() {
        #expect(throws: GatewayError.self) { try SyntheticMarket(rate: 0) }
        #expect(throws: GatewayError.self) { try SyntheticMarket(rate: .nan) }
        #expect(throws: GatewayError.self) { try SyntheticMarket(symbols: []) }
        #expect(throws: GatewayError.self) { try SyntheticMarket(symbols: ["A", "A"]) }
        #expect(throws: GatewayError.self) { try SyntheticMarket(symbols: ["A\"B"]) }
    }
}
