import Gateway
import Platform
import TestSupport
import Testing
import TradingCore
import ZeroMQ

/// Orders over real sockets and files.
@Suite struct OrderServerTests {
    @Test func `an order over the socket is filled, told as EXEC and counted`() throws {
        let context = try Context()
        let server = try GatewayServer(
            configuration: configuration(),
            source: testTicks(100),
            context: context
        )
        defer { server.stopAndJoin() }
        let subscriber = try RawSubscriber(context, server.publishEndpoint)
        let commands = try CommandClient(context, server)
        try wait(commands) { $0["data.bid"] != "0" }
        #expect(try commands.ask("HEARTBEAT")["data.killed"] == "false")
        let reply = try commands.order("a")
        #expect(reply["retcode"] == "10009")
        let messages = try subscriber.messages { messages in
            messages.count { $0.text.contains(#""type":"EXEC""#) } == 2
                && messages.last?.members["exec"] == "2"
        }
        let events = messages.filter { $0.text.hasPrefix(#"{"type":"EXEC","epoch":"#) }
        #expect(events.map(\.sequence) == [1, 2])
        #expect(events.map { $0.members["kind"] } == ["deal", "order"])
        #expect(events[0].members["deal.req_id"] == "a")
        #expect(events[1].members["order.state"] == "filled")
        #expect(server.orderTruth.executions(of: "a") == 1)
        let status = try commands.ask("GATEWAY_STATUS")
        #expect(status["data.orders.executions.a"] == "1")
        #expect(status["data.orders.executions_max"] == "1")
    }

    @Test func `what was stored is known to the next start, and to one at a time`() throws {
        try withTemporaryDirectory { directory in
            let context = try Context()
            let state = directory + "/state"
            var first: [String: String] = [:]
            for start in 0..<2 {
                let server = try GatewayServer(
                    configuration: configuration { $0.stateDirectory = state },
                    source: testTicks(100),
                    context: context
                )
                defer { server.stopAndJoin() }
                let second = #expect(throws: GatewayError.self) {
                    try GatewayServer(
                        configuration: configuration { $0.stateDirectory = state },
                        source: testTicks(1),
                        context: context
                    )
                }
                #expect(second?.code == .stateUnusable)
                let commands = try CommandClient(context, server)
                try wait(commands) { $0["data.bid"] != "0" }
                _ = try commands.ask("HEARTBEAT")
                var reply = try commands.order("a")
                if start == 0 { first = reply }
                #expect(reply["boot_id"] == first["boot_id"] || start == 1)
                reply["boot_id"] = first["boot_id"]
                #expect(reply == first)
                #expect(server.orderTruth.executions(of: "a") == 1)
                #expect(server.orderTruth.counts.repeated == UInt64(start))
            }
        }
    }

    @Test(arguments: [GatewayFault.Kind.crashBefore, .crashDuring, .crashAfter])
    func `G03: a gateway that dies around an execution settles it after its restart`(
        kind: GatewayFault.Kind
    ) throws {
        try withTemporaryDirectory { directory in
            let context = try Context()
            let crashing = try GatewayServer(
                configuration: configuration { $0.stateDirectory = directory },
                source: testTicks(100),
                context: context
            )
            do {
                let commands = try CommandClient(context, crashing)
                try wait(commands) { $0["data.bid"] != "0" }
                _ = try commands.ask("HEARTBEAT")
                _ = try commands.ask("FAULT", payload: #"{"kind":"\#(kind.rawValue)"}"#)
                try commands.sendOrder("a")
                var end = PollSet(reading: [crashing.endDescriptor])
                let hasEnded = end.wait(nanoseconds: 20_000_000_000)
                #expect(hasEnded)
            }
            crashing.stopAndJoin()
            #expect(crashing.truth.failure == "crash on command")
            let server = try GatewayServer(
                configuration: configuration {
                    $0.stateDirectory = directory
                    $0.settlementDelay = .zero
                },
                source: testTicks(100),
                context: context
            )
            defer { server.stopAndJoin() }
            let commands = try CommandClient(context, server)
            try wait(commands) { $0["data.bid"] != "0" }
            let fence = try commands.ask("ORDER_FENCE", payload: #"{"order_id":"a"}"#)
            let isExecuted = kind != .crashBefore
            #expect(fence["data.fenced"] == (isExecuted ? "false" : "true"))
            #expect(fence["data.report.state"] == (isExecuted ? "filled" : nil))
            #expect(server.orderTruth.executions(of: "a") == (isExecuted ? 1 : 0))
        }
    }

    @Test func `G01: a reply that is withheld does not stop the next question`() throws {
        let context = try Context()
        let server = try GatewayServer(
            configuration: configuration(),
            source: testTicks(100),
            context: context
        )
        defer { server.stopAndJoin() }
        let patient = try CommandClient(context, server)
        try wait(patient) { $0["data.bid"] != "0" }
        _ = try patient.ask("HEARTBEAT")
        _ = try patient.ask("FAULT", payload: #"{"kind":"lose-reply"}"#)
        let unlucky = try CommandClient(context, server)
        try unlucky.sendOrder("a")
        var status: [String: String] = [:]
        while status["data.known"] != "true" || status["data.in_flight"] != "false" {
            status = try patient.ask("ORDER_STATUS", payload: #"{"order_id":"a"}"#)
        }
        #expect(status["data.report.state"] == "filled")
        #expect(try patient.order("b")["retcode"] == "10009")
    }

    @Test func `K10: a kill file stops what is not executed yet, and closing goes on`() throws {
        try withTemporaryDirectory { directory in
            let context = try Context()
            let killFile = directory + "/kill_switch.lock"
            let server = try GatewayServer(
                configuration: configuration { $0.killFile = killFile },
                source: testTicks(100),
                context: context
            )
            defer { server.stopAndJoin() }
            let commands = try CommandClient(context, server)
            try wait(commands) { $0["data.bid"] != "0" }
            _ = try commands.ask("HEARTBEAT")
            #expect(try commands.order("a")["retcode"] == "10009")
            try AtomicFile.createEmpty(killFile)
            #expect(try commands.order("b")["retcode"] == "-12")
            let close = try commands.ask(
                raw: CommandClient.text("ORDER_CLOSE", "c", #"{"ticket":1}"#)
            )
            #expect(close["retcode"] == "10009")
            #expect(try commands.ask("HEARTBEAT")["data.killed"] == "true")
            try RegularFile.remove(killFile)
            #expect(try commands.order("d")["retcode"] == "10009")
        }
    }

    @Test func `who wants events alone does not start a replay, and gets each one`() throws {
        let context = try Context()
        var waiting = configuration()
        waiting.subscriberWait = .seconds(60)
        let server = try GatewayServer(
            configuration: waiting,
            source: testTicks(50),
            context: context
        )
        defer { server.stopAndJoin() }
        var options = SubscribeSocket.Options()
        options.prefixes = [#"{"type":"EXEC""#]
        let events = try RawSubscriber(context, server.publishEndpoint, options: options)
        let commands = try CommandClient(context, server)
        _ = try commands.ask("HEARTBEAT")
        let ticks = try RawSubscriber(context, server.publishEndpoint)
        try wait(commands) { $0["data.bid"] != "0" }
        #expect(server.truth.subscriptionsMade == 1)
        #expect(try commands.order("a")["retcode"] == "10009")
        let told = try events.messages { $0.count == 2 }
        #expect(told.map(\.sequence) == [1, 2])
        _ = ticks
    }

    @Test func `a heartbeat is answered with the members of its sample in the document`() throws {
        let context = try Context()
        let server = try GatewayServer(configuration: configuration(), context: context)
        defer { server.stopAndJoin() }
        let answer = try CommandClient(context, server).ask("HEARTBEAT")
        let sample = jsonMembers(Array(try protocolSample("reply").utf8))
        #expect(answer.keys.sorted() == sample.keys.sorted())
        #expect(answer["data.lease_seconds"] == sample["data.lease_seconds"])
    }

    @Test func `faults about orders are refused where there are none`() throws {
        let context = try Context()
        var plain = configuration()
        plain.orders = nil
        let server = try GatewayServer(configuration: plain, context: context)
        defer { server.stopAndJoin() }
        let commands = try CommandClient(context, server)
        let refusal = try commands.ask("FAULT", payload: #"{"kind":"lose-reply"}"#)
        #expect(refusal["msg"]?.contains("serves no orders") == true)
        #expect(try commands.ask("ORDER_STATUS", payload: "{}")["retcode"] == "10013")
    }

    // MARK: Help

    private func configuration(
        _ change: (inout OrderDeskConfiguration) -> Void = { _ in }
    ) -> GatewayConfiguration {
        var configuration = testConfiguration()
        configuration.subscriberWait = .zero
        var orders = OrderDeskConfiguration()
        change(&orders)
        configuration.orders = orders
        return configuration
    }

    /// Asks for the symbol until it is as it should be.
    private func wait(
        _ commands: borrowing CommandClient,
        _ isReached: ([String: String]) -> Bool
    ) throws {
        let end = SystemClock.monotonicNanoseconds() + 20_000_000_000
        while true {
            let symbol = try commands.ask("GET_SYMBOL_INFO", payload: #"{"symbol":"EURUSD"}"#)
            if isReached(symbol) { return }
            try #require(SystemClock.monotonicNanoseconds() < end, "not reached in 20 s")
        }
    }
}

extension CommandClient {
    /// A command that may be executed for a minute.
    static func text(_ action: String, _ id: String, _ payload: String) -> String {
        let end = (SystemClock.wallNanoseconds() + 60_000_000_000) / 1_000_000
        let limit = ExactDecimal(mantissa: end, scale: 3)
        return #"{"action":"\#(action)","req_id":"\#(id)","valid_until":\#(limit),"#
            + #""payload":\#(payload)}"#
    }

    func order(_ id: String) throws -> [String: String] {
        try ask(raw: Self.text("ORDER_SEND", id, marketOrder()))
    }

    func sendOrder(_ id: String) throws { try send(Self.text("ORDER_SEND", id, marketOrder())) }
}
