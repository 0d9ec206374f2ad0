import LiveLoopApp
import Platform
import TestSupport
import Testing
import TradingCore

@Suite struct ResetCommandTests {
    @Test func `removes the file and lifts the latch where no live loop runs`() throws {
        try KillSwitchScene.run { scene in
            _ = scene.kill().run(at: scene.now)
            _ = scene.kill(symbol: "EURUSD").run(at: scene.now)
            #expect(scene.stateAtStart().isEngaged)
            let outcome = scene.reset().run(at: scene.now)
            #expect(outcome.status == .success)
            #expect(outcome.lines.last == "still stopped: EURUSD (too fast)")
            let state = scene.stateAtStart()
            #expect(!state.isEngaged)
            #expect(state.isEngaged(symbolName: "EURUSD"))
            // Typed in a hurry, it still finds the symbol's file.
            #expect(scene.reset(.symbol("eurusd")).run(at: scene.now).status == .success)
            #expect(scene.stateAtStart().trips == [])
            let names = try Directory.names(in: scene.paths.lockDirectory, limit: 9)
            #expect(names == ["kill_switch.armed", "live-loop.lock"])
            #expect(try scene.journal().count == 4)
        }
    }

    @Test func `needs an operator and a reason`() throws {
        try KillSwitchScene.run { scene in
            _ = scene.kill().run(at: scene.now)
            #expect(scene.reset(by: " ").run(at: scene.now).status == .usage)
            var command = scene.reset()
            command.request.reason = ""
            #expect(command.run(at: scene.now).status == .usage)
            #expect(scene.stateAtStart().isEngaged)
            let status = try FileStatus(of: scene.paths.killFile)
            #expect(status.kind == .file)
        }
    }

    @Test(arguments: FileFaults.Entry.allCases)
    func `removes whatever engages, if that can be removed`(entry: FileFaults.Entry) throws {
        try KillSwitchScene.run { scene in
            try FileFaults.make(entry, at: scene.paths.killFile)
            #expect(scene.reset().run(at: scene.now).status == .success)
            #expect(!scene.stateAtStart().isEngaged)
            try Directory.create(scene.paths.killFile)
            try AtomicFile.createEmpty(scene.paths.killFile + "/inside")
            #expect(scene.reset().run(at: scene.now).status == .failure)
            #expect(scene.stateAtStart().isEngaged)
        }
    }

    @Test func `lifts a latch that cannot be read, because an operator says so`() throws {
        try KillSwitchScene.run { scene in
            try AtomicFile.write(Array("?".utf8), to: scene.paths.latchFile)
            #expect(scene.stateAtStart().isEngaged)
            #expect(scene.reset().run(at: scene.now).status == .success)
            #expect(!scene.stateAtStart().isEngaged)
        }
    }

    @Test func `lifts nothing that it cannot write down`() throws {
        try KillSwitchScene.run { scene in
            _ = scene.kill().run(at: scene.now)
            try RegularFile.remove(scene.paths.journalFile)
            try FileFaults.make(.fifo, at: scene.paths.journalFile)
            #expect(scene.reset().run(at: scene.now).status == .failure)
            #expect(scene.stateAtStart().isEngaged)
        }
    }

    @Test func `asks the process that runs, after removing the file`() throws {
        try KillSwitchScene.run { scene in
            let lock = try InstanceLock(scene.paths)
            try AtomicFile.createEmpty(scene.paths.killFile)
            let live = Locked(scene.stateAtStart())
            let server = try ControlServer(path: scene.paths.controlSocket) { request in
                var watch = scene.watch()
                let observation = watch.observe(wallNanoseconds: scene.now.nanoseconds)
                let asked = KillSwitchResetRequest(
                    scope: request.symbolName.map { .symbol($0) } ?? .all,
                    operatorName: request.operatorName,
                    reason: request.reason
                )
                let outcome = live.withLock { $0.reset(asked, seeing: observation) }
                let message = ResetCommand.message(outcome, asked.scope)
                guard case .lifted = outcome else {
                    return ControlReply(isDone: false, message: message)
                }
                return ControlReply(isDone: true, message: message)
            }
            let lifted = withExtendedLifetime(lock) { scene.reset().run(at: scene.now) }
            #expect(lifted.status == .success)
            #expect(!live.withLock { $0.isEngaged })
            let again = withExtendedLifetime(lock) { scene.reset().run(at: scene.now) }
            #expect(again.status == .failure)
            #expect(again.lines.last == "nothing was latched for everything")
            server.stop()
        }
    }

    @Test func `changes nothing while a live loop runs and does not answer`() throws {
        try KillSwitchScene.run { scene in
            let process = try scene.holder()
            process.freeze()
            try KillSwitchLatch(scene.paths).write([scene.trip()])
            let outcome = scene.reset().run(at: scene.now)
            #expect(outcome.status == .alreadyRunning)
            #expect(scene.stateAtStart().isEngaged)
            process.end()
        }
    }
}

@Suite struct ControlServerTests {
    @Test func `answers one request after the other, and counts what was none`() throws {
        try KillSwitchScene.run { scene in
            let path = scene.paths.controlSocket
            let server = try ControlServer(path: path) { request in
                ControlReply(isDone: request.command == .kill, message: request.reason)
            }
            for command in ControlRequest.Command.allCases {
                let request = ControlRequest(command, operatorName: "ann", reason: "\"\n{")
                let reply = try ControlClient.ask(request, at: path)
                #expect(reply == ControlReply(isDone: command == .kill, message: "\"\n{"))
            }
            let client = try LocalSocketConnection(to: path)
            try client.sendLine(Array(#"{"command":"buy"}"#.utf8), within: 1_000_000_000)
            let line = try client.receiveLine(limit: 100, within: 5_000_000_000)
            #expect(ControlReply(line: line)?.isDone == false)
            server.stop()
            #expect(server.counts.answered == UInt64(ControlRequest.Command.allCases.count))
            #expect(server.counts.malformed == 1)
            #expect(server.counts.broken == 0)
            #expect(throws: ControlError.self) {
                try ControlClient.ask(
                    ControlRequest(.kill, operatorName: "ann", reason: ""),
                    at: path
                )
            }
        }
    }

    @Test func `a request that is too long or never whole is dropped, and the next is served`()
        throws
    {
        try KillSwitchScene.run { scene in
            let path = scene.paths.controlSocket
            let server = try ControlServer(path: path) { _ in
                ControlReply(isDone: true, message: String(repeating: "x", count: 1 << 20))
            }
            let long = try LocalSocketConnection(to: path)
            let bytes = [UInt8](repeating: 65, count: ControlRequest.maximumLength + 1)
            try long.sendLine(bytes, within: 1_000_000_000)
            try connectAndLeave(path)
            let request = ControlRequest(.kill, operatorName: "ann", reason: "")
            let reply = try ControlClient.ask(request, at: path)
            #expect(reply == ControlReply(isDone: true, message: "the reply is too long"))
            server.stop()
            #expect(server.counts.answered == 1)
            #expect(server.counts.broken == 2)
        }
    }

    private func connectAndLeave(_ path: String) throws {
        _ = try LocalSocketConnection(to: path)
    }
}
