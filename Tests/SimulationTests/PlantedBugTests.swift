import OrderEntry
import Testing
import TradingCore

/// Each mistake is made on purpose, and must be seen; without it the same schedule shows nothing.
@Suite struct PlantedBugTests {
    @Test(arguments: PlantedBug.allCases)
    func `the simulation sees a planted bug, and nothing without it`(_ bug: PlantedBug) {
        let plain = violations(of: bug, isPlanted: false)
        #expect(plain == [], "without \(bug.rawValue)")
        let found = violations(of: bug, isPlanted: true)
        #expect(found.contains { $0.contains(Self.sign(of: bug)) }, "\(bug.rawValue): \(found)")
    }

    /// What the invariant says that must see it.
    private static func sign(of bug: PlantedBug) -> String {
        switch bug {
        case .retryOnTimeout, .retryOnConnectionError: "handed over 2 times"
        case .sendBeforeSync: "before it was durable"
        case .idReused: "was given twice"
        case .killCheckedOncePerLoop, .resetByRemoval: "although the kill switch is engaged"
        case .notFoundTrusted, .lateReplyMatched: "and the venue executed it"
        case .countersInMemory: "commands within a minute"
        case .unknownNotReserved: "hundredths of a lot"
        }
    }

    private func violations(of bug: PlantedBug, isPlanted: Bool) -> [String] {
        var schedule = OrderSchedule(command: .market, bug: isPlanted ? bug : nil)
        switch bug {
        case .retryOnTimeout:
            schedule.network = .loseReply
            return schedule.play()
        case .retryOnConnectionError:
            schedule.network = .cutAfter
            return schedule.play()
        case .sendBeforeSync:
            schedule.crash = .step(.afterSend)
            schedule.isPowerLoss = true
            return schedule.play()
        case .idReused:
            schedule.crash = .step(.afterFacts)
            return schedule.play()
        case .notFoundTrusted:
            schedule.network = .cutWhileUnderway
            return schedule.play()
        case .killCheckedOncePerLoop:
            let world = schedule.makeWorld()
            world.killsBeforeCheck = true
            return schedule.play(world)
        case .countersInMemory: return countersInMemory(schedule)
        case .unknownNotReserved: return unknownNotReserved(schedule)
        case .lateReplyMatched: return lateReply(schedule)
        case .resetByRemoval: return resetByRemoval(schedule)
        }
    }

    /// As many commands as the rate allows, a restart, and one more.
    private func countersInMemory(_ schedule: OrderSchedule) -> [String] {
        let world = schedule.makeWorld()
        world.script.entries = []
        for _ in 0..<3 {
            world.script.entries.append(.init(wish: .market(), triesLeft: 40))
            world.script.entries.append(.init(wish: .close, triesLeft: 40))
        }
        world.run(.seconds(15)) { world.approvals == 6 && world.process?.isIdle == true }
        world.endProcess()
        world.script.entries = [.init(wish: .market(), triesLeft: 10)]
        world.run(.seconds(5))
        world.conclude()
        return world.invariants.violations
    }

    /// Nothing that the gateway says arrives for as long as orders are wished for.
    private func unknownNotReserved(_ schedule: OrderSchedule) -> [String] {
        let world = schedule.makeWorld()
        world.run(.seconds(15)) { world.mainID != nil }
        world.network.isDeaf = true
        world.script.entries += (0..<20).map { _ in .init(wish: .market()) }
        world.run(.seconds(8))
        world.conclude()
        return world.invariants.violations
    }

    /// The answer to one order comes when its slot waits for that to another, which was lost.
    private func lateReply(_ schedule: OrderSchedule) -> [String] {
        let world = schedule.makeWorld()
        world.script.entries = [.init(wish: .market(), isMain: true, triesLeft: 40)]
        world.networkFault = .delayReply
        world.run(.seconds(15)) { world.mainID != nil }
        world.networkFault = .none
        let first = world.mainID
        world.chooseFault = { $0 == first ? .delayReply : .loseRequest }
        world.run(.milliseconds(2600))
        world.script.entries = [.init(wish: .market(), triesLeft: 2)]
        world.run(.seconds(2))
        world.conclude()
        return world.invariants.violations
    }

    /// Somebody engages the kill switch by its file, and removes the file again.
    private func resetByRemoval(_ schedule: OrderSchedule) -> [String] {
        let world = schedule.makeWorld()
        world.script.entries = []
        world.run(.seconds(2))
        world.isKillFileThere = true
        world.run(.seconds(1))
        world.isKillFileThere = false
        world.run(.seconds(1))
        world.script.entries = [.init(wish: .market(), triesLeft: 4)]
        world.run(.seconds(3))
        world.conclude()
        return world.invariants.violations
    }
}
