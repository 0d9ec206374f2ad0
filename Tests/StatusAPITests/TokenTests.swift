import HTTPServer
import StatusAPI
import Testing
import TradingCore

/// Who may do what.
@Suite struct TokenTests {
    private func status(_ head: HTTPRequestHead) throws -> Int {
        var router = try TestTokens.router()
        return router.decide(head, at: .zero).refusalStatus
    }

    @Test func `a token is at least 32 bytes as text and never shown`() throws {
        #expect(BearerToken(Array(String(repeating: "a", count: 63).utf8)) == nil)
        #expect(BearerToken(Array(String(repeating: "a", count: 513).utf8)) == nil)
        #expect(BearerToken(Array((String(repeating: "a", count: 63) + " ").utf8)) == nil)
        let token = try TestTokens.token(TestTokens.text)
        var shown = "\(token) \(String(reflecting: token))"
        dump(token, to: &shown)
        #expect(!shown.contains("a1a1"))
    }

    @Test(arguments: [
        ("Bearer \(TestTokens.text)", true), ("bearer \(TestTokens.text)", true),
        ("Bearer \(TestTokens.text)a", false), ("Bearer \(TestTokens.text.dropLast())", false),
        ("Bearer \(TestTokens.text)\(TestTokens.text)", false), ("Bearer ", false), ("", false),
        ("Basic \(TestTokens.text)", false), (TestTokens.text, false),
        ("Bearer  \(TestTokens.text)", false), ("Bearer \(TestTokens.resetText)", false),
    ])
    func `only the whole token is the token`(field: String, expected: Bool) throws {
        #expect(try TestTokens.token(TestTokens.text).isCarried(by: field) == expected)
    }

    @Test(arguments: [
        "/api/v1/kill-switch", "/api/v1/kill-switch/reset",
        "/api/v1/network/connections/mt5/reconnect",
    ])
    func `every POST needs its token, and a refusal says nothing`(path: String) throws {
        for token in [nil, "", "x", String(repeating: "a", count: 64)] {
            var router = try TestTokens.router()
            guard case .refuse(let response) = router.decide(.post(path, token: token), at: .zero)
            else {
                Issue.record("served with \(token ?? "nothing")")
                continue
            }
            #expect(response.status == 401)
            let body = String(decoding: response.body, as: UTF8.self)
            #expect(body == "{\"error\":{\"code\":\"token\",\"message\":\"not authorized\"}}\n")
            #expect(router.count(of: .token) == 1)
        }
        #expect(try status(.post(path).adding("authorization", "Bearer x")) == 400)
    }

    @Test func `each token opens its own doors alone`() throws {
        let (kill, reset) = ("/api/v1/kill-switch", "/api/v1/kill-switch/reset")
        #expect(try status(.post(kill, token: TestTokens.text)) == 0)
        #expect(try status(.post(kill, token: TestTokens.resetText)) == 401)
        #expect(try status(.post(reset, token: TestTokens.resetText)) == 0)
        #expect(try status(.post(reset, token: TestTokens.text)) == 401)
    }

    @Test func `who guesses waits longer and longer, and the right token always stops trading`()
        throws
    {
        var router = try TestTokens.router()
        let (kill, reset) = ("/api/v1/kill-switch", "/api/v1/kill-switch/reset")
        var now = MonotonicTime(nanoseconds: 1_000_000_000)
        for _ in 0..<5 {
            #expect(router.decide(.post(reset, token: "x"), at: now).refusalStatus == 401)
        }
        #expect(router.decide(.post(reset, token: "x"), at: now).refusalStatus == 401)
        var waits: [Int] = []
        for _ in 0..<8 {
            guard case .refuse(let response) = router.decide(.post(reset, token: "x"), at: now)
            else { break }
            #expect(response.status == 429)
            let field = response.fields.first { $0.name == "retry-after" }
            let seconds = try #require(Int(field?.value ?? ""))
            waits.append(seconds)

            let right = HTTPRequestHead.post(reset, token: TestTokens.resetText)
            #expect(router.decide(right, at: now).refusalStatus == 429)
            #expect(router.decide(.post(kill), at: now).refusalStatus == 0)
            var elsewhere = right
            elsewhere.peer = "10.0.0.7"
            #expect(router.decide(elsewhere, at: now).refusalStatus == 0)

            now = now + .seconds(seconds)
            #expect(router.decide(right, at: now).refusalStatus == 0)
            #expect(router.decide(.post(reset, token: "x"), at: now).refusalStatus == 401)
        }
        #expect(waits == [1, 2, 4, 8, 16, 32, 60, 60])
    }

    @Test func `the table of failures is bounded, and the quietest address leaves it`() {
        var failures = TokenFailures()
        let now = MonotonicTime(nanoseconds: 1_000_000_000)
        for _ in 0..<10 { failures.note("first", at: now) }
        #expect(failures.wait("first", at: now) != nil)
        for number in 1..<TokenFailures.addressesMax { failures.note("\(number)", at: now) }
        #expect(failures.wait("first", at: now) != nil)
        failures.note("one more", at: now)
        #expect(failures.wait("first", at: now) == nil)
    }
}
