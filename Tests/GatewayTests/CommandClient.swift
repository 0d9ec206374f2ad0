import Gateway
import Testing
import ZeroMQ

/// Asks a gateway.
struct CommandClient: ~Copyable {
    private let socket: RequestSocket

    init(_ context: Context, _ server: GatewayServer) throws {
        socket = try RequestSocket(
            context: context,
            endpoint: server.replyEndpoint,
            timeoutMilliseconds: 20_000
        )
    }

    /// Sends a command and returns the members of its answer.
    func ask(_ action: String, payload: String = "{}") throws -> [String: String] {
        try ask(raw: #"{"action":"\#(action)","req_id":"r-1","payload":\#(payload)}"#)
    }

    /// Sends a command whose answer nobody waits for; the client is of no use afterwards.
    func send(_ raw: String) throws {
        let isSent = try socket.send(raw)
        try #require(isSent, "nobody took it")
    }

    func ask(raw: String) throws -> [String: String] {
        let answer = try socket.ask(raw)
        return jsonMembers(Array(try #require(answer, "no answer").utf8))
    }
}
