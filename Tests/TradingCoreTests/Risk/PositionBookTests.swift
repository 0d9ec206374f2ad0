import TestSupport
import Testing
import TradingCore

@Suite struct PositionBookTests {
    private func account(
        _ mode: AccountSnapshot.MarginMode,
        _ positions: [AccountSnapshot.Position],
        deals: [Deal] = [],
        currency: String = "USD",
        isComplete: Bool = true
    ) -> AccountSnapshot {
        AccountSnapshot(
            bootID: "b",
            currency: currency,
            marginMode: mode,
            balance: .zero,
            equity: .zero,
            positions: positions,
            deals: deals,
            isComplete: isComplete
        )
    }

    @Test func `a deal counts once, however often it is told`() {
        var desk = RiskDesk(mode: .hedging)
        let deal = desk.deal(.buy, "1.00", at: "1.08500", profit: "-5")
        #expect(desk.engine.apply(deal) == .counted(realised: amount("-5"), isOurs: true))
        #expect(desk.engine.apply(deal) == .duplicate)
        #expect(desk.engine.book.positions.map(\.lots) == [amount("1")])
        var again = account(.hedging, [.of(.buy, "1.00")], deals: [deal])
        #expect(desk.engine.reconcile(again) == .agrees)
        again.deals = []
        #expect(desk.engine.reconcile(again) == .agrees)
        #expect(desk.engine.apply(deal) == .duplicate)
    }

    @Test func `a deal from before the adopted account changes no position`() {
        var desk = RiskDesk(mode: .hedging)
        let deal = desk.deal(.buy, "1.00", at: "1.08500", profit: "-5")
        var adopted = account(.hedging, [.of(.buy, "1.00")])
        adopted.lastDeal = deal.number
        desk.engine.adopt(adopted)
        #expect(desk.engine.apply(deal) == .counted(realised: amount("-5"), isOurs: true))
        #expect(desk.engine.book.positions.map(\.lots) == [amount("1")])
        #expect(desk.engine.apply(deal) == .duplicate)
    }

    /// Whatever order deals arrive in, the book is the one that the venue has.
    @Test(arguments: [AccountSnapshot.MarginMode.netting, .hedging], 0..<20)
    func `deals out of order give the same positions and costs`(
        mode: AccountSnapshot.MarginMode,
        seed: UInt64
    ) {
        var random = SeededRandom(seed: seed)
        var ordered = RiskDesk(mode: mode)
        var mixed = ordered
        var deals: [Deal] = []
        for _ in 0..<12 {
            let price = ExactDecimal(
                mantissa: .random(in: 90_000...110_000, using: &random),
                scale: 5
            )
            let volume = ExactDecimal(mantissa: .random(in: 1...99, using: &random), scale: 2)
            deals.append(
                ordered.deal(
                    Bool.random(using: &random) ? .buy : .sell,
                    "\(volume)",
                    at: "\(price)",
                    position: .random(in: 1...3, using: &random)
                )
            )
        }
        for deal in deals { ordered.engine.apply(deal) }
        for deal in deals.shuffled(using: &random) { mixed.engine.apply(deal) }
        func sorted(_ desk: RiskDesk) -> [PositionBook.Position] {
            desk.engine.book.positions.sorted { $0.ticket < $1.ticket }
        }
        func cost(_ desk: RiskDesk) -> Int128 {
            var sum: Int128 = 0
            for position in desk.engine.book.positions { sum += position.cost.units }
            return sum
        }
        if mode == .hedging { #expect(sorted(mixed) == sorted(ordered)) }
        let id = InstrumentID(rawValue: 0)
        #expect(mixed.engine.book[id].net == ordered.engine.book[id].net)
        #expect(mixed.engine.book[id].gross == ordered.engine.book[id].gross)
        #expect(cost(mixed) == cost(ordered))
        var expected: Int128 = 0
        for deal in deals {
            let units = Amount(deal.volume, rounding: .up).units
            expected += deal.side == .buy ? units : -units
        }
        #expect(mixed.engine.book[id].net.units == expected)
    }

    @Test func `a position's cost grows with what is added, shrinks by its share, and turns over`()
    {
        var desk = RiskDesk(mode: .netting)
        func cost() -> Amount? { desk.engine.book.positions.first?.cost }
        desk.engine.apply(desk.deal(.buy, "1.00", at: "1.00000"))
        desk.engine.apply(desk.deal(.buy, "1.00", at: "1.20000"))
        #expect(cost() == amount("2.2"))
        desk.engine.apply(desk.deal(.sell, "0.50", at: "1.50000", entry: .out))
        #expect(cost() == amount("1.65"))
        desk.engine.apply(desk.deal(.sell, "2.00", at: "1.50000", entry: .inOut))
        #expect(desk.engine.book.positions.first?.lots == amount("-0.5"))
        #expect(cost() == amount("-0.75"))
        desk.engine.apply(desk.deal(.buy, "0.50", at: "1.40000", entry: .out))
        #expect(desk.engine.book.positions.isEmpty)
    }

    @Test func `realised profit is that of our deals, with commission and swap`() {
        var desk = RiskDesk(mode: .hedging) { $0.dailyLossMax = decimal("10") }
        var deal = desk.deal(.buy, "1.00", at: "1.08500", profit: "-6")
        deal.commission = decimal("-3")
        deal.swap = decimal("-0.99")
        desk.engine.apply(deal)
        var foreign = desk.deal(.buy, "1.00", at: "1.08500", position: 2, profit: "-500")
        foreign.isOurs = false
        desk.engine.apply(foreign)
        let close = desk.deal(.sell, "1.00", at: "1.08500", entry: .out)
        desk.engine.apply(close)
        desk.quoteThrice("1.08500", "1.08500")
        #expect(desk.assess() == [.dailyLossWarning(loss: amount("9.99"), limit: amount("10"))])
        desk.engine.apply(desk.deal(.buy, "0.01", at: "1.08500", position: 3, profit: "-0.01"))
        #expect(desk.assess() == [.dailyLossBreached(loss: amount("10"), limit: amount("10"))])
        #expect(desk.assess() == [])
    }

    @Test func `G06: every difference from the gateway's account is told in words`() {
        let ours = AccountSnapshot.Position.of(.buy, "1.00", ticket: 1)
        var desk = RiskDesk(mode: .hedging, positions: [ours, .of(.sell, "2.00", ticket: 2)])
        let other = account(
            .hedging,
            [.of(.buy, "1.50", ticket: 1), .of(.sell, "0.10", ticket: 3)]
        )
        guard case .differs(let differences) = desk.engine.reconcile(other) else {
            Issue.record("no difference")
            return
        }
        #expect(
            differences.map(\.description) == [
                "position 1 in EURUSD is 1.0 lots here and 1.5 lots at the gateway",
                "position 2 of -2.0 lots EURUSD is not at the gateway",
                "the gateway has a position 3 of -0.1 lots EURUSD with our magic that no known deal "
                    + "opened",
            ]
        )
        #expect(desk.engine.book.positions.count == 2, "the book was changed")
        desk.engine.adopt(other)
        #expect(desk.engine.reconcile(other) == .agrees)
        let netting = account(.netting, [])
        guard case .differs(let modes) = desk.engine.reconcile(netting) else {
            Issue.record("no difference")
            return
        }
        #expect(modes == [.marginMode(before: .hedging, venue: .netting)])
    }

    @Test func `an account in another currency is no account of ours`() {
        var engine = RiskEngine(RiskLimits())
        let other = account(.hedging, [], currency: "EUR")
        #expect(
            engine.reconcile(other) == .differs([.currency(configured: "USD", venue: "EUR")])
        )
        #expect(!engine.book.isEstablished)
    }

    @Test func `an account that is older than a known deal is asked for again`() {
        var desk = RiskDesk(mode: .hedging)
        desk.engine.apply(desk.deal(.buy, "1.00", at: "1.08500"))
        for _ in 0..<3 { #expect(desk.engine.reconcile(account(.hedging, [])) == .incomplete) }
        guard case .differs = desk.engine.reconcile(account(.hedging, [])) else {
            Issue.record("waited for ever")
            return
        }
    }

    @Test func `a partial account is continued from its last deal`() {
        var desk = RiskDesk(mode: .hedging)
        let first = desk.deal(.buy, "1.00", at: "1.08500")
        let second = desk.deal(.sell, "1.00", at: "1.08500", entry: .out)
        var part = account(.hedging, [], deals: [first], isComplete: false)
        #expect(desk.engine.reconcile(part) == .incomplete)
        #expect(desk.engine.book.dealFloor == first.number)
        part.deals = [second]
        part.isComplete = true
        #expect(desk.engine.reconcile(part) == .agrees)
        #expect(desk.engine.book.dealFloor == second.number)
    }

    @Test func `foreign positions are taken as the gateway says`() {
        var desk = RiskDesk(mode: .hedging)
        let foreign = account(.hedging, [.of(.sell, "4.00", ticket: 9, isOurs: false)])
        #expect(desk.engine.reconcile(foreign) == .agrees)
        #expect(desk.engine.book[InstrumentID(rawValue: 0)].gross == amount("4"))
        #expect(desk.engine.book.positions.first?.isOurs == false)
        #expect(desk.engine.reconcile(account(.hedging, [])) == .agrees)
        #expect(desk.engine.book[InstrumentID(rawValue: 0)].gross == .zero)
    }

    @Test func `each position has its own profit, foreign ones too, where it can be valued`() {
        var short = AccountSnapshot.Position.of(.sell, "0.50", at: "1.08700", ticket: 2)
        short.swap = decimal("-3")
        var desk = RiskDesk(
            mode: .hedging,
            positions: [
                .of(.buy, "1.00", ticket: 1), short, .of(.buy, "2.00", ticket: 3, isOurs: false),
                .of(.buy, "1.00", ticket: 4, symbol: "XAUUSD"),
            ]
        )
        desk.quote("1.08600", "1.08620")
        #expect(desk.engine.profit(ticket: 1) == amount("100"))
        #expect(desk.engine.profit(ticket: 2) == amount("37"))
        #expect(desk.engine.profit(ticket: 3) == amount("200"))
        #expect(desk.engine.profit(ticket: 4) == nil, "no quote of it is known")
        #expect(desk.engine.profit(ticket: 9) == nil, "there is none")
        desk.quote("1.08400", "1.08720")
        #expect(desk.engine.profit(ticket: 1) == amount("-100"))
        #expect(desk.engine.profit(ticket: 2) == amount("-13"))
    }

    @Test func `more instruments than there are numbers are refused and counted`() {
        var table = InstrumentTable()
        for index in 0..<256 { #expect(table.identify("S\(index)") != nil) }
        #expect(table.identify("ONE_MORE") == nil)
        #expect(table.refusedCount == 1)
        for index in 0..<256 {
            #expect(table.id(of: "S\(index)") == InstrumentID(rawValue: UInt8(index)))
        }
        #expect(table.id(of: "S256") == nil)
    }

    @Test func `a pinned definition and another of the venue halt the symbol and say why`() {
        var table = InstrumentTable()
        let id = table.pin(.euroDollar)
        var venue = Instrument.euroDollar
        venue.contractSize = decimal("1000")
        venue.isTradable = false
        table.define(venue)
        #expect(
            id.flatMap { table.disagreement(of: $0) }
                == "contract size: pinned 100000, venue 1000"
        )
        #expect(id.flatMap { table.definition(of: $0) }?.isTradable == false)
        venue.contractSize = decimal("0")
        #expect(table.pin(venue) == nil)
    }
}
