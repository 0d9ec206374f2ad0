/// Why the opening handshake, or a proxy's consent, is not what RFC 6455 asks for.
package enum HandshakeFault: Error, Sendable, Equatable {
    /// The head is no HTTP/1.1 head.
    case malformedHead
    /// The head is longer than allowed.
    case headTooLong(max: Int)
    /// The first line is no answer of HTTP/1.1.
    case notHTTP
    /// The server said no.
    case refused(HTTPRefusal)
    /// The server, or a proxy, sends us elsewhere; no redirect is followed, since it could lead anywhere.
    case redirected(status: Int)
    /// 101 came without `Upgrade: websocket` and `Connection: Upgrade`.
    case notUpgraded
    /// The proof that the server understood the key is missing or wrong.
    case wrongAccept
    /// The server uses an extension nobody offered.
    case unknownExtension
    /// The server chose a subprotocol nobody offered, or none of those that were.
    case unknownProtocol
    /// Bytes came behind the answer of a proxy, which must wait for us.
    case surplus
    /// A request that is none for a WebSocket; what is missing or wrong.
    case badRequest(String)
}

/// An answer that grants no connection.
package struct HTTPRefusal: Sendable, Equatable {
    /// The status, such as 429 or 503.
    package let status: Int
    /// How many seconds the server asks to wait (`Retry-After` as a number, at most a day).
    package let retryAfterSeconds: Int?

    package init(status: Int, retryAfterSeconds: Int? = nil) {
        self.status = status
        self.retryAfterSeconds = retryAfterSeconds
    }

    /// Whether the server says that too much was asked of it; Binance bans who goes on after 429.
    package var isRateLimit: Bool { status == 429 || status == 418 }

    init(status: Int, _ head: HTTPHead) {
        self.status = status
        let text = head.single("retry-after") ?? ""
        let isNumber = !text.isEmpty && text.utf8.allSatisfy { (0x30...0x39).contains($0) }
        retryAfterSeconds = isNumber ? min(Int(text) ?? .max, 86_400) : nil
    }
}

extension HandshakeFault: CustomStringConvertible {
    package var description: String {
        switch self {
        case .malformedHead: "the head of the answer is not HTTP/1.1"
        case .headTooLong(let max): "the head is longer than \(max) bytes"
        case .notHTTP: "what answers is no HTTP/1.1 server"
        case .refused(let refusal):
            "refused with status \(refusal.status)"
                + (refusal.retryAfterSeconds.map { ", to be tried again after \($0) s" } ?? "")
        case .redirected(let status):
            "redirected with status \(status), which is not followed: set the address it leads to"
        case .notUpgraded: "status 101 without Upgrade: websocket and Connection: Upgrade"
        case .wrongAccept: "Sec-WebSocket-Accept is not the answer to our key"
        case .unknownExtension: "the server uses an extension that was not offered"
        case .unknownProtocol: "the server does not use a subprotocol that was offered"
        case .surplus: "bytes came behind the proxy's answer before anything was asked"
        case .badRequest(let what): "no request for a WebSocket: \(what)"
        }
    }
}
