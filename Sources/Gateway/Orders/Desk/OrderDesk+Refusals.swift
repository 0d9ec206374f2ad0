import Telemetry
import TradingCore

extension OrderDesk {
    /// Why a command is refused when it comes in; `nil` when it is not.
    mutating func refusal(
        of command: DeskCommand,
        _ work: VenueRequest.Work,
        _ now: DeskMoment
    ) -> StoredReply? {
        if let journalFailure {
            return StoredReply(
                refusing: ReturnCode.error,
                "no order is taken, because nothing can be stored: \(journalFailure)"
            )
        }
        guard memory.count + queue.count + doubts.count < configuration.commandsMax,
            queue.count < configuration.queueMax
        else {
            return StoredReply(
                refusing: ReturnCode.rateLimited,
                "\(memory.count) ids are remembered and \(queue.count) commands wait"
            )
        }
        if command.validUntil == nil, needsExpiry(work) {
            return StoredReply(refusing: ReturnCode.invalid, "valid_until is missing")
        }
        if let refusal = lastRefusal(work, command.validUntil, now) { return refusal }
        guard configuration.contract.contains(.rateLimit), work.addsRisk else { return nil }
        if case .suppress = rate.admit(atNanoseconds: now.monotonic.nanoseconds) {
            return StoredReply(
                refusing: ReturnCode.rateLimited,
                "more than \(configuration.ordersPerSecond) orders a second"
            )
        }
        return nil
    }

    private func needsExpiry(_ work: VenueRequest.Work) -> Bool {
        if case .cancel = work { return false }
        return configuration.contract.contains(.expiry)
            && !configuration.acceptsOrdersWithoutExpiry
    }

    /// What is looked at both when a command comes in and right before it is executed.
    func lastRefusal(
        _ work: VenueRequest.Work,
        _ validUntil: WallTime?,
        _ now: DeskMoment
    ) -> StoredReply? {
        if configuration.contract.contains(.expiry), let validUntil, now.wall >= validUntil {
            return StoredReply(
                refusing: ReturnCode.expired,
                "expired at \(validUntil), the gateway's clock is \(now.wall)"
            )
        }
        guard work.addsRisk else { return nil }
        if isKillSwitchEngaged || isKillFileEngaged {
            return StoredReply(
                refusing: ReturnCode.killed,
                isKillSwitchEngaged
                    ? "the gateway's kill switch is engaged"
                    : "the kill file is there, or cannot be shown to be absent"
            )
        }
        if configuration.contract.contains(.lease), !hasLease || now.monotonic >= leaseEnd {
            return StoredReply(
                refusing: ReturnCode.noLease,
                "no HEARTBEAT within \(configuration.leaseLength)"
            )
        }
        return nil
    }
}

extension VenueRequest.Work {
    /// Whether it can make exposure larger; a kill switch and a missing lease stop only that.
    var addsRisk: Bool {
        switch self {
        case .send, .modify: true
        case .cancel, .close: false
        }
    }
}
