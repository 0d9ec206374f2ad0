import Gateway
import OrderEntry
import Platform
import Testing
import TradingCore

/// Long runs in which a few of all faults happen at random; a seed makes each one again.
@Suite struct RandomRunTests {
    private static let isLong = ProcessEnvironment.variables()["LIVE_LOOP_LONG"] == "1"
    private static let perCase: UInt64 = isLong ? 250 : 25

    @Test(arguments: 0..<8 as Range<UInt64>)
    func `G10: a few faults at random, many times over, keep every promise`(_ part: UInt64) {
        let clock = ContinuousClock()
        let start = clock.now
        var orders = 0
        for seed in part * Self.perCase..<(part + 1) * Self.perCase {
            var run = RandomRun(seed: seed, isWide: seed.isMultiple(of: 2))
            let violations = run.play()
            orders += run.world.approvals
            #expect(violations.isEmpty, "seed \(seed): \(Self.story(of: seed, run.isWide))")
        }
        print("simulation: \(Self.perCase) random runs, \(orders) orders, \(clock.now - start)")
    }

    @Test(arguments: [339, 1866] as [UInt64])
    func `G05: a deal known before a crash is evidence after it, also where the gateway forgot`(
        _ seed: UInt64
    ) {
        var run = RandomRun(seed: seed)
        #expect(run.play() == [])
    }

    @Test(arguments: 0..<4 as Range<UInt64>)
    func `all kinds of fault at once, drawn at random, keep every promise`(_ part: UInt64) {
        var random = SplitMix64(seed: part)
        let count = Self.isLong ? 1000 : 40
        for _ in 0..<count {
            let schedule = OrderSchedule(drawnBy: &random)
            let violations = schedule.play()
            #expect(violations.isEmpty, "\(schedule)")
        }
        print("simulation: \(count) schedules, all faults at once")
    }

    /// The same run again, with what was done and said.
    private static func story(of seed: UInt64, _ isWide: Bool = false) -> String {
        var run = RandomRun(seed: seed, isWide: isWide)
        run.world.trace = []
        _ = run.play()
        return (run.world.trace ?? []).map { String($0.prefix(120)) }.joined(separator: "\n")
    }

    @Test func `the same seed gives the same run`() {
        let first = Self.story(of: 3)
        #expect(first.contains("hands over ORDER_SEND"))
        #expect(first == Self.story(of: 3))
    }
}

/// A world in which things go wrong by chance, each run some of all that can.
struct RandomRun {
    let world: TradingWorld
    private var random: SplitMix64
    private let allowsManual: Bool
    private let overfills: Bool
    /// Whether it has sold, stop, changed and overfilled orders, netting accounts and resets besides.
    let isWide: Bool

    init(seed: UInt64, isWide: Bool = false) {
        self.isWide = isWide
        var random = SplitMix64(seed: seed)
        var missing: GatewayContract = []
        if random.isLikely(0.5) {
            for name in GatewayContract.names where random.isLikely(0.25) {
                if let point = GatewayContract(name: name) { missing.insert(point) }
            }
        }
        let isNetting = isWide && random.isLikely(0.5)
        world = TradingWorld(
            seed: seed,
            without: missing,
            orderRateMax: 20,
            account: isNetting ? .netting : .hedging
        )
        world.isPowerLoss = random.isLikely(0.5)
        if random.isLikely(0.2) { world.behaviour = .forgets }
        overfills = isWide && random.isLikely(0.1)
        allowsManual = !missing.isEmpty || overfills
        let kinds = NetworkFault.allCases.filter { _ in random.isLikely(0.4) }
        let rate = random.nextFraction() * 0.5
        var choices = SplitMix64(seed: seed ^ 0x5EED)
        world.chooseFault = { _ in
            guard !kinds.isEmpty, choices.isLikely(rate) else { return .none }
            return kinds[choices.below(kinds.count)]
        }
        var steps = SplitMix64(seed: seed ^ 0xD81F)
        let stride = random.below(40)
        world.drift = { Int64(steps.below(2 * stride + 1)) - Int64(stride) }
        self.random = random
    }

    /// Plays it to its end.
    mutating func play() -> [String] {
        var wishes: [TradeScript.Wish] = [
            .market(), .market(), .limit, .close, .close, .cancel,
        ]
        if isWide {
            wishes += [.stop(), .stop(), .modify, .modify, .market(.sell), .market(.sell)]
            wishes += [.stop(.sell), .stop(.sell)]
        }
        let crashes = random.isLikely(0.7)
        let gatewayCrashes = random.isLikely(0.5)
        let kills = random.isLikely(0.3)
        for _ in 0..<24 {
            let wish = wishes[random.below(wishes.count)]
            world.script.entries.append(.init(wish: wish))
            world.run(.milliseconds(Int64(100 + random.below(1400))))
            if crashes, random.isLikely(0.12) { world.endProcess() }
            if gatewayCrashes, random.isLikely(0.1) { world.restartGateway() }
            world.network.isDeaf = random.isLikely(0.1)
            if kills, random.isLikely(0.1) { world.isKillFileThere = true }
            if world.isKillFileThere, random.isLikely(0.3) { world.resetKillSwitch() }
            if isWide { happenWide() }
        }
        world.conclude(allowsManual: allowsManual)
        for trip in world.trips where trip.cause == .ledger && !allowsManual {
            world.violate("a false alarm: \(trip.reason)")
        }
        return world.invariants.violations
    }
}

extension RandomRun {
    /// What only wide runs meet: resets with a higher limit, and one fill that is too large.
    private mutating func happenWide() {
        if world.isKillWanted, random.isLikely(0.3) {
            world.resetRisk(lossMax: Int64(25 + random.below(200)))
        }
        if overfills, random.isLikely(0.1) {
            world.gateway.inject(.overfill, code: nil, action: "ORDER_SEND")
        }
    }
}

extension OrderSchedule {
    /// One of all that can be.
    init(drawnBy random: inout SplitMix64) {
        func draw<Choice>(_ choices: [Choice]) -> Choice { choices[random.below(choices.count)] }
        self.init(command: draw(Command.allCases))
        crash = draw(CrashPoint.allCases)
        behaviour = draw(GatewayBehaviour.allCases)
        network = draw(NetworkFault.allCases)
        isPowerLoss = random.isLikely(0.5)
        account = random.isLikely(0.5) ? .hedging : .netting
        let kills = OrderStep.allCases.filter { $0 != .afterCheck }
        kill = random.isLikely(0.3) ? draw(kills) : nil
    }
}

extension SplitMix64 {
    mutating func isLikely(_ probability: Double) -> Bool { nextFraction() < probability }

    mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(max(1, bound))) }
}
