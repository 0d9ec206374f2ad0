import Gateway
import Testing
import ZeroMQ

@Suite struct CommandTests {
    @Test func `a heartbeat is answered in the envelope of the protocol`() throws {
        let context = try Context()
        let server = try GatewayServer(configuration: quiet(), context: context)
        defer { server.stopAndJoin() }
        let answer = try CommandClient(context, server).ask("HEARTBEAT")
        #expect(answer["req_id"] == "r-1")
        #expect(answer["error"] == "false")
        #expect(answer["retcode"] == "0")
        #expect(answer["ticket"] == "0")
        #expect(answer["boot_id"]?.isEmpty == false)
        #expect(answer["data.status"] == "alive")
        #expect(answer["data.service"] == "live-loop gateway")
        #expect(answer["data.epoch"] == "\(server.truth.current.epoch)")
    }

    @Test(arguments: [
        "", "[]", "{", "null", "{}", #"{"action":"HEARTBEAT"}"#, #"{"req_id":"a"}"#,
        #"{"action":7,"req_id":"a"}"#, #"{"action":"NO_SUCH","req_id":"a"}"#,
        #"{"action":"FAULT","req_id":"a"}"#, #"{"action":"FAULT","req_id":"a","payload":7}"#,
        #"{"action":"FAULT","req_id":"a","payload":{"kind":"typo"}}"#,
        #"{"action":"FAULT","req_id":"a","payload":{"kind":"hang"}}"#,
        #"{"action":"FAULT","req_id":"a","payload":{"kind":"skip","count":0}}"#,
        #"{"action":"FAULT","req_id":"a","payload":{"kind":"skip","symbol":"ZZZ"}}"#,
        #"{"action":"HEARTBEAT","req_id":"a"} trailing"#,
    ])
    func `what cannot be understood is refused, and the next command is answered`(
        request: String
    ) throws {
        let context = try Context()
        let server = try GatewayServer(configuration: quiet(), context: context)
        defer { server.stopAndJoin() }
        let commands = try CommandClient(context, server)
        let refusal = try commands.ask(raw: request)
        #expect(refusal["error"] == "true")
        #expect(refusal["retcode"] == "10013")
        #expect(refusal["msg"]?.isEmpty == false)
        #expect(try commands.ask("HEARTBEAT")["error"] == "false")
    }

    @Test func `the status is the gateway's own account`() throws {
        let context = try Context()
        let server = try GatewayServer(
            configuration: quiet(),
            source: testTicks(9),
            context: context
        )
        defer { server.stopAndJoin() }
        let commands = try CommandClient(context, server)
        var status: [String: String] = [:]
        while status["data.at_end"] != "true" { status = try commands.ask("GATEWAY_STATUS") }
        #expect(status["data.sent"] == "9")
        #expect(status["data.form"] == "sequenced")
    }

    @Test func `faults are refused where they are not accepted`() throws {
        var configuration = quiet()
        configuration.acceptsFaultCommands = false
        let context = try Context()
        let server = try GatewayServer(configuration: configuration, context: context)
        defer { server.stopAndJoin() }
        let commands = try CommandClient(context, server)
        let answer = try commands.ask("FAULT", payload: #"{"kind":"garbage"}"#)
        #expect(answer["error"] == "true")
        #expect(server.truth.count(of: .garbage) == 0)
    }

    @Test func `two starts have different boot ids`() throws {
        let context = try Context()
        var ids: Set<String> = []
        for _ in 0..<2 {
            let server = try GatewayServer(configuration: quiet(), context: context)
            defer { server.stopAndJoin() }
            ids.insert(try CommandClient(context, server).ask("HEARTBEAT")["boot_id"] ?? "")
        }
        #expect(ids.count == 2)
    }

    private func quiet() -> GatewayConfiguration {
        var configuration = testConfiguration()
        configuration.subscriberWait = .zero
        return configuration
    }
}
