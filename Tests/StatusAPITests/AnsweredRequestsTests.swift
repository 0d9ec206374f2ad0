import HTTPServer
import StatusAPI
import TestSupport
import Testing
import TradingCore

/// What is sent twice is done once.
@Suite struct AnsweredRequestsTests {
    private func request(
        _ key: String,
        _ reason: String = "",
        path: String = "/a"
    )
        -> AnsweredRequests.Request
    {
        AnsweredRequests.Request(
            path: path,
            key: key,
            asked: OperatorRequest(operatorName: "ann", reason: reason)
        )
    }

    private func at(_ seconds: Int64) -> MonotonicTime {
        MonotonicTime(nanoseconds: seconds * 1_000_000_000)
    }

    @Test func `a request is known by path and key, and another one with its key is told so`() {
        var answered = AnsweredRequests()
        let answer = HTTPResponse(status: 409, body: [1])
        #expect(answered.recall(request("k"), at: at(0)) == .new)
        answered.remember(request("k"), answer, at: at(0))
        #expect(answered.recall(request("k"), at: at(1)) == .answered(answer))
        #expect(answered.recall(request("k", "other"), at: at(1)) == .keyReused)
        #expect(answered.recall(request("k", path: "/b"), at: at(1)) == .new)
        #expect(answered.recall(request("l"), at: at(1)) == .new)
    }

    @Test func `a request is forgotten after ten minutes, and the oldest of too many at once`() {
        var answered = AnsweredRequests()
        let answer = HTTPResponse(status: 200)
        answered.remember(request("old"), answer, at: at(0))
        #expect(answered.recall(request("old"), at: at(599)) == .answered(answer))
        #expect(answered.recall(request("old"), at: at(600)) == .new)
        for number in 0..<AnsweredRequests.countMax {
            answered.remember(request("\(number)"), answer, at: at(600))
        }
        #expect(answered.recall(request("0"), at: at(601)) == .answered(answer))
        answered.remember(request("one more"), answer, at: at(601))
        #expect(answered.recall(request("0"), at: at(601)) == .new)
        #expect(answered.recall(request("1"), at: at(601)) == .answered(answer))
    }

    @Test func `a key is printable, without blanks, and not long`() {
        let longest = String(repeating: "k", count: AnsweredRequests.keyBytesMax)
        for key in ["a", "\"quoted\"", "8e03978e-40d5-43dd-bc93-6894a57f9324", longest] {
            #expect(AnsweredRequests.isKey(key), "\(key)")
        }
        for key in ["", "a b", "a\u{7F}", "é", longest + "k"] {
            #expect(!AnsweredRequests.isKey(key), "\(key)")
        }
    }

    @Test func `a head with no key or two is refused, but for a stop no key is looked at`() throws {
        func status(_ path: String, _ keys: String...) throws -> Int {
            var router = try TestTokens.router()
            let head = keys.reduce(HTTPRequestHead.post(path)) {
                $0.adding("idempotency-key", $1)
            }
            return router.decide(head, at: .zero).refusalStatus
        }
        let path = "/api/v1/reload"
        #expect(try status(path, "a") == 0)
        #expect(try status(path, "a b") == 400)
        #expect(try status(path, "a", "a") == 400)
        #expect(try status("/api/v1/kill-switch", "a b", "") == 0)
    }

    // MARK: Over a socket

    /// A server that counts what it carries out.
    private func withServer(_ body: (StatusServer, Locked<[String]>) throws -> Void) throws {
        let done = Locked<[String]>([])
        var sources = StatusSources()
        let carryOut = { @Sendable (name: String) -> OperatorReply in
            done.withLock { done in
                done.append(name)
                return .done("\(name), \(done.count)")
            }
        }
        sources.kill = { _ in carryOut("kill") }
        sources.reset = { _ in carryOut("reset") }
        sources.reload = { _ in carryOut("reload") }
        sources.reconnect = { id, _ in carryOut("reconnect \(id)") }
        let configuration = StatusServer.Configuration(
            token: try TestTokens.token(TestTokens.text),
            resetToken: try TestTokens.token(TestTokens.resetText)
        )
        let server = try StatusServer(configuration, sources: sources)
        defer { server.stop() }
        try body(server, done)
    }

    private func post(
        _ server: StatusServer,
        _ path: String,
        key: String,
        reason: String = "tested"
    ) throws -> HTTPTestClient.Reply {
        let isReset = path.hasSuffix("reset")
        return try HTTPTestClient.ask(
            server.port,
            "POST",
            path,
            token: isReset ? TestTokens.resetText : TestTokens.text,
            body: #"{"operator":"ann","reason":"\#(reason)"}"#,
            fields: ["Idempotency-Key: \(key)"]
        )
    }

    @Test(arguments: [
        "/api/v1/kill-switch/reset", "/api/v1/reload", "/api/v1/network/connections/mt5/reconnect",
    ])
    func `what comes again with its key gets its answer again and does nothing`(path: String) throws
    {
        try withServer { server, done in
            let first = try post(server, path, key: "k-1")
            #expect(first.status == 200)
            let again = try post(server, path, key: "k-1")
            #expect(again.status == 200 && again.body == first.body)
            #expect(done.withLock { $0.count } == 1)
            let other = try post(server, path, key: "k-1", reason: "another")
            #expect(other.status == 422 && other.body.contains(#""code":"key_reused""#))
            #expect(done.withLock { $0.count } == 1)
            #expect(try post(server, path, key: "k-2").body != first.body)
            #expect(done.withLock { $0.count } == 2)
            #expect(server.counters.repeated == 1)
            let refused = server.counters.refused.first { $0.reason == "key_reused" }
            #expect(refused?.count == 1)
        }
    }

    @Test func `a stop is carried out each time, whatever its key`() throws {
        try withServer { server, done in
            for reason in ["one", "one", "another"] {
                let reply = try post(server, "/api/v1/kill-switch", key: "k", reason: reason)
                #expect(reply.status == 200)
            }
            #expect(done.withLock { $0 } == ["kill", "kill", "kill"])
        }
    }
}
