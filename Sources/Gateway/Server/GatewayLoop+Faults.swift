import Platform
import TradingCore
import ZeroMQ

extension GatewayLoop {
    /// How long an address may stay in use after its socket was closed.
    private static let rebindMax = Duration.seconds(10)

    /// Makes the faults happen whose time has come.
    mutating func applyScheduledFaults(_ now: MonotonicTime) {
        while case .publishing = phase, let next = scheduledFaults.first, nextFaultTime <= now {
            scheduledFaults = scheduledFaults.dropFirst()
            do throws(GatewayError) {
                try produce(next.fault, now)
            } catch {
                log(.error, error.description)
            }
        }
    }

    /// Makes a fault happen.
    mutating func produce(_ fault: GatewayFault, _ now: MonotonicTime) throws(GatewayError) {
        if fault.kind.isAboutOrders {
            guard orders != nil else { throw Self.withoutOrders(fault) }
            try orders?.desk.apply(fault)
            publication.truth.countFault(fault.kind)
            return log(.warning, "fault \(fault.kind.rawValue) waits")
        }
        try publication.apply(fault, now: now)
        log(.warning, "fault \(fault.kind.rawValue) begins")
        switch fault.kind {
        case .hang: schedule.pause(until: now + fault.duration, now: now)
        case .stall: schedule.stall(until: now + fault.duration)
        case .restart:
            sender.close()
            watchSockets()
            phase = .down(since: now, until: now + fault.duration)
        default: break
        }
    }

    private static func withoutOrders(_ fault: GatewayFault) -> GatewayError {
        GatewayError(
            .invalidFault,
            at: "fault \(fault.kind.rawValue)",
            "this gateway serves no orders",
            remedy: "start it with orders"
        )
    }

    /// Binds again after a restart and begins a new epoch.
    mutating func comeBack(
        since: MonotonicTime,
        _ now: MonotonicTime
    ) throws(ZeroMQError) -> MonotonicTime {
        do throws(ZeroMQError) {
            try sender.open()
        } catch {
            // The old socket is closed by another thread, a little later.
            guard case .down(_, let until) = phase, now - until < Self.rebindMax else {
                throw error
            }
            return now + .milliseconds(5)
        }
        watchSockets()
        let milliseconds = SystemClock.wallNanoseconds() / 1_000_000
        publication.restart(epoch: max(milliseconds, publication.epoch + 1))
        orders?.desk.beginEpoch()
        schedule.shift(by: now - since)
        log(.info, "gateway is back with epoch \(publication.epoch)")
        phase = .waitingForSubscriber(
            until: now
                + (configuration.subscriberWait ?? configuration.market.subscriberWaitDefault)
        )
        return now
    }
}
