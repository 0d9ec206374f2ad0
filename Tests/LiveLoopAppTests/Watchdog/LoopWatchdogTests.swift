import LiveLoopApp
import Testing
import TradingCore

@Suite struct LoopWatchdogTests {
    /// A watchdog with its clock, and a loop that completes steps when told to.
    private struct Scene {
        var watchdog: LoopWatchdog
        let turn: Duration
        var now = MonotonicTime(nanoseconds: 1_000_000_000_000)
        var steps: UInt64 = 0
        var lookingSince: MonotonicTime?
        var told: [(time: Duration, action: LoopWatchdog.Action)] = []
        private let start = MonotonicTime(nanoseconds: 1_000_000_000_000)

        init(_ settings: LoopWatchdog.Settings) {
            watchdog = LoopWatchdog(settings)
            turn = settings.turn
            look()
        }

        mutating func look() {
            let actions = watchdog.look(
                completedSteps: steps,
                lookingSince: lookingSince,
                at: now
            )
            for action in actions { told.append((now - start, action)) }
        }

        /// Lets time pass with a look each turn.
        mutating func run(_ duration: Duration, stepping: Bool) {
            let end = now + duration
            while now < end {
                now = now + turn
                if stepping { steps += 1 }
                look()
            }
        }

        var stalls: [Duration] {
            told.compactMap { if case .stalled = $0.action { $0.time } else { nil } }
        }

        var unanswered: [Duration] {
            told.compactMap { if case .lookUnanswered = $0.action { $0.time } else { nil } }
        }

        var hangs: [Duration] {
            told.compactMap { if case .lookHangs = $0.action { $0.time } else { nil } }
        }

        var feeds: [Duration] { told.filter { $0.action == .feed }.map(\.time) }
    }

    private static let settings = LoopWatchdog.Settings(
        stallLimit: .seconds(5),
        feedInterval: .seconds(10)
    )

    @Test func `a loop that completes steps is left alone and fed for, a few times an interval`() {
        var scene = Scene(Self.settings)
        scene.run(.seconds(100), stepping: true)
        #expect(scene.stalls.isEmpty && scene.hangs.isEmpty)
        let gaps = zip(scene.feeds, scene.feeds.dropFirst()).map { $1 - $0 }
        #expect(gaps.allSatisfy { $0 <= .seconds(5) && $0 >= .seconds(3) })
        #expect(scene.feeds.count > 25)
    }

    @Test func `a loop that hangs is told once, after the limit, and is fed for no more`() {
        var scene = Scene(Self.settings)
        scene.run(.seconds(10), stepping: true)
        scene.run(.seconds(60), stepping: false)
        #expect(scene.stalls == [.seconds(15)])
        #expect((scene.feeds.last ?? .zero) < .seconds(14))
        scene.run(.seconds(1), stepping: true)
        #expect(scene.told.contains { $0.action == .resumed(.seconds(60)) })
        scene.run(.seconds(60), stepping: false)
        #expect(scene.stalls.count == 2)
    }

    @Test func `a loop that never completed its first step hangs too, and was never fed for`() {
        var scene = Scene(Self.settings)
        scene.run(.seconds(6), stepping: false)
        #expect(scene.stalls == [.seconds(5)])
        #expect(scene.feeds.isEmpty)
    }

    @Test func `K08: a look without an answer is told, and trips after a second, before the stall`()
    {
        var scene = Scene(Self.settings)
        scene.run(.seconds(2), stepping: true)
        scene.lookingSince = scene.now
        scene.run(.seconds(10), stepping: false)
        // The first look at it begins the count.
        #expect(scene.unanswered == [.milliseconds(2150)])
        #expect(scene.hangs == [.milliseconds(3050)])
        #expect(scene.stalls == [.seconds(7)])
    }

    @Test func `looks that are answered are no hang, however many there are`() {
        var scene = Scene(Self.settings)
        for _ in 0..<100 {
            scene.lookingSince = scene.now
            scene.run(.milliseconds(400), stepping: true)
        }
        #expect(scene.hangs.isEmpty && scene.unanswered.count == 100)
    }

    @Test func `a process that was stopped, or a machine that slept, has no hung loop`() {
        var scene = Scene(Self.settings)
        scene.run(.seconds(1), stepping: true)
        for _ in 0..<10 {
            scene.lookingSince = scene.now
            scene.now = scene.now + .seconds(3600)
            scene.look()
            scene.lookingSince = nil
            scene.run(.seconds(1), stepping: true)
        }
        #expect(scene.stalls.isEmpty && scene.hangs.isEmpty)
    }

    @Test func `without a service manager nobody is fed`() {
        var scene = Scene(LoopWatchdog.Settings(stallLimit: .seconds(5)))
        scene.run(.seconds(60), stepping: true)
        #expect(scene.told.isEmpty)
    }

    @Test func `it looks often enough for the shortest of its limits`() {
        #expect(Self.settings.turn == .milliseconds(50))
        let quick = LoopWatchdog.Settings(
            stallLimit: .seconds(5),
            feedInterval: .milliseconds(100)
        )
        #expect(quick.turn == .milliseconds(10))
        #expect(LoopWatchdog.Settings(stallLimit: .milliseconds(200)).turn == .milliseconds(20))
    }
}
