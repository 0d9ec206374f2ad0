import MarketFeed
import Platform
import TestSupport
import Testing
import TradingCore
import ZeroMQ

@Suite(.serialized) struct ReceiverDeadPathTests {
    @Test func `F04: a dead path is noticed by heartbeats, and nothing comes twice afterwards`()
        throws
    {
        let context = try Context()
        let source = try TickSource(context)
        let proxy = try ChaosProxy(to: source.port)
        defer { proxy.stop() }
        let harness = try ReceiverHarness("tcp://127.0.0.1:\(proxy.port)", context: context) {
            $0.socket.heartbeatInterval = 100
            $0.socket.heartbeatTimeout = 300
        }
        defer { harness.stop() }
        try harness.connect(source)
        let start = SystemClock.monotonicNanoseconds()
        proxy.set(.frozen)
        try harness.wait(for: "loss noticed") {
            try source.sendTick()
            return !harness.alerts(.connectionLost).isEmpty
        }
        let detection = SystemClock.monotonicNanoseconds() - start
        #expect(detection < 3 * 400_000_000 + 1_000_000_000)
        #expect(harness.alerts(.connectionLost).first?.failure == .disconnected)
        try harness.wait(for: "a failed attempt") { !harness.alerts(.reconnectFailure).isEmpty }
        proxy.set(.open)
        try harness.wait(for: "connected again") {
            try source.sendTick()
            return harness.state == .connected
        }
        try harness.settle(source)
        let numbers = harness.numbers()
        #expect(zip(numbers, numbers.dropFirst()).allSatisfy { $0 < $1 })
        #expect(harness.tally().missing > 0)
        harness.expectConserved(sent: try #require(source.next["EURUSD"]) - 1)
    }

    @Test func `F05: a peer that vanished for ever costs no descriptor`() async {
        // In a process of its own, whose descriptors are counted.
        await #expect(processExitsWith: .success) {
            let context = try Context()
            let source = try TickSource(context)
            let proxy = try ChaosProxy(to: source.port)
            let harness = try ReceiverHarness("tcp://127.0.0.1:\(proxy.port)", context: context) {
                $0.supervisor.starvationLimit = .milliseconds(300)
                $0.supervisor.seamLimit = .milliseconds(500)
            }
            try harness.connect(source)
            let baseline = try descriptorCount()
            for round in 1...3 {
                proxy.setPresent(.frozen)
                try harness.wait(for: "replaced") {
                    try source.sendTick()
                    return harness.alerts(.reconnectSuccess).count >= round
                }
                try harness.wait(for: "old socket dropped") {
                    try source.sendTick()
                    return proxy.count.open == 1
                }
            }
            try harness.wait(for: "descriptors back at the baseline") {
                try source.sendTick()
                return try descriptorCount() <= baseline
            }
            try #require(harness.alerts(.dataStarved).count >= 3)
            harness.stop()
            proxy.stop()
        }
    }

    @Test(.enabled(if: ThreadFaults.canIsolateNetwork, "needs the right to make a network"))
    func `F06: an own route that leads nowhere is noticed, and healing it brings the feed back`()
        throws
    {
        let found = try ThreadFaults.inPrivateNetwork { () throws -> [String] in
            let shell = ChildCommands()
            try shell.run("ip link set lo up")
            let context = try Context()
            let source = try TickSource(context)
            let harness = try ReceiverHarness(source.endpoint, context: context) {
                $0.socket.heartbeatInterval = 100
                $0.socket.heartbeatTimeout = 300
            }
            defer { harness.stop() }
            try harness.connect(source)
            // The table of local addresses is looked up before any other, unless it is moved.
            try shell.run("ip rule add pref 10 lookup local")
            try shell.run("ip rule add pref 5 blackhole to 127.0.0.1")
            try shell.run("ip rule del pref 0")
            try harness.wait(for: "loss noticed") {
                try source.sendTick()
                return !harness.alerts(.connectionLost).isEmpty
            }
            try harness.wait(for: "attempts that fail") {
                harness.alerts(.reconnectFailure).count >= 3
            }
            try shell.run("ip rule del pref 5")
            try harness.wait(for: "connected again") {
                try source.sendTick()
                return harness.state == .connected
            }
            try harness.settle(source)
            let tally = harness.tally()
            let sent = source.next["EURUSD", default: 1] - 1
            guard sent == tally.received - tally.duplicate + tally.missing else {
                return ["sent \(sent), \(tally)"]
            }
            return []
        }
        #expect(found == [])
    }

    @Test func `F08: an unanswered connection ends by its timeout, and attempts never overlap`()
        throws
    {
        let context = try Context()
        let listener = try FullListener()
        let harness = try ReceiverHarness("tcp://127.0.0.1:\(listener.port)", context: context)
        defer { harness.stop() }
        try harness.wait(for: "four failures") { harness.alerts(.reconnectFailure).count >= 4 }
        var openAttempts = 1
        for alert in harness.alerts {
            switch alert.kind {
            case .reconnectAttempt: openAttempts += 1
            case .reconnectFailure: openAttempts -= 1
            default: break
            }
            #expect((0...1).contains(openAttempts))
        }
        let attempts = harness.times(.reconnectAttempt)
        let failures = harness.times(.reconnectFailure).dropFirst()
        for (attempt, failure) in zip(attempts, failures) {
            #expect(failure - attempt > 280_000_000)
            #expect(failure - attempt < 2_000_000_000)
        }
        #expect(harness.alerts(.reconnectFailure).allSatisfy { $0.failure == .connectFailed })
        #expect(!harness.states.contains(.connected))
    }
}

/// Shell commands that start in the network of the calling thread.
private struct ChildCommands {
    func run(_ command: String) throws {
        let child = try ChildProcess("\(command) 2>&1 && echo done")
        let line = child.nextLine()
        try #require(line == "done", "\(command): \(line)")
    }
}

/// The open descriptors of this process.
private func descriptorCount() throws -> Int {
    try Directory.names(in: "/proc/self/fd", limit: 10_000).count
}
