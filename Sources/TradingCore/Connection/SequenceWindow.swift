/// One numbering of a source: a publisher's epoch, and its resets within the epoch.
package struct SequenceEra: Sendable, Hashable, Comparable {
    /// The epoch as the publisher sends it; a restarted publisher sends a larger one.
    package var epoch: UInt64
    /// How often the source began its numbering anew without changing the epoch.
    package var resets: UInt32

    /// Orders numberings by age.
    package static func < (lhs: Self, rhs: Self) -> Bool {
        (lhs.epoch, lhs.resets) < (rhs.epoch, rhs.resets)
    }
}

/// Which sequences of one numbering were received, exactly for the recent past.
///
/// The last 1024 sequences have a bit each, so that any pattern of loss and reordering is told
/// apart there. Holes that are older are kept as ranges, because the backlog of a connection that
/// stood still fills a hole much longer than the bitmap. Holes that are forgotten stay missing, and
/// what comes for them is a duplicate: the sum stays right.
package struct SequenceWindow: Sendable {
    /// What a sequence at or below the highest one is.
    package enum Placement: Sendable, Equatable {
        /// It was received before, or nothing is known of it any more.
        case duplicate
        /// It fills a hole.
        case fillsHole
        /// It lies before the first one received, with `skipped` sequences in between.
        case beforeStart(skipped: UInt64)
    }

    /// Words of the bitmap.
    private static let wordCount = 16
    /// Sequences that can be told apart one by one.
    package static let length: UInt64 = 1024
    /// Older holes that are remembered.
    package static let olderHoleLimit = 64

    /// The numbering.
    package let era: SequenceEra
    /// The highest sequence received, or known to have been sent.
    package private(set) var last: UInt64
    /// The first sequence that counts; earlier ones are not missing.
    package private(set) var start: UInt64
    private var words = InlineArray<16, UInt64>(repeating: 0)
    private var olderHoles: [ClosedRange<UInt64>] = []

    /// A numbering of which the sequences from `start` to `last` are holes, except a received `last`.
    ///
    /// `start` is one above `last` when nothing was sent yet.
    package init(era: SequenceEra, start: UInt64, last: UInt64, isReceived: Bool) {
        self.era = era
        self.start = start
        self.last = last
        let lastWord = last >> 6
        let firstKept = lastWord > 15 ? (lastWord - 15) << 6 : 0
        if start < firstKept { olderHoles.append(start...firstKept - 1) }
        if isReceived { mark(last) }
    }

    /// Notes the next sequence; `sequence` must be one above ``last``.
    @inline(__always)
    mutating func appendNext(_ sequence: UInt64) {
        if sequence & 63 == 0 { openWord(sequence >> 6) }
        mark(sequence)
        last = sequence
    }

    /// Moves the highest sequence up; what is jumped over becomes a hole.
    mutating func advance(to sequence: UInt64, isReceived: Bool) {
        let oldWord = last >> 6
        let newWord = sequence >> 6
        if newWord - oldWord <= UInt64(Self.wordCount) {
            var word = oldWord
            while word < newWord {
                word += 1
                openWord(word)
            }
        } else {
            for back in 0..<UInt64(Self.wordCount) where oldWord + back >= 15 {
                retire(oldWord + back - 15)
            }
            noteOlderHole((oldWord + 1) << 6, ((newWord - 15) << 6) - 1)
            words = InlineArray(repeating: 0)
        }
        last = sequence
        if isReceived { mark(sequence) }
    }

    /// Judges a sequence that is not above ``last``, and notes it.
    mutating func place(_ sequence: UInt64) -> Placement {
        guard (last >> 6) - (sequence >> 6) < UInt64(Self.wordCount) else {
            return fillOlderHole(sequence) ? .fillsHole : .duplicate
        }
        let bit: UInt64 = 1 << (sequence & 63)
        guard words[slot(sequence >> 6)] & bit == 0 else { return .duplicate }
        mark(sequence)
        guard sequence < start else { return .fillsHole }
        let skipped = start - sequence - 1
        start = sequence
        return .beforeStart(skipped: skipped)
    }

    @inline(__always)
    private func slot(_ word: UInt64) -> Int { Int(truncatingIfNeeded: word & 15) }

    @inline(__always)
    private mutating func mark(_ sequence: UInt64) {
        words[slot(sequence >> 6)] |= 1 << (sequence & 63)
    }

    /// Reuses the oldest word for `word`.
    private mutating func openWord(_ word: UInt64) {
        if word >= UInt64(Self.wordCount) { retire(word - UInt64(Self.wordCount)) }
        words[slot(word)] = 0
    }

    /// Turns the unset bits of a word that leaves the bitmap into older holes.
    private mutating func retire(_ word: UInt64) {
        var unset = ~words[slot(word)]
        while unset != 0 {
            let from = unset.trailingZeroBitCount
            let run = (~(unset >> UInt64(from))).trailingZeroBitCount
            let first = word << 6 + UInt64(from)
            noteOlderHole(first, first + UInt64(run - 1))
            unset = from + run >= 64 ? 0 : unset & ~((1 << UInt64(from + run)) - 1)
        }
    }

    private mutating func noteOlderHole(_ first: UInt64, _ last: UInt64) {
        guard last >= start else { return }
        var hole = max(first, start)...last
        if let newest = olderHoles.last, newest.upperBound &+ 1 == hole.lowerBound {
            hole = newest.lowerBound...last
            olderHoles.removeLast()
        }
        rememberOlderHole(hole, at: olderHoles.count)
    }

    private mutating func rememberOlderHole(_ hole: ClosedRange<UInt64>, at index: Int) {
        olderHoles.insert(hole, at: index)
        if olderHoles.count > Self.olderHoleLimit { olderHoles.removeFirst() }
    }

    private mutating func fillOlderHole(_ sequence: UInt64) -> Bool {
        guard let index = olderHoles.lastIndex(where: { $0.contains(sequence) }) else {
            return false
        }
        let hole = olderHoles.remove(at: index)
        if sequence < hole.upperBound {
            rememberOlderHole(sequence + 1...hole.upperBound, at: index)
        }
        if sequence > hole.lowerBound {
            rememberOlderHole(hole.lowerBound...sequence - 1, at: min(index, olderHoles.count))
        }
        return true
    }
}
