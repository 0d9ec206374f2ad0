import LiveLoopApp
import Platform
import TestSupport
import Testing
import TradingCore

@Suite struct KillSwitchLatchTests {
    @Test func `gives back every trip as it was`() throws {
        try KillSwitchScene.run { scene in
            let latch = KillSwitchLatch(scene.paths)
            #expect(latch.read(at: scene.now) == [])
            var trips = KillSwitchCause.allCases.map { scene.trip(.all, $0) }
            trips.append(scene.trip(.symbol("BTC/USDT")))
            trips[0].reactionMicroseconds = nil
            try latch.write(trips)
            #expect(latch.read(at: scene.now) == trips)
            try latch.write([])
            try latch.write([])
            #expect(latch.read(at: scene.now) == [])
        }
    }

    @Test func `holds as many trips as a state can, with texts of full length`() throws {
        try KillSwitchScene.run { scene in
            let text = String(repeating: "€", count: KillSwitchTrip.maximumTextLength)
            let trips = (0..<KillSwitchState.maximumStoppedSymbols + 9).map { number in
                var trip = scene.trip(.symbol("S\(number)"))
                trip.reason = text
                trip.operatorName = text
                return trip
            }
            let latch = KillSwitchLatch(scene.paths)
            try latch.write(trips)
            #expect(latch.read(at: scene.now) == trips)
        }
    }

    @Test func `K09: outlives a reboot that empties the lock directory`() throws {
        try KillSwitchScene.run { scene in
            var state = KillSwitchState()
            var watch = scene.watch()
            try AtomicFile.createEmpty(scene.paths.killFile)
            _ = state.observe(watch.observe(wallNanoseconds: scene.now.nanoseconds), at: scene.now)
            try KillSwitchLatch(scene.paths).write(state.trips)
            try RegularFile.remove(scene.paths.killFile)
            try Directory.remove(scene.paths.lockDirectory)
            try Directory.create(scene.paths.lockDirectory)
            let restarted = scene.stateAtStart()
            #expect(restarted.isEngaged)
            #expect(restarted.trips == state.trips)
        }
    }

    @Test(arguments: [
        "", "\n", "{}\n", "KILL_SWITCH_ACTIVE\n", "\0\0\0\0", #"{"version":2}"# + "\n",
        #"{"version":1,"cause":"file"}"# + "\n",
    ])
    func `what it does not understand stops everything`(content: String) throws {
        try KillSwitchScene.run { scene in
            try AtomicFile.write(Array(content.utf8), to: scene.paths.latchFile)
            let state = scene.stateAtStart()
            #expect(state.isEngaged)
            #expect(state.trips.map(\.cause) == [.latch])
        }
    }

    @Test(arguments: 1...60)
    func `any damage to a latch stops everything`(cut: Int) throws {
        try KillSwitchScene.run { scene in
            let latch = KillSwitchLatch(scene.paths)
            try latch.write([scene.trip(.symbol("A")), scene.trip(.symbol("B"))])
            let whole = try RegularFile.read(scene.paths.latchFile, limit: 1 << 16)
            try AtomicFile.write(Array(whole.dropLast(cut)), to: scene.paths.latchFile)
            #expect(scene.stateAtStart().isEngaged)
        }
    }

    @Test(arguments: [FileFaults.Entry.fifo, .directory, .danglingSymlink, .socket])
    func `a latch that is no regular file stops everything`(entry: FileFaults.Entry) throws {
        try KillSwitchScene.run { scene in
            try FileFaults.make(entry, at: scene.paths.latchFile)
            #expect(scene.stateAtStart().isEngaged)
        }
    }

    @Test func `a missing state directory stops everything, and nothing is written there`() throws {
        try KillSwitchScene.run { scene in
            try Directory.remove(scene.paths.stateDirectory)
            #expect(scene.stateAtStart().isEngaged)
            let latch = KillSwitchLatch(scene.paths)
            #expect(throws: SystemError.self) { try latch.write([scene.trip()]) }
            #expect(throws: SystemError.self) { try latch.write([]) }
        }
    }
}

@Suite struct KillSwitchJournalTests {
    @Test func `tells who engaged, who released and who was refused`() throws {
        try KillSwitchScene.run { scene in
            let request = KillSwitchResetRequest(
                scope: .symbol("EURUSD"),
                operatorName: "bob",
                reason: "checked"
            )
            var journal = try KillSwitchJournal(scene.paths)
            let time = WallTime(nanoseconds: 0)
            var trip = scene.trip()
            trip.time = time
            try journal.engaged(trip)
            try journal.requested(request, outcome: .refused(.reasonMissing), at: time)
            try journal.requested(request, outcome: .lifted([trip]), at: time)
            let stamp = #""time_ns":0,"time":"1970-01-01T00:00:00.000Z""#
            let asked = #""symbol":"EURUSD","reason":"checked","operator":"bob","# + stamp
            let what = #""symbol":null,"cause":"request","reason":"line \"one\"\nline two","#
            let engaged = what + #""operator":"ann","# + stamp
            let lines = [
                #"{"event":"engaged","# + engaged + #","noticed_by":"http","reaction_us":12}"#,
                #"{"event":"refused","# + asked + #","refusal":"a reason is required"}"#,
                #"{"event":"reset","# + asked + #","lifted":1}"#,
            ]
            #expect(try scene.journal() == lines)
        }
    }

    @Test func `keeps a bounded number of full files, the youngest`() throws {
        try KillSwitchScene.run { scene in
            var journal = try KillSwitchJournal(scene.paths, maximumLength: 600)
            for _ in 0..<60 { try journal.engaged(scene.trip()) }
            let names = try Directory.names(in: scene.paths.stateDirectory, limit: 100)
            #expect(names.count == KillSwitchJournal.keptFileCount + 1)
            for name in names {
                #expect(try FileStatus(of: scene.paths.stateDirectory + "/" + name).size <= 600)
            }
        }
    }
}
