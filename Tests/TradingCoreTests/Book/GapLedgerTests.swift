import TestSupport
import Testing
import TradingCore

@Suite struct GapLedgerTests {
    private let trades = StreamID(symbol: SymbolID(rawValue: 2), kind: .trade)
    private let book = StreamID(symbol: SymbolID(rawValue: 2), kind: .book)

    private func second(_ number: Int64) -> MonotonicTime {
        MonotonicTime(nanoseconds: number * 1_000_000_000)
    }

    @Test func `a gap keeps its range, interval, cause and end`() throws {
        var ledger = GapLedger(streamCount: 16)
        let number = ledger.begin(
            trades,
            .trades,
            missing: 5...7,
            cause: .reconnect,
            began: second(1),
            noticed: second(3)
        )
        for _ in 0..<3 { ledger.recover(number) }
        ledger.end(number, .backfilled, at: second(4))
        ledger.end(number, .unrecoverable, at: second(9))
        let gap = try #require(ledger.gap(number))
        #expect(gap.first == 5 && gap.last == 7 && gap.count == 3 && gap.recovered == 3)
        #expect(gap.cause == .reconnect && gap.outcome == .backfilled)
        #expect(gap.began == second(1) && gap.noticed == second(3) && gap.ended == second(4))
    }

    @Test func `a full ledger forgets the oldest ended gap first, and counts it`() {
        var ledger = GapLedger(streamCount: 16, capacity: 2)
        func begin() -> UInt64 {
            ledger.begin(
                book,
                .updates,
                missing: 1...2,
                cause: .sequence,
                began: .zero,
                noticed: .zero
            )
        }
        let first = begin()
        let second = begin()
        ledger.end(second, .resynced, at: .zero)
        let third = begin()
        #expect(ledger.gap(second) == nil && ledger.gap(first) != nil && ledger.gap(third) != nil)
        _ = begin()
        #expect(ledger.gap(first) == nil)
        let totals = ledger.totals(of: book)
        #expect(totals.began == 4 && totals.forgotten == 2 && ledger.forgottenCount == 2)
        #expect(totals[.open] == 2 && totals[.resynced] == 1 && totals[.unrecoverable] == 1)
    }

    @Test(arguments: 0..<20)
    func `gaps and ids are conserved whatever happens to them`(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var ledger = GapLedger(streamCount: 16, capacity: 8)
        var open: [(number: UInt64, left: UInt64)] = []
        for step in 1..<500 {
            if Bool.random(using: &random) {
                let first = UInt64.random(in: 1...9, using: &random)
                let last = first + .random(in: 0...3, using: &random)
                let number = ledger.begin(
                    trades,
                    .trades,
                    missing: first...last,
                    cause: .sequence,
                    began: .zero,
                    noticed: second(Int64(step))
                )
                open.append((number, last - first + 1))
            } else if let place = open.indices.randomElement(using: &random) {
                if open[place].left > 0, Bool.random(using: &random) {
                    ledger.recover(open[place].number)
                    open[place].left -= 1
                } else {
                    let outcome: GapLedger.Outcome =
                        open[place].left == 0 ? .backfilled : .unrecoverable
                    ledger.end(open.remove(at: place).number, outcome, at: .zero)
                }
            }
            let totals = ledger.totals(of: trades)
            let outcomes = GapLedger.Outcome.allCases.reduce(UInt64(0)) { $0 + totals[$1] }
            #expect(totals.began == outcomes)
            #expect(totals.missing == totals.recovered + totals.lost + totals.awaited)
            #expect(ledger.gaps.count <= 8)
            #expect(totals.began == UInt64(ledger.gaps.count) + totals.forgotten)
        }
    }
}

@Suite struct TradeContinuityTests {
    private let stream = StreamID(symbol: SymbolID(rawValue: 2), kind: .trade)

    private func second(_ number: Int64) -> MonotonicTime {
        MonotonicTime(nanoseconds: number * 1_000_000_000)
    }

    @Test func `a hole is asked for in the sizes that the venue gives, until it is full`() throws {
        var trades = TradeContinuity()
        let abandoned = trades.note(stream, 1001...3500, gap: 1, at: .zero)
        #expect(abandoned == [])
        let nextFirst = trades.nextRequest(at: .zero)
        let first = try #require(nextFirst)
        #expect(first.first == 1001 && first.last == 2000)
        #expect(trades.nextRequest(at: .zero) == nil)
        for id in first.first...first.last { _ = trades.fill(stream, id) }
        #expect(trades.didAnswer(first, newest: 2000, at: second(1)) == false)
        let nextSecond = trades.nextRequest(at: second(1))
        let rest = try #require(nextSecond)
        #expect(rest.first == 2001 && rest.last == 3000)
        for id in rest.first...UInt64(3499) { _ = trades.fill(stream, id) }
        let filled = trades.fill(stream, 3500)
        #expect(filled?.isClosed == true)
        #expect(trades.holes.isEmpty)
    }

    @Test func `ids that the venue passes over are not asked for again`() throws {
        var trades = TradeContinuity()
        _ = trades.note(stream, 10...14, gap: 1, at: .zero)
        let nextRequest = trades.nextRequest(at: .zero)
        let request = try #require(nextRequest)
        for id in [10, 11, 13] as [UInt64] { _ = trades.fill(stream, id) }
        #expect(trades.holes.map { [$0.first, $0.last] } == [[12, 12], [14, 14]])
        #expect(trades.didAnswer(request, newest: 13, at: .zero) == false)
        #expect(trades.holes.map(\.first) == [14])
    }

    @Test func `answers that bring nothing are repeated ever more slowly, and given up`() throws {
        var trades = TradeContinuity()
        _ = trades.note(stream, 10...14, gap: 1, at: .zero)
        var now = MonotonicTime.zero
        for delay in [1, 2, 4, 8] as [Int64] {
            let nextRequest = trades.nextRequest(at: now)
            let request = try #require(nextRequest)
            #expect(trades.didFail(request, at: now) == false)
            #expect(trades.nextDeadline - now == .seconds(delay))
            now = trades.nextDeadline
        }
        let nextLast = trades.nextRequest(at: now)
        let last = try #require(nextLast)
        #expect(trades.didFail(last, at: now) == true)
        #expect(trades.holes.isEmpty)
    }

    @Test func `holes are bounded in number and in length`() {
        var policy = TradeContinuity.Policy()
        policy.holesMax = 2
        var trades = TradeContinuity(policy)
        #expect(trades.note(stream, 1...10_001, gap: 1, at: .zero) == [1])
        #expect(trades.note(stream, 1...2, gap: 2, at: .zero) == [])
        #expect(trades.note(stream, 5...6, gap: 3, at: .zero) == [])
        #expect(trades.note(stream, 9...9, gap: 4, at: .zero) == [2])
    }
}

@Suite struct QuoteContinuityTests {
    @Test func `each quote is delivered once, whichever connection brings it first`() {
        var quotes = QuoteContinuity()
        #expect(quotes.judge(10, from: .a) == .deliver)
        #expect(quotes.judge(10, from: .b) == .duplicate)
        #expect(quotes.judge(14, from: .b) == .deliver)
        #expect(quotes.judge(12, from: .a) == .late)
        #expect(quotes.judge(12, from: .b) == .duplicate)
        #expect(quotes.judge(14, from: .a) == .duplicate)
        #expect(quotes.newest == 14)
    }

    @Test func `one disordered quote is late, a numbering that goes on lower is begun anew`() {
        var quotes = QuoteContinuity()
        #expect(quotes.judge(1000, from: .a) == .deliver)
        for number in 1..<UInt64(QuoteContinuity.backwardRunMax) {
            #expect(quotes.judge(number, from: .a) == .late)
        }
        #expect(quotes.judge(16, from: .a) == .restarted)
        #expect(quotes.judge(17, from: .a) == .deliver)
    }
}
