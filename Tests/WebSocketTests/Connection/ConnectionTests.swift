import Platform
import TestSupport
import Testing
import WebSocket

/// Two deciders that talk to each other without a socket.
struct Pair: ~Copyable {
    static let second: Int64 = 1_000_000_000
    var client: WebSocketConnection
    var server: WebSocketConnection
    var now: Int64 = 0

    init(
        _ timing: ConnectionTiming = ConnectionTiming(),
        _ limits: MessageLimits = MessageLimits(),
        address: String = "ws://h/x"
    ) throws {
        client = try Self.client(timing, limits, address: address)
        server = WebSocketConnection(servingEncrypted: false, timing: timing, limits: limits, at: 0)
    }

    static func client(
        _ timing: ConnectionTiming = ConnectionTiming(),
        _ limits: MessageLimits = MessageLimits(),
        address text: String = "ws://h/x",
        through proxy: Proxy? = nil
    ) throws -> WebSocketConnection {
        let address = try #require(WebSocketAddress(text))
        return WebSocketConnection(
            to: address,
            through: proxy,
            handshake: ClientHandshake(address, key: Array("the sample nonce".utf8)),
            timing: timing,
            limits: limits,
            at: 0,
            drawMask: { 0x1234_5678 }
        )
    }

    /// Moves what one says to the other, in pieces of so many bytes; what was received.
    @discardableResult
    mutating func move(pieces: Int = .max) -> (client: [Found], server: [Found]) {
        var found: (client: [Found], server: [Found]) = ([], [])
        while client.bytesToSend > 0 || server.bytesToSend > 0 {
            found.server += server.take(client.say(pieces, at: now), at: now)
            if server.request != nil { server.grant(at: now) }
            found.client += client.take(server.say(pieces, at: now), at: now)
        }
        return found
    }

    /// Opens the connection.
    mutating func open(pieces: Int = .max) {
        client.resolved(addressCount: 1, at: now)
        client.connected(at: now)
        move(pieces: pieces)
    }
}

extension WebSocketConnection {
    /// Takes up to so many of the bytes that wait.
    mutating func say(_ count: Int, at now: Int64) -> [UInt8] {
        let bytes = withBytesToSend { $0.extracting(first: count).copied() }
        sent(bytes.count, at: now)
        return bytes
    }

    /// Receives bytes and takes the messages.
    @discardableResult
    mutating func take(_ bytes: [UInt8], at now: Int64) -> [Found] {
        var found: [Found] = []
        var rest = bytes[...]
        repeat {
            let count = receive(Array(rest).span, at: now)
            rest = rest.dropFirst(count)
            while let kind = next(at: now) {
                let payload = withPayload { $0.copied() }
                found.append(Found(item: .message(kind), payload: payload))
            }
            if count == 0 { break }
        } while !rest.isEmpty
        return found
    }
}

@Suite struct ConnectionTests {
    private func say(_ text: String) -> [UInt8] { Array(text.utf8) }

    @Test(arguments: [Int.max, 1, 7])
    func `two ends open, talk and close, however the bytes are cut`(pieces: Int) throws {
        var pair = try Pair()
        pair.open(pieces: pieces)
        #expect(pair.client.phase == .open && pair.server.phase == .open)
        try pair.client.send(.text, say("hello").span, at: 0)
        try pair.client.send(.binary, [1, 2, 3].span, at: 0)
        try pair.server.send(.text, say(String(repeating: "x", count: 70_000)).span, at: 0)
        let found = pair.move(pieces: pieces)
        #expect(
            found.server == [.text("hello"), Found(item: .message(.binary), payload: [1, 2, 3])]
        )
        #expect(found.client.map(\.payload.count) == [70_000])
        pair.client.close(CloseStatus(code: 1001, reason: "over"), at: 0)
        pair.move(pieces: pieces)
        #expect(pair.server.end == .closedByPeer(CloseStatus(code: 1001, reason: "over")))
        #expect(pair.client.end == .closedByUs(CloseStatus(code: 1001)))
        #expect(pair.client.mustFinish && pair.server.mustFinish)
        pair.client.peerEnded()
        #expect(pair.client.phase == .closed)
        #expect(pair.client.end == .closedByUs(CloseStatus(code: 1001)))
        #expect(pair.client.counters.messagesSent == 2)
        #expect(pair.client.counters.messagesReceived == 1)
        #expect(pair.server.counters.bytesReceived == pair.client.counters.bytesSent)
    }

    @Test(arguments: [1000, 1008, 1012, 4321])
    func `a close is echoed with the code that came`(code: UInt16) throws {
        var pair = try Pair()
        pair.open()
        pair.client.take(Wire.close(code, "why"), at: 0)
        #expect(pair.client.end == .closedByPeer(CloseStatus(code: code, reason: "why")))
        let echo = pair.client.say(.max, at: 0)
        let items = Decoded(echo, role: .server).items
        #expect(items.map(\.item) == [.close(CloseStatus(code: code))])
        // Nothing behind a close is read.
        #expect(pair.client.take(Wire.text("late"), at: 0) == [])
    }

    @Test func `a close without a code is echoed without one`() throws {
        var pair = try Pair()
        pair.open()
        pair.client.take(Wire.frame(8, []), at: 0)
        let items = Decoded(pair.client.say(.max, at: 0), role: .server).items
        #expect(items.map(\.item) == [.close(CloseStatus(code: nil))])
    }

    @Test func `a ping is answered with its payload before anything that is sent later`() throws {
        var pair = try Pair()
        pair.open()
        pair.client.take(Wire.frame(9, say("1699999999999")) + Wire.frame(9, []), at: 0)
        try pair.client.send(.text, say("later").span, at: 0)
        let items = Decoded(pair.client.say(.max, at: 0), role: .server).items
        let first = Found(item: .pong, payload: say("1699999999999"))
        #expect(items == [first, Found(item: .pong, payload: []), .text("later")])
        #expect(pair.client.counters.pingsReceived == 2 && pair.client.counters.pongsSent == 2)
    }

    @Test func `a flood of pings is answered within the bound of what waits`() throws {
        var limits = MessageLimits()
        limits.sendBytesMax = 2000
        var pair = try Pair(ConnectionTiming(), limits)
        pair.open()
        let ping = Wire.frame(9, [UInt8](repeating: 1, count: 125))
        for _ in 0..<1000 { pair.client.take(ping, at: 0) }
        #expect(pair.client.counters.pingsReceived == 1000)
        #expect(pair.client.bytesToSend <= 2512)
        #expect(pair.client.counters.pongsSent == pair.client.bytesToSend / 131)
        // The close still finds room.
        pair.client.close(.normal, at: 0)
        let items = Decoded(pair.client.say(.max, at: 0), role: .server).items
        #expect(items.last?.item == .close(.normal))
    }

    @Test func `a message that finds no room is refused and the connection stays`() throws {
        var limits = MessageLimits()
        limits.sendBytesMax = 1000
        var pair = try Pair(ConnectionTiming(), limits)
        pair.open()
        let message = [UInt8](repeating: 0x61, count: 600)
        try pair.client.send(.text, message.span, at: 0)
        #expect(throws: SendFault.full(waiting: 608, max: 1000)) {
            try pair.client.send(.text, message.span, at: 0)
        }
        #expect(pair.client.counters.messagesRefused == 1)
        #expect(pair.move().server.count == 1)
        try pair.client.send(.text, message.span, at: 0)
        #expect(pair.move().server.count == 1)
    }

    @Test func `F22: what breaks the rules is told with its code and ends the connection`() throws {
        let cases: [([UInt8], UInt16)] = [
            (Wire.frame(3, []), 1002), (Wire.frame(1, [0xFF]), 1007),
            (Wire.text("a", mask: [1, 2, 3, 4]), 1002),
            ([0x82, 127, 0, 0, 0, 0, 255, 0, 0, 0], 1009), (Wire.close(1005), 1002),
        ]
        for (bytes, code) in cases {
            var pair = try Pair()
            pair.open()
            let found = pair.client.take(Wire.text("before") + bytes + Wire.text("after"), at: 0)
            #expect(found == [.text("before")])
            let items = Decoded(pair.client.say(.max, at: 0), role: .server).items
            #expect(items.map(\.item) == [.close(CloseStatus(code: code))])
            #expect(pair.client.phase == .closing && pair.client.mustFinish)
            guard case .failed(.violation(let violation)) = pair.client.end else {
                Issue.record("\(String(describing: pair.client.end))")
                return
            }
            #expect(violation.closeCode == code)
        }
    }

    @Test func `an end without a close is a failure`() throws {
        var pair = try Pair()
        pair.open()
        pair.client.peerEnded()
        #expect(pair.client.end == .failed(.ended(.open)))
        #expect(pair.client.phase == .closed && pair.client.deadline == nil)
    }

    @Test func `what comes with the answer to the handshake is read`() throws {
        var pair = try Pair()
        pair.client.resolved(addressCount: 1, at: 0)
        pair.client.connected(at: 0)
        pair.server.take(pair.client.say(.max, at: 0), at: 0)
        pair.server.grant(at: 0)
        try pair.server.send(.text, say("first").span, at: 0)
        #expect(pair.client.take(pair.server.say(.max, at: 0), at: 0) == [.text("first")])
    }

    @Test func `a proxy is asked first, and its refusal is told`() throws {
        let proxy = try #require(Proxy("http://us%40er:pass@p:3128"))
        var client = try Pair.client(address: "wss://h.example/x", through: proxy)
        client.resolved(addressCount: 1, at: 0)
        client.connected(at: 0)
        #expect(client.phase == .tunneling)
        let request = String(decoding: client.say(.max, at: 0), as: UTF8.self)
        let lines = [
            "CONNECT h.example:443 HTTP/1.1", "Host: h.example:443",
            "Proxy-Authorization: Basic dXNAZXI6cGFzcw==", "", "",
        ]
        #expect(request == lines.joined(separator: "\r\n"))
        client.take(say("HTTP/1.1 200 OK\r\n"), at: 0)
        #expect(client.phase == .tunneling)
        client.take(say("\r\n"), at: 0)
        #expect(client.phase == .securing)

        for (answer, failure) in [
            ("HTTP/1.1 407 No\r\n\r\n", .proxy(.refused(HTTPRefusal(status: 407)))),
            ("HTTP/1.1 200 OK\r\n\r\nx", .proxy(.surplus)),
        ] as [(String, WebSocketFailure)] {
            var client = try Pair.client(address: "wss://h.example/x", through: proxy)
            client.resolved(addressCount: 1, at: 0)
            client.connected(at: 0)
            client.take(say(answer), at: 0)
            #expect(client.end == .failed(failure) && client.phase == .closed)
        }
    }

    @Test func `a server refuses with a status and a wait`() throws {
        var pair = try Pair()
        pair.client.resolved(addressCount: 1, at: 0)
        pair.client.connected(at: 0)
        pair.server.take(pair.client.say(.max, at: 0), at: 0)
        #expect(pair.server.request?.target == "/x")
        pair.server.refuse(status: 429, headers: ["Retry-After: 7"], at: 0)
        pair.client.take(pair.server.say(.max, at: 0), at: 0)
        let refusal = HTTPRefusal(status: 429, retryAfterSeconds: 7)
        #expect(pair.client.end == .failed(.handshake(.refused(refusal))))
        guard case .failed(let failure) = pair.client.end else { return }
        #expect(failure.refusal == refusal)
        #expect(pair.server.mustFinish == true)
    }

    @Test func `F11: a head has a bound`() throws {
        var limits = MessageLimits()
        limits.headBytesMax = 500
        var pair = try Pair(ConnectionTiming(), limits)
        pair.client.resolved(addressCount: 1, at: 0)
        pair.client.connected(at: 0)
        pair.client.take(say("HTTP/1.1 101 x\r\nX: " + String(repeating: "y", count: 500)), at: 0)
        #expect(pair.client.end == .failed(.handshake(.headTooLong(max: 500))))
        pair.server.take(say("GET / HTTP/1.1\r\nX: " + String(repeating: "y", count: 500)), at: 0)
        #expect(pair.server.end == .failed(.handshake(.headTooLong(max: 500))))
        #expect(String(decoding: pair.server.say(.max, at: 0), as: UTF8.self).contains(" 400 "))
    }
}
