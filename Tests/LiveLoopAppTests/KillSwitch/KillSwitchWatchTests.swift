import LiveLoopApp
import Platform
import TestSupport
import Testing
import TradingCore

@Suite struct KillSwitchWatchTests {
    @Test func `measures the time from the file to the notice, and never guesses it`() throws {
        try KillSwitchScene.run { scene in
            var watch = scene.watch()
            let earlier = scene.now.nanoseconds - 1_000_000_000
            #expect(watch.observe(wallNanoseconds: earlier).global == .absent)
            try AtomicFile.createEmpty(scene.paths.killFile)
            let changed = try FileStatus(of: scene.paths.killFile).changedNanoseconds
            let observation = watch.observe(wallNanoseconds: changed + 1500)
            #expect(observation.note.reactionMicroseconds == 2)
            #expect(observation.noticedBy == .inotify)
            // Nobody looked while the file came, or the clock was set back.
            let later = changed + 1_000_000_000
            var late = KillSwitchWatch(KillSwitchFile(scene.paths), wallNanoseconds: later)
            let atStart = late.observe(wallNanoseconds: later)
            #expect(atStart.global == .present(.file))
            #expect(atStart.note.reactionMicroseconds == nil)
            var setBack = scene.watch()
            let backwards = setBack.observe(wallNanoseconds: changed - 1)
            #expect(backwards.note.reactionMicroseconds == nil)
        }
    }

    @Test
    func `the reaction ends with the last permitted action and begins after the last clear look`() {
        var timing = KillSwitchTiming(lookingSince: 0)
        #expect(timing.reactionMicroseconds(changedAt: 1_000_000, seenAt: 5_000_000) == 4000)
        // A clear look at 3 ms proves that the touch came later than its coarse stamp says.
        timing.lastClearLook = 3_000_000
        #expect(timing.reactionMicroseconds(changedAt: 1_000_000, seenAt: 5_000_000) == 2000)
        timing.actedUntil = 3_400_000
        #expect(timing.reactionMicroseconds(changedAt: 1_000_000, seenAt: 5_000_000) == 400)
        timing.actedUntil = 900_000
        #expect(timing.reactionMicroseconds(changedAt: 1_000_000, seenAt: 5_000_000) == 0)
    }

    @Test func `knows who stopped it and why, from the file or its owner`() throws {
        try KillSwitchScene.run { scene in
            _ = scene.kill(symbol: "EURUSD").run(at: scene.now)
            try AtomicFile.write(Array("because!".utf8), to: scene.paths.killFile(forSymbol: "B"))
            var watch = scene.watch()
            let symbols = watch.observe(wallNanoseconds: scene.now.nanoseconds).symbols
            #expect(symbols.map(\.symbolName) == ["B", "EURUSD"])
            #expect(symbols.map(\.note.reason) == ["", "too fast"])
            let owner = try FileStatus(of: scene.paths.killFile(forSymbol: "B")).ownerID
            #expect(symbols.map(\.note.operatorName) == ["uid \(owner)", "ann"])
        }
    }

    @Test(arguments: [true, false])
    func `sees symbols come and go, with and without notification`(isNotified: Bool) throws {
        try KillSwitchScene.run { scene in
            var watch = scene.watch(usesNotification: isNotified)
            #expect((watch.pollDescriptor != nil) == isNotified)
            for name in ["A", "B", "C"] {
                try AtomicFile.createEmpty(scene.paths.killFile(forSymbol: name))
                let seen = watch.observe(wallNanoseconds: scene.now.nanoseconds).symbols
                #expect(seen.map(\.symbolName).last == name)
            }
            try RegularFile.remove(scene.paths.killFile(forSymbol: "B"))
            let seen = watch.observe(wallNanoseconds: scene.now.nanoseconds)
            #expect(seen.symbols.map(\.symbolName) == ["A", "C"])
            #expect(seen.noticedBy == (isNotified ? .inotify : .probe))
        }
    }

    @Test func `lists the directory only while something may have changed`() throws {
        try KillSwitchScene.run { scene in
            var watch = scene.watch()
            let later = scene.now.nanoseconds + 1_000_000_000
            for step in 0..<50 { _ = watch.observe(wallNanoseconds: later + Int64(step)) }
            #expect(watch.listingCount == 1)
            try AtomicFile.createEmpty(scene.base + "/lock/else")
            for step in 0..<50 { _ = watch.observe(wallNanoseconds: later + Int64(step)) }
            #expect(watch.listingCount == 2)
            // So soon after a change, another one could carry the same time stamp.
            let changed = try FileStatus(followingLinksOf: scene.base + "/lock").changedNanoseconds
            for _ in 0..<5 { _ = watch.observe(wallNanoseconds: changed + 1) }
            #expect(watch.listingCount == 7)
        }
    }

    @Test func `more entries than it can look at stop everything`() throws {
        try KillSwitchScene.run { scene in
            for number in 0...KillSwitchWatch.maximumEntryCount {
                try FileFaults.make(.socket, at: scene.base + "/lock/\(number)")
            }
            var watch = scene.watch()
            let observation = watch.observe(wallNanoseconds: scene.now.nanoseconds)
            guard case .unprovable(let doubt) = observation.global else {
                Issue.record("a listing that is not whole proved something")
                return
            }
            #expect(doubt.contains("E2BIG"))
        }
    }

    @Test func `a kill file that names no symbol stops everything`() throws {
        try KillSwitchScene.run { scene in
            try AtomicFile.createEmpty(scene.base + "/lock/kill_switch..lock")
            #expect(scene.stateAtStart().isEngaged)
        }
    }

    @Test func `K12: an overflowed notification queue hides nothing`() throws {
        try KillSwitchScene.run { scene in
            var watch = scene.watch()
            _ = watch.observe(wallNanoseconds: scene.now.nanoseconds)
            let files = ["/lock/a", "/lock/b"].map { scene.base + $0 }
            for file in files { try AtomicFile.createEmpty(file) }
            let limit = String(
                decoding: try Self.read("/proc/sys/fs/inotify/max_queued_events"),
                as: UTF8.self
            )
            // Equal neighbours in the queue are merged, so that the files take turns.
            for _ in 0..<(Int(limit) ?? 0) {
                for file in files { try FileFaults.setMode(0o600, of: file) }
            }
            try AtomicFile.createEmpty(scene.paths.killFile(forSymbol: "EURUSD"))
            var observation = watch.observe(wallNanoseconds: scene.now.nanoseconds)
            #expect(observation.symbols.map(\.symbolName) == ["EURUSD"])
            try AtomicFile.createEmpty(scene.paths.killFile)
            observation = watch.observe(wallNanoseconds: scene.now.nanoseconds)
            #expect(observation.global == .present(.file))
            for _ in 0..<1000 where watch.overflowCount == 0 {
                _ = watch.observe(wallNanoseconds: scene.now.nanoseconds)
            }
            #expect(watch.overflowCount == 1)
        }
    }

    @Test func `K12: a lost watch hides nothing, and is begun again`() throws {
        try KillSwitchScene.run { scene in
            let lock = scene.paths.lockDirectory
            var watch = scene.watch()
            _ = watch.observe(wallNanoseconds: scene.now.nanoseconds)
            try FileFaults.move(lock, to: scene.base + "/moved")
            _ = watch.observe(wallNanoseconds: scene.now.nanoseconds)
            #expect(watch.lostWatchCount == 1)
            try FileFaults.move(scene.base + "/moved", to: lock)
            try AtomicFile.createEmpty(scene.paths.killFile(forSymbol: "EURUSD"))
            let observation = watch.observe(wallNanoseconds: scene.now.nanoseconds)
            #expect(observation.global == .absent)
            #expect(observation.symbols.map(\.symbolName) == ["EURUSD"])
            for _ in 0..<200 { _ = watch.observe(wallNanoseconds: scene.now.nanoseconds) }
            try AtomicFile.createEmpty(scene.paths.killFile)
            let last = watch.observe(wallNanoseconds: scene.now.nanoseconds)
            #expect(last.global == .present(.file))
            #expect(last.noticedBy == .inotify)
        }
    }

    /// Reads digits of a file that tells no size.
    private static func read(_ path: String) throws -> [UInt8] {
        try RegularFile.read(path, limit: 64).filter { (0x30...0x39).contains($0) }
    }
}
