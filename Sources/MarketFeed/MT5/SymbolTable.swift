package import TradingCore

/// The symbols of one feed and their numbers.
///
/// The feed has a range of numbers of its own, so that they do not depend on which feed was faster.
/// The first number of the range stands for the feed itself, named `*`, to which everything is
/// attributed that has no symbol. Configured symbols follow in their order, and where none are
/// configured, symbols in the order of their appearance. The table never grows.
package struct SymbolTable: Sendable {
    /// What a name turned out to be.
    package enum Lookup: Sendable, Equatable {
        /// A symbol that has a number already.
        case known(SymbolID)
        /// A symbol that got its number just now.
        case added(SymbolID)
        /// A symbol that the configuration does not list.
        case unlisted
        /// A new symbol for which there is no number left.
        case full
    }

    /// The numbers of the feed; the first one is its own.
    package let range: Range<Int>
    /// Whether only configured symbols are taken.
    package let isListed: Bool
    /// The names by number, from the one after the feed's own.
    package private(set) var names: [SymbolText]
    /// The places of the hash table: 0 when free, else one more than the index into `names`.
    private var places: [UInt16]

    /// Creates the table of a feed.
    ///
    /// - Precondition: `range` has room for the feed itself and all configured symbols, which
    ///   differ from each other.
    /// - Parameters:
    ///   - range: The numbers of the feed.
    ///   - configured: The symbols to take; none takes all, as far as there are numbers.
    package init(range: Range<Int>, configured: [SymbolText] = []) {
        precondition(
            range.count > configured.count && range.lowerBound >= 0 && range.upperBound <= 1 << 14,
            "numbers \(range) cannot hold \(configured.count) symbols and the feed"
        )
        self.range = range
        isListed = !configured.isEmpty
        names = []
        names.reserveCapacity(range.count - 1)
        var placeCount = 16
        while placeCount < 2 * range.count { placeCount *= 2 }
        places = Array(repeating: 0, count: placeCount)
        for name in configured {
            let place = place(of: name)
            precondition(places[place] == 0, "symbol \(name) is configured twice")
            add(name, at: place)
        }
    }

    /// The number to which everything is attributed that has no symbol.
    package var feedSymbol: SymbolID { SymbolID(rawValue: UInt16(range.lowerBound)) }

    /// Finds the number of a name, or gives it one.
    package mutating func lookUp(_ name: SymbolText) -> Lookup {
        let place = place(of: name)
        if places[place] != 0 { return .known(id(at: Int(places[place]) - 1)) }
        if isListed { return .unlisted }
        guard names.count < range.count - 1 else { return .full }
        add(name, at: place)
        return .added(id(at: names.count - 1))
    }

    /// The name of a number of this feed.
    package func name(of symbol: SymbolID) -> String {
        let index = Int(symbol.rawValue) - range.lowerBound - 1
        return names.indices.contains(index) ? names[index].string : "*"
    }

    /// Where a name is, or would be: at most half of the places are taken, so that one is free.
    private func place(of name: SymbolText) -> Int {
        var place = Int(truncatingIfNeeded: name.spread) & (places.count - 1)
        while places[place] != 0 && names[Int(places[place]) - 1] != name {
            place = (place + 1) & (places.count - 1)
        }
        return place
    }

    private mutating func add(_ name: SymbolText, at place: Int) {
        names.append(name)
        places[place] = UInt16(names.count)
    }

    private func id(at index: Int) -> SymbolID {
        SymbolID(rawValue: UInt16(truncatingIfNeeded: range.lowerBound + 1 + index))
    }
}
