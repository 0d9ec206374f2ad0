import Platform
import Testing

@Suite struct OrderScheduleTests {
    @Test(arguments: OrderSchedule.Command.allCases)
    func `an order without any fault is carried out, and nothing trips`(
        _ command: OrderSchedule.Command
    ) {
        let schedule = OrderSchedule(command: command)
        let world = schedule.makeWorld()
        #expect(schedule.play(world) == [])
        #expect(world.trips.isEmpty)
        #expect(world.lives == 1)
        #expect(!world.gateway.executions.isEmpty)
    }

    @Test(arguments: OrderSchedule.Command.allCases)
    func `G09: every crash point with every behaviour of the gateway keeps every promise`(
        _ command: OrderSchedule.Command
    ) {
        play(OrderSchedule.crashesAndBehaviours(command), "crash points x gateway, \(command)")
    }

    @Test(arguments: OrderSchedule.Command.allCases)
    func `every crash point with every fault of the network keeps every promise`(
        _ command: OrderSchedule.Command
    ) {
        play(OrderSchedule.crashesAndNetworks(command), "crash points x network, \(command)")
    }

    @Test(arguments: OrderSchedule.Command.allCases)
    func `every behaviour of the gateway with every fault of the network keeps every promise`(
        _ command: OrderSchedule.Command
    ) {
        // One command in six meets each pair, unless there is time for all.
        let number = OrderSchedule.Command.allCases.firstIndex(of: command) ?? 0
        let isLong = ProcessEnvironment.variables()["LIVE_LOOP_LONG"] == "1"
        let schedules = OrderSchedule.behavioursAndNetworks(command).enumerated()
            .filter { isLong || ($0.offset + $0.offset / 14) % 6 == number }.map(\.element)
        play(schedules, "gateway x network, \(command)")
    }

    @Test(arguments: OrderSchedule.Command.allCases)
    func `K10, K11: after a kill at any step nothing that adds exposure leaves, and all is settled`(
        _ command: OrderSchedule.Command
    ) {
        play(OrderSchedule.killsAndNetworks(command), "kills x network, \(command)")
    }

    private func play(_ schedules: [OrderSchedule], _ what: String) {
        let clock = ContinuousClock()
        let start = clock.now
        for schedule in schedules {
            let violations = schedule.play()
            #expect(violations.isEmpty, "\(schedule)")
        }
        print("simulation: \(schedules.count) schedules, \(what), \(clock.now - start)")
    }
}
