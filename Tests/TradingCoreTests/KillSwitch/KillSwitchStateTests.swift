import TestSupport
import Testing
import TradingCore

@Suite struct KillSwitchStateTests {
    private let time = WallTime(nanoseconds: 1_700_000_000_000_000_000)
    private let absent = KillSwitchObservation(global: .absent)
    private let request = KillSwitchResetRequest(operatorName: "ann", reason: "checked")

    private func trip(
        _ scope: KillSwitchScope = .all,
        _ cause: KillSwitchCause = .request
    ) -> KillSwitchTrip {
        KillSwitchTrip(
            scope: scope,
            cause: cause,
            reason: "because",
            operatorName: "bob",
            time: time,
            noticedBy: .http
        )
    }

    private func symbolFile(_ name: String) -> KillSwitchSymbolFile {
        KillSwitchSymbolFile(symbolName: name, kind: .file, note: KillSwitchNote())
    }

    @Test func `is engaged until a look has proved the file absent`() {
        var state = KillSwitchState()
        #expect(state.isEngaged)
        #expect(state.isEngaged(symbolName: "EURUSD"))
        #expect(state.reason != nil)
        #expect(state.observe(absent, at: time).isEmpty)
        #expect(!state.isEngaged)
        #expect(!state.isEngaged(symbolName: "EURUSD"))
        #expect(state.reason == nil)
    }

    @Test func `each trip counts once under its cause, and a reset takes none back`() {
        var state = KillSwitchState(latched: [trip(.all, .risk)])
        #expect(state.tripCounts.allSatisfy { $0 == 0 }, "an earlier run counted it")
        state.engage(trip(.all, .signal))
        state.engage(trip(.all, .signal))
        state.engage(trip(.symbol("EURUSD"), .signal))
        func count(_ cause: KillSwitchCause) -> UInt64 {
            zip(KillSwitchCause.allCases, state.tripCounts).first { $0.0 == cause }?.1 ?? 0
        }
        #expect(count(.signal) == 2)
        #expect(count(.risk) == 0)
        _ = state.observe(absent, at: time)
        _ = state.reset(request, seeing: absent)
        #expect(count(.signal) == 2)
        state.engage(trip(.all, .signal))
        #expect(count(.signal) == 3)
    }

    @Test func `a look that proves nothing counts as a doubt and is no proof`() {
        var state = KillSwitchState()
        #expect(state.lastProof == nil)
        _ = state.observe(absent, at: time)
        let later = WallTime(nanoseconds: time.nanoseconds + 1)
        _ = state.observe(KillSwitchObservation(global: .unprovable("EIO")), at: later)
        #expect(state.doubtfulLookCount == 1)
        #expect(state.lastProof == time)
        let last = WallTime(nanoseconds: time.nanoseconds + 2)
        _ = state.observe(KillSwitchObservation(global: .present(.file)), at: last)
        #expect(state.doubtfulLookCount == 1)
        #expect(state.lastProof == last)
    }

    @Test func `K02: stays engaged after the file is removed, until an operator lifts it`() {
        var state = KillSwitchState()
        let note = KillSwitchNote(reason: "stop", operatorName: "ann", reactionMicroseconds: 7)
        let present = KillSwitchObservation(
            global: .present(.file),
            note: note,
            noticedBy: .inotify
        )
        let expected = KillSwitchTrip(
            cause: .file,
            reason: "stop",
            operatorName: "ann",
            time: time,
            noticedBy: .inotify,
            reactionMicroseconds: 7
        )
        #expect(state.observe(present, at: time) == [expected])
        #expect(state.observe(present, at: WallTime(nanoseconds: 5)).isEmpty)
        for _ in 0..<3 { #expect(state.observe(absent, at: time).isEmpty) }
        #expect(state.isEngaged)
        #expect(state.reason == "stop")
        #expect(state.reset(request, seeing: absent) == .lifted([expected]))
        #expect(!state.isEngaged)
    }

    @Test(arguments: KillSwitchFileKind.allCases)
    func `K03: anything of the name engages`(kind: KillSwitchFileKind) {
        var state = KillSwitchState()
        let new = state.observe(KillSwitchObservation(global: .present(kind)), at: time)
        #expect(new.map(\.cause) == [.file])
        #expect(state.reason == "a kill file is there (\(kind.rawValue))")
    }

    @Test func `K06: what cannot be proved engages, and names the doubt`() {
        var state = KillSwitchState()
        let doubtful = KillSwitchObservation(global: .unprovable("no right to look"))
        #expect(state.observe(doubtful, at: time).map(\.cause) == [.unprovable])
        _ = state.observe(absent, at: time)
        #expect(state.reason == "no right to look")
        #expect(state.isEngaged(symbolName: "EURUSD"))
    }

    @Test func `K09: starts engaged with what an earlier run latched`() {
        var state = KillSwitchState(latched: [trip()])
        _ = state.observe(absent, at: time)
        #expect(state.isEngaged)
        #expect(state.trips == [trip()])
    }

    @Test func `a symbol that is stopped alone stops no other`() {
        var state = KillSwitchState()
        let files = KillSwitchObservation(global: .absent, symbols: [symbolFile("EURUSD")])
        #expect(state.observe(files, at: time).map(\.scope) == [.symbol("EURUSD")])
        #expect(state.observe(files, at: time).isEmpty)
        #expect(!state.isEngaged)
        #expect(state.isEngaged(symbolName: "EURUSD"))
        #expect(state.isEngaged(symbolName: "eurusd"))
        #expect(!state.isEngaged(symbolName: "EURUSDc"))
        #expect(!state.isEngaged(symbolName: "XAUUSD"))
        #expect(state.stoppedSymbols == ["EURUSD"])
        _ = state.observe(absent, at: time)
        #expect(state.isEngaged(symbolName: "EURUSD"))
    }

    @Test func `a reset of everything leaves single symbols stopped, and the reverse`() {
        let latched = [trip(), trip(.symbol("XAUUSD")), trip(.symbol("EURUSD"), .risk)]
        var state = KillSwitchState(latched: latched)
        _ = state.observe(absent, at: time)
        let one = KillSwitchResetRequest(
            scope: .symbol("eurusd"),
            operatorName: "ann",
            reason: "checked"
        )
        #expect(state.reset(one, seeing: absent) == .lifted([trip(.symbol("EURUSD"), .risk)]))
        #expect(state.isEngaged)
        #expect(state.reset(request, seeing: absent) == .lifted([trip()]))
        #expect(!state.isEngaged)
        #expect(state.isEngaged(symbolName: "XAUUSD"))
        #expect(!state.isEngaged(symbolName: "EURUSD"))
        #expect(state.reset(request, seeing: absent) == .notEngaged)
    }

    @Test func `a reset is refused while anything still engages, and changes nothing`() {
        let present = KillSwitchObservation(global: .present(.fifo))
        let doubtful = KillSwitchObservation(global: .unprovable("gone"))
        let symbol = KillSwitchObservation(global: .absent, symbols: [symbolFile("EURUSD")])
        let one = KillSwitchResetRequest(
            scope: .symbol("eurusd"),
            operatorName: "ann",
            reason: "checked"
        )
        let nobody = KillSwitchResetRequest(operatorName: " ", reason: "checked")
        let noReason = KillSwitchResetRequest(operatorName: "ann", reason: "\t")
        let cases: [(KillSwitchResetRequest, KillSwitchObservation, KillSwitchResetRefusal)] = [
            (request, present, .fileStillPresent(.all, .fifo)),
            (request, doubtful, .absenceUnprovable("gone")),
            (one, symbol, .fileStillPresent(.symbol("EURUSD"), .file)),
            (one, present, .fileStillPresent(.all, .fifo)),
            (nobody, absent, .operatorMissing),
            (noReason, absent, .reasonMissing),
        ]
        for (request, observation, refusal) in cases {
            var state = KillSwitchState(latched: [trip(), trip(.symbol("EURUSD"))])
            let before = state
            #expect(state.reset(request, seeing: observation) == .refused(refusal))
            #expect(state == before)
        }
    }

    @Test func `keeps one trip of each cause, the first`() {
        var state = KillSwitchState()
        var second = trip()
        second.reason = "another"
        #expect(state.engage(trip()) == [trip()])
        #expect(state.engage(second).isEmpty)
        #expect(state.engage(trip(.all, .risk)) == [trip(.all, .risk)])
        #expect(state.trips == [trip(), trip(.all, .risk)])
        #expect(state.reason == "because")
    }

    @Test func `more stopped symbols than it can hold stop everything`() {
        var state = KillSwitchState()
        _ = state.observe(absent, at: time)
        for number in 0..<KillSwitchState.maximumStoppedSymbols {
            state.engage(trip(.symbol("S\(number)")))
        }
        #expect(!state.isEngaged)
        let new = state.engage(trip(.symbol("ONEMORE")))
        #expect(new.map(\.scope) == [.all])
        #expect(state.isEngaged)
        #expect(state.trips.count == KillSwitchState.maximumStoppedSymbols + 1)
        #expect(state.engage(trip(.symbol("YETANOTHER"))).isEmpty)
    }

    @Test func `cuts texts, so that a record stays short`() {
        let long = String(repeating: "x", count: 10_000)
        let trip = KillSwitchTrip(
            cause: .request,
            reason: long,
            operatorName: long,
            time: time,
            noticedBy: .control
        )
        #expect(trip.reason.count == KillSwitchTrip.maximumTextLength)
        #expect(trip.operatorName.count == KillSwitchTrip.maximumTextLength)
    }

    @Test(arguments: 0..<20)
    func `only a reset ever releases, whatever happens`(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var state = KillSwitchState()
        let symbols = ["A", "B"]
        for _ in 0..<300 {
            let before = state
            var isReset = false
            switch Int.random(in: 0..<6, using: &random) {
            case 0:
                _ = state.observe(absent, at: time)
            case 1:
                let kind = KillSwitchFileKind.allCases.randomElement(using: &random) ?? .file
                _ = state.observe(KillSwitchObservation(global: .present(kind)), at: time)
                #expect(state.isEngaged)
            case 2:
                let file = symbolFile(symbols.randomElement(using: &random) ?? "A")
                let files = KillSwitchObservation(global: .absent, symbols: [file])
                _ = state.observe(files, at: time)
                #expect(state.isEngaged(symbolName: file.symbolName))
            case 3:
                let cause = KillSwitchCause.allCases.randomElement(using: &random) ?? .risk
                state.engage(trip(.all, cause))
                #expect(state.isEngaged)
            default:
                isReset = true
                let name = symbols.randomElement(using: &random) ?? "A"
                let scope = Bool.random(using: &random) ? KillSwitchScope.all : .symbol(name)
                let request = KillSwitchResetRequest(
                    scope: scope,
                    operatorName: "ann",
                    reason: "checked"
                )
                _ = state.reset(request, seeing: absent)
            }
            guard !isReset else { continue }
            for trip in before.trips { #expect(state.trips.contains(trip)) }
            if before.trips != state.trips { #expect(state.revision > before.revision) }
        }
    }
}
