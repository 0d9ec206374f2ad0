import MarketFeed
import TestSupport
import Testing
import TradingCore

@Suite struct QuoteValidatorTests {
    private func decimal(_ text: String) throws -> ExactDecimal {
        try DecimalText.parse(Array(text.utf8).span)
    }

    private func verdicts(_ quotes: [(String, String)]) throws -> [QuoteValidator.Verdict] {
        var validator = QuoteValidator(symbolCount: 1)
        return try quotes.map { quote in
            let bid = try decimal(quote.0)
            let ask = try decimal(quote.1)
            return validator.judge(symbol: 0, bid: bid, ask: ask)
        }
    }

    @Test(arguments: [
        ("0", "1", QuoteValidator.Verdict.quarantine(.nonPositive)),
        ("1", "0.00", .quarantine(.nonPositive)), ("-1", "1", .quarantine(.nonPositive)),
        ("1", "2", .deliver([])), ("1", "2.00000001", .quarantine(.absurd)),
        ("2", "1", .deliver(.crossed)), ("2.00000001", "1", .quarantine(.absurd)),
        ("1.1", "1.10", .deliver([])), ("1.1000000000000001", "1.1", .deliver(.crossed)),
        ("9223372036854775807", "9223372036854775807", .deliver([])),
        ("9223372036854775807", "9.223372036854775807", .quarantine(.absurd)),
    ])
    func `prices that cannot be are quarantined, to the last digit`(
        bid: String,
        ask: String,
        expected: QuoteValidator.Verdict
    ) throws {
        #expect(try verdicts([(bid, ask)]) == [expected])
    }

    @Test func `a move of more than a fifth is suspect, and so is the way back`() throws {
        let result = try verdicts([
            ("100", "100"), ("120.0", "120.0"), ("96", "96"), ("115.2", "115.2001"), ("1.0", "1.0"),
            ("100", "100"), ("100", "100"),
        ])
        let flags: [MarketEvent.Flags] = [[], [], [], .suspect, .suspect, .suspect, []]
        #expect(result == flags.map { .deliver($0) })
    }

    @Test func `a quarantined quote is no measure for the next`() throws {
        let result = try verdicts([("100", "100"), ("0", "1"), ("1000", "10"), ("101", "101")])
        #expect(result.last == .deliver([]))
    }

    @Test func `prices at the ends of the range are compared without overflow`() throws {
        let result = try verdicts([
            ("0.000000000000000001", "0.000000000000000001"),
            ("9223372036854775807", "9223372036854775807"),
            ("9.223372036854775807", "9.223372036854775807"),
        ])
        #expect(result == [.deliver([]), .deliver(.suspect), .deliver(.suspect)])
    }

    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func `a quote is judged alike however its prices are written`(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var plain = QuoteValidator(symbolCount: 1)
        var padded = QuoteValidator(symbolCount: 1)
        var price: Int64 = 1 << Int64.random(in: 20...57, using: &random)
        var absurdCount = 0
        for _ in 0..<200 {
            let next = price / 100 * Int64.random(in: 70...140, using: &random)
            price = min(max(1 << 20, next), 1 << 57)
            let ask = price / 100 * Int64.random(in: 95...210, using: &random)
            let verdict = plain.judge(
                symbol: 0,
                bid: ExactDecimal(mantissa: price, scale: 5),
                ask: ExactDecimal(mantissa: ask, scale: 5)
            )
            // One zero more, so that bid and ask have different scales.
            let same = padded.judge(
                symbol: 0,
                bid: ExactDecimal(mantissa: price, scale: 5),
                ask: ExactDecimal(mantissa: ask * 10, scale: 6)
            )
            #expect(verdict == same, "\(price) \(ask)")
            if verdict == .quarantine(.absurd) { absurdCount += 1 }
        }
        #expect((1..<200).contains(absurdCount))
    }

    @Test func `each symbol has its own measure`() throws {
        var validator = QuoteValidator(symbolCount: 2)
        let low = try decimal("1")
        let high = try decimal("1000")
        #expect(validator.judge(symbol: 0, bid: low, ask: low) == .deliver([]))
        #expect(validator.judge(symbol: 1, bid: high, ask: high) == .deliver([]))
        #expect(validator.judge(symbol: 0, bid: low, ask: low) == .deliver([]))
    }
}
