internal import TradingCore

/// Follows the numbers of `EXEC` events, which count 1, 2, 3 … in each epoch.
struct EventSequence: Sendable {
    /// What a number tells.
    enum Verdict: Equatable {
        /// It is the next one.
        case next
        /// It was seen before.
        case seen
        /// Something is missing before it, or nothing is known of what was before.
        case gap
    }

    private var epoch: UInt64?
    private var last: UInt64 = 0

    /// Takes the number of an event.
    mutating func didReceive(epoch: UInt64, sequence: UInt64) -> Verdict {
        guard epoch == self.epoch else {
            self.epoch = epoch
            last = sequence
            return sequence == 1 ? .next : .gap
        }
        guard sequence > last else { return .seen }
        defer { last = sequence }
        return sequence == last + 1 ? .next : .gap
    }

    /// Takes the number of the last event, which a heartbeat tells; `true` when events are missing.
    mutating func didHear(epoch: UInt64, last told: UInt64) -> Bool {
        guard epoch == self.epoch else {
            self.epoch = epoch
            last = told
            return told > 0
        }
        guard told > last else { return false }
        last = told
        return true
    }
}
