import TestSupport
import Testing

@testable import LiveLoopApp

@Suite
struct RateSearchTests {
    /// Runs a search against a machine that passes up to `capacity`; returns the rate and the steps.
    private func search(
        start: Double,
        passes: (RateSearch.Step, Int) -> Bool
    ) -> (rate: Double, steps: [RateSearch.Step]) {
        var search = RateSearch(start: start)
        var steps: [RateSearch.Step] = []
        while steps.count < 200 {
            let step = search.next
            if case .done(let rate) = step { return (rate, steps) }
            search.note(passed: passes(step, steps.count))
            steps.append(step)
        }
        return (.nan, steps)
    }

    private func rate(of step: RateSearch.Step) -> Double {
        switch step {
        case .trial(let rate), .hold(let rate), .done(let rate): rate
        }
    }

    @Test(arguments: [90_000.0, 200_000, 999_999, 5_000_000])
    func `finds a rate within a tenth below what the machine can do`(capacity: Double) {
        let found = search(start: 200_000) { step, _ in rate(of: step) <= capacity }
        #expect(found.rate <= capacity)
        #expect(found.rate > capacity / 1.1)
        #expect(found.steps.count < 40)
    }

    @Test func `ends with a hold at the rate that it gives`() {
        let found = search(start: 200_000) { step, _ in rate(of: step) <= 700_000 }
        #expect(found.steps.last == .hold(rate: found.rate))
    }

    @Test func `does not fail a rate for one disturbed trial`() {
        var disturbed: [Double] = []
        let found = search(start: 100_000) { step, _ in
            let rate = rate(of: step)
            guard disturbed.contains(rate) else {
                disturbed.append(rate)
                return false
            }
            return rate <= 500_000
        }
        #expect(found.rate > 500_000 / 1.1)
    }

    @Test func `lowers a rate that does not hold`() {
        var holds = 0
        let found = search(start: 100_000) { step, _ in
            if case .hold = step {
                holds += 1
                return holds > 2
            }
            return rate(of: step) <= 300_000
        }
        let searched = found.steps.compactMap { step in
            if case .trial(let rate) = step, rate <= 300_000 { rate } else { nil }
        }
        .max()
        #expect(found.rate == (searched ?? 0) * 0.9)
    }

    @Test func `gives 0 when nothing passes`() {
        let found = search(start: 1000) { _, _ in false }
        #expect(found.rate == 0)
        #expect(found.steps.count < 40)
    }

    @Test func `gives 0 when nothing holds`() {
        let found = search(start: 1000) { step, _ in
            if case .hold = step { false } else { rate(of: step) < 5000 }
        }
        #expect(found.rate == 0)
    }
}
