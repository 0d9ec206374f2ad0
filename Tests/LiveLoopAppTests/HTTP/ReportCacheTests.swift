import Testing
import TradingCore

@testable import LiveLoopApp

/// How often the loop is asked, and how long a stuck one is waited for.
@Suite struct ReportCacheTests {
    /// A loop that answers at once, or that never does.
    private final class Loop: Sendable {
        struct State: Sendable {
            var now = MonotonicTime(nanoseconds: 1_000_000_000)
            var isStuck = false
            var waits: [Duration] = []
        }

        let state = Locked(State())

        func cache() -> ReportCache<Int> {
            ReportCache(
                clock: { self.state.withLock { $0.now } },
                make: { wait in
                    self.state.withLock { state in
                        state.waits.append(wait)
                        if state.isStuck { state.now = state.now + wait }
                        return (state.waits.count, state.isStuck ? .zero : state.now)
                    }
                }
            )
        }

        func pass(_ duration: Duration) { state.withLock { $0.now = $0.now + duration } }
        var waits: [Duration] { state.withLock { $0.waits } }
    }

    @Test func `a hundred readers at once make one report`() {
        let loop = Loop()
        let cache = loop.cache()
        for _ in 0..<100 { #expect(cache.report() == 1) }
        loop.pass(.milliseconds(50))
        #expect(cache.report() == 2)
        cache.invalidate()
        #expect(cache.report() == 3)
    }

    @Test func `H02: a stuck loop costs its readers a tenth of their time, until it runs again`() {
        let loop = Loop()
        let cache = loop.cache()
        loop.state.withLock { $0.isStuck = true }
        for _ in 0..<100 {
            _ = cache.report()
            loop.pass(.milliseconds(50))
        }
        let waited = loop.waits.filter { $0 > .zero }
        #expect(loop.waits.count == 100)
        #expect(waited.allSatisfy { $0 == .milliseconds(100) })
        #expect((4...6).contains(waited.count))

        loop.state.withLock { $0.isStuck = false }
        loop.pass(.milliseconds(50))
        _ = cache.report()
        loop.pass(.milliseconds(50))
        _ = cache.report()
        #expect(loop.waits.last == .milliseconds(100))
    }
}
