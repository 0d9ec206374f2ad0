import Testing
import TradingCore

@Suite struct RiskEngineTests {
    @Test func `an order within every limit is approved with its worst price and the quote's time`()
    {
        var desk = RiskDesk()
        var intent = desk.intent(.place, .buy, "0.10")
        intent.deviation = 5
        guard case .success(let approved) = desk.decide(intent) else {
            Issue.record("refused")
            return
        }
        #expect(approved.referencePrice == decimal("1.08515"))
        #expect(approved.quoteTime == desk.now)
        #expect(!approved.isReducing, "the caller claimed that it reduces")
    }

    @Test func `every limit that is hit is named with its rule, bound and measured value`() {
        var desk = RiskDesk {
            $0.orderVolumeMax = SymbolValues(others: decimal("0.5"))
            $0.orderValueMax = decimal("100000")
            $0.positionSizeMax = decimal("100000")
            $0.allowedSymbols = ["XAUUSD"]
        }
        guard case .failure(let refusal) = desk.decide(desk.intent(.place, .buy, "1.00")) else {
            Issue.record("approved")
            return
        }
        #expect(
            refusal.hits.map(\.limit)
                == [.orderVolume, .symbolPermission, .orderValue, .positionSize]
        )
        #expect(refusal.hits.map(\.limit.rule) == ["R3", "R8", "R2", "R7"])
        #expect(refusal.hits[2].measured == amount("108510"))
        #expect(refusal.hits[2].bound == amount("100000"))
        #expect(
            refusal.hits[0].description == "R3 order_volume 1.0 lots, limit 0.5 lots"
        )
    }

    @Test func `a symbol without a volume limit is not traded`() {
        var desk = RiskDesk { $0.orderVolumeMax = SymbolValues([.init("XAUUSD", decimal("1"))]) }
        #expect(desk.hits() == [.orderVolume])
    }

    @Test func `a symbol without a definition, or with two that differ, is not traded`() {
        var desk = RiskDesk()
        #expect(desk.hits(symbol: "XAUUSD") == [.definition])
        var other = Instrument.euroDollar
        other.contractSize = decimal("1000")
        desk.engine.define(other)
        #expect(desk.hits() == [.definition])
        desk.engine.define(.euroDollar)
        #expect(desk.hits() == [])
    }

    @Test func `nothing opens before the account is known`() {
        var limits = RiskLimits()
        limits.orderVolumeMax = SymbolValues(others: decimal("1"))
        var desk = RiskDesk()
        desk.engine = RiskEngine(limits)
        desk.engine.define(.euroDollar)
        desk.quote("1.08500", "1.08510")
        #expect(desk.hits() == [.reconciliation])
    }

    @Test func `an approved id is not approved again`() {
        var desk = RiskDesk()
        let intent = desk.intent()
        guard case .success = desk.decide(intent), case .failure(let refusal) = desk.decide(intent)
        else {
            Issue.record("approved twice")
            return
        }
        #expect(refusal.hits.map(\.limit) == [.identifier])
    }

    @Test(arguments: ["0.005", "0.015", "500.01", "0", "-0.01"])
    func `a volume off the venue's grid is refused`(volume: String) {
        var desk = RiskDesk { $0.orderVolumeMax = SymbolValues(others: decimal("1000")) }
        #expect(desk.hits(.place, .buy, volume).contains(.volumeStep))
    }

    @Test func `a price off the tick grid is refused`() {
        var desk = RiskDesk()
        #expect(desk.hits(kind: .limit(decimal("1.084005"))) == [.tickSize])
        #expect(desk.hits(kind: .limit(decimal("1.08400"))) == [])
    }

    @Test func `a quote that is missing, crossed or older than the limit is not traded on`() {
        var desk = RiskDesk()
        desk.engine.define(.dollarYen)
        #expect(desk.hits(symbol: "USDJPY") == [.priceReference])
        desk.quote("1.08510", "1.08500")
        #expect(desk.hits() == [.quoteUsable])
        desk.quote("1.08500", "1.08510")
        desk.advance(.seconds(5))
        #expect(desk.hits() == [])
        desk.advance(.nanoseconds(1))
        #expect(desk.hits() == [.quoteAge])
    }

    @Test func `a deny list wins over an allow list`() {
        var desk = RiskDesk {
            $0.allowedSymbols = ["EURUSD"]
            $0.deniedSymbols = ["EURUSD"]
        }
        #expect(desk.hits() == [.symbolPermission])
    }

    @Test func `outside of trading hours nothing is placed`() {
        var desk = RiskDesk { $0.tradingHours = SymbolValues([.init("EURUSD", .fx)]) }
        #expect(desk.hits() == [])
        desk.wall = WallTime(nanoseconds: 1_768_651_200 * 1_000_000_000)
        #expect(desk.hits() == [.tradingHours])
    }

    @Test func `cancelling passes whatever else is wrong`() {
        var desk = RiskDesk { $0.deniedSymbols = ["EURUSD"] }
        let cancel = OrderCommand.cancel(ticket: 1, of: nil)
        #expect(desk.hits(cancel, isReduceOnly: true) == [])
        #expect(desk.hits(cancel, symbol: "UNKNOWN", isReduceOnly: true) == [])
        #expect(desk.hits(isReduceOnly: true) == [.symbolPermission, .reduceOnly])
    }
}
