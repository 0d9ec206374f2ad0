import LiveLoopApp
import Platform
import TestSupport
import Testing
import TradingCore

@Suite struct KillCommandTests {
    private func way(_ outcome: CommandOutcome) -> String? {
        outcome.lines.first { $0.hasPrefix("kill switch engaged") }?
            .split(separator: ": ").last.map(String.init)
    }

    @Test func `writes a whole file and latches where no live loop runs`() throws {
        try KillSwitchScene.run { scene in
            let outcome = scene.kill().run(at: scene.now)
            #expect(outcome.status == .success)
            #expect(way(outcome) == "file")
            // The lock directory may be wiped now: the latch holds.
            try RegularFile.remove(scene.paths.killFile)
            let state = scene.stateAtStart()
            #expect(state.reason == "too fast")
            #expect(try scene.journal().count == 1)
        }
    }

    @Test func `stops a single symbol`() throws {
        try KillSwitchScene.run { scene in
            #expect(scene.kill(symbol: "EURUSD").run(at: scene.now).status == .success)
            let state = scene.stateAtStart()
            #expect(!state.isEngaged)
            #expect(state.isEngaged(symbolName: "EURUSD"))
            #expect(scene.kill(symbol: "").run(at: scene.now).status == .usage)
        }
    }

    @Test(arguments: FileFaults.Entry.allCases)
    func `leaves alone what engages already`(entry: FileFaults.Entry) throws {
        try KillSwitchScene.run { scene in
            try FileFaults.make(entry, at: scene.paths.killFile)
            let before = try FileStatus(of: scene.paths.killFile)
            let outcome = scene.kill().run(at: scene.now)
            #expect(outcome.status == .success)
            #expect(way(outcome) == "already there")
            #expect(try FileStatus(of: scene.paths.killFile) == before)
        }
    }

    @Test(.enabled(if: ThreadFaults.canMount, "needs the right to mount"))
    func `K07: engages with an empty file when there is no space`() throws {
        try KillSwitchScene.run { scene in
            let (outcome, probe) = try ThreadFaults.inPrivateMountNamespace {
                try ThreadFaults.mountMemory(at: scene.paths.lockDirectory, options: "size=64k")
                let file = KillSwitchFile(scene.paths)
                try Self.fill(scene.paths.lockDirectory)
                return (scene.kill().run(at: scene.now), file.probe())
            }
            #expect(outcome.status == .success)
            #expect(way(outcome) == "empty file")
            #expect(outcome.lines.first?.contains("ENOSPC") == true)
            #expect(probe == .present(.file))
        }
    }

    @Test(
        .enabled(if: ThreadFaults.canMount, "needs the right to mount"),
        arguments: [nil, "EURUSD"]
    )
    func `K07: engages by renaming the prepared file when there is no inode`(
        symbol: String?
    ) throws {
        try KillSwitchScene.run { scene in
            let (outcome, state) = try ThreadFaults.inPrivateMountNamespace {
                try ThreadFaults.mountMemory(at: scene.paths.lockDirectory, options: "nr_inodes=4")
                try KillSwitchFile(scene.paths).prepareArmedFile()
                Self.exhaust(scene.paths.lockDirectory)
                return (scene.kill(symbol: symbol).run(at: scene.now), scene.stateAtStart())
            }
            #expect(outcome.status == .success)
            #expect(way(outcome) == "prepared file")
            #expect(state.isEngaged == (symbol == nil))
            #expect(state.isEngaged(symbolName: "EURUSD"))
        }
    }

    @Test(.enabled(if: ThreadFaults.canMount, "needs the right to mount"))
    func `K07: asks the process when no file can be made, and signals it at last`() throws {
        try KillSwitchScene.run { scene in
            let (asked, outcomes, heard) = try ThreadFaults.inPrivateMountNamespace {
                try ThreadFaults.mountMemory(at: scene.paths.lockDirectory, options: "nr_inodes=4")
                let process = try scene.holder(
                    "sleep 1000 & trap 'kill $!; echo halted; exit' USR1; echo set; wait"
                )
                _ = process.nextLine()
                let asked = Locked<ControlRequest?>(nil)
                let server = try ControlServer(path: scene.paths.controlSocket) { request in
                    asked.withLock { $0 = request }
                    return ControlReply(isDone: true, message: "done")
                }
                Self.exhaust(scene.paths.lockDirectory)
                let byRequest = scene.kill(symbol: "EURUSD").run(at: scene.now)
                server.stop()
                Self.exhaust(scene.paths.lockDirectory)
                let bySignal = scene.kill(symbol: "EURUSD").run(at: scene.now)
                let heard = process.nextLine()
                process.end()
                let afterAll = scene.kill().run(at: scene.now)
                return (asked.withLock { $0 }, [byRequest, bySignal, afterAll], heard)
            }
            let request = ControlRequest(
                .kill,
                symbolName: "EURUSD",
                operatorName: "ann",
                reason: "too fast"
            )
            #expect(asked == request)
            #expect(outcomes.map(way) == ["control socket", "signal", nil])
            #expect(outcomes.map(\.status) == [.success, .success, .failure])
            // A signal cannot say which symbol.
            #expect(outcomes[1].lines.contains("kill switch engaged for everything by: signal"))
            #expect(heard == "halted")
            #expect(outcomes[2].lines.last?.hasPrefix("NOT ENGAGED") == true)
        }
    }

    @Test func `says when no way worked`() throws {
        try KillSwitchScene.run { scene in
            try Directory.remove(scene.paths.lockDirectory)
            let outcome = scene.kill().run(at: scene.now)
            #expect(outcome.status == .failure)
            #expect(outcome.lines.count == KillCommand.Way.allCases.count)
        }
    }

    /// Takes all the space of a small file system.
    private static func fill(_ directory: String) throws {
        var file = try AppendFile(directory + "/fill")
        var isFull = false
        while !isFull {
            do {
                try file.append([UInt8](repeating: 0, count: 4096))
            } catch {
                isFull = true
            }
        }
    }

    /// Takes all the inodes of a small file system.
    private static func exhaust(_ directory: String) {
        for number in 0..<8 { try? AtomicFile.createEmpty(directory + "/fill\(number)") }
    }
}
