/// Every order command that is not settled for good, and the newest ones that are.
///
/// It decides nothing about sending; it is the one place that knows how far each command got. The
/// order thread stores the same facts before it tells them, so that a restart finds this again.
package struct OrderLedger: Sendable {
    /// Commands that may be open at once; a further one is refused.
    package static let openMax = 1024
    /// Settled commands that are kept, to judge what comes late.
    package static let settledMax = 256

    /// Counts of what became of commands, since start.
    package struct Counters: Sendable, Equatable {
        /// Commands that passed every check.
        package var intents: UInt64 = 0
        /// Commands that were handed over.
        package var sent: UInt64 = 0
        /// Commands by the state they reached last, by ``OrderState/rawValue``.
        package var reached = [UInt64](repeating: 0, count: OrderState.allCases.count)
        /// Unknown outcomes that were settled, by ``OrderSettlement/rawValue``.
        package var settled = [UInt64](repeating: 0, count: 4)
        /// Commands that were kept back at the last look, in the order of ``OrderBlock``'s cases.
        package var blocked = [UInt64](repeating: 0, count: OrderBlock.allCases.count)
        /// Facts that contradict what is known.
        package var refusedFacts: UInt64 = 0
        /// Facts about commands that nobody gave.
        package var strangerFacts: UInt64 = 0

        package init() {}

        /// How many commands reached a state.
        package func count(_ state: OrderState) -> UInt64 { reached[Int(state.rawValue)] }
    }

    private let ledger: UInt32
    private let epoch: UInt32
    private var nextSequence: UInt64 = 1
    /// Commands that are not settled for good, by id, oldest first.
    package private(set) var open: [OrderRecord] = []
    /// The newest settled commands, oldest first.
    package private(set) var settled: [OrderRecord] = []
    /// What became of commands.
    package private(set) var counters = Counters()
    /// Grows with each change, so that what is derived can be kept.
    package private(set) var revision: UInt64 = 0

    /// Creates the ledger of one start of the process.
    ///
    /// - Parameters:
    ///   - ledger: Drawn once when the store was created.
    ///   - epoch: Which start of the process this is, already durable.
    ///   - recovered: What the last start left unsettled.
    package init(ledger: UInt32, epoch: UInt32, recovered: [OrderRecord] = []) {
        self.ledger = ledger
        self.epoch = epoch
        open = recovered.filter { !$0.state.isTerminal }.sorted { $0.intent.id < $1.intent.id }
        open.reserveCapacity(Self.openMax)
        settled.reserveCapacity(Self.settledMax)
    }

    /// Whether no further command can be held.
    package var isFull: Bool { open.count >= Self.openMax }

    /// The id of the next command; it is used up even when that is refused.
    package mutating func takeID() -> OrderID {
        defer { nextSequence += 1 }
        return OrderID(ledger: ledger, epoch: epoch, sequence: nextSequence)
    }

    /// Begins to hold a command that passed every check.
    package mutating func insert(_ intent: OrderIntent) {
        precondition(!isFull, "the ledger is full")
        precondition(open.last.map { $0.intent.id < intent.id } ?? true, "ids must grow")
        open.append(OrderRecord(intent))
        counters.intents &+= 1
        revision &+= 1
    }

    /// Takes a fact.
    ///
    /// - Returns: The record before and after, or `nil` when it changed nothing.
    package mutating func apply(
        _ fact: OrderFact,
        to id: OrderID
    ) -> (before: OrderRecord, after: OrderRecord)? {
        guard let index = openIndex(of: id) else {
            judgeLate(fact, id)
            return nil
        }
        let before = open[index]
        switch open[index].apply(fact) {
        case .unchanged: return nil
        case .refused:
            counters.refusedFacts &+= 1
            return nil
        case .changed: break
        }
        let after = open[index]
        revision &+= 1
        count(from: before, to: after)
        if after.state.isTerminal {
            open.remove(at: index)
            if settled.count == Self.settledMax { settled.removeFirst() }
            settled.append(after)
        }
        return (before, after)
    }

    private mutating func judgeLate(_ fact: OrderFact, _ id: OrderID) {
        guard let index = settled.firstIndex(where: { $0.intent.id == id }) else {
            counters.strangerFacts &+= 1
            return
        }
        if settled[index].apply(fact) == .refused { counters.refusedFacts &+= 1 }
    }

    private mutating func count(from before: OrderRecord, to after: OrderRecord) {
        guard before.state != after.state else { return }
        counters.reached[Int(after.state.rawValue)] &+= 1
        if before.state == .intent, after.sentAt != nil { counters.sent &+= 1 }
        if let block = after.block, let index = OrderBlock.allCases.firstIndex(of: block) {
            counters.blocked[index] &+= 1
        }
        if before.state.isUnknown, !after.state.isUnknown {
            counters.settled[Int(after.settlement.rawValue)] &+= 1
        }
    }

    /// The command of an id, as long as it is not settled for good.
    package func record(of id: OrderID) -> OrderRecord? { openIndex(of: id).map { open[$0] } }

    /// The open command that a strategy's request of this start led to; requests count anew at each start.
    package func record(ofRequest number: UInt64) -> OrderRecord? {
        open.first { record in
            guard record.intent.id.epoch == epoch else { return false }
            return if case .strategy(_, number) = record.intent.origin { true } else { false }
        }
    }

    /// The open command whose order works under a ticket.
    package func record(ofTicket ticket: UInt64) -> OrderRecord? {
        open.first { $0.ticket == ticket && $0.intent.command == .place }
    }

    /// Whether a command of unknown outcome concerns a symbol, which then opens nothing.
    package func hasUnknown(symbol: String) -> Bool {
        open.contains { $0.state.isUnknown && $0.intent.symbol == symbol }
    }

    /// Commands of unknown outcome.
    package var unknownCount: Int { open.count { $0.state.isUnknown } }

    private func openIndex(of id: OrderID) -> Int? {
        var low = 0
        var high = open.count
        while low < high {
            let middle = (low + high) / 2
            if open[middle].intent.id < id { low = middle + 1 } else { high = middle }
        }
        return low < open.count && open[low].intent.id == id ? low : nil
    }
}
