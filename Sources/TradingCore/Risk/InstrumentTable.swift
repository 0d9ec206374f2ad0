/// An instrument of the order gateway, numbered in the order in which it was met.
package struct InstrumentID: Sendable, Hashable {
    /// The number, an index into every per-instrument table.
    package let rawValue: UInt8
    package init(rawValue: UInt8) { self.rawValue = rawValue }
    /// The index into per-instrument tables.
    package var index: Int { Int(rawValue) }
}

/// What every instrument is, by name and by number; at most 256.
///
/// A definition comes from the venue, or from a file of the user that pins it. Where two definitions
/// disagree, nobody knows what an order would mean, and the instrument is halted.
package struct InstrumentTable: Sendable {
    /// The most instruments; further names get no number, and nothing is traded in them.
    package static let countMax = 256

    private struct Entry: Sendable {
        var symbol: String
        var pinned: Instrument?
        var inForce: Instrument?
        var disagreement: String?
        var isUnknownAtVenue = false
    }

    private var entries: [Entry] = []
    // Sorted by name, so that a lookup takes eight comparisons and no hash decides an order.
    private var byName: [InstrumentID] = []
    /// Names that found no room.
    package private(set) var refusedCount: UInt64 = 0

    package init() {}

    /// The number of instruments.
    package var count: Int { entries.count }
    /// The numbers in use, lowest first.
    package var ids: [InstrumentID] {
        entries.indices.map { InstrumentID(rawValue: UInt8($0)) }
    }

    /// The number of a name, if it has one.
    package func id(of symbol: String) -> InstrumentID? {
        let position = insertionPoint(of: symbol)
        guard position < byName.count else { return nil }
        let found = byName[position]
        return entries[found.index].symbol == symbol ? found : nil
    }

    /// The number of a name, given now if it had none; `nil` when all numbers are used.
    package mutating func identify(_ symbol: String) -> InstrumentID? {
        let position = insertionPoint(of: symbol)
        if position < byName.count, entries[byName[position].index].symbol == symbol {
            return byName[position]
        }
        guard entries.count < Self.countMax else {
            refusedCount &+= 1
            return nil
        }
        let id = InstrumentID(rawValue: UInt8(entries.count))
        entries.append(Entry(symbol: symbol))
        byName.insert(id, at: position)
        return id
    }

    private func insertionPoint(of symbol: String) -> Int {
        var low = 0
        var high = byName.count
        while low < high {
            let middle = (low + high) / 2
            if entries[byName[middle].index].symbol < symbol {
                low = middle + 1
            } else {
                high = middle
            }
        }
        return low
    }

    /// The name of an instrument.
    package func symbol(of id: InstrumentID) -> String { entries[id.index].symbol }

    /// What an instrument is; `nil` as long as nobody said so, and nothing is traded then.
    package func definition(of id: InstrumentID) -> Instrument? { entries[id.index].inForce }

    /// In what two definitions of an instrument differ, in words; it is halted as long as they do.
    package func disagreement(of id: InstrumentID) -> String? { entries[id.index].disagreement }

    /// Whether the venue says that it has no such symbol.
    package func isUnknownAtVenue(_ id: InstrumentID) -> Bool { entries[id.index].isUnknownAtVenue }

    /// Takes a definition that the user has pinned, before any of the venue.
    ///
    /// - Returns: The instrument's number, or `nil` when the definition cannot be or there is no room.
    @discardableResult
    package mutating func pin(_ instrument: Instrument) -> InstrumentID? {
        guard instrument.isConsistent, let id = identify(instrument.symbol) else { return nil }
        entries[id.index].pinned = instrument
        entries[id.index].inForce = instrument
        return id
    }

    /// Takes the venue's definition, and compares it with the one in force.
    ///
    /// Whether the venue lets it be traded may change; anything else halts the instrument until the
    /// definitions agree again.
    @discardableResult
    package mutating func define(_ instrument: Instrument) -> InstrumentID? {
        guard let id = identify(instrument.symbol) else { return nil }
        entries[id.index].isUnknownAtVenue = false
        guard instrument.isConsistent else {
            entries[id.index].disagreement = "the venue's definition contradicts itself"
            return id
        }
        guard let inForce = entries[id.index].inForce else {
            entries[id.index].inForce = instrument
            entries[id.index].disagreement = nil
            return id
        }
        let differences = inForce.differences(from: instrument)
        let holder = entries[id.index].pinned == nil ? "known before" : "pinned"
        entries[id.index].disagreement =
            differences.isEmpty
            ? nil
            : differences.map { "\($0.what): \(holder) \($0.ours), venue \($0.theirs)" }
                .joined(separator: "; ")
        entries[id.index].inForce?.isTradable = instrument.isTradable
        return id
    }

    /// Takes note that the venue has no such symbol.
    package mutating func markUnknown(_ symbol: String) {
        guard let id = identify(symbol) else { return }
        entries[id.index].isUnknownAtVenue = true
    }
}

extension Instrument {
    /// Whether sizes and steps are above zero and fit each other.
    package var isConsistent: Bool {
        let positives = [contractSize, tickSize, volumeMin, volumeMax, volumeStep]
        return positives.allSatisfy { $0.mantissa > 0 && $0.scale <= 12 } && digits <= 12
            && volumeMin <= volumeMax && !symbol.isEmpty && !profitCurrency.isEmpty
            && !baseCurrency.isEmpty
    }

    /// In what two definitions differ, except for whether it is tradable.
    func differences(
        from other: Instrument
    ) -> [(what: String, ours: String, theirs: String)] {
        let decimals = [
            ("contract size", contractSize, other.contractSize),
            ("tick size", tickSize, other.tickSize),
            ("smallest volume", volumeMin, other.volumeMin),
            ("largest volume", volumeMax, other.volumeMax),
            ("volume step", volumeStep, other.volumeStep),
        ]
        let texts = [
            ("digits", "\(digits)", "\(other.digits)"),
            ("base currency", baseCurrency, other.baseCurrency),
            ("profit currency", profitCurrency, other.profitCurrency),
        ]
        return decimals.filter { $0.1 != $0.2 }.map { ($0.0, "\($0.1)", "\($0.2)") }
            + texts.filter { $0.1 != $0.2 }.map { ($0.0, $0.1, $0.2) }
    }
}
