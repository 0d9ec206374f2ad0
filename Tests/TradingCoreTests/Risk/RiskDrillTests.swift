import TestSupport
import Testing
import TradingCore

@Suite struct RiskDrillTests {
    /// Every limit there is, with values that are easily mistaken by one.
    private var allLimits: RiskLimits {
        var limits = RiskLimits()
        limits.accountCurrency = "EUR"
        limits.dailyLossMax = decimal("100.000001")
        limits.orderRateMax = 7
        limits.positionSizeMax = decimal("999999999999.999999")
        limits.orderVolumeMax = SymbolValues([.init("XAUUSD", decimal("0.5"))])
        limits.orderValueMax = decimal("0.000002")
        limits.priceCollarPercent = decimal("2.5")
        limits.priceDriftPercent = decimal("0.000001")
        limits.openOrdersMax = 1
        limits.drawdownMax = decimal("50")
        limits.duplicateWindow = .milliseconds(1)
        limits.recentVolumeMax = decimal("3")
        limits.recentValueMax = decimal("1000000")
        limits.allowedSymbols = ["EURUSD", "XAUUSD"]
        limits.tradingHours = SymbolValues(others: .fx)
        limits.repeatMax = 1
        limits.preventsSelfMatch = true
        return limits
    }

    @Test func `G15: every limit holds one step below, at and beyond it`() {
        let rows = RiskDrill(allLimits).run()
        let limits: [RiskLimit] = [
            .priceCollar, .priceDrift, .orderValue, .orderVolume, .orderRate, .repeats,
            .positionSize, .dailyLoss, .drawdown, .duplicate, .recentVolume, .recentValue,
            .quoteAge, .selfMatch, .openOrders,
        ]
        #expect(rows.map(\.limit) == limits)
        for row in rows { #expect(row.holds, "\(row)") }
    }

    @Test func `a limit that is off has no row`() {
        let rows = RiskDrill(RiskLimits()).run()
        #expect(rows.map(\.limit) == [.orderRate, .positionSize, .dailyLoss, .quoteAge])
        for row in rows { #expect(row.holds, "\(row)") }
    }

    @Test(arguments: 0..<40)
    func `G15: limits of any size hold at their edges`(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        func anyAmount() -> ExactDecimal {
            let digits = Int64.random(in: 1...999_999_999_999_999_999, using: &random)
            let shift = Int64.random(in: 0...50, using: &random)
            return ExactDecimal(mantissa: digits >> shift | 1, scale: 6)
        }
        var limits = allLimits
        limits.dailyLossMax = anyAmount()
        limits.drawdownMax = anyAmount()
        limits.positionSizeMax = anyAmount()
        limits.orderValueMax = anyAmount()
        limits.orderVolumeMax.others = anyAmount()
        limits.recentVolumeMax = anyAmount()
        limits.recentValueMax = anyAmount()
        limits.orderRateMax = .random(in: 1...2000, using: &random)
        limits.cancelHeadroom = .random(in: 0...3, using: &random)
        limits.repeatMax = .random(in: 1...1000, using: &random)
        limits.openOrdersMax = .random(in: 1...100, using: &random)
        limits.quoteAgeMax = .nanoseconds(Int64.random(in: 1...1_000_000_000_000, using: &random))
        for row in RiskDrill(limits).run() { #expect(row.holds, "\(row)") }
    }
}
