import TestSupport
import Testing
import TradingCore

@Suite struct SequenceTrackerTests {
    typealias Verdict = SequenceTracker.Verdict
    var tracker = SequenceTracker()

    /// Takes a message of a lone connection.
    private mutating func take(_ sequence: UInt64, epoch: UInt64 = 1) -> Verdict {
        let position = tracker.locate(sequence: sequence, epoch: epoch, from: .a, isAlone: true)
        return tracker.accept(position)
    }

    @Test mutating func `what was sent before the first message is not missing`() {
        #expect(take(500) == .first)
        #expect(take(501) == .next)
        #expect(tracker.missing == 0)
    }

    @Test mutating func `F20: a jump forward is a gap with its first and last`() {
        _ = take(1)
        #expect(take(5) == .afterGap(first: 2, last: 4))
        #expect(tracker.missing == 3)
    }

    @Test mutating func `F20: a late message fills its hole once`() {
        _ = take(1)
        _ = take(4)
        #expect(tracker.recovered == 0)
        #expect(take(3) == .late)
        #expect(tracker.missing == 1)
        #expect(tracker.recovered == 1)
        #expect(take(3) == .duplicate)
        #expect(take(4) == .duplicate)
        #expect(tracker.missing == 1)
        #expect(tracker.recovered == 1)
    }

    @Test mutating func `F20: going back by more than the window is a reset`() {
        _ = take(5000)
        #expect(take(5000 - SequenceWindow.length) == .duplicate)
        #expect(take(5000 - SequenceWindow.length - 1) == .afterReset)
        #expect(take(5000 - SequenceWindow.length) == .next)
        #expect(tracker.unprovableSeams == 1)
        #expect(tracker.missing == 0)
    }

    @Test mutating func `F20: a jump to 2^63 and back is two resets`() {
        _ = take(10)
        #expect(take(1 << 63) == .afterReset)
        #expect(take(11) == .afterReset)
        #expect(take(12) == .next)
        #expect(tracker.missing == 0)
        #expect(tracker.unprovableSeams == 2)
    }

    @Test mutating func `F20: the sequence wraps as a reset`() {
        _ = take(.max - 1)
        #expect(take(.max) == .next)
        #expect(take(0) == .afterReset)
        #expect(take(1) == .next)
    }

    @Test mutating func `the longest plausible jump is a gap and one more is a reset`() {
        _ = take(1)
        let far = 1 + SequenceTracker.maximumJump
        #expect(take(far) == .afterGap(first: 2, last: far - 1))
        #expect(take(far + SequenceTracker.maximumJump + 1) == .afterReset)
    }

    @Test mutating func `F01: a new epoch is a restart and not a storm of gaps`() {
        _ = take(900, epoch: 7)
        #expect(take(1, epoch: 8) == .afterRestart(first: 1, last: 0))
        #expect(take(2, epoch: 8) == .next)
        #expect(tracker.missing == 0)
        #expect(tracker.unprovableSeams == 1)
    }

    @Test mutating func `F01: what a new epoch sent before its first message is missing`() {
        _ = take(900, epoch: 7)
        #expect(take(4, epoch: 8) == .afterRestart(first: 1, last: 3))
        #expect(tracker.missing == 3)
        #expect(take(2, epoch: 8) == .late)
        #expect(tracker.missing == 2)
    }

    @Test mutating func `a message of the epoch before is late and is told from one seen before`() {
        _ = take(1, epoch: 7)
        _ = take(3, epoch: 7)
        _ = take(1, epoch: 8)
        #expect(take(2, epoch: 7) == .late)
        #expect(tracker.missing == 0)
        #expect(take(3, epoch: 7) == .duplicate)
        #expect(take(5, epoch: 7) == .late)
        #expect(tracker.missing == 1)
        #expect(take(2, epoch: 8) == .next)
    }

    @Test
    mutating func `a hole longer than the window is filled by the backlog of a slow connection`() {
        func take(_ sequence: UInt64, _ slot: ConnectionSlot) -> Verdict {
            tracker.accept(
                tracker.locate(sequence: sequence, epoch: 1, from: slot, isAlone: false)
            )
        }
        _ = take(1, .a)
        _ = take(6000, .b)
        _ = take(6001, .b)
        #expect(tracker.missing == 5998)
        for sequence: UInt64 in 2..<6000 { #expect(take(sequence, .a) == .late) }
        #expect(tracker.missing == 0)
        for sequence: UInt64 in 6000...6001 { #expect(take(sequence, .a) == .duplicate) }
        #expect(tracker.unprovableSeams == 0)
    }

    @Test mutating func `a hole longer than the window is filled in any order`() {
        _ = take(1)
        _ = take(3000)
        for sequence: UInt64 in [1900, 1890, 1910, 1889, 1891, 1909, 1911] {
            let position = tracker.locate(
                sequence: sequence,
                epoch: 1,
                from: .b,
                isAlone: false
            )
            let missing = tracker.missing
            #expect(tracker.accept(position) == .late)
            #expect(tracker.accept(position) == .duplicate)
            #expect(tracker.missing == missing - 1)
        }
    }

    @Test mutating func `holes that are forgotten stay missing`() {
        _ = take(1)
        _ = take(3000)
        var late: UInt64 = 0
        var seen: UInt64 = 0
        for sequence in stride(from: 1900 as UInt64, to: 900, by: -5) {
            let position = tracker.locate(sequence: sequence, epoch: 1, from: .b, isAlone: false)
            if tracker.accept(position) == .late { late += 1 }
            seen += 1
        }
        #expect(late < seen)
        #expect(late >= UInt64(SequenceWindow.olderHoleLimit))
        #expect(tracker.missing == 2998 - late)
    }

    @Test mutating func `what lies long before the first message is not missing`() {
        for sequence: UInt64 in 5000...8000 { _ = take(sequence) }
        let position = tracker.locate(sequence: 4990, epoch: 1, from: .b, isAlone: false)
        #expect(tracker.accept(position) == .duplicate)
        #expect(tracker.missing == 0)
    }

    @Test(arguments: 0..<40 as Range<UInt64>)
    func `F20: late and duplicate are exact inside the window`(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var tracker = SequenceTracker()
        var seen: Set<UInt64> = []
        var first: UInt64?
        var highest: UInt64 = 0
        var base = UInt64.random(in: 0...200, using: &random)
        for _ in 0..<3000 {
            base += UInt64.random(in: 0...3, using: &random)
            if Int.random(in: 0..<200, using: &random) == 0 {
                base += UInt64.random(in: 0...3000, using: &random)
            }
            let back = min(base, UInt64.random(in: 0...900, using: &random))
            let sequence = Bool.random(using: &random) ? base : base - back
            let position = tracker.locate(sequence: sequence, epoch: 1, from: .a, isAlone: true)
            let verdict = tracker.accept(position)
            let expected: Verdict =
                if first == nil {
                    .first
                } else if seen.contains(sequence) {
                    .duplicate
                } else if sequence > highest {
                    sequence == highest + 1
                        ? .next : .afterGap(first: highest + 1, last: sequence - 1)
                } else {
                    .late
                }
            #expect(verdict == expected, "seed \(seed), sequence \(sequence) after \(highest)")
            seen.insert(sequence)
            first = min(first ?? sequence, sequence)
            highest = max(highest, sequence)
            let span = highest - (first ?? 0) + 1
            #expect(tracker.missing == span - UInt64(seen.count), "seed \(seed)")
        }
    }

    @Test(arguments: 0..<40 as Range<UInt64>)
    func `F20: arbitrary sequences and epochs never trap`(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var tracker = SequenceTracker()
        let edges: [UInt64] = [
            0, 1, 2, 63, 64, 1023, 1024, 1025, 1 << 63, (1 << 63) - 1, .max, .max - 1,
            .max - 1024, SequenceTracker.maximumJump, SequenceTracker.maximumJump + 1,
        ]
        for _ in 0..<5000 {
            let edge = edges[Int.random(in: 0..<edges.count, using: &random)]
            let sequence = edge &+ UInt64.random(in: 0...3, using: &random) &- 1
            let slot: ConnectionSlot = Bool.random(using: &random) ? .a : .b
            let position = tracker.locate(
                sequence: sequence,
                epoch: UInt64.random(in: 0...3, using: &random),
                from: slot,
                isAlone: Bool.random(using: &random)
            )
            _ = tracker.accept(position)
        }
        #expect(tracker.hasStarted)
    }
}
