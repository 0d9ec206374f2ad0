import Telemetry
import Testing

@Suite struct TokenRateLimitTests {
    private let second: Int64 = 1_000_000_000

    @Test func `a burst passes, then lines are kept back and counted`() {
        var limit = TokenRateLimit(burst: 2, intervalNanoseconds: second)
        #expect(limit.admit(atNanoseconds: 0) == .write(suppressed: 0))
        #expect(limit.admit(atNanoseconds: 0) == .write(suppressed: 0))
        #expect(limit.admit(atNanoseconds: 1) == .suppress)
        #expect(limit.admit(atNanoseconds: second - 1) == .suppress)
        #expect(limit.admit(atNanoseconds: second) == .write(suppressed: 2))
        #expect(limit.admit(atNanoseconds: second) == .suppress)
        #expect(limit.suppressedTotal == 3)
    }

    @Test(arguments: 1...3) func `a long pause gives back no more than the burst`(used: Int) {
        var limit = TokenRateLimit(burst: 3, intervalNanoseconds: second)
        for _ in 0..<used { _ = limit.admit(atNanoseconds: 0) }
        let written = (0..<10).filter { _ in
            limit.admit(atNanoseconds: 1_000_000 * second) != .suppress
        }
        #expect(written.count == 3)
    }

    @Test func `at most one line for each interval and the burst pass in any flood`() {
        var limit = TokenRateLimit(burst: 5, intervalNanoseconds: second)
        var written = 0
        for step in 0..<100_000
        where limit.admit(atNanoseconds: Int64(step) * 1_000_000) != .suppress {
            written += 1
        }
        #expect(written == 5 + 99)
    }

    @Test func `a clock that goes back neither traps nor gives tokens`() {
        var limit = TokenRateLimit(burst: 1, intervalNanoseconds: second)
        #expect(limit.admit(atNanoseconds: 10 * second) == .write(suppressed: 0))
        #expect(limit.admit(atNanoseconds: 0) == .suppress)
    }
}
