import Testing
import TradingCore

@Suite struct CurrencyConversionTests {
    /// A desk whose account is in some currency, with an order value limit of 1 so that the value shows.
    private func desk(_ currency: String) -> RiskDesk {
        RiskDesk {
            $0.accountCurrency = currency
            $0.orderValueMax = decimal("1")
        }
    }

    private func value(_ desk: inout RiskDesk, _ quantity: String, _ symbol: String) -> Amount? {
        guard
            case .failure(let refusal) = desk.decide(
                desk.intent(.place, .buy, quantity, symbol: symbol)
            )
        else { return nil }
        return refusal.hits.first { $0.limit == .orderValue }?.measured
    }

    @Test func `the same currency needs no rate`() {
        var desk = desk("USD")
        #expect(value(&desk, "0.10", "EURUSD") == amount("10851"))
    }

    @Test func `a rate is used upside down at its worse side, rounded up`() {
        var desk = desk("USD")
        desk.engine.define(.dollarYen)
        desk.quote("149.990", "150.000", of: "USDJPY")
        // 0.10 lots are 10000 USD: 1500000 JPY at the ask, sold for dollars at the bid of 149.990.
        #expect(value(&desk, "0.10", "USDJPY") == amount("10000.666711114075"))
    }

    @Test func `a direct rate is used at its ask`() {
        var desk = desk("USD")
        desk.engine.define(.euroPound)
        desk.engine.define(.poundDollar)
        desk.quote("0.85990", "0.86000", of: "EURGBP")
        desk.quote("1.25000", "1.25010", of: "GBPUSD")
        #expect(value(&desk, "0.10", "EURGBP") == amount("10750.86"))
    }

    @Test func `two rates make one where none is direct`() {
        var desk = desk("EUR")
        desk.engine.define(.dollarYen)
        desk.quote("149.990", "150.000", of: "USDJPY")
        // 1500000 JPY to dollars at 149.990, to euros at 1.08500.
        let dollars = amount("10000.666711114075").units
        let euros = value(&desk, "0.10", "USDJPY")
        let exact = dollars * 100_000 / 108_500
        #expect(euros.map { $0.units - exact <= 2 && $0.units > exact } == true)
    }

    @Test func `a rate that is missing or old refuses`() {
        var desk = desk("GBP")
        #expect(desk.hits() == [.conversion, .conversion])
        desk.engine.define(.poundDollar)
        #expect(desk.hits() == [.conversion, .conversion])
        desk.quote("1.25000", "1.25010", of: "GBPUSD")
        #expect(desk.hits() == [.orderValue])
        desk.advance(.seconds(60))
        desk.quote("1.08500", "1.08510")
        #expect(desk.hits() == [.orderValue])
        desk.advance(.nanoseconds(1))
        #expect(desk.hits() == [.conversion, .conversion])
    }

    @Test func `a gain is worth less and a loss costs more than at the middle of the rate`() {
        var desk = RiskDesk(
            mode: .hedging,
            positions: [.of(.buy, "1.00", at: "150.000", symbol: "USDJPY")]
        ) { $0.dailyLossMax = decimal("50") }
        desk.engine.define(.dollarYen)
        desk.quoteThrice("149.950", "149.960", of: "USDJPY")
        // 5000 JPY are lost: 33.344449 USD at 149.950.
        _ = desk.assess()
        let loss = desk.engine.usage(openOrders: [], at: desk.time).first { $0.limit == .dailyLoss }
        #expect(loss?.used == amount("33.344448149384"))
        #expect(loss?.bound == amount("50"))
    }
}
