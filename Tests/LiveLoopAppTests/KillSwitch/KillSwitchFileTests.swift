import LiveLoopApp
import Platform
import TestSupport
import Testing
import TradingCore

@Suite struct KillSwitchFileTests {
    @Test(arguments: FileFaults.Entry.allCases)
    func `K03: anything of the name engages, at each step and before each send`(
        entry: FileFaults.Entry
    ) throws {
        try KillSwitchScene.run { scene in
            let file = KillSwitchFile(scene.paths)
            let symbolFile = scene.paths.killFile(forSymbol: "EURUSD")
            #expect(file.probe() == .absent)
            #expect(file.probe(symbolFile: symbolFile) == .absent)
            try FileFaults.make(entry, at: symbolFile)
            #expect(file.probe() == .absent)
            let bySymbol = file.probe(symbolFile: symbolFile)
            try FileFaults.make(entry, at: scene.paths.killFile)
            for probe in [bySymbol, file.probe(), file.probe(symbolFile: symbolFile)] {
                guard case .present = probe else {
                    Issue.record("\(entry) was not seen: \(probe)")
                    continue
                }
            }
            #expect(scene.stateAtStart().isEngaged)
        }
    }

    @Test func `K04: without its directory it is engaged for good, and says why`() throws {
        try KillSwitchScene.run { scene in
            try Directory.remove(scene.paths.lockDirectory)
            let file = KillSwitchFile(scene.paths)
            #expect(file.armingError != nil)
            try Directory.create(scene.paths.lockDirectory)
            guard case .unprovable = file.probe() else {
                Issue.record("a directory that was never armed proved something")
                return
            }
            var watch = KillSwitchWatch(file, wallNanoseconds: 0)
            var state = KillSwitchState()
            _ = state.observe(watch.observe(wallNanoseconds: 0), at: scene.now)
            #expect(state.reason == file.armingError?.description)
        }
    }

    @Test func `K05: engages when the directory is moved away, replaced or given back`() throws {
        try KillSwitchScene.run { scene in
            let lock = scene.paths.lockDirectory
            var watch = scene.watch()
            var state = KillSwitchState()
            _ = state.observe(watch.observe(wallNanoseconds: scene.now.nanoseconds), at: scene.now)
            #expect(!state.isEngaged)
            try FileFaults.move(lock, to: scene.base + "/moved")
            let missing = watch.observe(wallNanoseconds: scene.now.nanoseconds)
            #expect(state.observe(missing, at: scene.now).map(\.cause) == [.unprovable])
            try Directory.create(lock)
            let replaced = watch.observe(wallNanoseconds: scene.now.nanoseconds)
            let request = KillSwitchResetRequest(operatorName: "ann", reason: "checked")
            guard case .refused = state.reset(request, seeing: replaced) else {
                Issue.record("a replaced directory let the latch go")
                return
            }
            try Directory.remove(lock)
            try FileFaults.move(scene.base + "/moved", to: lock)
            let givenBack = watch.observe(wallNanoseconds: scene.now.nanoseconds)
            #expect(givenBack.global == .absent)
            #expect(state.observe(givenBack, at: scene.now).isEmpty)
            #expect(state.isEngaged)
        }
    }

    @Test(.enabled(if: ThreadFaults.canMount, "needs the right to mount"))
    func `K05: engages when a file system is mounted over the directory`() throws {
        try KillSwitchScene.run { scene in
            let probes = try ThreadFaults.inPrivateMountNamespace {
                let file = KillSwitchFile(scene.paths)
                let before = file.probe()
                try ThreadFaults.mountMemory(at: scene.paths.lockDirectory, options: "size=64k")
                return [before, file.probe()]
            }
            #expect(probes.first == .absent)
            guard case .unprovable? = probes.last else {
                Issue.record("a mount hid the directory unnoticed")
                return
            }
        }
    }

    @Test(.enabled(if: ThreadFaults.isPrivileged, "needs the right to change its user"))
    func `K06: engages when it may not look`() throws {
        try KillSwitchScene.run { scene in
            let file = KillSwitchFile(scene.paths)
            try FileFaults.setMode(0, of: scene.paths.lockDirectory)
            let probe = try ThreadFaults.asNobody { file.probe() }
            guard case .unprovable(let doubt) = probe else {
                Issue.record("a forbidden look proved something: \(probe)")
                return
            }
            #expect(doubt.contains("EACCES"))
        }
    }

    @Test func `K06: a symbol whose name makes no file name is stopped before the send`() throws {
        try KillSwitchScene.run { scene in
            let file = KillSwitchFile(scene.paths)
            let name = String(repeating: "X", count: 300)
            guard case .unprovable = file.probe(symbolFile: scene.paths.killFile(forSymbol: name))
            else {
                Issue.record("a name that cannot be looked up proved something")
                return
            }
        }
    }

    @Test func `several threads may look at once, and all see it`() throws {
        try KillSwitchScene.run { scene in
            let file = KillSwitchFile(scene.paths)
            let ready = Locked(0)
            let seen = Locked(0)
            let threads = try (0..<4).map { _ in
                try Thread(name: "look") {
                    ready.withLock { $0 += 1 }
                    while file.probe() == .absent {}
                    seen.withLock { $0 += 1 }
                }
            }
            while ready.withLock({ $0 }) < 4 {}
            try AtomicFile.createEmpty(scene.paths.killFile)
            for thread in threads { thread.join() }
            #expect(seen.withLock { $0 } == 4)
        }
    }

    @Test(arguments: ["EURUSD", "BTC/USDT", "a%2Fb", "..", "€ spot", "x.lock"])
    func `any symbol has a kill file of its own inside the directory`(name: String) throws {
        try KillSwitchScene.run { scene in
            let path = scene.paths.killFile(forSymbol: name)
            #expect(Directory.parent(of: path) == scene.paths.lockDirectory)
            try AtomicFile.createEmpty(path)
            let state = scene.stateAtStart()
            #expect(state.stoppedSymbols == [name])
            #expect(!state.isEngaged)
        }
    }
}
