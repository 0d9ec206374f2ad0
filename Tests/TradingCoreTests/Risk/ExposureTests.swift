import TestSupport
import Testing
import TradingCore

@Suite struct ExposureTests {
    /// One lot is worth 100000 USD: a limit of 300000 USD is three lots.
    private func desk(
        _ mode: AccountSnapshot.MarginMode,
        _ positions: [AccountSnapshot.Position] = [],
        _ change: (inout RiskLimits) -> Void = { _ in }
    ) -> RiskDesk {
        var desk = RiskDesk(mode: mode, positions: positions) {
            $0.positionSizeMax = decimal("300000")
            $0.dailyLossMax = decimal("1000000")
            change(&$0)
        }
        desk.quoteThrice("0.99990", "1.00000")
        return desk
    }

    @Test(arguments: [AccountSnapshot.MarginMode.netting, .hedging])
    func `G15: a position may reach its limit exactly and never pass it`(
        mode: AccountSnapshot.MarginMode
    ) {
        for (volume, hits) in [("2.99", []), ("3.00", []), ("3.01", [RiskLimit.positionSize])] {
            var desk = desk(mode)
            #expect(desk.hits(.place, .buy, volume) == hits, "\(volume)")
        }
    }

    @Test
    func `G15: orders that wait for their answers count, so that many small ones do not add up`() {
        var desk = desk(.netting)
        for _ in 0..<30 { #expect(desk.place(.buy, "0.10") == []) }
        #expect(desk.place(.buy, "0.01") == [.positionSize])
        #expect(desk.place(.sell, "3.00") == [])
        #expect(desk.place(.sell, "0.01") == [.positionSize])
    }

    @Test func `on a netting account an opposite order reduces as far as the position goes`() {
        var desk = desk(.netting, [.of(.buy, "5.00")])
        #expect(desk.hits(.place, .buy, "0.01") == [.positionSize])
        #expect(desk.hits(.place, .sell, "5.00", isReduceOnly: true) == [])
        #expect(desk.hits(.place, .sell, "5.01", isReduceOnly: true).contains(.reduceOnly))
        #expect(desk.place(.sell, "3.00") == [])
        #expect(desk.hits(.place, .sell, "2.00", isReduceOnly: true) == [])
        #expect(desk.hits(.place, .sell, "2.01", isReduceOnly: true).contains(.reduceOnly))
    }

    @Test func `on a netting account a position makes no room for the other side`() {
        var desk = desk(.netting, [.of(.buy, "1.00", ticket: 7)])
        let below = OrderRequest.Kind.stop(decimal("0.99000"))
        #expect(desk.hits(.place, .sell, "3.01", kind: below) == [.positionSize])
        #expect(desk.place(.sell, "3.00", kind: below) == [])
        #expect(desk.place(.sell, "0.01") == [.positionSize])
        // What closes is never in the way of itself, and what buys is on the position's side.
        #expect(desk.close(7, .sell, "1.00") == [])
        #expect(desk.place(.buy, "2.00") == [])
        #expect(desk.place(.buy, "0.01") == [.positionSize])
    }

    @Test func `reducing passes the position and loss limits`() {
        var desk = desk(.netting, [.of(.buy, "5.00", at: "2.00000")]) {
            $0.dailyLossMax = decimal("10")
        }
        desk.quoteThrice("0.99990", "1.00000")
        #expect(desk.assess().contains { $0.engagesKillSwitch })
        #expect(desk.hits(.place, .sell, "1.00", isReduceOnly: true) == [])
        #expect(desk.hits(.place, .buy, "0.01").contains(.dailyLoss))
        #expect(desk.hits(.place, .buy, "0.01").contains(.positionSize))
    }

    @Test func `on a hedging account an opposite order opens, and positions count gross`() {
        var desk = desk(.hedging, [.of(.buy, "2.00")])
        #expect(desk.hits(.place, .sell, "1.00") == [])
        #expect(desk.hits(.place, .sell, "1.01") == [.positionSize])
        #expect(desk.hits(.place, .sell, "0.01", isReduceOnly: true) == [.reduceOnly])
    }

    @Test func `closing reduces our position by no more than is left of it`() {
        var desk = desk(
            .hedging,
            [.of(.buy, "2.00", ticket: 7), .of(.sell, "1.00", ticket: 8, isOurs: false)]
        )
        let close = OrderCommand.close(position: 7)
        #expect(desk.hits(close, .sell, "2.00", isReduceOnly: true) == [])
        #expect(desk.hits(close, .sell, "2.01") == [.position])
        #expect(desk.hits(close, .buy, "1.00") == [.position])
        #expect(desk.hits(.close(position: 9), .sell, "1.00") == [.position])
        #expect(desk.hits(.close(position: 8), .buy, "1.00") == [.foreignPosition])
        let pending = OpenOrder(
            instrument: InstrumentID(rawValue: 0),
            side: .sell,
            openQuantity: decimal("1.50"),
            price: decimal("1"),
            isReducing: true,
            position: 7
        )
        desk.open = [pending]
        #expect(desk.hits(close, .sell, "0.50") == [])
        #expect(desk.hits(close, .sell, "0.51") == [.position])
    }

    @Test func `an order of unknown outcome lets nothing open in its symbol, and reducing go on`() {
        var desk = desk(.netting, [.of(.buy, "1.00")])
        #expect(desk.place(.sell, "0.40") == [])
        desk.open[0].isUnknown = true
        #expect(desk.hits(.place, .buy, "0.01") == [.unknownOrder])
        #expect(desk.hits(.place, .sell, "0.60") == [])
        #expect(desk.hits(.place, .sell, "0.61") == [.unknownOrder])
        desk.engine.define(.poundDollar)
        desk.quoteThrice("1.25000", "1.25010", of: "GBPUSD")
        #expect(desk.hits(symbol: "GBPUSD") == [])
    }

    @Test func `foreign positions and orders count, and are not touched`() {
        let foreignOrder = AccountSnapshot.WorkingOrder(
            ticket: 50,
            orderID: nil,
            isOurs: false,
            symbol: "EURUSD",
            side: .buy,
            kind: .limit(decimal("0.99000")),
            remaining: decimal("1.00")
        )
        var desk = RiskDesk(
            mode: .hedging,
            positions: [.of(.sell, "1.00", isOurs: false)],
            orders: [foreignOrder]
        ) { $0.positionSizeMax = decimal("300000") }
        desk.quoteThrice("0.99990", "1.00000")
        #expect(desk.hits(.place, .buy, "1.00") == [])
        #expect(desk.hits(.place, .buy, "1.01") == [.positionSize])
        var netting = self.desk(.netting, [.of(.buy, "1.00", isOurs: false)])
        #expect(netting.hits(.place, .sell, "1.00") == [.foreignPosition])
    }

    @Test func `what is open is valued at the highest price of any part of it`() {
        var desk = desk(.netting)
        #expect(desk.hits(.place, .buy, "2.50", kind: .stop(decimal("1.20000"))) == [])
        #expect(
            desk.hits(.place, .buy, "2.50", kind: .stop(decimal("1.20001"))) == [.positionSize]
        )
        #expect(desk.place(.sell, "0.10", kind: .limit(decimal("2.00000"))) == [])
        #expect(desk.hits(.place, .buy, "1.50") == [])
        #expect(desk.hits(.place, .buy, "1.51") == [.positionSize])
    }

    @Test func `as many orders may be open as the limit says`() {
        var desk = desk(.hedging) { $0.openOrdersMax = 3 }
        for _ in 0..<3 { #expect(desk.place(.buy, "0.01") == []) }
        #expect(desk.place(.buy, "0.01") == [.openOrders])
        #expect(desk.hits(.modify(ticket: 1, of: nil), .buy, "0.01") == [])
    }

    @Test func `an order that would meet a resting one of ours is refused`() {
        var desk = desk(.hedging) { $0.preventsSelfMatch = true }
        #expect(desk.place(.sell, "0.01", kind: .limit(decimal("1.00100"))) == [])
        #expect(desk.hits(.place, .buy, "0.01") == [])
        #expect(desk.hits(.place, .buy, "0.01", kind: .limit(decimal("1.00099"))) == [])
        #expect(desk.hits(.place, .buy, "0.01", kind: .limit(decimal("1.00100"))) == [.selfMatch])
        #expect(desk.hits(.place, .sell, "0.01", kind: .limit(decimal("1.00100"))) == [])
        desk.quote("1.00090", "1.00100")
        #expect(desk.hits(.place, .buy, "0.01") == [.selfMatch])
    }

    /// Whatever is approved, and whichever part of it is filled: no position passes its limit.
    @Test(arguments: [AccountSnapshot.MarginMode.netting, .hedging], 0..<10)
    func `G15: filling any part of what is open never passes the limit`(
        mode: AccountSnapshot.MarginMode,
        seed: UInt64
    ) {
        var random = SeededRandom(seed: seed)
        var desk = desk(mode) { $0.orderRateMax = 100_000 }
        var approved = 0
        for _ in 0..<400 {
            let side = Bool.random(using: &random) ? OrderRequest.Side.buy : .sell
            let volume = ExactDecimal(mantissa: .random(in: 1...150, using: &random), scale: 2)
            if desk.place(side, "\(volume)") == [] { approved += 1 }
            if mode == .netting { closeSomething(&desk, &random) }
            fillSomething(&desk, &random)
            #expect(worstLots(of: desk, mode) <= amount("3"))
        }
        #expect(approved > 20, "the limit was never approached")
    }

    /// The model: a position and signed order sizes in hundredths of a lot, added without the engine.
    private func worstLots(of desk: RiskDesk, _ mode: AccountSnapshot.MarginMode) -> Amount {
        let positions = desk.engine.book.positions.map(\.lots.units)
        let orders = desk.open.map { (order: $0, lots: Amount($0.openQuantity, rounding: .up)) }
        let buys = orders.filter { $0.order.side == .buy }.reduce(0) { $0 + $1.lots.units }
        let sells = orders.filter { $0.order.side == .sell }.reduce(0) { $0 + $1.lots.units }
        switch mode {
        case .hedging:
            return Amount(units: positions.reduce(0) { $0 + abs($1) } + buys + sells)
        case .netting:
            let net = positions.reduce(0, +)
            // What reduced when it was approved may not be needed as room: the outer corners count.
            let placed = orders.filter { $0.order.position == 0 }
            let long = placed.filter { $0.order.side == .buy }.reduce(0) { $0 + $1.lots.units }
            let short = placed.reduce(0) { $0 + $1.lots.units } - long
            return Amount(units: max(abs(net), net + buys, sells - net, long, short))
        }
    }

    /// Closes a part of the position, or has it closed by its stop loss; neither may be refused.
    private func closeSomething(_ desk: inout RiskDesk, _ random: inout SeededRandom) {
        guard let position = desk.engine.book.positions.first,
            Int.random(in: 0..<3, using: &random) == 0
        else { return }
        let side = position.lots.isNegative ? OrderRequest.Side.buy : .sell
        let closing = desk.open.filter { $0.position != 0 }
            .reduce(0) { $0 + Amount($1.openQuantity, rounding: .up).units }
        let left = Amount(units: position.lots.magnitude.units - closing)
        guard left.units > 0 else { return }
        if Bool.random(using: &random) {
            #expect(desk.close(position.ticket, side, "\(left)") == [])
        } else if closing == 0 {
            let volume = "\(left)"
            desk.engine.apply(desk.deal(side, volume, at: "1.00000", entry: .out))
        }
    }

    private func fillSomething(_ desk: inout RiskDesk, _ random: inout SeededRandom) {
        let isHedging = desk.engine.book.marginMode == .hedging
        if isHedging, let position = desk.engine.book.positions.randomElement(using: &random) {
            let side = position.lots.isNegative ? OrderRequest.Side.buy : .sell
            let deal = desk.deal(
                side,
                "\(position.lots.magnitude)",
                at: "1.00000",
                position: position.ticket,
                entry: .out
            )
            desk.engine.apply(deal)
        }
        guard !desk.open.isEmpty, Bool.random(using: &random) else { return }
        let index = Int.random(in: 0..<desk.open.count, using: &random)
        let order = desk.open.remove(at: index)
        guard Int.random(in: 0..<4, using: &random) > 0 else { return }
        let ticket = isHedging ? UInt64.random(in: 1...1_000_000, using: &random) : 1
        let deal = desk.deal(
            order.side,
            "\(order.openQuantity)",
            at: "1.00000",
            position: ticket
        )
        desk.engine.apply(deal)
    }
}
