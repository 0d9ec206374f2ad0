import HTTPClient
import Platform
import TestSupport
import Testing

@Suite struct HTTPClientTests {
    private func address(_ server: StubHTTPServer, _ path: String = "/hook") throws -> HTTPAddress {
        try #require(HTTPAddress("http://127.0.0.1:\(server.port)\(path)"))
    }

    private func failure(_ request: HTTPRequest) throws -> HTTPFailure? {
        var client = try HTTPClient()
        do throws(HTTPFailure) {
            _ = try client.perform(request)
            return nil
        } catch {
            return error
        }
    }

    @Test func `a POST arrives with its body, its type and its headers`() throws {
        let server = try StubHTTPServer { _ in .status(204) }
        defer { server.stop() }
        var client = try HTTPClient()
        let body = "{\"a\":\"\(String(repeating: "é", count: 3000))\"}"
        var request = HTTPRequest(
            .post(Array(body.utf8), type: "application/json"),
            try address(server)
        )
        request.headers = ["Idempotency-Key: k-1"]
        #expect(try client.perform(request) == HTTPResponse(status: 204, body: []))
        let received = try #require(server.requests.first)
        #expect(received.head.first == "POST /hook HTTP/1.1")
        #expect(received.head.contains("Content-Type: application/json"))
        #expect(received.head.contains("Idempotency-Key: k-1"))
        #expect(!received.head.contains { $0.lowercased().hasPrefix("expect") })
        #expect(received.body == body)
    }

    @Test func `a GET keeps the body up to its bound, and one byte more is a failure`() throws {
        let server = try StubHTTPServer { _ in .status(200, body: "0123456789") }
        defer { server.stop() }
        var client = try HTTPClient()
        var request = HTTPRequest(.get, try address(server))
        request.bodyUse = .keep(bytesMax: 10)
        let response = try client.perform(request)
        #expect(response.isSuccess)
        #expect(String(decoding: response.body, as: UTF8.self) == "0123456789")
        request.bodyUse = .keep(bytesMax: 9)
        #expect(try failure(request)?.kind == .bodyTooLong)
        #expect(server.requests.last?.head.first == "GET /hook HTTP/1.1")
    }

    @Test func `an ignored body without an end is no reason to wait for it`() throws {
        let server = try StubHTTPServer { _ in .endless }
        defer { server.stop() }
        var client = try HTTPClient()
        let response = try client.perform(HTTPRequest(.get, try address(server)))
        #expect(response == HTTPResponse(status: 200, body: []))
    }

    @Test func `a redirect is shown and not followed`() throws {
        let server = try StubHTTPServer { request in
            .status(302, headers: ["Location: http://127.0.0.1:1/elsewhere"])
        }
        defer { server.stop() }
        var client = try HTTPClient()
        let request = HTTPRequest(.post([], type: "text/plain"), try address(server))
        #expect(try client.perform(request).status == 302)
        #expect(server.requests.count == 1)
    }

    @Test func `what is no answer is a failure that shows nothing of the address`() throws {
        let replies: [(StubHTTPServer.Reply, Set<HTTPFailure.Kind>)] = [
            (.hangUp, [.ended]), (.silence, [.timeout]),
            (.bytes(Array("hello\r\n\r\n".utf8)), [.other]),
            (.bytes(Array("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx".utf8)), [.ended]),
        ]
        for (reply, kinds) in replies {
            let server = try StubHTTPServer { _ in reply }
            defer { server.stop() }
            var request = HTTPRequest(.get, try address(server, "/SECRET"))
            request.timeout = .milliseconds(300)
            if case .silence = reply {} else { request.timeout = .seconds(20) }
            let failure = try #require(try failure(request))
            #expect(kinds.contains(failure.kind), "\(failure)")
            #expect(!"\(failure)".contains("SECRET"))
        }
    }

    @Test func `nobody at the port is a failure to connect`() throws {
        let closed = try ClosedPort()
        let address = try #require(HTTPAddress("http://127.0.0.1:\(closed.port)/"))
        #expect(try failure(HTTPRequest(.get, address))?.kind == .connect)
    }

    @Test(arguments: ["X: a\r\nY: b", "X: a\n", "X: \u{0}"])
    func `a header that would be two is refused`(line: String) throws {
        let server = try StubHTTPServer { _ in .status(200) }
        defer { server.stop() }
        var request = HTTPRequest(.get, try address(server))
        request.headers = [line]
        #expect(try failure(request)?.kind == .request)
        #expect(server.requests.isEmpty)
    }

    @Test func `a transfer is called off at once, and the client is good for the next`() throws {
        let server = try StubHTTPServer { request in
            request.head.first == "GET /slow HTTP/1.1" ? .silence : .status(200)
        }
        defer { server.stop() }
        var client = try HTTPClient()
        try client.begin(HTTPRequest(.get, try address(server, "/slow")))
        while server.requests.isEmpty { _ = client.wait(nanoseconds: 5_000_000) }
        let wasBusy = client.isBusy
        client.cancel()
        let isBusy = client.isBusy
        #expect(wasBusy && !isBusy)
        #expect(try client.perform(HTTPRequest(.get, try address(server))).status == 200)
    }

    @Test func `a descriptor ends the wait for an answer`() throws {
        let server = try StubHTTPServer { _ in .silence }
        defer { server.stop() }
        let wakeUp = try WakeUp()
        var client = try HTTPClient()
        var request = HTTPRequest(.get, try address(server))
        request.timeout = .seconds(600)
        try client.begin(request)
        while server.requests.isEmpty { _ = client.wait(nanoseconds: 5_000_000) }
        wakeUp.signal()
        // Without the descriptor this would take its ten minutes.
        while !wakeUp.consume() {
            #expect(client.wait(nanoseconds: 600_000_000_000, waking: wakeUp.pollDescriptor) == nil)
        }
        let isBusy = client.isBusy
        #expect(isBusy)
    }
}
