import Gateway
import OrderEntry
import TradingCore

/// One order, what happens around it, and what is wished for afterwards.
struct OrderSchedule: CustomStringConvertible {
    /// The kinds of command.
    enum Command: CaseIterable {
        case market
        case limit
        case stop
        case modify
        case close
        case cancel
    }

    var command: Command
    var crash = CrashPoint.never
    var behaviour = GatewayBehaviour.faithful
    var network = NetworkFault.none
    var isPowerLoss = false
    var account = AccountSnapshot.MarginMode.hedging
    /// When the kill switch is engaged by its file.
    var kill: OrderStep?
    var bug: PlantedBug?

    var description: String {
        "\(command), \(crash)\(isPowerLoss ? " with loss of power" : ""), \(behaviour), \(network), "
            + "kill \(kill?.rawValue ?? "never"), \(account)"
    }

    /// The world in which it is played, before anything has happened.
    func makeWorld(seed: UInt64 = 1) -> TradingWorld {
        let world = TradingWorld(
            seed: seed,
            without: behaviour.missing,
            bug: bug,
            account: account
        )
        world.behaviour = behaviour
        world.networkFault = network
        world.crashPoint = crash
        world.isPowerLoss = isPowerLoss
        world.killPoint = kill
        let main: TradeScript.Wish
        switch command {
        case .market: main = .market()
        case .limit: main = .limit
        case .stop: main = .stop()
        case .modify:
            world.script.entries.append(.init(wish: .limit, triesLeft: 40))
            main = .modify
        case .close:
            world.script.entries.append(.init(wish: .market(), triesLeft: 40))
            main = .close
        case .cancel:
            world.script.entries.append(.init(wish: .limit, triesLeft: 40))
            main = .cancel
        }
        world.script.entries.append(.init(wish: main, isMain: true, triesLeft: 40))
        // More than any limit allows, while the main order is still in doubt.
        for _ in 0..<5 { world.script.entries.append(.init(wish: .market())) }
        return world
    }

    /// Plays it to its end.
    ///
    /// - Returns: What must not have been.
    func play(_ world: TradingWorld) -> [String] {
        if !world.run(.seconds(15), until: { world.mainID != nil }) {
            world.violate("the order was never approved")
        }
        world.run(.seconds(4))
        world.conclude(allowsManual: behaviour.allowsManual)
        for trip in world.trips where !behaviour.allowsTrips {
            world.violate("a faithful gateway tripped \(trip.cause): \(trip.reason)")
        }
        return world.invariants.violations
    }

    /// Plays it in a world of its own.
    func play() -> [String] { play(makeWorld()) }

    // MARK: All of them

    /// Every crash point with every behaviour of the gateway.
    static func crashesAndBehaviours(_ command: Command) -> [OrderSchedule] {
        CrashPoint.allCases.flatMap { crash in
            GatewayBehaviour.allCases.enumerated().map { number, behaviour in
                OrderSchedule(
                    command: command,
                    crash: crash,
                    behaviour: behaviour,
                    isPowerLoss: number.isMultiple(of: 2),
                    account: number.isMultiple(of: 3) ? .netting : .hedging
                )
            }
        }
    }

    /// Every crash point with every fault of the network.
    static func crashesAndNetworks(_ command: Command) -> [OrderSchedule] {
        CrashPoint.allCases.flatMap { crash in
            NetworkFault.allCases.enumerated().map { number, network in
                OrderSchedule(
                    command: command,
                    crash: crash,
                    network: network,
                    isPowerLoss: !number.isMultiple(of: 2),
                    account: number % 3 == 1 ? .netting : .hedging
                )
            }
        }
    }

    /// Every moment of the kill switch with every fault of the network.
    ///
    /// One that comes after the last look meets the gateway's own, not this one.
    static func killsAndNetworks(_ command: Command) -> [OrderSchedule] {
        OrderStep.allCases.filter { $0 != .afterCheck }.flatMap { kill in
            NetworkFault.allCases.enumerated().map { number, network in
                OrderSchedule(
                    command: command,
                    network: network,
                    account: number % 3 == 2 ? .netting : .hedging,
                    kill: kill
                )
            }
        }
    }

    /// Every behaviour of the gateway with every fault of the network.
    static func behavioursAndNetworks(_ command: Command) -> [OrderSchedule] {
        GatewayBehaviour.allCases.flatMap { behaviour in
            NetworkFault.allCases.enumerated().map { number, network in
                OrderSchedule(
                    command: command,
                    behaviour: behaviour,
                    network: network,
                    account: number.isMultiple(of: 2) ? .hedging : .netting
                )
            }
        }
    }
}
