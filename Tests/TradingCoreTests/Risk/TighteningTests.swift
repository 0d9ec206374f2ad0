import TestSupport
import Testing
import TradingCore

@Suite struct TighteningTests {
    private static let loose = limits(1_000)
    private static let tight = limits(10)

    /// Every limit that can be tightened, the looser the larger the number.
    private static func limits(_ number: Int) -> RiskLimits {
        let value = decimal("\(number)")
        var limits = RiskLimits()
        limits.dailyLossMax = value
        limits.orderRateMax = number
        limits.positionSizeMax = value
        limits.orderVolumeMax = SymbolValues(others: value)
        limits.orderValueMax = value
        limits.priceCollarPercent = value
        limits.priceDriftPercent = value
        limits.openOrdersMax = number
        limits.drawdownMax = value
        limits.duplicateWindow = .milliseconds(10_000 / number)
        limits.recentVolumeMax = value
        limits.recentValueMax = value
        limits.quoteAgeMax = .milliseconds(number)
        limits.conversionAgeMax = .milliseconds(number)
        limits.allowedSymbols = number > 100 ? ["A", "B"] : ["B"]
        limits.deniedSymbols = number > 100 ? ["C"] : ["D", "C"]
        limits.repeatMax = number
        limits.preventsSelfMatch = number <= 100
        return limits
    }

    @Test func `each limit takes the tighter value, and no other limits loosen it`() {
        #expect(Self.loose.tightened(by: Self.tight) == Self.tight)
        let kept = Self.tight.tightened(by: Self.loose)
        #expect(Set(kept.deniedSymbols) == Set(Self.tight.deniedSymbols))
        var same = kept
        same.deniedSymbols = Self.tight.deniedSymbols
        #expect(same == Self.tight)
    }

    @Test func `a limit that was off is on with any value, and stays on without one`() {
        var off = RiskLimits()
        off.orderVolumeMax = Self.tight.orderVolumeMax
        #expect(off.tightened(by: Self.tight).orderValueMax == decimal("10"))
        #expect(Self.tight.tightened(by: off).orderValueMax == decimal("10"))
        #expect(Self.tight.tightened(by: off).allowedSymbols == ["B"])
        #expect(Self.tight.tightened(by: off).duplicateWindow == .seconds(1))
        #expect(Self.tight.tightened(by: off).preventsSelfMatch)
    }

    @Test func `what has no order between tight and loose stays as it is`() {
        var other = Self.tight
        other.accountCurrency = "EUR"
        other.cancelHeadroom = 1
        other.recentWindow = .seconds(1)
        other.tradingHours = SymbolValues(others: .fx)
        let result = Self.loose.tightened(by: other)
        #expect(result.accountCurrency == Self.loose.accountCurrency)
        #expect(result.cancelHeadroom == Self.loose.cancelHeadroom)
        #expect(result.recentWindow == Self.loose.recentWindow)
        #expect(result.tradingHours == Self.loose.tradingHours)
    }

    @Test(arguments: 0..<200)
    func `no symbol may trade more than before, nor more than was asked for`(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        func table() -> SymbolValues<ExactDecimal> {
            var values = SymbolValues<ExactDecimal>()
            if Bool.random(using: &random) {
                values.others = ExactDecimal(mantissa: .random(in: 1...3, using: &random), scale: 0)
            }
            for symbol in ["A", "B", "C"] where Bool.random(using: &random) {
                let mantissa = Int64.random(in: 1...3, using: &random)
                values.entries.append(.init(symbol, ExactDecimal(mantissa: mantissa, scale: 0)))
            }
            return values
        }
        var (old, new) = (RiskLimits(), RiskLimits())
        old.orderVolumeMax = table()
        new.orderVolumeMax = table()
        let result = old.tightened(by: new).orderVolumeMax
        var isTighter = true
        for symbol in ["A", "B", "C", "else"] {
            let (before, asked) = (old.orderVolumeMax[symbol], new.orderVolumeMax[symbol])
            let lower = before.flatMap { before in asked.map { min(before, $0) } }
            #expect(result[symbol] == lower, "\(symbol): \(before as Any) \(asked as Any)")
            if lower != asked { isTighter = false }
        }
        // Whether it is what was asked for can be told by comparing the two.
        #expect((result == new.orderVolumeMax) == isTighter)
    }

    // MARK: In force

    @Test func `a tightened limit holds for the next order`() {
        var desk = RiskDesk()
        #expect(desk.hits() == [])
        var limits = desk.engine.limits
        limits.orderVolumeMax = SymbolValues(others: decimal("0.001"))
        limits.deniedSymbols = ["EURUSD"]
        limits.orderValueMax = decimal("1")
        desk.engine.tighten(to: limits)
        #expect(desk.hits() == [.orderVolume, .symbolPermission, .orderValue])
        // Taking it back changes nothing while the process runs.
        desk.engine.tighten(to: RiskLimits())
        #expect(desk.hits() == [.orderVolume, .symbolPermission, .orderValue])
    }

    @Test func `a lower order rate counts what was sent before`() {
        var desk = RiskDesk()
        for _ in 0..<5 { #expect(desk.hits() == []) }
        var limits = desk.engine.limits
        limits.orderRateMax = 5
        desk.engine.tighten(to: limits)
        #expect(desk.hits() == [.orderRate])
        desk.advance(.seconds(61))
        desk.quote("1.08500", "1.08510")
        #expect(desk.hits() == [])
    }

    @Test func `windows that look back are switched on, and made longer`() {
        var desk = RiskDesk()
        #expect(desk.hits() == [])
        var limits = desk.engine.limits
        limits.duplicateWindow = .seconds(2)
        limits.recentVolumeMax = decimal("0.015")
        desk.engine.tighten(to: limits)
        #expect(desk.hits() == [])
        #expect(desk.hits() == [.duplicate, .recentVolume])
        limits.duplicateWindow = .seconds(60)
        desk.engine.tighten(to: limits)
        desk.advance(.seconds(30))
        desk.quote("1.08500", "1.08510")
        #expect(desk.hits() == [.duplicate])
    }

    @Test
    func `a lower daily loss ends a higher limit that an operator had set, and trips at once`()
        throws
    {
        var desk = RiskDesk(mode: .hedging, positions: [.of(.buy, "1.00")]) {
            $0.dailyLossMax = decimal("100")
        }
        desk.quoteThrice("1.08450", "1.08460")
        #expect(desk.assess() == [])
        try desk.engine.reset(RiskReset(dailyLossMax: decimal("200")))
        var limits = desk.engine.limits
        limits.dailyLossMax = decimal("40")
        desk.engine.tighten(to: limits)
        #expect(desk.assess() == [.dailyLossBreached(loss: amount("50"), limit: amount("40"))])
        #expect(desk.engine.latches == .dailyLoss)
    }
}
