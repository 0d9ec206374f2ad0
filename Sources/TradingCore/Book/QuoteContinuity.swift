/// Merges the best quotes of one symbol, which carry the number of a book update but no chain.
///
/// A quote replaces the one before, and the venue skips numbers, so that loss cannot be proven; but what
/// is older than the newest quote is told apart exactly as long as it is recent: seen, or overtaken.
package struct QuoteContinuity: Sendable {
    /// What a quote is.
    package enum Verdict: Sendable, Equatable {
        /// The newest.
        case deliver
        /// Seen before.
        case duplicate
        /// Overtaken by a newer one.
        case late
        /// The first of a numbering that the venue began anew.
        case restarted
    }

    /// Numbers that are remembered.
    package static let rememberedMax = 64
    /// Quotes in a row on one connection, before its own newest one, that mean a new numbering.
    package static let backwardRunMax = 16

    private var recent = InlineArray<64, UInt64>(repeating: 0)
    private var nextPlace = 0
    private var cursors = InlineArray<2, UInt64>(repeating: 0)
    /// The number of the first quote of each connection.
    private var firsts = InlineArray<2, UInt64>(repeating: 0)
    private var backwardRuns = InlineArray<2, Int>(repeating: 0)
    /// The number of the newest quote.
    package private(set) var newest: UInt64 = 0

    package init() {}

    /// Begins a connection, on which nothing has come yet.
    package mutating func connectionOpened(_ slot: ConnectionSlot) {
        cursors[Int(slot.rawValue)] = 0
        backwardRuns[Int(slot.rawValue)] = 0
    }

    /// Judges a quote.
    package mutating func judge(_ update: UInt64, from slot: ConnectionSlot) -> Verdict {
        let index = Int(slot.rawValue)
        let isBackward = update < cursors[index] || backwardRuns[index] > 0 && update <= newest
        backwardRuns[index] = isBackward ? backwardRuns[index] + 1 : 0
        if cursors[index] == 0 { firsts[index] = update }
        cursors[index] = update
        if update > newest {
            remember(update)
            return .deliver
        }
        if backwardRuns[index] >= Self.backwardRunMax {
            backwardRuns[index] = 0
            recent = InlineArray(repeating: 0)
            remember(update)
            return .restarted
        }
        if contains(update) { return .duplicate }
        // A place among the remembered ones, so that a second copy of an overtaken quote is a duplicate.
        let late = newest
        remember(update)
        newest = late
        return .late
    }

    /// What is known of the seam between a connection and the one that replaces it.
    ///
    /// Quotes have no chain: an overlap is seen where the new one began with what the old one has reached.
    package func seam(from old: ConnectionSlot, to new: ConnectionSlot) -> SeamReport.Proof {
        guard cursors[Int(new.rawValue)] > 0 else { return .silent }
        return firsts[Int(new.rawValue)] <= cursors[Int(old.rawValue)] ? .proven : .unprovable
    }

    private func contains(_ update: UInt64) -> Bool {
        for place in recent.indices where recent[place] == update { return true }
        return false
    }

    @inline(__always)
    private mutating func remember(_ update: UInt64) {
        recent[nextPlace] = update
        nextPlace = (nextPlace + 1) & (Self.rememberedMax - 1)
        newest = update
    }
}
