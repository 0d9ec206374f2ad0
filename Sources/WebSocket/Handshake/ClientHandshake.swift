/// The opening handshake as a client sees it: the request, and what the answer means (RFC 6455, section 4.1).
package struct ClientHandshake: Sendable, Equatable {
    private let address: WebSocketAddress
    private let key: String
    private let headers: [HTTPHead.Header]
    private let protocols: [String]

    /// Prepares a request.
    ///
    /// - Parameters:
    ///   - address: Where it goes.
    ///   - key: 16 bytes that nobody can foresee.
    ///   - headers: Further headers, such as `User-Agent`; values may be secrets.
    ///   - protocols: The subprotocols that are offered, usually none.
    package init(
        _ address: WebSocketAddress,
        key: [UInt8],
        headers: [HTTPHead.Header] = [],
        protocols: [String] = []
    ) {
        precondition(key.count == 16, "a key has 16 bytes, not \(key.count)")
        let values = headers.flatMap { [$0.name, $0.value] } + protocols
        precondition(
            values.allSatisfy { $0.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F } },
            "a header of the request has a letter that is not visible"
        )
        self.address = address
        self.key = Base64.encode(key)
        self.headers = headers
        self.protocols = protocols
    }

    /// The bytes to send.
    package var request: [UInt8] {
        var lines = [
            "GET \(address.target) HTTP/1.1", "Host: \(address.hostHeader)", "Upgrade: websocket",
            "Connection: Upgrade", "Sec-WebSocket-Key: \(key)", "Sec-WebSocket-Version: 13",
        ]
        if !protocols.isEmpty {
            lines.append("Sec-WebSocket-Protocol: " + protocols.joined(separator: ", "))
        }
        lines += headers.map { "\($0.name): \($0.value)" }
        return Array((lines + ["", ""]).joined(separator: "\r\n").utf8)
    }

    /// Judges an answer.
    ///
    /// - Parameter head: The head with its empty line.
    /// - Returns: The subprotocol that the server chose, if any were offered.
    /// - Throws: ``HandshakeFault`` when it grants no connection.
    @discardableResult
    package func accept(_ head: [UInt8]) throws(HandshakeFault) -> String? {
        let head = try HTTPHead(head)
        let status = try Self.status(head)
        guard status == 101 else { throw Self.refusal(status, head) }
        guard head.lists("websocket", in: "upgrade"), head.lists("upgrade", in: "connection") else {
            throw .notUpgraded
        }
        guard head.single("sec-websocket-accept") == Self.answer(to: key) else {
            throw .wrongAccept
        }
        guard head.values("sec-websocket-extensions").allSatisfy(\.isEmpty) else {
            throw .unknownExtension
        }
        let chosen = head.values("sec-websocket-protocol")
        if protocols.isEmpty {
            guard chosen.isEmpty else { throw .unknownProtocol }
            return nil
        }
        guard chosen.count == 1, protocols.contains(chosen[0]) else { throw .unknownProtocol }
        return chosen[0]
    }

    /// Judges a proxy's answer to `CONNECT`.
    static func acceptProxy(_ head: [UInt8]) throws(HandshakeFault) {
        let head = try HTTPHead(head)
        let status = try status(head)
        guard (200...299).contains(status) else { throw refusal(status, head) }
    }

    /// What proves that a key was understood.
    static func answer(to key: String) -> String {
        Base64.encode(SHA1.digest(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"))
    }

    private static func refusal(_ status: Int, _ head: HTTPHead) -> HandshakeFault {
        if (300...399).contains(status) { return .redirected(status: status) }
        return .refused(HTTPRefusal(status: status, head))
    }

    private static func status(_ head: HTTPHead) throws(HandshakeFault) -> Int {
        let words = head.firstLine.split(separator: " ", maxSplits: 2)
        guard words.count >= 2, words[0] == "HTTP/1.1" || words[0] == "HTTP/1.0",
            words[1].utf8.count == 3, let status = Int(words[1]), status >= 100
        else { throw .notHTTP }
        // HTTP/1.0 knows no upgrade; proxies still answer CONNECT with it.
        guard words[0] == "HTTP/1.1" || status != 101 else { throw .notHTTP }
        return status
    }
}
