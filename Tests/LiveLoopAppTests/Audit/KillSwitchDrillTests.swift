import LiveLoopApp
import Platform
import TestSupport
import Testing
import TradingCore

@Suite struct KillSwitchDrillTests {
    private typealias Sight = KillSwitchDrill.Sight

    private func outcomesOfDrill(
        _ interfere: @escaping @Sendable (KillSwitchDrill.Stage, KillSwitchPaths) -> Void = {
            _,
            _ in
        }
    ) throws -> [AuditOutcome] {
        try withTemporaryDirectory { base in
            var drill = KillSwitchDrill(base: base, allowsAnyFileSystem: false)
            drill.interfere = interfere
            let results = outcomes(drill)
            let left = try Directory.names(in: base, limit: 10)
            #expect(left == [], "the drill left something")
            return results
        }
    }

    @Test func `a sound kill switch passes every row and leaves nothing behind`() throws {
        #expect(try outcomesOfDrill() == [.pass, .pass, .pass, .pass, .pass])
    }

    @Test func `a kill file that vanishes before anybody looks fails the drill`() throws {
        let found = try outcomesOfDrill { stage, paths in
            guard case .fileMade = stage else { return }
            try? RegularFile.remove(paths.killFile)
        }
        #expect(found == [.fail, .fail, .fail, .pass, .pass])
    }

    @Test func `a latch that is lost before the restart fails the row of the restart alone`() throws
    {
        let found = try outcomesOfDrill { stage, paths in
            guard case .restarting = stage else { return }
            try? RegularFile.remove(paths.latchFile)
        }
        #expect(found == [.pass, .pass, .fail, .pass, .pass])
    }

    @Test func `a kill file that cannot be removed fails the row of the reset`() throws {
        let found = try outcomesOfDrill { stage, paths in
            guard case .resetting = stage else { return }
            try? Directory.create(paths.killFile + "/full")
        }
        #expect(found == [.pass, .pass, .pass, .fail, .pass])
    }

    @Test func `a directory that is back before anybody looks fails the last row`() throws {
        let found = try outcomesOfDrill { stage, paths in
            guard case .directoryGone = stage else { return }
            let scratch = Directory.parent(of: paths.lockDirectory)
            try? RegularFile.rename(scratch + "/moved", to: paths.lockDirectory)
        }
        #expect(found == [.pass, .pass, .pass, .pass, .fail])
    }

    @Test func `without a place for the scratch directory the drill fails`() {
        let drill = KillSwitchDrill(base: "/missing/directory", allowsAnyFileSystem: false)
        #expect(outcomes(drill) == [.fail])
    }

    @Test func `each thing that must be seen has its row`() {
        let stopped = Sight(isEngaged: true, refusal: .killSwitch)
        let free = Sight(isEngaged: false, refusal: .noOrderRoute)
        let sound = KillSwitchDrill.Sights(
            before: free,
            withFile: stopped,
            afterRemoval: stopped,
            afterRestart: stopped,
            afterReset: free,
            withoutDirectory: stopped
        )
        #expect(KillSwitchDrill.judge(sound).allSatisfy { $0.outcome == .pass })
        let rows: [(WritableKeyPath<KillSwitchDrill.Sights, Sight>, Sight, Int)] = [
            (\.before, stopped, 0), (\.withFile, free, 0), (\.afterRemoval, free, 1),
            (\.afterRestart, free, 2), (\.afterReset, stopped, 3), (\.withoutDirectory, free, 4),
            // A halt that refuses no order, and an order refused for another reason.
            (\.withFile, Sight(isEngaged: true, refusal: nil), 0),
            (\.withFile, Sight(isEngaged: true, refusal: .staleQuote), 0),
            (\.afterReset, Sight(isEngaged: false, refusal: .killSwitch), 3),
        ]
        for (field, sight, row) in rows {
            var sights = sound
            sights[keyPath: field] = sight
            let failed = KillSwitchDrill.judge(sights).map { $0.outcome == .fail }
            #expect(failed == (0..<5).map { $0 == row })
        }
    }
}

@Suite struct LoopDrillTests {
    private func lateness(p99: Duration, count: UInt64 = 200) -> LoopJitterDrill.Lateness {
        LoopJitterDrill.Lateness(count: count, p50: .zero, p99: p99, max: p99)
    }

    @Test func `a late loop is a warning, and a very late one shuts the gate`() {
        let most = LoopJitterDrill.most
        let comfort = LoopJitterDrill.comfort
        let step = Duration.nanoseconds(1)
        #expect(LoopJitterDrill.judge(lateness(p99: comfort)).outcome == .pass)
        #expect(LoopJitterDrill.judge(lateness(p99: comfort + step)).outcome == .warn)
        #expect(LoopJitterDrill.judge(lateness(p99: most)).outcome == .warn)
        #expect(LoopJitterDrill.judge(lateness(p99: most + step)).outcome == .fail)
        #expect(LoopJitterDrill.judge(lateness(p99: .zero, count: 0)).outcome == .fail)
    }

    @Test func `the lateness of a real loop is measured`() throws {
        try withTemporaryDirectory { base in
            var drill = LoopJitterDrill(
                base: base,
                allowsAnyFileSystem: false,
                interval: .milliseconds(1)
            )
            drill.duration = .milliseconds(60)
            let result = drill.run()[0]
            #expect(result.measured.hasPrefix("p50 "), "\(result)")
            let left = try Directory.names(in: base, limit: 10)
            #expect(left == [])
        }
    }

    @Test func `a slow reaction is a warning, and one that never comes shuts the gate`() {
        let comfort = KillReactionDrill.comfort
        let most = KillReactionDrill.most
        let quick = Duration.milliseconds(1)
        let step = Duration.nanoseconds(1)
        #expect(KillReactionDrill.judge([quick, comfort]).outcome == .pass)
        #expect(KillReactionDrill.judge([quick, comfort + step]).outcome == .warn)
        #expect(KillReactionDrill.judge([quick, most + step]).outcome == .fail)
        #expect(KillReactionDrill.judge([quick, nil]).outcome == .fail)
        #expect(KillReactionDrill.judge([]).outcome == .fail)
    }

    @Test func `a real loop thread sees every kill file`() throws {
        try withTemporaryDirectory { base in
            var drill = KillReactionDrill(
                base: base,
                allowsAnyFileSystem: false,
                interval: .milliseconds(10)
            )
            drill.trials = 3
            let result = drill.run()[0]
            #expect(result.measured.hasSuffix(" of 3"), "\(result)")
        }
    }

    @Test func `without a place for the scratch directory both drills fail`() {
        let place = "/missing/directory"
        let jitter = LoopJitterDrill(
            base: place,
            allowsAnyFileSystem: false,
            interval: .milliseconds(10)
        )
        let reaction = KillReactionDrill(
            base: place,
            allowsAnyFileSystem: false,
            interval: .milliseconds(10)
        )
        #expect(outcomes(jitter) == [.fail])
        #expect(outcomes(reaction) == [.fail])
    }
}
