import Gateway
import Testing
import TradingCore
import ZeroMQ

/// What the gateway says it did wrong must be what a subscriber sees.
///
/// These faults serve to prove rows of the fault table elsewhere; here they prove no row.
@Suite struct FaultTests {
    @Test(arguments: [
        ("skip@0s:3:EURUSD", [UInt64](4...53)),
        (
            "jump@0s:9223372036854775808:EURUSD",
            Array(9_223_372_036_854_775_808...9_223_372_036_854_775_857)
        ),
        ("reorder@0s:1:EURUSD", [2, 1] + Array(3...50)),
        ("duplicate@0s:2:EURUSD", [1, 1, 2, 2] + Array(3...50)),
        ("mute@0s:1h:USDJPY", Array(1...50)),
    ])
    func `the numbers on the wire are the ones that the account tells`(
        text: String,
        expected: [UInt64]
    ) throws {
        let session = try faultySession(text)
        #expect(session.sequences("EURUSD") == expected)
        let truth = try session.symbol("EURUSD")
        let received = UInt64(expected.count)
        #expect(truth.sent + truth.duplicates == received)
        #expect(truth.lastSequence == expected.max())
        #expect(truth.skipped == (text.hasPrefix("skip") ? 3 : 0))
        #expect(truth.reordered == (text.hasPrefix("reorder") ? 1 : 0))
        let other = try session.symbol("USDJPY")
        #expect(other.muted == (text.hasPrefix("mute") ? 50 : 0))
        #expect(session.sequences("USDJPY").count == Int(other.sent))
    }

    @Test func `a sequence that goes back runs over the same numbers with other ticks`() throws {
        var configuration = testConfiguration()
        configuration.pace = .multiple(10)
        configuration.faults = [try ScheduledFault("back@2ms:5:EURUSD")]
        let session = try session(configuration, source: testTicks(100))
        let truth = try session.symbol("EURUSD")
        #expect(truth.rewound > 0 && truth.rewound <= 5)
        let numbers = session.sequences("EURUSD")
        let backSteps = zip(numbers, numbers.dropFirst()).filter { $0 >= $1 }
        #expect(backSteps.count == 1)
        #expect(numbers.count == 50)
        #expect(numbers.last == 50 - truth.rewound)
    }

    @Test func `garbage is no tick, and the ticks around it are whole`() throws {
        let session = try faultySession("garbage@0s:16")
        let strange = session.messages.filter { !$0.isTick && !$0.isHeartbeat }
        #expect(strange.count == 16)
        #expect(session.truth.garbageSent == 16)
        #expect(session.sequences("EURUSD") == Array(1...50))
    }

    @Test func `one frame has the size that was asked for`() throws {
        let context = try Context()
        var configuration = testConfiguration()
        configuration.faults = [try ScheduledFault("oversize@0s:65537")]
        let server = try GatewayServer(
            configuration: configuration,
            source: testTicks(10),
            context: context
        )
        defer { server.stopAndJoin() }
        var options = SubscribeSocket.Options()
        options.messageBytesMax = 100_000
        let subscriber = try RawSubscriber(context, server.publishEndpoint, options: options)
        let messages = try subscriber.messages { $0.count(where: \.isTick) == 10 }
        #expect(messages.map(\.first.count).max() == 65_537)
        #expect(server.truth.oversizeSent == 1)
    }

    @Test func `a message of many parts comes as one message`() throws {
        let session = try faultySession("parts@0s:1000")
        #expect(session.messages.filter { $0.parts == 1000 }.count == 1)
        #expect(session.truth.partsSent == 1)
        #expect(session.sequences("EURUSD") == Array(1...50))
    }

    @Test func `so many unknown symbols appear, each once`() throws {
        let session = try faultySession("symbols@0s:200")
        let unknown = session.ticks.map(\.symbol).filter { $0.hasPrefix("UNKNOWN") }
        #expect(Set(unknown).count == 200)
        #expect(unknown.count == 200)
        #expect(session.truth.unknownSymbolsSent == 200)
    }

    @Test(arguments: [("crossed", 7), ("negative", 7), ("nan", 7)])
    func `quotes that cannot be are as many as the account tells`(
        kind: String,
        count: Int
    ) throws {
        let session = try faultySession("\(kind)@0s:\(count):EURUSD")
        let damaged = session.messages.filter { message in
            guard message.isTick else { return false }
            guard let bid = Double(message.members["bid"] ?? ""),
                let ask = Double(message.members["ask"] ?? "")
            else { return true }
            return bid < 0 || bid > ask
        }
        #expect(damaged.count == count)
        #expect(try session.symbol("EURUSD").damaged == UInt64(count))
    }

    @Test func `a publisher's clock is off by what was asked for`() throws {
        let session = try faultySession("clock@0s:-1h")
        let first = try #require(session.ticks.first?.members["timestamp"])
        #expect(first == "1705326000.000")
    }

    @Test func `after a restart a new epoch counts from 1 at the same address`() throws {
        let context = try Context()
        var configuration = testConfiguration()
        configuration.pace = .multiple(1)
        let server = try GatewayServer(
            configuration: configuration,
            source: testTicks(400),
            context: context
        )
        defer { server.stopAndJoin() }
        let before = try RawSubscriber(context, server.publishEndpoint)
            .messages { $0.count(where: \.isTick) == 20 }
        let epochBefore = server.truth.current.epoch
        let commands = try CommandClient(context, server)
        let answer = try commands.ask("FAULT", payload: #"{"kind":"restart","seconds":0.02}"#)
        #expect(answer["error"] == "false")
        while server.truth.current.epoch == epochBefore { _ = try commands.ask("HEARTBEAT") }
        var after = Session()
        try RawSubscriber(context, server.publishEndpoint).receive { message in
            after.messages.append(message)
            let truth = server.truth
            guard truth.isAtEnd, message.isHeartbeat else { return true }
            return !truth.current.symbols.allSatisfy { symbol in
                message.members["streams.\(symbol.symbol)"] == "\(symbol.lastSequence)"
            }
        }
        let truth = server.truth
        let epochs = truth.epochs.map(\.epoch)
        #expect(epochs.count == 2 && epochs[1] > epochs[0])
        #expect(Set(before.map(\.epoch)) == [epochs[0]])
        #expect(Set(after.messages.map(\.epoch)) == [epochs[1]])
        for symbol in truth.current.symbols {
            #expect(after.sequences(symbol.symbol) == Array(1...symbol.lastSequence))
        }
        #expect(truth.total(\.ticks) == 400)
        #expect(truth.total(\.sent) + truth.total(\.dropped) == 400)
    }

    @Test(arguments: [
        "hang", "hang@", "hang@5", "hang@5s", "hang@5s:3", "typo@5s:1s", "skip@-1s:3",
        "skip@1s:5s", "skip@1s:0", "oversize@1s:99999999", "parts@0s:10001", "clock@1s:401000h", "",
    ])
    func `a fault that cannot be is refused with what can`(text: String) {
        let error = #expect(throws: GatewayError.self) { try ScheduledFault(text) }
        #expect(error?.code == .invalidFault)
        #expect(error?.remedy.isEmpty == false)
    }

    @Test func `a fault on the command line has a time, a length, a count and a symbol`() throws {
        let hang = try ScheduledFault("hang@10s:5s")
        #expect(hang.time == .seconds(10))
        #expect(hang.fault.duration == .seconds(5))
        let skip = try ScheduledFault("skip@500ms:3:EURUSD")
        #expect(skip.time == .milliseconds(500))
        #expect(skip.fault.count == 3)
        #expect(skip.fault.symbol == "EURUSD")
        #expect(try ScheduledFault("restart@1m").fault.duration == .zero)
        #expect(try ScheduledFault("clock@0s:-1h").fault.duration == .seconds(-3600))
    }

    /// A replay of 50 ticks of each of two symbols, with a fault before the first.
    private func faultySession(_ fault: String) throws -> Session {
        var configuration = testConfiguration()
        configuration.faults = [try ScheduledFault(fault)]
        return try session(configuration, source: testTicks(100))
    }
}
