/// How often strategies repeat an order; one that repeats too often is disabled until a person enables it.
///
/// No timer enables it again: a loop that has gone wrong is wrong a minute later as well.
package struct RepeatThrottle: Sendable, Equatable {
    /// The most different orders that are counted; the one that was repeated least makes room.
    package static let signaturesMax = 256
    /// The most strategies that can be disabled.
    package static let strategiesMax = 64

    /// What makes two orders repeats of each other.
    package struct Signature: Sendable, Equatable {
        /// The strategy's place in the configuration.
        package var strategy: Int
        /// The instrument.
        package var instrument: InstrumentID
        /// The direction.
        package var side: OrderRequest.Side
        /// The volume in lots.
        package var lots: Amount
    }

    struct Entry: Sendable, Equatable {
        var signature: Signature
        var count: Int
    }

    private(set) var entries: [Entry] = []
    private(set) var disabled: [Int] = []

    init() { entries.reserveCapacity(Self.signaturesMax) }

    /// The strategies that are disabled, in the order in which they were.
    package var disabledStrategies: [Int] { disabled }

    /// Whether a strategy is disabled; all are when too many were.
    package func isDisabled(_ strategy: Int) -> Bool {
        disabled.count >= Self.strategiesMax || disabled.contains(strategy)
    }

    /// How often an order was placed so far.
    func count(of signature: Signature) -> Int {
        entries.first { $0.signature == signature }?.count ?? 0
    }

    /// The largest number of repeats of any order.
    var countMax: Int { entries.reduce(0) { max($0, $1.count) } }

    mutating func record(_ signature: Signature, count: Int = 1) {
        if let index = entries.firstIndex(where: { $0.signature == signature }) {
            entries[index].count += count
        } else if entries.count < Self.signaturesMax {
            entries.append(Entry(signature: signature, count: count))
        } else if let least = entries.indices.min(by: { entries[$0].count < entries[$1].count }) {
            entries[least] = Entry(signature: signature, count: count)
        }
    }

    /// Disables a strategy.
    ///
    /// - Returns: Whether it was enabled.
    mutating func disable(_ strategy: Int) -> Bool {
        guard !isDisabled(strategy) else { return false }
        disabled.append(strategy)
        return true
    }

    /// Enables a strategy and counts its repeats from none.
    mutating func enable(_ strategy: Int) {
        disabled.removeAll { $0 == strategy }
        entries.removeAll { $0.signature.strategy == strategy }
    }
}
