/// A client's request for a WebSocket, and the answers to it (RFC 6455, section 4.2).
package struct ServerHandshake: Sendable, Equatable {
    /// The path with the query that was asked for; it may hold a secret.
    package let target: String
    /// The subprotocols that the client offers.
    package let protocols: [String]
    /// The whole head, for further headers.
    package let head: HTTPHead
    private let key: String

    /// Judges a request.
    ///
    /// - Parameter bytes: The head with its empty line.
    /// - Throws: ``HandshakeFault/badRequest(_:)`` or ``HandshakeFault/malformedHead``; answer it with
    ///   ``refusal(status:headers:)``.
    package init(_ bytes: [UInt8]) throws(HandshakeFault) {
        let head = try HTTPHead(bytes)
        let words = head.firstLine.split(separator: " ", omittingEmptySubsequences: false)
        guard words.count == 3, words[0] == "GET", words[2] == "HTTP/1.1", words[1].hasPrefix("/")
        else { throw .badRequest("the first line is not GET /… HTTP/1.1") }
        guard head.single("host") != nil else { throw .badRequest("not one Host") }
        guard head.lists("websocket", in: "upgrade"), head.lists("upgrade", in: "connection") else {
            throw .badRequest("no Upgrade: websocket with Connection: Upgrade")
        }
        guard head.single("sec-websocket-version") == "13" else {
            throw .badRequest("Sec-WebSocket-Version is not 13")
        }
        guard let key = head.single("sec-websocket-key"), Base64.decodedCount(key) == 16 else {
            throw .badRequest("Sec-WebSocket-Key does not stand for 16 bytes")
        }
        self.key = key
        self.head = head
        target = String(words[1])
        protocols = head.values("sec-websocket-protocol").flatMap { value in
            value.split { $0 == "," || $0 == " " }.map(String.init)
        }
    }

    /// The answer that grants the connection.
    ///
    /// - Parameter chosen: One of the subprotocols that the client offers, or `nil`.
    /// - Returns: The bytes to send.
    package func granting(protocol chosen: String? = nil) -> [UInt8] {
        var lines = [
            "HTTP/1.1 101 Switching Protocols", "Upgrade: websocket", "Connection: Upgrade",
            "Sec-WebSocket-Accept: \(ClientHandshake.answer(to: key))",
        ]
        if let chosen { lines.append("Sec-WebSocket-Protocol: \(chosen)") }
        return Array((lines + ["", ""]).joined(separator: "\r\n").utf8)
    }

    /// An answer that refuses a request.
    ///
    /// - Parameters:
    ///   - status: Such as 400, 429 or 503.
    ///   - headers: Further lines, such as `Retry-After: 5`.
    /// - Returns: The bytes to send.
    package static func refusal(status: Int, headers: [String] = []) -> [UInt8] {
        let lines =
            ["HTTP/1.1 \(status) Refused", "Content-Length: 0", "Connection: close"] + headers
        return Array((lines + ["", ""]).joined(separator: "\r\n").utf8)
    }
}
