import Testing
import TradingCore

@Suite struct DailyLossTests {
    private func used(_ limit: RiskLimit, _ desk: inout RiskDesk) -> Amount? {
        desk.engine.usage(openOrders: [], at: desk.time).first { $0.limit == limit }?.used
    }

    /// A desk that is long one lot at 1.08500, which is worth 0 at a bid of the same.
    private func longDesk(_ change: (inout RiskLimits) -> Void = { _ in }) -> RiskDesk {
        var desk = RiskDesk(mode: .hedging, positions: [.of(.buy, "1.00")]) {
            $0.dailyLossMax = decimal("100")
            change(&$0)
        }
        desk.quoteThrice("1.08500", "1.08510")
        _ = desk.assess()
        return desk
    }

    @Test func `one wide quote refuses new exposure and stops nothing for good`() {
        var desk = longDesk()
        desk.quote("1.07000", "1.10000")
        #expect(desk.assess() == [])
        #expect(desk.hits(.place, .buy, "0.01") == [.dailyLoss])
        desk.quote("1.08401", "1.08510")
        #expect(desk.hits(.place, .buy, "0.01") == [])
        desk.quote("1.08400", "1.08510")
        #expect(desk.hits(.place, .buy, "0.01") == [.dailyLoss])
        desk.quote("1.08500", "1.08510")
        #expect(!desk.assess().contains { $0.engagesKillSwitch })
        #expect(desk.hits(.place, .buy, "0.01") == [])
    }

    @Test func `G15: three quotes at the limit engage the kill switch, three above it do not`() {
        var desk = longDesk()
        desk.quoteThrice("1.08401", "1.08411")
        #expect(desk.assess() == [.dailyLossWarning(loss: amount("99"), limit: amount("100"))])
        desk.quote("1.08400", "1.08410")
        desk.quote("1.08400", "1.08410")
        #expect(desk.assess() == [])
        desk.quote("1.08400", "1.08410")
        #expect(desk.assess() == [.dailyLossBreached(loss: amount("100"), limit: amount("100"))])
        desk.quoteThrice("1.09000", "1.09010")
        #expect(desk.assess() == [])
        #expect(desk.hits(.place, .buy, "0.01") == [.dailyLoss], "the latch was left")
    }

    @Test func `gains of positions from before offset no loss, their losses count`() {
        var gain = RiskDesk(mode: .hedging, positions: [.of(.buy, "1.00", at: "1.08000")]) {
            $0.dailyLossMax = decimal("100")
        }
        gain.quoteThrice("1.08400", "1.08410")
        #expect(
            gain.assess().contains(.dailyLossBreached(loss: amount("100"), limit: amount("100")))
        )
        var loss = RiskDesk(mode: .hedging, positions: [.of(.buy, "1.00", at: "1.08600")]) {
            $0.dailyLossMax = decimal("100")
        }
        loss.quoteThrice("1.08500", "1.08510")
        #expect(
            loss.assess().contains(.dailyLossBreached(loss: amount("100"), limit: amount("100")))
        )
    }

    @Test func `a new day begins at its midnight, and what was unrealised then is not its own`() {
        var desk = longDesk { $0.dayZone = DayZone(offsetMinutes: 120) }
        desk.engine.apply(desk.deal(.buy, "0.01", at: "1.08500", position: 2, profit: "-50"))
        desk.quoteThrice("1.08480", "1.08490")
        desk.advance(.seconds(10 * 3600) - .nanoseconds(1))
        #expect(desk.assess() == [])
        #expect(used(.dailyLoss, &desk) == amount("70.2"))
        desk.advance(.nanoseconds(1))
        let day = 20_467
        #expect(desk.assess() == [.dayRolled(from: day, to: day + 1, realised: amount("-50"))])
        #expect(used(.dailyLoss, &desk) == .zero)
        desk.quoteThrice("1.08470", "1.08480")
        #expect(used(.dailyLoss, &desk) == amount("10.1"))
    }

    @Test func `G16: the day only moves forward and only once, wherever the clock steps`() {
        var desk = longDesk()
        func rolls(_ desk: inout RiskDesk) -> Int {
            desk.assess().count {
                if case .dayRolled = $0 { true } else { false }
            }
        }
        desk.advance(.seconds(12 * 3600))
        #expect(rolls(&desk) == 1)
        for seconds in [-3600, 3600, -86_400, 86_400, -1, 1, 1, -3] {
            desk.wall.nanoseconds += Int64(seconds) * 1_000_000_000
            desk.now = desk.now + .milliseconds(10)
            #expect(rolls(&desk) == 0)
        }
        // The steps left the clock two seconds behind.
        desk.advance(.seconds(86_401))
        #expect(rolls(&desk) == 0)
        desk.advance(.seconds(1))
        #expect(rolls(&desk) == 1)
        #expect(desk.engine.latches == [])
    }

    /// When clocks are changed, in hours of UTC of the day that `longDesk` begins with; and by how much.
    private static let changes: [(hour: Int, from: Int, to: Int)] = [
        (1, 3600, 7200), (1, 7200, 3600),
        // At midnight: an hour that is not there, and a date that begins twice.
        (0, 0, 3600), (0, 3600, 0), (23, 3600, 0), (5, -18_000, -14_400), (4, -14_400, -18_000),
    ]

    @Test(arguments: changes.indices)
    func `G16: days on which clocks are changed begin once each`(index: Int) throws {
        let change = Self.changes[index]
        let probe = longDesk()
        let midnight = Int64(probe.wall.daysSinceEpoch + 1) * 86_400
        let at = midnight + Int64(change.hour) * 3600
        let zone = try #require(
            DayZone(name: "X", offset: change.from, transitions: [.init(at: at, offset: change.to)])
        )
        var desk = longDesk { $0.dayZone = zone }
        let first = zone.day(of: desk.wall)
        var rolled: [Int] = []
        let end = (midnight + 2 * 86_400 + 1800) * 1_000_000_000
        while desk.wall.nanoseconds < end {
            for event in desk.assess() {
                if case .dayRolled(_, let day, _) = event { rolled.append(day) }
            }
            desk.advance(.seconds(60))
        }
        let last = zone.day(of: desk.wall)
        #expect(rolled == Array((first + 1)...last), "\(change)")
        #expect(desk.engine.latches == [])
    }

    @Test func `G16: a clock that jumps a day ahead stops trading until an operator resets it`()
        throws
    {
        var desk = longDesk()
        desk.engine.apply(desk.deal(.buy, "0.01", at: "1.08500", position: 2, profit: "-50"))
        _ = desk.assess()
        desk.wall.nanoseconds += 25 * 3600 * 1_000_000_000
        #expect(desk.assess() == [.clockJumped(.seconds(25 * 3600))])
        #expect(desk.engine.latches == .clock)
        #expect(desk.hits(.place, .buy, "0.01") == [.clock])
        #expect(used(.dailyLoss, &desk) == amount("50"), "the day's loss was forgotten")
        #expect(desk.assess() == [])
        try desk.engine.reset(RiskReset())
        #expect(desk.assess().count == 1)
        #expect(desk.hits(.place, .buy, "0.01") == [])
    }

    @Test func `G16: a jump of up to a day, a leap second and a step back stop nothing`() {
        var desk = longDesk()
        for seconds in [86_400, -3600, 1, -1] {
            desk.wall.nanoseconds += Int64(seconds) * 1_000_000_000
            #expect(!desk.assess().contains { $0.engagesKillSwitch })
        }
        #expect(desk.engine.latches == [])
    }

    @Test func `after a reset the loss stays counted, and must be answered`() throws {
        var desk = RiskDesk(mode: .hedging) { $0.dailyLossMax = decimal("100") }
        desk.engine.apply(desk.deal(.buy, "0.01", at: "1.08500", profit: "-120"))
        desk.engine.apply(desk.deal(.sell, "0.01", at: "1.08500", entry: .out))
        desk.quoteThrice("1.08500", "1.08510")
        #expect(desk.assess().contains { $0.engagesKillSwitch })
        func fails(_ reset: RiskReset, _ error: RiskResetError) {
            #expect(throws: error) { try desk.engine.reset(reset) }
        }
        fails(RiskReset(), .lossAtLimit(result: amount("-120"), limit: amount("100")))
        fails(RiskReset(dailyLossMax: decimal("100")), .limitNotHigher(current: amount("100")))
        fails(
            RiskReset(dailyLossMax: decimal("120")),
            .lossAtLimit(result: amount("-120"), limit: amount("120"))
        )
        fails(RiskReset(baseline: decimal("-121")), .baselineOutOfRange(result: amount("-120")))
        fails(RiskReset(baseline: decimal("1")), .baselineOutOfRange(result: amount("-120")))
        #expect(desk.hits() == [.dailyLoss])
        try desk.engine.reset(RiskReset(dailyLossMax: decimal("121")))
        #expect(desk.hits() == [])
        #expect(used(.dailyLoss, &desk) == amount("120"))
        desk.engine.apply(desk.deal(.buy, "0.01", at: "1.08500", position: 3, profit: "-1"))
        #expect(desk.assess() == [.dailyLossBreached(loss: amount("121"), limit: amount("121"))])
        try desk.engine.reset(RiskReset(baseline: decimal("-121")))
        #expect(used(.dailyLoss, &desk) == .zero)
        desk.advance(.seconds(86_400))
        desk.quoteThrice("1.08500", "1.08510")
        _ = desk.assess()
        #expect(desk.engine.dailyLossMax == amount("100"), "the higher limit outlived its day")
    }

    @Test func `the drawdown counts from the highest profit that three quotes agreed on`() throws {
        var desk = longDesk {
            $0.dailyLossMax = decimal("1000")
            $0.drawdownMax = decimal("150")
        }
        desk.quote("1.20000", "1.20010")
        _ = desk.assess()
        #expect(used(.drawdown, &desk) == .zero)
        desk.quoteThrice("1.08600", "1.08610")
        #expect(desk.assess() == [])
        desk.quoteThrice("1.08451", "1.08461")
        #expect(desk.assess() == [])
        #expect(used(.drawdown, &desk) == amount("149"))
        desk.quoteThrice("1.08450", "1.08460")
        #expect(
            desk.assess() == [.drawdownBreached(drawdown: amount("150"), limit: amount("150"))]
        )
        #expect(desk.hits(.place, .buy, "0.01") == [.drawdown])
        #expect(throws: RiskResetError.drawdownAtLimit(limit: amount("150"))) {
            try desk.engine.reset(RiskReset())
        }
        try desk.engine.reset(RiskReset(baseline: decimal("-50")))
        #expect(desk.hits(.place, .buy, "0.01") == [])
    }

    @Test func `positions that nobody can value let nothing open`() {
        var desk = RiskDesk(
            mode: .hedging,
            positions: [.of(.buy, "1.00", ticket: 5, symbol: "XAUUSD")]
        )
        #expect(desk.hits() == [.unpricedPosition])
    }
}
