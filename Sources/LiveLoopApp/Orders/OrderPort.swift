internal import OrderEntry
internal import Platform
internal import TradingCore

/// What the loop thread hands to others at the end of a step: orders, errands, and kill switch trips.
final class OrderPort: Sendable {
    private let killSwitch: KillSwitchGuard
    private let entry = Locked<OrderEntryService?>(nil)

    init(killSwitch: KillSwitchGuard) { self.killSwitch = killSwitch }

    /// Names the order thread; without one the loop has nothing to hand over.
    func attach(_ service: OrderEntryService) { entry.withLock { $0 = service } }

    /// Hands over what a step wants; a trip goes first, because it can stop the orders of the same step.
    func handOver(_ actions: inout LoopActions, at time: WallTime) {
        actions.drainTrips { trip in
            killSwitch.engage(
                KillSwitchTrip(
                    cause: trip.cause,
                    reason: trip.reason,
                    operatorName: "live-loop",
                    time: time,
                    noticedBy: .loop
                )
            )
        }
        guard let entry = entry.withLock({ $0 }) else { return }
        while let order = actions.takeOrder() { entry.submit(order) }
        actions.drainErrands { entry.take($0) }
    }

    /// Tells the order thread of an engaged kill switch before it looks itself.
    func engageKillSwitch() { entry.withLock { $0 }?.engageKillSwitch() }
}
