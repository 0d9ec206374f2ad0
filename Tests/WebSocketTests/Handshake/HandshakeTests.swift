import Testing
import WebSocket

@Suite struct HandshakeTests {
    private static func handshake(
        _ address: String = "wss://server.example.com/chat",
        protocols: [String] = []
    ) throws -> ClientHandshake {
        ClientHandshake(
            try #require(WebSocketAddress(address)),
            key: Array("the sample nonce".utf8),
            headers: [HTTPHead.Header(name: "User-Agent", value: "live-loop")],
            protocols: protocols
        )
    }

    private static let granted = [
        "HTTP/1.1 101 Switching Protocols", "Upgrade: websocket", "Connection: Upgrade",
        "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=",
    ]

    private static func head(_ lines: [String]) -> [UInt8] {
        Array((lines + ["", ""]).joined(separator: "\r\n").utf8)
    }

    private func fault(_ lines: [String], protocols: [String] = []) throws -> HandshakeFault? {
        let handshake = try Self.handshake(protocols: protocols)
        do throws(HandshakeFault) {
            try handshake.accept(Self.head(lines))
            return nil
        } catch {
            return error
        }
    }

    // RFC 6455, section 1.3.
    @Test func `the key and the answer are those of the standard's example`() throws {
        let request = String(decoding: try Self.handshake().request, as: UTF8.self)
        let lines = [
            "GET /chat HTTP/1.1", "Host: server.example.com", "Upgrade: websocket",
            "Connection: Upgrade", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
            "Sec-WebSocket-Version: 13", "User-Agent: live-loop", "", "",
        ]
        #expect(request == lines.joined(separator: "\r\n"))
        #expect(try fault(Self.granted) == nil)
    }

    @Test func `what the request asks for is what the server reads`() throws {
        let client = try Self.handshake("ws://h:81/a?b=c", protocols: ["v1", "v2"])
        let server = try ServerHandshake(client.request)
        #expect(server.target == "/a?b=c")
        #expect(server.head.values("host") == ["h:81"])
        #expect(server.protocols == ["v1", "v2"])
        #expect(try client.accept(server.granting(protocol: "v2")) == "v2")
    }

    @Test func `headers may be written in other ways`() throws {
        let lines = [
            "HTTP/1.1 101", "UPGRADE:WebSocket  ", "connection: keep-alive, upgrade",
            "sec-websocket-accept: \t s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", "X: ", "Y: a: b",
        ]
        #expect(try fault(lines) == nil)
    }

    @Test func `an answer that proves nothing opens nothing`() throws {
        let accept = Self.granted[3]
        let head = Array(Self.granted[..<3])
        #expect(try fault(head) == .wrongAccept)
        #expect(try fault(head + [accept, accept]) == .wrongAccept)
        let other = accept.replacing("s3p", with: "S3p")
        #expect(try fault(head + [other]) == .wrongAccept)
        #expect(try fault([head[0], head[1], accept]) == .notUpgraded)
        #expect(try fault([head[0], head[2], accept]) == .notUpgraded)
        #expect(try fault([head[0], "Upgrade: h2c", head[2], accept]) == .notUpgraded)
        let deflate = "Sec-WebSocket-Extensions: permessage-deflate"
        #expect(try fault(Self.granted + [deflate]) == .unknownExtension)
        let chosen = "Sec-WebSocket-Protocol: v1"
        #expect(try fault(Self.granted + [chosen]) == .unknownProtocol)
        #expect(try fault(Self.granted, protocols: ["v1"]) == .unknownProtocol)
        #expect(try fault(Self.granted + [chosen], protocols: ["v2"]) == .unknownProtocol)
        #expect(try fault(Self.granted + [chosen], protocols: ["v2", "v1"]) == nil)
    }

    @Test(arguments: [301, 302, 303, 307, 308])
    func `a redirect is refused with its remedy`(status: Int) throws {
        let lines = ["HTTP/1.1 \(status) Moved", "Location: wss://elsewhere.example/SECRET"]
        let found = try fault(lines)
        #expect(found == .redirected(status: status))
        #expect("\(found.map(\.description) ?? "")".contains("not followed"))
        #expect(!"\(String(describing: found))".contains("SECRET"))
    }

    @Test func `a refusal tells its status and the wait that it asks for`() throws {
        for status in [400, 401, 403, 404, 418, 429, 500, 503] {
            let plain = HTTPRefusal(status: status)
            #expect(try fault(["HTTP/1.1 \(status) No"]) == .refused(plain))
            let waiting = HTTPRefusal(status: status, retryAfterSeconds: 120)
            #expect(try fault(["HTTP/1.1 \(status) No", "Retry-After: 120"]) == .refused(waiting))
            #expect(plain.isRateLimit == [418, 429].contains(status))
        }
        let waits: [(String, Int?)] = [
            ("0", 0), ("99999999999999999999999", 86_400), ("-1", nil), ("soon", nil), ("", nil),
            ("Fri, 31 Dec 1999 23:59:59 GMT", nil),
        ]
        for (text, seconds) in waits {
            let refusal = HTTPRefusal(status: 429, retryAfterSeconds: seconds)
            #expect(try fault(["HTTP/1.1 429 No", "Retry-After: \(text)"]) == .refused(refusal))
        }
        // 200 is no WebSocket either.
        #expect(try fault(["HTTP/1.1 200 OK"]) == .refused(HTTPRefusal(status: 200)))
    }

    @Test(
        arguments: [
            "HTTP/1.0 101 Switching Protocols", "HTTP/2 101 x", "ICY 200 OK", "SSH-2.0-OpenSSH_9.2",
            "HTTP/1.1 20 OK", "HTTP/1.1 -01 x", "HTTP/1.1 abc x", "HTTP/1.1 1010 x", "HTTP/1.1",
        ]
    ) func `F10: another first line is no HTTP`(line: String) throws {
        #expect(try fault([line] + Self.granted.dropFirst()) == .notHTTP)
    }

    @Test(
        arguments: [
            "", "\r\n\r\n", "HTTP/1.1 101 x", "HTTP/1.1 101 x\r\n", "HTTP/1.1 101 x\r\nA: b\r\n",
            "HTTP/1.1 101 x\r\nA: b\n\r\n\r\n", "HTTP/1.1 101 x\r\nA: b\r\r\n\r\n",
            "HTTP/1.1 101 x\r\n folded: b\r\n\r\n", "HTTP/1.1 101 x\r\nA : b\r\n\r\n",
            "HTTP/1.1 101 x\r\nA\r\n\r\n", "HTTP/1.1 101 x\r\n: b\r\n\r\n",
            "HTTP/1.1 101 x\r\nA: \u{0}\r\n\r\n", "HTTP/1.1 101 x\r\nA: \u{7F}\r\n\r\n",
            "HTTP/1.1 101 x\r\nA: b\r\n\r\nC: d\r\n\r\n",
            "HTTP/1.1 101 x\r\n" + String(repeating: "A: b\r\n", count: 101) + "\r\n",
        ]
    ) func `what is no head is refused`(text: String) {
        #expect(throws: HandshakeFault.malformedHead) { try HTTPHead(Array(text.utf8)) }
    }

    @Test func `a request that is none for a WebSocket is refused with what is wrong`() throws {
        let good = [
            "GET / HTTP/1.1", "Host: h", "Upgrade: websocket", "Connection: Upgrade",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Version: 13",
        ]
        #expect(throws: Never.self) { try ServerHandshake(Self.head(good)) }
        let wrong: [(Int, String)] = [
            (0, "POST / HTTP/1.1"), (0, "GET / HTTP/1.0"), (0, "GET x HTTP/1.1"), (0, "GET /"),
            (1, "X: h"), (2, "Upgrade: h2c"), (3, "Connection: close"),
            (4, "Sec-WebSocket-Key: short"), (4, "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ="),
            (4, "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZ!=="), (5, "Sec-WebSocket-Version: 8"),
        ]
        for (index, line) in wrong {
            var lines = good
            lines[index] = line
            do throws(HandshakeFault) {
                _ = try ServerHandshake(Self.head(lines))
                Issue.record("\(line) was accepted")
            } catch {
                guard case .badRequest(let what) = error else {
                    Issue.record("\(line): \(error)")
                    return
                }
                #expect(!what.isEmpty)
            }
        }
    }
}
