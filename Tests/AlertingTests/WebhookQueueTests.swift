import Alerting
import TestSupport
import Testing
import TradingCore

@Suite struct WebhookQueueTests {
    @Test func `a server that is up has each message at once and in order`() {
        var world = WebhookWorld()
        for number in 1...20 { world.offer("\(number)") }
        #expect(world.taken == (1...20).map(String.init))
        #expect(world.queue.counters.delivered == 20)
        #expect(world.queue.nextDeadline == .never)
    }

    @Test func `after an hour without a server each message arrives once and in order`() {
        var world = WebhookWorld()
        world.manner = .isDown
        for number in 1...60 {
            world.offer("\(number)")
            world.run(for: .seconds(60))
        }
        #expect(world.taken.isEmpty)
        // Sixty seconds is the longest wait, so that an hour costs about sixty attempts.
        #expect((55...90).contains(world.attempts.count), "\(world.attempts.count)")
        world.manner = .takes
        world.run(for: .seconds(60))
        #expect(world.taken == (1...60).map(String.init))
        #expect(world.queue.counters.errors == UInt64(world.attempts.count - 60))
        #expect(world.queue.count == 0)
    }

    @Test func `the waits double with jitter up to a minute, and begin anew after a success`() {
        var world = WebhookWorld()
        world.manner = .isDown
        world.offer("a")
        world.run(for: .seconds(600))
        let times = world.attempts.map(\.time)
        let waits = zip(times.dropFirst(), times).map { ($0 - $1).inSeconds }
        for (index, nominal) in [1.0, 2, 4, 8, 16, 32].enumerated() {
            #expect((nominal * 0.8...nominal * 1.2).contains(waits[index]), "\(waits)")
        }
        #expect(waits.dropFirst(6).allSatisfy { (48...60).contains($0) }, "\(waits)")
        #expect(Set(waits.dropFirst(6)).count > 1, "without jitter")
        world.manner = .takes
        world.run(for: .seconds(60))
        world.manner = .isDown
        world.offer("b")
        world.run(for: .seconds(1.3))
        #expect(world.attempts.count { $0.id == "b" } == 2)
    }

    @Test func `the oldest message tells since when it waits, also after a restart`() {
        var world = WebhookWorld()
        #expect(world.queue.waitingSince == nil)
        world.manner = .isDown
        world.run(for: .seconds(10))
        let began = world.now
        world.offer("a")
        world.run(for: .seconds(100))
        world.offer("b")
        #expect(world.queue.waitingSince == began)
        // The file holds no times; the process that reads it knows of its own time only.
        world.run(for: .seconds(100))
        world.restart()
        #expect(world.queue.waitingSince == world.now)
        world.manner = .takes
        world.run(for: .seconds(60))
        #expect(world.taken == ["a", "b"])
        #expect(world.queue.waitingSince == nil)
    }

    @Test(arguments: [200, 201, 202, 204, 299])
    func `any 2xx is a success`(status: Int) {
        var world = WebhookWorld()
        world.manner = .answers(status)
        world.offer("a")
        #expect(world.queue.count == 0)
        #expect(world.queue.counters.delivered == 1)
    }

    @Test(arguments: [100, 199, 300, 301, 302, 307, 408, 429, 500, 502, 503, 599, 0, 999])
    func `what may be otherwise the next time is tried again`(status: Int) {
        var world = WebhookWorld()
        world.manner = .answers(status)
        world.offer("a")
        #expect(world.queue.count == 1)
        #expect(world.queue.counters.errors == 1)
        world.manner = .takes
        world.run(for: .seconds(2))
        #expect(world.taken == ["a"])
    }

    @Test(arguments: [400, 401, 403, 404, 405, 410, 413, 422, 451, 499])
    func `what the server will never take is set aside, counted, and does not block`(status: Int) {
        var world = WebhookWorld()
        world.manner = .answers(status)
        world.offer("a")
        #expect(world.setAside == ["a"])
        #expect(world.queue.counters.refused == 1)
        world.manner = .takes
        world.offer("b")
        #expect(world.taken == ["b"])
    }

    @Test func `a message that the server cannot digest is set aside after a day`() {
        var world = WebhookWorld()
        world.manner = .answers(500)
        world.offer("a")
        world.offer("b")
        world.run(for: .seconds(86_000))
        #expect(world.setAside.isEmpty)
        world.run(for: .seconds(1000))
        #expect(world.setAside == ["a"])
        // An unreachable server is no verdict about a message.
        world.manner = .isDown
        world.run(for: .seconds(400_000))
        #expect(world.setAside == ["a"])
    }

    @Test func `at the bound the oldest of the least severe is dropped and counted`() {
        var settings = WebhookQueue.Settings()
        settings.capacity = 4
        var world = WebhookWorld(settings)
        world.manner = .isDown
        for (id, severity) in [
            ("a", AlertSeverity.critical), ("b", .warning), ("c", .info), ("d", .info),
        ] { world.offer(id, severity) }
        world.offer("e", .warning)
        #expect(world.queue.waiting.map(\.id) == ["a", "b", "d", "e"])
        world.offer("f", .critical)
        #expect(world.queue.waiting.map(\.id) == ["a", "b", "e", "f"])
        world.offer("g", .info)
        #expect(world.queue.waiting.map(\.id) == ["a", "b", "e", "f"])
        for id in ["h", "i"] { world.offer(id, .critical) }
        #expect(world.queue.waiting.map(\.id) == ["a", "f", "h", "i"])
        world.offer("j", .critical)
        #expect(world.queue.waiting.map(\.id) == ["f", "h", "i", "j"])
        #expect(world.queue.counters.dropped == 6)
        world.restart()
        #expect(world.queue.waiting.map(\.id) == ["f", "h", "i", "j"])
    }

    @Test func `a file with more than there is room for is cut to the bound`() {
        var world = WebhookWorld()
        world.manner = .isDown
        for number in 1...30 { world.offer("\(number)", number == 1 ? .critical : .info) }
        var settings = WebhookQueue.Settings()
        settings.capacity = 10
        var queue = WebhookQueue(settings, recovering: WebhookQueueFile.read(world.disk), seed: 1)
        let actions = queue.step(.started, at: .zero)
        #expect(queue.waiting.map(\.id) == ["1"] + (22...30).map(String.init))
        #expect(queue.counters.dropped == 20)
        guard case .rewrite(let records)? = actions.first else {
            Issue.record("the file was not written anew")
            return
        }
        #expect(records.count == 10)
    }

    @Test func `a full disk does not keep alerts from going, and is made up for later`() {
        var world = WebhookWorld()
        world.isDiskFull = true
        world.offer("a")
        #expect(world.taken == ["a"])
        world.manner = .isDown
        world.offer("b")
        #expect(world.queue.counters.storeFailures > 0)
        #expect(!world.stored.contains("b"))
        world.isDiskFull = false
        world.offer("c")
        #expect(world.stored.isSuperset(of: ["b", "c"]))
        world.manner = .takes
        world.restart()
        world.run(for: .seconds(60))
        #expect(world.taken == ["a", "b", "c"])
    }

    @Test func `the file stays small however many messages pass`() {
        var world = WebhookWorld()
        var longest = 0
        for number in 1...5000 {
            world.offer("\(number)")
            longest = max(longest, world.disk.count)
        }
        #expect(world.taken.count == 5000)
        #expect(longest < 40_000, "\(longest)")
    }

    @Test func `an end between any two steps loses nothing and changes no order`() {
        // Whatever step is the last: a message that was on disk arrives, and in its turn.
        for step in 0..<200 {
            var world = WebhookWorld()
            world.stepsToLive = step
            for number in 1...12 {
                world.manner = number % 5 == 0 ? .isDown : .takes
                world.offer("\(number)")
                world.run(for: .seconds(2))
            }
            world.manner = .takes
            world.run(for: .seconds(120))
            expectDelivery(world, "step \(step)")
        }
    }

    @Test(arguments: UInt64(1)...60)
    func `random ends, outages and full disks lose nothing that was on disk`(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var world = WebhookWorld()
        for number in 1...80 {
            switch Int.random(in: 0..<10, using: &random) {
            case 0: world.manner = .isDown
            case 1: world.manner = .answers(503)
            case 2...4: world.manner = .takes
            case 5: world.stepsToLive = Int.random(in: 0..<6, using: &random)
            case 6:
                let junk = [UInt8](repeating: 0x41, count: Int.random(in: 0..<40, using: &random))
                world.restart(tearing: junk)
            default: break
            }
            world.offer("\(number)")
            world.run(for: .milliseconds(Int64.random(in: 0...90_000, using: &random)))
        }
        world.stepsToLive = nil
        world.manner = .takes
        world.run(for: .seconds(120))
        expectDelivery(world, "seed \(seed)")
        #expect(world.crashCount > 0)
    }

    private func expectDelivery(_ world: WebhookWorld, _ place: String) {
        var firsts: [Int] = []
        for id in world.taken.compactMap({ Int($0) }) where !firsts.contains(id) {
            firsts.append(id)
        }
        #expect(firsts == firsts.sorted(), "\(place): another order")
        let missing = world.stored.subtracting(world.taken)
        #expect(missing.isEmpty, "\(place): lost \(missing.sorted())")
        // Each end of the process can repeat the one message that was on its way.
        #expect(world.taken.count - firsts.count <= world.crashCount, "\(place): repeated")
        #expect(world.queue.count == 0)
    }
}
