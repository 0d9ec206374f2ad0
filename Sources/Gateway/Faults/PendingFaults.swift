import TradingCore

/// The faults that wait for ticks to happen to.
struct PendingFaults: Sendable {
    /// What the faults do to one tick.
    struct Effects {
        var isMuted = false
        var skipped: UInt64 = 0
        var rewound: UInt64 = 0
        var jump: UInt64?
        var damage: QuoteDamage?
        var isDuplicated = false
        var isHeldBack = false
    }

    private struct Entry {
        let kind: GatewayFault.Kind
        /// `nil` takes the ticks of every symbol.
        let symbol: Int?
        var remaining: UInt64
        /// When a `mute` ends.
        let end: MonotonicTime
    }

    private var entries: [Entry] = []

    /// Whether no tick has anything to fear.
    var isEmpty: Bool { entries.isEmpty }

    mutating func add(_ fault: GatewayFault, symbol: Int?, now: MonotonicTime) {
        entries.append(
            Entry(
                kind: fault.kind,
                symbol: symbol,
                remaining: fault.count,
                end: now + fault.duration
            )
        )
    }

    /// What happens to the next tick of a symbol; takes that much from the faults that wait.
    ///
    /// - Parameters:
    ///   - symbol: The symbol of the tick.
    ///   - canHoldBack: Whether a tick may be held back for a reordering, of which there is one at a time.
    ///   - now: The time.
    /// - Returns: What to do with the tick.
    mutating func effects(
        on symbol: Int,
        canHoldBack: Bool,
        now: MonotonicTime
    ) -> Effects {
        var effects = Effects()
        entries.removeAll { $0.kind == .mute && now >= $0.end }
        effects.isMuted = entries.contains { $0.kind == .mute && ($0.symbol ?? symbol) == symbol }
        if effects.isMuted { return effects }
        for index in entries.indices where (entries[index].symbol ?? symbol) == symbol {
            if entries[index].kind == .reorder, !canHoldBack { continue }
            let count = entries[index].remaining
            entries[index].remaining -= 1
            switch entries[index].kind {
            case .skip:
                effects.skipped += count
                entries[index].remaining = 0
            case .back:
                effects.rewound += count
                entries[index].remaining = 0
            case .jump:
                effects.jump = count
                entries[index].remaining = 0
            case .duplicate: effects.isDuplicated = true
            case .reorder: effects.isHeldBack = true
            case .crossed: effects.damage = .crossed
            case .negative: effects.damage = .negative
            case .nan: effects.damage = .notANumber
            default: break
            }
        }
        entries.removeAll { $0.remaining == 0 && $0.kind != .mute }
        return effects
    }
}

/// A quote that cannot be.
enum QuoteDamage: Sendable {
    case crossed
    case negative
    case notANumber

    /// Changes a quote; ``notANumber`` shows only when the frame is written.
    func apply(to tick: inout GatewayTick) {
        switch self {
        case .crossed:
            swap(&tick.bid, &tick.ask)
            // An equal bid and ask would only be locked.
            if tick.bid == tick.ask { tick.bid.mantissa += 1 }
        case .negative: tick.bid.mantissa = -max(1, tick.bid.mantissa)
        case .notANumber: break
        }
    }
}
