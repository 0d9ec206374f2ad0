import HTTPServer
import StatusAPI
import Telemetry
import Testing
import TradingCore

/// What is refused before anything is done.
@Suite struct StatusRouterTests {
    private func status(_ head: HTTPRequestHead) throws -> Int {
        var router = try TestTokens.router()
        return router.decide(head, at: .zero).refusalStatus
    }

    @Test(arguments: StatusRoute.all)
    func `every route serves its methods and no other`(route: StatusRoute) throws {
        let path = route.template.replacing("{id}", with: "mt5")
        for method in ["GET", "POST", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH", "get", "{"] {
            let token = route == .killSwitchReset ? TestTokens.resetText : TestTokens.text
            var head = method == "POST" ? HTTPRequestHead.post(path, token: token) : .get(path)
            head.method = method
            #expect(try status(head) == (route.methods.contains(method) ? 0 : 405), "\(method)")
        }
    }

    @Test(arguments: [
        "", "/x", "//", "/api/v1/status/", "/api/v1/network/connections/",
        "/api/v1/network/connections/a/b", "/api/v1/network/connections/../status",
        "/api/v1/network/connections/a%2Fb", "/api/v1/network/connections/a/reconnect/",
        "/../etc/passwd", "/api/v1/Status",
    ])
    func `a path that is not exactly one of ours is not found`(path: String) throws {
        #expect(try status(.get(path)) == 404)
    }

    // MARK: Ambiguity

    @Test func `H01: both length headers, or one of them twice, are refused`() throws {
        let post = HTTPRequestHead.post("/api/v1/kill-switch")
        #expect(try status(post) == 0)
        #expect(try status(post.adding("transfer-encoding", "chunked")) == 400)
        #expect(try status(post.adding("content-length", "2")) == 400)
        #expect(try status(post.with("content-length", "2, 2")) == 400)
        #expect(try status(post.with("content-length", "+2")) == 400)
        #expect(try status(post.with("content-length", "0x2")) == 400)
        #expect(try status(post.with("content-length", "-1")) == 400)
        let chunked = post.with("content-length", nil).adding("transfer-encoding", "chunked")
        #expect(try status(chunked) == 411)
        #expect(try status(chunked.adding("transfer-encoding", "identity")) == 400)
    }

    @Test func `a GET carries no body`() throws {
        let get = HTTPRequestHead.get("/healthz")
        #expect(try status(get.adding("content-length", "0")) == 0)
        #expect(try status(get.adding("content-length", "1")) == 400)
        #expect(try status(get.adding("transfer-encoding", "chunked")) == 400)
    }

    @Test(arguments: ["x y", "x\u{0}", "", "host ", "naïve", "x(", "x\t"])
    func `a field's name that is no token is refused`(name: String) throws {
        #expect(try status(HTTPRequestHead.get("/healthz").adding(name, "1")) == 400)
    }

    @Test func `a control character in a value is refused`() throws {
        #expect(try status(HTTPRequestHead.get("/healthz").adding("x", "a\u{1}b")) == 400)
        #expect(try status(HTTPRequestHead.get("/healthz").adding("x", "a\tb")) == 0)
    }

    @Test func `H01: what is too long is refused by its length`() throws {
        var head = HTTPRequestHead.get("/healthz")
        head.byteCount = 16 << 10
        #expect(try status(head) == 0)
        head.byteCount += 1
        #expect(try status(head) == 431)
        #expect(try status(.get("/" + String(repeating: "a", count: 1024))) == 414)
        #expect(try status(.post("/api/v1/kill-switch", length: 64 << 10)) == 0)
        #expect(try status(.post("/api/v1/kill-switch", length: (64 << 10) + 1)) == 413)
        let endless = HTTPRequestHead.post("/api/v1/kill-switch")
            .with("content-length", String(repeating: "9", count: 32))
        #expect(try status(endless) == 413)
    }

    @Test func `other versions are refused`() throws {
        var head = HTTPRequestHead.get("/healthz")
        for (version, expected) in [("HTTP/1.0", 0), ("HTTP/1.2", 505), ("HTTP/2.0", 505)] {
            head.version = version
            #expect(try status(head) == expected)
        }
    }

    // MARK: Names

    @Test(arguments: [
        "127.0.0.1", "127.0.0.1:8080", "localhost", "LOCALHOST:1", "[::1]", "[::1]:8080",
        "192.168.1.5:8080", "[fe80::1]:80",
    ])
    func `an address and localhost are our names`(host: String) throws {
        #expect(try status(HTTPRequestHead.get("/").with("host", host)) == 0)
    }

    @Test(arguments: [
        "evil.example", "evil.example:8080", "127.0.0.1.evil.example", "localhost.evil.example", "",
        "127.0.0.1:", "127.0.0.1:x", "127.0.0.1@evil.example", "[::1", "[evil.example]", "1.2.3",
        "[::1]x:80", "127.0.0.1:123456", "0x7f.0.0.1",
    ])
    func `a name that a foreign page may have chosen is refused`(host: String) throws {
        #expect(try status(HTTPRequestHead.get("/").with("host", host)) == 421)
    }

    @Test func `a head without a name, or with two, is refused`() throws {
        #expect(try status(HTTPRequestHead.get("/").with("host", nil)) == 400)
        #expect(try status(HTTPRequestHead.get("/").adding("host", "127.0.0.1:8080")) == 400)
    }

    // MARK: Bodies

    @Test(arguments: [
        ("application/json", 0), ("Application/JSON; charset=utf-8", 0), ("text/plain", 415),
        ("application/jsonx", 415), ("", 415), ("application/x-www-form-urlencoded", 415),
    ])
    func `a body is JSON and says so`(type: String, expected: Int) throws {
        let post = HTTPRequestHead.post("/api/v1/kill-switch")
        #expect(try status(post.with("content-type", type)) == expected)
        #expect(try status(post.with("content-type", nil)) == 415)
        #expect(try status(post.adding("content-type", type)) == 400)
    }

    // MARK: Counting

    @Test func `what is refused and what is served is counted`() throws {
        var router = try TestTokens.router()
        _ = router.decide(.get("/nothing"), at: .zero)
        _ = router.decide(.get("/nothing"), at: .zero)
        _ = router.decide(.get("/healthz"), at: .zero)
        router.note(.health, 503, nanoseconds: 1_500_000)
        _ = router.decide(.get("/api/v1/network/connections/mt5"), at: .zero)
        router.note(.connection("mt5"), 200, nanoseconds: 2_000_000)
        _ = router.decide(.get("/api/v1/reload"), at: .zero)
        _ = router.refuseBody()
        #expect(router.count(of: .path) == 2)
        #expect(router.count(of: .body) == 1)
        #expect(router.refused.reduce(0, +) == 4)
        let counts = router.tally.handlers.flatMap { handler in
            handler.counts.map { "\(handler.name) \($0.code) \($0.count)" }
        }
        // A route is known from the start, with the status of an answer when all is well.
        #expect(
            counts.filter { !$0.hasSuffix(" 0") }.sorted() == [
                "/api/v1/network/connections/{id} 200 1", "/api/v1/reload 405 1", "/healthz 503 1",
                "other 404 2",
            ]
        )
        #expect(counts.count { $0.hasSuffix(" 0") } == StatusRoute.all.count - 1)
        let timed = router.tally.handlers.filter { $0.durations.count > 0 }
        #expect(timed.map(\.name) == ["/healthz", "/api/v1/network/connections/{id}"])
    }
}
