import TestSupport
import Testing
import TradingCore

/// Random schedules of events, in simulated time, against the rules of ``SupervisorModel``.
@Suite struct FeedSupervisorPropertyTests {
    @Test(arguments: 0..<8)
    func `no schedule of faults breaks a rule, and the feed is connected soon after healing`(
        group: Int
    ) {
        for index in 0..<300 {
            let seed = UInt64(group * 300 + index)
            // Each fourth feed has a session that opens while the trouble goes on.
            var run = Schedule(seed: seed, hasSession: index % 4 == 0)
            run.makeTrouble(steps: 120)
            run.heal()
            #expect(run.model.violations.isEmpty, "seed \(seed)")
            guard run.model.violations.isEmpty else { return }
        }
    }

    @Test func `the same schedule gives the same actions`() {
        for seed in 0..<20 {
            var first = Schedule(seed: UInt64(seed))
            var second = Schedule(seed: UInt64(seed))
            first.makeTrouble(steps: 100)
            second.makeTrouble(steps: 100)
            #expect(first.trace == second.trace)
            #expect(!first.trace.isEmpty)
        }
    }
}

/// One feed in a world that is hostile first and well later.
private struct Schedule {
    private var random: SeededRandom
    private var supervisor: FeedSupervisor
    private var actions = FeedActions()
    private var now: MonotonicTime
    private let settings: FeedSupervisor.Settings
    private var handshakes: [MonotonicTime?] = [nil, nil]
    private var isHealed = false
    private let opening: MonotonicTime
    var model: SupervisorModel
    var trace: [FeedAction] = []

    init(seed: UInt64, hasSession: Bool = false) {
        random = SeededRandom(seed: seed)
        var settings = FeedSupervisor.Settings()
        settings.endpointCount = Int.random(in: 1...3, using: &random)
        settings.policy.maxRetries = [-1, 1, 10].randomElement(using: &random) ?? 10
        let idleLimit = Duration.seconds(Int.random(in: 1...200, using: &random))
        settings.symbols = (0..<Int.random(in: 0...3, using: &random)).map { _ in
            WatchedSymbol(calendar: hasSession ? .fx : .alwaysOpen, idleLimit: idleLimit)
        }
        settings.defaultCalendar = hasSession ? .fx : .alwaysOpen
        self.settings = settings
        supervisor = FeedSupervisor(settings: settings, seed: seed)
        now = MonotonicTime(nanoseconds: Int64.random(in: 1...1_000_000_000_000, using: &random))
        opening = hasSession ? now + .seconds(60) : now
        model = SupervisorModel(settings: settings, opening: opening)
    }

    /// Random events at random times, senseless ones included.
    mutating func makeTrouble(steps: Int) {
        send(.started)
        for _ in 0..<steps {
            // From a millisecond to half a minute, each order of magnitude alike.
            let magnitude = Int.random(in: 0...14, using: &random)
            let pause = Int64.random(in: 0...(1_000_000 << magnitude), using: &random)
            advance(to: now + .nanoseconds(pause))
            let slot: ConnectionSlot = Bool.random(using: &random) ? .a : .b
            switch Int.random(in: 0..<100, using: &random) {
            case 0..<35: data(slot)
            case 35..<60: send(.handshakeSucceeded(slot))
            case 60..<68: send(.disconnected(slot, suspectedOversized: Bool.random(using: &random)))
            case 68..<74: send(.connectFailed(slot))
            case 74..<80: send(.handshakeFailed(slot, .protocolError))
            case 80..<84: send(.tcpConnected(slot))
            case 84..<88 where model.sockets[Int(slot.rawValue)]?.isPending ?? false:
                send(.openFailed(slot, code: 24))
            case 88..<93: send(.seamSettled(slot))
            case 93..<95: send(.reconnectRequested(.forced))
            case 95..<97: send(.reconnectRequested(.proactive))
            case 97 where Int.random(in: 0..<5, using: &random) == 0:
                send(.stopped)
                send(.started)
            default: send(.timer)
            }
        }
    }

    /// From now on each new socket has its handshake in 50 ms and sends data.
    mutating func heal() {
        if now < opening { advance(to: opening) }
        isHealed = true
        let healedAt = now
        let policy = settings.policy
        // An attempt under way may hang until its deadlines; then comes the longest delay.
        let limit =
            policy.connectionTimeout + settings.firstMessageLimit + policy.feedMaxDelay
            + .seconds(1)
        while supervisor.state != .connected, now - healedAt < limit, model.violations.isEmpty {
            tick(.milliseconds(100))
        }
        let isConnected = supervisor.state == .connected
        #expect(isConnected, "not connected \(now - healedAt) after healing")
        // What is left of the trouble ends too: one socket, no attempt, no alarm.
        let end = now + .seconds(200)
        while now < end, model.violations.isEmpty { tick(.seconds(1)) }
        #expect(supervisor.state == .connected)
        #expect(model.sockets.count { $0 != nil } == 1)
        #expect(supervisor.counters(at: now).inFlight == 0)
        #expect(supervisor.counters(at: now).lossesSinceStable == 0)
    }

    private mutating func tick(_ interval: Duration) {
        advance(to: now + interval)
        for slot in ConnectionSlot.allCases {
            guard let handshake = handshakes[Int(slot.rawValue)], now >= handshake else { continue }
            data(slot)
        }
    }

    private mutating func advance(to time: MonotonicTime) {
        var steps = 0
        while supervisor.nextDeadline <= time {
            steps += 1
            guard steps < 2000 else {
                model.report("the supervisor spins")
                break
            }
            now = max(now, supervisor.nextDeadline)
            // The thread may be late; then it finds several deadlines passed at once.
            if !isHealed, Int.random(in: 0..<20, using: &random) == 0 { now = now + .seconds(7) }
            send(.timer)
        }
        now = max(now, time)
        // The model holds the supervisor to its deadlines after each step.
        if supervisor.nextDeadline <= now { send(.timer) }
    }

    private mutating func data(_ slot: ConnectionSlot) {
        let symbol = settings.symbols.indices.randomElement(using: &random)
        model.tellData(slot, at: now)
        if supervisor.didReceiveData(symbol: symbol, slot: slot, at: now) { send(.timer) }
    }

    private mutating func send(_ event: FeedConnectionEvent) {
        // The session opens on Sunday 2026-01-18 at 22:00 UTC.
        let untilOpening = (opening - now).wholeNanoseconds
        let wall = WallTime(nanoseconds: 1_768_773_600_000_000_000 - untilOpening)
        supervisor.step(event, at: now, wall: wall, into: &actions)
        model.observe(event, actions, supervisor, at: now)
        var opened: ConnectionSlot?
        for index in 0..<actions.count {
            trace.append(actions[index])
            switch actions[index] {
            case .open(let slot, _):
                opened = slot
                handshakes[Int(slot.rawValue)] = isHealed ? now + .milliseconds(50) : nil
            case .close(let slot): handshakes[Int(slot.rawValue)] = nil
            default: break
            }
        }
        if isHealed, let opened { send(.handshakeSucceeded(opened)) }
    }
}
