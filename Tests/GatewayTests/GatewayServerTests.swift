import Gateway
import Platform
import Synchronization
import Testing
import TradingCore
import ZeroMQ

@Suite struct GatewayServerTests {
    @Test(arguments: FrameForm.allCases)
    func `a replay reaches a subscriber whole and in order in each form`(form: FrameForm) throws {
        let count = 500
        let session = try unsequencedSession(form, count)
        #expect(session.messages.count == count)
        for (number, message) in session.messages.enumerated() {
            let symbol = ["EURUSD", "USDJPY"][number % 2]
            let bid = "1.0\(8500 + number)"
            #expect(message.symbol == symbol)
            #expect((message.members["bid"] ?? message.members["Bid"]) == bid)
            #expect(message.topic == form.topicOfTest(symbol))
        }
        #expect(session.truth.total(\.sent) == UInt64(count))
    }

    @Test func `numbers run from 1 per symbol and heartbeats name the last ones`() throws {
        let session = try session(source: testTicks(301))
        #expect(session.sequences("EURUSD") == Array(1...151))
        #expect(session.sequences("USDJPY") == Array(1...150))
        let last = try #require(session.messages.last { $0.isHeartbeat })
        #expect(last.members["streams.EURUSD"] == "151")
        #expect(last.members["streams.USDJPY"] == "150")
        #expect(Set(session.messages.map(\.epoch)) == [session.truth.current.epoch])
    }

    @Test func `flat out a full queue holds the replay back and nothing is lost`() throws {
        let count = 60_000
        let context = try Context()
        var configuration = testConfiguration()
        configuration.queuedMessagesMax = 50
        let server = try GatewayServer(
            configuration: configuration,
            source: testTicks(count),
            context: context
        )
        defer { server.stopAndJoin() }
        let subscriber = try RawSubscriber(context, server.publishEndpoint, options: .narrow)
        let commands = try CommandClient(context, server)
        while server.truth.fullQueueWaits == 0, !server.truth.isAtEnd {
            _ = try commands.ask("HEARTBEAT")
        }
        #expect(server.truth.fullQueueWaits > 0)
        var ticks = 0
        try subscriber.receive { message in
            if message.isTick { ticks += 1 }
            let dropped = Int(server.truth.total(\.dropped))
            return ticks < count - dropped
        }
        #expect(server.truth.total(\.dropped) == 0)
        #expect(server.truth.total(\.sent) == UInt64(count))
    }

    @Test func `a paced gateway drops what does not fit, and the gap shows in the numbers`() throws
    {
        let count = 60_000
        let context = try Context()
        var configuration = testConfiguration()
        configuration.queuedMessagesMax = 50
        configuration.pace = .multiple(1_000_000)
        let server = try GatewayServer(
            configuration: configuration,
            source: testTicks(count, symbols: ["EURUSD"]),
            context: context
        )
        defer { server.stopAndJoin() }
        let subscriber = try RawSubscriber(context, server.publishEndpoint, options: .narrow)
        let commands = try CommandClient(context, server)
        while !server.truth.isAtEnd { _ = try commands.ask("HEARTBEAT") }
        var last: UInt64 = 0
        var received: UInt64 = 0
        var missing: UInt64 = 0
        // The end of the stream was dropped; only a heartbeat tells how far it went.
        try subscriber.receive { message in
            if message.isTick {
                received += 1
                missing += message.sequence - last - 1
                last = message.sequence
            }
            guard message.isHeartbeat, let end = message.members["streams.EURUSD"] else {
                return true
            }
            guard end == "\(count)" else { return true }
            missing += UInt64(count) - last
            return false
        }
        let truth = server.truth.current.symbols[0]
        #expect(truth.dropped > 0)
        #expect(truth.sent == received)
        #expect(truth.dropped == missing)
        #expect(truth.lastSequence == UInt64(count))
    }

    @Test func `F27: a burst of ten times the usual rate is not dropped by the publisher`() throws {
        // 20,000 ticks, due at 100,000 per second.
        let count = 20_000
        let context = try Context()
        var configuration = testConfiguration()
        configuration.pace = .multiple(100)
        let server = try GatewayServer(
            configuration: configuration,
            source: testTicks(count),
            context: context
        )
        defer { server.stopAndJoin() }
        var options = SubscribeSocket.Options()
        options.receiveHighWaterMark = 100_000
        let subscriber = try RawSubscriber(context, server.publishEndpoint, options: options)
        var ticks = 0
        try subscriber.receive { message in
            if message.isTick { ticks += 1 }
            return ticks < count
        }
        #expect(server.truth.total(\.dropped) == 0)
    }

    @Test func `a hung publisher goes on where it stopped`() throws {
        var configuration = testConfiguration()
        configuration.pace = .multiple(10)
        let hang = try GatewayFault(.hang, duration: .milliseconds(80))
        configuration.faults = [ScheduledFault(hang, at: .milliseconds(5))]
        let start = SystemClock.monotonicNanoseconds()
        let session = try session(configuration, source: testTicks(100))
        let elapsed = SystemClock.monotonicNanoseconds() - start
        #expect(elapsed >= 90_000_000)
        #expect(session.sequences("EURUSD") == Array(1...50))
        #expect(session.truth.count(of: .hang) == 1)
    }

    @Test func `a gateway ends by itself when its time is over`() throws {
        var configuration = testConfiguration()
        configuration.subscriberWait = .zero
        configuration.runTime = .milliseconds(30)
        let context = try Context()
        let server = try GatewayServer(configuration: configuration, context: context)
        server.join()
        #expect(server.truth.failure == nil)
    }

    @Test func `a finished replay ends by itself when it need not stay`() throws {
        var configuration = testConfiguration()
        configuration.subscriberWait = .zero
        configuration.stayAfterReplay = .zero
        let context = try Context()
        let server = try GatewayServer(
            configuration: configuration,
            source: testTicks(10),
            context: context
        )
        server.join()
        #expect(server.truth.isAtEnd)
        #expect(server.truth.total(\.sent) == 10)
        #expect(server.truth.json(with: nil).contains(#""sent":10"#))
    }

    @Test func `an address in use is refused with its name`() throws {
        let context = try Context()
        let first = try GatewayServer(configuration: testConfiguration(), context: context)
        defer { first.stopAndJoin() }
        var configuration = testConfiguration()
        configuration.replyEndpoint = first.replyEndpoint
        let error = #expect(throws: GatewayError.self) {
            try GatewayServer(configuration: configuration, context: context)
        }
        #expect(error?.code == .socketFailed)
        #expect(error?.place == first.replyEndpoint)
    }

    /// Receives exactly as many messages as there are ticks; heartbeats left aside.
    private func unsequencedSession(_ form: FrameForm, _ count: Int) throws -> Session {
        let context = try Context()
        let server = try GatewayServer(
            configuration: testConfiguration(form: form),
            source: testTicks(count),
            context: context
        )
        defer { server.stopAndJoin() }
        let subscriber = try RawSubscriber(context, server.publishEndpoint)
        var session = Session()
        try subscriber.receive { message in
            if !message.isHeartbeat { session.messages.append(message) }
            return session.messages.count < count
        }
        let commands = try CommandClient(context, server)
        while !server.truth.isAtEnd { _ = try commands.ask("HEARTBEAT") }
        session.truth = server.truth
        return session
    }
}

extension FrameForm {
    fileprivate func topicOfTest(_ symbol: String) -> String? {
        switch self {
        case .topic: symbol
        case .tickTopic: "tick.\(symbol)"
        default: nil
        }
    }
}

extension GatewayServer {
    func stopAndJoin() {
        stop()
        join()
    }
}

extension SubscribeSocket.Options {
    /// Small buffers, so that the publisher soon notices a subscriber that is slow.
    ///
    /// A receive buffer much smaller than a segment of the loopback makes TCP wait for its timers.
    static var narrow: Self {
        var options = Self()
        options.receiveHighWaterMark = 10
        options.receiveBufferBytes = 65_536
        options.heartbeatInterval = 0
        return options
    }
}
