import TestSupport
import Testing
import TradingCore

@Suite struct OrderFlowTests {
    @Test func `G15: as many messages leave in 60 seconds as the limit says, and not one more`() {
        var desk = RiskDesk { $0.orderRateMax = 3 }
        for _ in 0..<3 { #expect(desk.hits() == []) }
        #expect(desk.hits() == [.orderRate])
        desk.advance(.seconds(60) - .nanoseconds(1))
        desk.quote("1.08500", "1.08510")
        #expect(desk.hits() == [.orderRate])
        desk.advance(.nanoseconds(1))
        #expect(desk.hits() == [])
    }

    @Test func `changes and cancellations count, and cancellations have room of their own`() {
        var desk = RiskDesk {
            $0.orderRateMax = 3
            $0.cancelHeadroom = 2
        }
        let cancel = OrderCommand.cancel(ticket: 1, of: nil)
        #expect(desk.hits() == [])
        #expect(desk.hits(.modify(ticket: 1, of: nil), kind: .limit(decimal("1.08000"))) == [])
        #expect(desk.hits(cancel) == [])
        #expect(desk.hits() == [.orderRate])
        #expect(desk.hits(cancel) == [])
        #expect(desk.hits(cancel) == [])
        #expect(desk.hits(cancel) == [.orderRate])
    }

    @Test func `the closes of an engaged kill switch may use the room of cancellations`() {
        let position = AccountSnapshot.Position.of(.buy, "1.00", ticket: 7)
        var desk = RiskDesk(mode: .hedging, positions: [position]) { $0.orderRateMax = 1 }
        #expect(desk.hits() == [])
        #expect(desk.hits(.close(position: 7), .sell, "1.00") == [.orderRate])
        #expect(desk.hits(.close(position: 7), .sell, "1.00", origin: .killSwitch) == [])
    }

    @Test(arguments: 0..<20)
    func `G15: no window of 60 seconds holds more than the limit`(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let limit = Int.random(in: 1...20, using: &random)
        let headroom = Int.random(in: 0...5, using: &random)
        var desk = RiskDesk {
            $0.orderRateMax = limit
            $0.cancelHeadroom = headroom
            $0.quoteAgeMax = .seconds(100_000)
        }
        var sent: [(time: Int64, isCancel: Bool)] = []
        for _ in 0..<500 {
            desk.advance(.milliseconds(Int64.random(in: 0...6000, using: &random)))
            let isCancel = Int.random(in: 0..<3, using: &random) == 0
            let hits = desk.hits(isCancel ? .cancel(ticket: 1, of: nil) : .place)
            let inWindow = sent.count { desk.now.nanoseconds - $0.time < 60_000_000_000 }
            let bound = limit + (isCancel ? headroom : 0)
            #expect(hits == (inWindow < bound ? [] : [.orderRate]))
            if hits.isEmpty { sent.append((desk.now.nanoseconds, isCancel)) }
        }
    }

    @Test func `the same order again within the window is a duplicate`() {
        var desk = RiskDesk { $0.duplicateWindow = .seconds(2) }
        #expect(desk.hits(.place, .buy, "0.01") == [])
        #expect(desk.hits(.place, .buy, "0.01") == [.duplicate])
        #expect(desk.hits(.place, .buy, "0.02") == [])
        #expect(desk.hits(.place, .sell, "0.01") == [])
        #expect(desk.hits(.place, .buy, "0.01", kind: .limit(decimal("1.08000"))) == [])
        #expect(desk.hits(.place, .buy, "0.01", origin: .strategy(1, request: 1)) == [])
        desk.advance(.seconds(2) - .nanoseconds(1))
        #expect(desk.hits(.place, .buy, "0.01") == [.duplicate])
        desk.advance(.nanoseconds(1))
        #expect(desk.hits(.place, .buy, "0.01") == [])
    }

    @Test func `volume and value of the last seconds reach their limits and do not pass them`() {
        var desk = RiskDesk {
            $0.recentWindow = .seconds(4)
            $0.recentVolumeMax = decimal("1.00")
            $0.recentValueMax = decimal("150000")
        }
        desk.quoteThrice("0.99990", "1.00000")
        #expect(desk.hits(.place, .buy, "0.99") == [])
        #expect(desk.hits(.place, .buy, "0.02") == [.recentVolume])
        #expect(desk.hits(.place, .buy, "0.01") == [])
        desk.engine.define(.poundDollar)
        desk.quoteThrice("0.99990", "1.00000", of: "GBPUSD")
        #expect(desk.hits(.place, .buy, "0.51", symbol: "GBPUSD") == [.recentValue])
        #expect(desk.hits(.place, .buy, "0.50", symbol: "GBPUSD") == [])
        desk.advance(.seconds(4))
        #expect(desk.hits(.place, .buy, "1.00") == [])
    }

    @Test func `a price may be as far from the market as the collar says`() {
        var desk = RiskDesk { $0.priceCollarPercent = decimal("2") }
        desk.quote("0.99990", "1.00000")
        #expect(desk.hits(kind: .limit(decimal("0.98000"))) == [])
        #expect(desk.hits(kind: .limit(decimal("0.97999"))) == [.priceCollar])
        #expect(desk.hits(kind: .stop(decimal("1.02000"))) == [])
        #expect(desk.hits(kind: .stop(decimal("1.02001"))) == [.priceCollar])
        var slipping = desk.intent()
        slipping.deviation = 2000
        guard case .success = desk.decide(slipping) else {
            Issue.record("refused at the collar")
            return
        }
        slipping = desk.intent()
        slipping.deviation = 2001
        guard case .failure(let refusal) = desk.decide(slipping) else {
            Issue.record("approved beyond the collar")
            return
        }
        #expect(refusal.contains(.priceCollar))
    }

    @Test func `our own prices may drift as far within the window as the limit says`() {
        var desk = RiskDesk {
            $0.priceDriftPercent = decimal("1")
            $0.recentWindow = .seconds(10)
            $0.quoteAgeMax = .seconds(60)
        }
        desk.quote("0.99990", "1.00000")
        #expect(desk.hits(kind: .limit(decimal("1.00000"))) == [])
        #expect(desk.hits(kind: .limit(decimal("1.01000"))) == [])
        #expect(desk.hits(kind: .limit(decimal("1.01001"))) == [.priceDrift])
        #expect(desk.hits(kind: .limit(decimal("0.99999"))) == [.priceDrift])
        desk.advance(.seconds(10))
        #expect(desk.hits(kind: .limit(decimal("1.01001"))) == [])
    }

    @Test func `a strategy that repeats an order too often is disabled until a person enables it`()
    {
        var desk = RiskDesk { $0.repeatMax = 2 }
        for _ in 0..<3 { #expect(desk.hits() == []) }
        #expect(desk.hits(.place, .buy, "0.02") == [])
        #expect(desk.hits() == [.repeats])
        #expect(desk.assess() == [.strategyDisabled(0, repeats: 3)])
        #expect(desk.hits(.place, .buy, "0.02") == [.strategyDisabled])
        #expect(desk.hits(origin: .strategy(1, request: 1)) == [])
        desk.advance(.seconds(86_400))
        desk.quote("1.08500", "1.08510")
        #expect(desk.hits(.place, .buy, "0.02") == [.strategyDisabled])
        desk.engine.enable(strategy: 0)
        #expect(desk.hits() == [])
    }

    @Test func `the value of one order reaches its limit and does not pass it`() {
        var desk = RiskDesk { $0.orderValueMax = decimal("1000") }
        desk.quote("0.99990", "1.00000")
        #expect(desk.hits(.place, .buy, "0.01") == [])
        #expect(desk.hits(.place, .buy, "0.02") == [.orderValue])
        #expect(desk.hits(.place, .buy, "0.01", kind: .limit(decimal("1.00001"))) == [.orderValue])
    }

    @Test func `a value that is finer than can be counted counts as more, not as nothing`() {
        var tiny = Instrument.euroDollar
        tiny.symbol = "TINY"
        tiny.contractSize = ExactDecimal(mantissa: 1, scale: 12)
        var desk = RiskDesk { $0.orderValueMax = ExactDecimal(mantissa: 1, scale: 13) }
        desk.engine.define(tiny)
        desk.quote("1.00000", "1.00000", of: "TINY")
        #expect(desk.hits(.place, .buy, "0.01", symbol: "TINY") == [.orderValue])
    }

    @Test func `an amount that does not fit is refused and not wrapped round`() {
        var huge = Instrument.euroDollar
        huge.symbol = "HUGE"
        huge.contractSize = ExactDecimal(mantissa: .max, scale: 0)
        huge.volumeMax = ExactDecimal(mantissa: .max, scale: 0)
        huge.volumeStep = decimal("1")
        huge.volumeMin = decimal("1")
        var desk = RiskDesk {
            $0.orderVolumeMax = SymbolValues(others: ExactDecimal(mantissa: .max, scale: 0))
        }
        desk.engine.define(huge)
        desk.quote("1.00000", "1.00000", of: "HUGE")
        let hits = desk.hits(.place, .buy, "\(Int64.max)", symbol: "HUGE")
        #expect(hits.contains(.conversion))
    }
}
