import Gateway
import TestSupport
import Testing
import TradingCore

@Suite struct PaperVenueConservationTests {
    @Test(arguments: 0..<16)
    func `money and volume are conserved, and a restart changes nothing`(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        var scene = DeskScene {
            $0.venue.marginMode = seed % 2 == 0 ? .netting : .hedging
            $0.venue.commissionPerLot = ExactDecimal(mantissa: 7, scale: 0)
            $0.venue.liquidity = seed % 3 == 0 ? ExactDecimal(mantissa: 7, scale: 2) : nil
            $0.venue.slippageMax = UInt32(seed % 4)
            $0.ordersPerSecond = 1_000_000
        }
        var middle: Int64 = 108_500
        for number in 0..<250 {
            let types = VenueOrderType.allCases
            let type = types[Int.random(in: 0..<types.count, using: &random)]
            let volume = "0.\(Int.random(in: 10...40, using: &random))"
            let price = middle + Int64.random(in: -40...40, using: &random)
            scene.send(
                "ORDER_SEND",
                #"{"symbol":"EURUSD","type":"\#(type.rawValue)","volume":\#(volume),"#
                    + #""price":\#(ExactDecimal(mantissa: price, scale: 5))}"#,
                id: "id-\(number)"
            )
            if let position = scene.desk.venue.positions.first, number % 3 == 0 {
                let close = #"{"ticket":\#(position.ticket)}"#
                scene.send("ORDER_CLOSE", close, id: "c-\(number)")
            }
            middle += Int64.random(in: -30...30, using: &random)
            let bid = ExactDecimal(mantissa: middle, scale: 5)
            let ask = ExactDecimal(mantissa: middle + 12, scale: 5)
            scene.quote("EURUSD", bid.description, ask.description)
            if number % 60 == 59 { scene.restart() }
            scene.hearClient()
        }
        let venue = scene.desk.venue
        let deals = Array(venue.deals(after: 0, limit: .max))
        #expect(deals.map(\.number) == Array(1...UInt64(deals.count)))
        let result = deals.reduce(decimal("10000.00")) { sum, deal in
            [deal.profit, deal.commission, deal.swap].reduce(sum) { $0.adding($1) ?? $0 }
        }
        #expect(venue.account.balance == result)
        #expect(net(deals) == net(venue.positions))
        #expect(Set(deals.map(\.entry)).count >= 2)
        #expect(venue.executionCount(of: "id-0") <= 1)
    }

    private func net(_ deals: [VenueDeal]) -> ExactDecimal {
        deals.reduce(.zero) { sum, deal in
            (deal.side == .buy ? sum.adding(deal.volume) : sum.subtracting(deal.volume)) ?? sum
        }
    }

    private func net(_ positions: [VenuePosition]) -> ExactDecimal {
        positions.reduce(.zero) { sum, position in
            (position.side == .buy ? sum.adding(position.volume) : sum.subtracting(position.volume))
                ?? sum
        }
    }
}
