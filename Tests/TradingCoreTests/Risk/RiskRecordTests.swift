import TestSupport
import Testing
import TradingCore

@Suite struct RiskRecordTests {
    /// A desk with something in every field of its record.
    private func busyDesk() -> RiskDesk {
        var desk = RiskDesk(mode: .hedging) {
            $0.dailyLossMax = decimal("100")
            $0.repeatMax = 1
            $0.orderRateMax = 10
        }
        for _ in 0..<3 { _ = desk.hits() }
        _ = desk.hits(.place, .sell, "0.02", origin: .strategy(3, request: 1))
        desk.engine.apply(desk.deal(.buy, "0.01", at: "1.08500", profit: "-100.25"))
        desk.engine.apply(desk.deal(.sell, "0.01", at: "1.08500", entry: .out, profit: "0.25"))
        _ = desk.assess()
        return desk
    }

    private func restarted(
        _ desk: RiskDesk,
        _ record: RiskRecord,
        commands: [WallTime] = []
    ) throws -> RiskDesk {
        var restarted = desk
        restarted.engine = RiskEngine(desk.engine.limits)
        restarted.engine.define(.dollarYen)
        restarted.engine.define(.euroDollar)
        try restarted.engine.restore(record, recentCommands: commands, at: restarted.time)
        return restarted
    }

    @Test
    func `what is restored is stored again as it was, latches and disabled strategies included`()
        throws
    {
        let desk = busyDesk()
        let record = desk.engine.record
        let restarted = try restarted(desk, record)
        #expect(restarted.engine.record == record)
        #expect(restarted.engine.latches == .dailyLoss)
        #expect(restarted.engine.repeats.disabledStrategies == [0])
    }

    @Test func `deals of the time of no process count once the account tells them`() throws {
        var desk = busyDesk()
        let known = desk.engine.book.dealFloor
        var restarted = try restarted(desk, desk.engine.record)
        #expect(restarted.engine.book.dealFloor == known)
        let missed = desk.deal(.buy, "0.01", at: "1.08500", position: 2, profit: "-7")
        let account = AccountSnapshot(
            bootID: "b",
            currency: "USD",
            marginMode: .hedging,
            balance: .zero,
            equity: .zero,
            positions: [.of(.buy, "0.01", ticket: 2)],
            deals: [missed]
        )
        #expect(restarted.engine.reconcile(account) == .agrees)
        restarted.quoteThrice("1.08500", "1.08510")
        let usage = restarted.engine.usage(openOrders: [], at: restarted.time)
        #expect(usage.first { $0.limit == .dailyLoss }?.used == amount("107"))
    }

    @Test func `history from before the very first start is not today's loss`() {
        var engine = RiskEngine(RiskLimits())
        var desk = RiskDesk(mode: .hedging)
        let old = desk.deal(.buy, "0.01", at: "1.08500", profit: "-5000")
        let account = AccountSnapshot(
            bootID: "b",
            currency: "USD",
            marginMode: .hedging,
            balance: .zero,
            equity: .zero,
            deals: [old]
        )
        #expect(engine.reconcile(account) == .agrees)
        #expect(engine.assess(at: desk.time) == [])
    }

    @Test(arguments: 0..<20)
    func `G10, G16: the order rate holds across a restart, wherever the clock steps`(
        seed: UInt64
    ) throws {
        var random = SeededRandom(seed: seed)
        let desk = busyDesk()
        let step = Int64.random(in: -200...0, using: &random) * 1_000_000_000
        let ages = (0..<8).map { _ in Int64.random(in: 0...120, using: &random) * 1_000_000_000 }
        let commands = ages.map { WallTime(nanoseconds: desk.wall.nanoseconds - $0 - step) }
        var restarted = try restarted(desk, desk.engine.record, commands: commands)
        // A time that seems to lie ahead counts as now, so that a step back loosens nothing.
        let counted = ages.count { max(0, $0 + step) < 60_000_000_000 }
        let usage = restarted.engine.usage(openOrders: [], at: restarted.time)
        #expect(usage.first { $0.limit == .orderRate }?.used == Amount(counted))
    }

    @Test func `more commands than the limit fill the window and no more`() throws {
        let desk = busyDesk()
        let commands = [WallTime](repeating: desk.wall, count: 500)
        var restarted = try restarted(desk, desk.engine.record, commands: commands)
        #expect(restarted.hits(.cancel(ticket: 1, of: nil)) == [.orderRate])
    }

    @Test func `a record that cannot be read is told by its field and changes nothing`() throws {
        let desk = busyDesk()
        let good = desk.engine.record
        for index in good.fields.indices {
            let field = good.fields[index]
            var bad = good
            bad.fields[index].value = "1,x"
            #expect(throws: RiskRecordError.self, "\(field.name)") {
                _ = try restarted(desk, bad)
            }
            guard field.name != "repeat" else { continue }
            bad.fields.remove(at: index)
            #expect(throws: RiskRecordError.self, "\(field.name) is missing") {
                _ = try restarted(desk, bad)
            }
        }
    }
}
