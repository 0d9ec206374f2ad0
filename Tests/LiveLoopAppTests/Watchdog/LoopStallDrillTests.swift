import LiveLoopApp
import Platform
import TestSupport
import Testing

@Suite struct LoopStallDrillTests {
    private func drill(
        in base: String,
        _ change: (inout LoopStallDrill) -> Void = { _ in }
    ) -> [AuditResult] {
        var drill = LoopStallDrill(
            base: base,
            allowsAnyFileSystem: false,
            interval: .milliseconds(10)
        )
        change(&drill)
        return drill.run()
    }

    @Test func `K08: a strategy that hangs, and a look that hangs, engage the kill switch`() throws
    {
        try withTemporaryDirectory { base in
            let results = drill(in: base)
            #expect(results.map(\.outcome) == [.pass, .pass, .pass], "\(results)")
            let left = try Directory.names(in: base, limit: 10)
            #expect(left == [], "the drill left something")
        }
    }

    @Test func `without a watchdog every row fails`() throws {
        try withTemporaryDirectory { base in
            let results = drill(in: base) {
                $0.watches = false
                $0.patience = .milliseconds(200)
            }
            #expect(results.map(\.outcome) == [.fail, .fail, .fail])
        }
    }

    @Test func `a loop that is fed for while it hangs fails its row`() {
        let sights = LoopStallDrill.Sights(
            stall: .seconds(1),
            feeds: (before: true, meanwhile: 1),
            hang: .seconds(1)
        )
        let results = LoopStallDrill.judge(sights, limit: .seconds(1))
        #expect(results.map(\.outcome) == [.pass, .fail, .pass])
    }
}
