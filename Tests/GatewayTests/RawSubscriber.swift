import Platform
import Testing
import TradingCore
import ZeroMQ

/// A subscriber that understands nothing but JSON keys, so that the gateway is judged from outside.
struct RawSubscriber: ~Copyable {
    /// A message as it arrived.
    struct Message {
        let first: [UInt8]
        let second: [UInt8]?
        let parts: Int

        /// The frame that holds JSON.
        var text: String { String(decoding: second ?? first, as: UTF8.self) }
        var topic: String? { second == nil ? nil : String(decoding: first, as: UTF8.self) }

        /// The members of the JSON object as text, strings without quotes; empty for anything else.
        var members: [String: String] { jsonMembers(Array(text.utf8)) }
        /// Whether it is a numbered tick, readable or not.
        var isTick: Bool { text.contains("\"seq\":") }
        var isHeartbeat: Bool { members["type"] == "HEARTBEAT" }
        var symbol: String { members["symbol"] ?? "" }
        var sequence: UInt64 { members["seq"].flatMap { UInt64($0) } ?? 0 }
        var epoch: Int64 { members["epoch"].flatMap { Int64($0) } ?? 0 }
    }

    private let socket: SubscribeSocket

    init(
        _ context: Context,
        _ endpoint: String,
        options: SubscribeSocket.Options = .init()
    ) throws {
        let socket = try SubscribeSocket(context: context, options: options)
        try socket.connect(to: endpoint)
        self.socket = socket
    }

    /// Receives messages until there are enough of them.
    func messages(until isEnough: ([Message]) -> Bool) throws -> [Message] {
        var messages: [Message] = []
        try receive { message in
            messages.append(message)
            return !isEnough(messages)
        }
        return messages
    }

    /// Receives messages as long as `wantsMore`, for at most 60 s.
    func receive(while wantsMore: (Message) -> Bool) throws {
        var poller = SocketPoller()
        poller.add(socket)
        let end = SystemClock.monotonicNanoseconds() + 60_000_000_000
        while true {
            try #require(SystemClock.monotonicNanoseconds() < end, "not enough in 60 s")
            var isEnough = false
            let arrived = try socket.receive { first, second, parts in
                var body: [UInt8]?
                if let second { body = copy(second) }
                isEnough = !wantsMore(Message(first: copy(first), second: body, parts: parts))
            }
            if isEnough { return }
            if !arrived {
                let isReady = poller.wait(milliseconds: 20_000)
                try #require(isReady, "nothing arrived for 20 s")
            }
        }
    }
}

/// Copies bytes that are lent.
func copy(_ bytes: Span<UInt8>) -> [UInt8] {
    var copy: [UInt8] = []
    copy.reserveCapacity(bytes.count)
    for index in bytes.indices { copy.append(bytes[index]) }
    return copy
}

/// The members of a JSON object as text; of nested objects too, with the names joined by points.
func jsonMembers(_ text: [UInt8]) -> [String: String] {
    var members: [String: String] = [:]
    let bytes = text.span
    func read(_ scanner: inout JSONScanner, _ prefix: String) throws(JSONFault) {
        try scanner.enterObject(in: bytes)
        while let key = try scanner.nextKey(in: bytes) {
            let name = prefix + key.string(in: bytes)
            switch try scanner.nextKind(in: bytes) {
            case .object: try read(&scanner, name + ".")
            case .string: members[name] = try scanner.string(in: bytes).string(in: bytes)
            default:
                let start = scanner.position
                try scanner.skipValue(in: bytes)
                members[name] = String(decoding: text[start..<scanner.position], as: UTF8.self)
            }
        }
    }
    var scanner = JSONScanner(keyCountMax: 100_000)
    do throws(JSONFault) {
        try read(&scanner, "")
        try scanner.finish(in: bytes)
    } catch {
        return [:]
    }
    return members
}
