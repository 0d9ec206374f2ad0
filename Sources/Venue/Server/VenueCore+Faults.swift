import TradingCore
import WebSocket

extension VenueCore {
    /// Makes the faults happen whose time has come.
    mutating func applyScheduled(_ now: MonotonicTime, _ milliseconds: Int64) {
        while let next = scheduled.first, origin + next.time <= now {
            scheduled = scheduled.dropFirst()
            _ = apply(next.fault, at: now, milliseconds: milliseconds)
        }
    }

    /// Makes a fault happen.
    ///
    /// - Returns: The numbers of the connections that it happens to.
    mutating func apply(
        _ fault: VenueFault,
        at now: MonotonicTime,
        milliseconds: Int64
    ) -> [Int] {
        var concerned: [Int] = []
        switch fault.kind {
        case .restError, .restSlow: desk.apply(fault)
        case .mute: distributor.mute(fault, at: now)
        case .merge: mergeOfFault = fault.count
        case .refuse: refusesUntil = now + (fault.duration ?? .zero)
        default:
            for slot in distributor.connections.indices {
                guard let number = distributor.connections[slot]?.number,
                    fault.connection ?? number == number
                else { continue }
                concerned.append(number)
                apply(fault, to: slot, number, now, milliseconds)
            }
        }
        truth.add(fault, at: milliseconds, concerned)
        return concerned
    }

    private mutating func apply(
        _ fault: VenueFault,
        to slot: Int,
        _ number: Int,
        _ now: MonotonicTime,
        _ milliseconds: Int64
    ) {
        switch fault.kind {
        case .cut: commands.append(.cut(slot))
        case .reset: commands.append(.reset(slot))
        case .close: commands.append(.close(slot, .goingAway))
        case .shutdown:
            reply(Array(#"{"e":"serverShutdown","E":\#(milliseconds)}"#.utf8), to: slot)
            closings.append((slot, number, now + (fault.duration ?? .zero)))
        default: _ = distributor.update(slot) { $0.apply(fault, at: now) }
        }
    }
}
