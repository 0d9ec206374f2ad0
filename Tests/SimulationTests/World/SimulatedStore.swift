import OrderEntry
import TradingCore

/// A ledger whose durability is simulated: what was not synced is gone after a loss of power.
struct SimulatedStore {
    static let ledger: UInt32 = 0x51

    /// What was committed, oldest first.
    private(set) var entries: [LedgerEntry] = []
    /// What survives a loss of power.
    private var syncedCount = 0
    /// Which start this is; synced at once.
    private(set) var epoch: UInt32 = 0
    private var intents: [OrderID: Int] = [:]
    /// Each command as the newest entry has it.
    private(set) var records: [OrderID: OrderRecord] = [:]

    /// Commits entries; only some kinds wait for the disk.
    mutating func commit(_ new: [LedgerEntry], isSynced: Bool) {
        for entry in new {
            entries.append(entry)
            note(entry, at: entries.count - 1)
        }
        if isSynced { syncedCount = entries.count }
    }

    private mutating func note(_ entry: LedgerEntry, at index: Int) {
        switch entry {
        case .intent(let intent):
            intents[intent.id] = index
            records[intent.id] = OrderRecord(intent)
        case .fact(let record, _): records[record.intent.id] = record
        case .deal, .dealsKnown, .risk: break
        }
    }

    /// The power fails.
    mutating func losePower() {
        entries.removeLast(entries.count - syncedCount)
        intents = [:]
        records = [:]
        for (index, entry) in entries.enumerated() { note(entry, at: index) }
    }

    /// Whether an intent would survive anything.
    func isDurable(_ id: OrderID) -> Bool { intents[id].map { $0 < syncedCount } ?? false }

    /// Every command as its facts alone make it.
    func replay() -> [OrderID: OrderRecord] {
        var replayed: [OrderID: OrderRecord] = [:]
        for entry in entries {
            switch entry {
            case .intent(let intent): replayed[intent.id] = OrderRecord(intent)
            case .fact(let record, let fact): _ = replayed[record.intent.id]?.apply(fact)
            case .deal, .dealsKnown, .risk: break
            }
        }
        return replayed
    }

    /// Realised profit by all the deals that are known here.
    var realised: Int64 {
        var seen: Set<UInt64> = []
        var cents: Int64 = 0
        for case .deal(let deal) in entries where seen.insert(deal.number).inserted {
            cents += Self.cents(deal.profit) + Self.cents(deal.commission) + Self.cents(deal.swap)
        }
        return cents
    }

    private static func cents(_ amount: ExactDecimal) -> Int64 {
        amount.mantissa * 100 / Int64(ExactDecimal.powersOfTen[Int(amount.scale)])
    }

    // MARK: Starting

    /// Counts a start, as the real ledger does, before anything else.
    mutating func countStart(isForgotten: Bool) {
        if !isForgotten || epoch == 0 { epoch += 1 }
    }

    /// What the next process finds; what was under way is unknown, and that is committed.
    mutating func recover(at wall: WallTime) -> OrderRecovery {
        var recovery = OrderRecovery(ledger: Self.ledger, epoch: epoch)
        var new: [LedgerEntry] = []
        for (_, record) in replay().sorted(by: { $0.key < $1.key }) {
            if wall.nanoseconds - record.intent.createdAt.nanoseconds < 60_000_000_000 {
                recovery.recentCommands.append(record.intent.createdAt)
            }
            guard !record.state.isTerminal else { continue }
            var open = record
            if open.state == .intent || open.state == .sent {
                _ = open.apply(.unanswered(.crash))
                new.append(.fact(open, .unanswered(.crash)))
            }
            recovery.records.append(open)
        }
        for entry in entries {
            switch entry {
            case .dealsKnown(let number): recovery.lastDeal = max(recovery.lastDeal, number)
            case .risk(let risk): recovery.risk = risk
            case .intent, .fact, .deal: break
            }
        }
        commit(new, isSynced: false)
        return recovery
    }
}
