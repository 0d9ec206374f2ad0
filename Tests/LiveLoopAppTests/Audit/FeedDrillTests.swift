import LiveLoopApp
import Testing
import TradingCore

@Suite struct StarvationDrillTests {
    private func drill(
        _ change: (inout FeedSupervisor.Settings) -> Void = { _ in }
    )
        -> StarvationDrill
    {
        var settings = FeedSupervisor.Settings()
        change(&settings)
        return StarvationDrill(limit: .seconds(10), settings: settings)
    }

    @Test(arguments: [SessionCalendar.alwaysOpen, .fx, .metals])
    func `a sound feed passes, whatever its sessions are`(calendar: SessionCalendar) {
        let drill = drill { settings in
            settings.defaultCalendar = calendar
            settings.symbols = [WatchedSymbol(calendar: calendar), WatchedSymbol()]
        }
        #expect(outcomes(drill) == [.pass, .pass, .pass, .pass])
    }

    @Test(arguments: [NetworkPolicy.production, .development, .highLoad])
    func `a sound feed passes with every profile`(policy: NetworkPolicy) {
        #expect(outcomes(drill { $0.policy = policy }).allSatisfy { $0 == .pass })
    }

    @Test func `a symbol whose own limit is shorter changes nothing`() {
        let drill = drill { settings in
            settings.symbols = [WatchedSymbol(idleLimit: .seconds(3))]
            settings.streamIdleLimit = .seconds(3)
        }
        #expect(outcomes(drill) == [.pass, .pass, .pass, .pass])
    }

    @Test(arguments: [Duration.milliseconds(9_999), .milliseconds(10_011), .seconds(11)])
    func `a starvation that is told too soon or too late fails`(limit: Duration) {
        #expect(outcomes(drill { $0.starvationLimit = limit })[0] == .fail)
    }

    @Test func `a starvation that is never told fails every row`() {
        let drill = drill { $0.starvationLimit = .seconds(100_000) }
        #expect(outcomes(drill) == [.fail, .fail, .fail, .fail])
    }

    @Test func `a second connection that brings nothing fails its row and the recovery`() {
        var drill = drill()
        drill.isAnswered = false
        #expect(outcomes(drill) == [.pass, .pass, .fail, .fail])
    }

    @Test func `each thing that must be seen has its row`() {
        var sound = StarvationDrill.Sights()
        sound.toldAfter = .seconds(10)
        sound.refusalWhenStarved = .reduceOnly
        sound.secondOpenedAfter = .seconds(11)
        sound.secondSpokeAfter = .seconds(12)
        sound.firstClosedAfter = .seconds(13)
        sound.recoveredAfter = .seconds(12)
        sound.refusalWhenRecovered = .noOrderRoute
        #expect(drill().judge(sound).allSatisfy { $0.outcome == .pass })
        let faults: [(Int, (inout StarvationDrill.Sights) -> Void)] = [
            (0, { $0.toldAfter = nil }), (1, { $0.refusalWhenStarved = .noOrderRoute }),
            (1, { $0.refusalWhenStarved = nil }), (2, { $0.firstClosedAfter = .seconds(11) }),
            (2, { $0.secondOpenedAfter = nil }), (2, { $0.secondSpokeAfter = nil }),
            (3, { $0.recoveredAfter = nil }), (3, { $0.refusalWhenRecovered = .reduceOnly }),
        ]
        for (row, fault) in faults {
            var sights = sound
            fault(&sights)
            let failed = drill().judge(sights).map { $0.outcome == .fail }
            #expect(failed == (0..<4).map { $0 == row })
        }
    }
}

@Suite struct BackoffDrillTests {
    private func drill(
        _ policy: NetworkPolicy,
        but change: (inout NetworkPolicy) -> Void = { _ in }
    ) -> BackoffDrill {
        var settings = FeedSupervisor.Settings()
        settings.policy = policy
        change(&settings.policy)
        return BackoffDrill(policy: policy, settings: settings)
    }

    @Test(arguments: [NetworkPolicy.production, .development, .highLoad])
    func `every profile keeps its schedule`(policy: NetworkPolicy) {
        #expect(outcomes(drill(policy)) == [.pass, .pass])
    }

    @Test func `the longest delays that can be configured are looked at, too`() {
        var policy = NetworkPolicy()
        policy.initialDelay = .seconds(86_400)
        policy.maxDelay = .seconds(86_400)
        policy.feedMaxDelay = .seconds(86_400)
        #expect(outcomes(drill(policy)) == [.pass, .pass])
    }

    @Test func `a feed that never gives up has no maximum to tell`() {
        var policy = NetworkPolicy()
        policy.maxRetries = -1
        #expect(outcomes(drill(policy)) == [.pass, .skip])
        policy.maxRetries = 1_000_000
        #expect(outcomes(drill(policy)) == [.pass, .skip])
    }

    @Test func `delays off the schedule fail`() {
        #expect(outcomes(drill(.production) { $0.backoffMultiplier = 1.5 })[0] == .fail)
        #expect(outcomes(drill(.production) { $0.initialDelay = .seconds(2) })[0] == .fail)
        #expect(outcomes(drill(.production) { $0.jitterFactor = 0.5 })[0] == .fail)
        #expect(outcomes(drill(.production) { $0.feedMaxDelay = .seconds(60) })[0] == .fail)
    }

    @Test func `a maximum that is told at another time fails`() {
        #expect(outcomes(drill(.production) { $0.maxRetries = 9 })[1] == .fail)
        #expect(outcomes(drill(.production) { $0.maxRetries = -1 })[1] == .fail)
    }
}

@Suite struct DataDrillTests {
    @Test(arguments: [1, 2, 1024, 65_536])
    func `a buffer of any size passes`(capacity: Int) {
        #expect(outcomes(BufferDrill(capacity: capacity)) == [.pass, .pass])
    }

    @Test func `one message off in any count fails`() {
        let drill = BufferDrill(capacity: 10)
        var sound = BufferDrill.Counts()
        sound.received = 1010
        sound.shed = 1000
        sound.reported = 1000
        sound.delivered = 7
        sound.inBuffer = 3
        sound.oldest = 1001
        #expect(drill.judge(sound).map(\.outcome) == [.pass, .pass])
        let rows: [(WritableKeyPath<BufferDrill.Counts, UInt64>, [AuditOutcome])] = [
            (\.received, [.pass, .fail]), (\.shed, [.fail, .fail]), (\.reported, [.fail, .pass]),
            (\.delivered, [.pass, .fail]), (\.inBuffer, [.pass, .fail]),
            (\.oldest, [.fail, .pass]),
        ]
        for (field, expected) in rows {
            for change in [1, UInt64.max] {
                var counts = sound
                counts[keyPath: field] &+= change
                #expect(drill.judge(counts).map(\.outcome) == expected)
            }
        }
    }

    @Test func `a message that is lost, doubled or late beyond the drill's own fails`() {
        var drill = SequenceDrill()
        #expect(outcomes(drill) == [.pass])
        let sound = drill.sequences
        drill.sequences = sound.filter { $0 != 40 }
        #expect(outcomes(drill) == [.fail])
        drill.sequences = sound + [50]
        #expect(outcomes(drill) == [.fail])
        drill.sequences = sound
        drill.sequences.swapAt(1, 2)
        #expect(outcomes(drill) == [.fail])
    }

    @Test func `a tick among the garbage fails, because it must not be taken for garbage`() {
        var drill = FrameDrill()
        #expect(outcomes(drill) == [.pass])
        drill.frames.append("{\"symbol\":\"EURUSD\",\"bid\":1.1,\"ask\":1.2}")
        #expect(outcomes(drill) == [.fail])
    }

    @Test(arguments: [Duration.milliseconds(1), .milliseconds(1700), .seconds(5), .seconds(60)])
    func `any age of quotes is respected to the millisecond`(age: Duration) {
        #expect(outcomes(StaleQuoteDrill(quoteAgeMax: age)) == [.pass])
    }

    @Test(arguments: [Duration.milliseconds(4_999), .milliseconds(5_001), .seconds(60)])
    func `a loop that takes another age fails`(age: Duration) {
        var drill = StaleQuoteDrill(quoteAgeMax: .seconds(5))
        drill.loopQuoteAgeMax = age
        #expect(outcomes(drill) == [.fail])
    }
}
