/// Which deals were counted already, so that each counts once, however often and in whatever order it is
/// told.
struct DealLedger: Sendable {
    /// Numbers above the floor that are remembered one by one.
    static let seenMax = 4096

    /// Every deal up to this number is known.
    private(set) var floor: UInt64 = 0
    /// Known numbers above ``floor``, lowest first.
    private(set) var seen: [UInt64] = []
    /// How often ``floor`` had to rise past a number that may be missing.
    private(set) var forcedCount: UInt64 = 0

    init(floor: UInt64 = 0, seen: [UInt64] = []) {
        self.floor = floor
        self.seen = seen.sorted()
    }

    /// The highest number that is known.
    var newest: UInt64 { seen.last ?? floor }

    func contains(_ number: UInt64) -> Bool {
        number <= floor || position(of: number).isKnown
    }

    /// Remembers a number.
    ///
    /// - Returns: Whether it is new.
    mutating func insert(_ number: UInt64) -> Bool {
        guard number > floor else { return false }
        let (index, isKnown) = position(of: number)
        guard !isKnown else { return false }
        seen.insert(number, at: index)
        if seen.count > Self.seenMax {
            floor = seen.removeFirst()
            forcedCount &+= 1
        }
        return true
    }

    /// Takes note that all deals up to a number have been told.
    mutating func raiseFloor(to number: UInt64) {
        guard number > floor else { return }
        floor = number
        seen.removeAll { $0 <= number }
    }

    private func position(of number: UInt64) -> (index: Int, isKnown: Bool) {
        var low = 0
        var high = seen.count
        while low < high {
            let middle = (low + high) / 2
            if seen[middle] < number { low = middle + 1 } else { high = middle }
        }
        return (low, low < seen.count && seen[low] == number)
    }
}
