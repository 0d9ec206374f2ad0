import Telemetry
import WebSocket

/// One connection's agreement with the venue: what it takes, what it may say, and how long it lasts.
struct VenueSession: Sendable {
    /// What a message of the client leads to.
    enum Action: Sendable, Equatable {
        case reply([UInt8])
        case subscribe(String)
        case unsubscribe(String)
        /// The client went beyond a limit.
        case close(CloseStatus)
    }

    /// The streams that one connection may take.
    static let streamsMax = 1024
    /// The longest message of a client.
    static let messageBytesMax = 65_536

    let kind: MarketKind
    let route: StreamTarget.Route
    /// Whether messages come with the name of their stream.
    private(set) var isCombined: Bool
    /// What it takes, in the order in which it was asked for.
    private(set) var subscriptions: [String] = []
    /// Messages of the client.
    private(set) var messages = 0
    private var recent: [Int64] = []
    private let messagesPerSecond: Int

    /// Begins a session without a subscription.
    init(_ target: StreamTarget, kind: MarketKind, messagesPerSecond: Int? = nil) {
        self.kind = kind
        route = target.route
        isCombined = target.isCombined
        self.messagesPerSecond = messagesPerSecond ?? kind.messagesPerSecond
    }

    /// Takes the streams of the path.
    mutating func open(_ target: StreamTarget) -> [Action] {
        subscribe(target.streams) ?? [Self.tooMany]
    }

    /// Takes a message of the client.
    mutating func receive(_ bytes: Span<UInt8>, at now: Int64) -> [Action] {
        messages += 1
        recent.removeAll { $0 <= now - 1_000_000_000 }
        recent.append(now)
        guard recent.count <= messagesPerSecond else {
            return [.close(CloseStatus(code: 1008, reason: "Too many requests"))]
        }
        do throws(ControlMessage.Refusal) {
            let message = try ControlMessage(bytes)
            return try answer(message)
        } catch {
            return [.reply(Array(error.text.utf8))]
        }
    }

    private mutating func answer(
        _ message: ControlMessage
    ) throws(ControlMessage.Refusal) -> [Action] {
        let id = message.id
        switch message.method {
        case .subscribe(let names):
            guard let actions = subscribe(names) else {
                throw ControlMessage.Refusal(
                    code: 2,
                    message: "Invalid request: too many parameters",
                    id: id
                )
            }
            return actions + [Self.result("null", id)]
        case .unsubscribe(let names):
            var actions: [Action] = []
            for name in names {
                guard let index = subscriptions.firstIndex(of: name) else { continue }
                subscriptions.remove(at: index)
                actions.append(.unsubscribe(name))
            }
            return actions + [Self.result("null", id)]
        case .list:
            let list = subscriptions.map { JSONWriter.quoted($0) }.joined(separator: ",")
            return [Self.result("[\(list)]", id)]
        case .setCombined(let flag):
            isCombined = flag
            return [Self.result("null", id)]
        case .getCombined: return [Self.result(isCombined ? "true" : "false", id)]
        }
    }

    private mutating func subscribe(_ names: [String]) -> [Action]? {
        var fresh: [String] = []
        for name in names where !subscriptions.contains(name) && !fresh.contains(name) {
            fresh.append(name)
        }
        guard subscriptions.count + fresh.count <= Self.streamsMax else { return nil }
        subscriptions += fresh
        return fresh.map { .subscribe($0) }
    }

    private static let tooMany = Action.close(CloseStatus(code: 1008, reason: "Too many streams"))

    private static func result(_ value: String, _ id: String) -> Action {
        .reply(Array(#"{"result":\#(value),"id":\#(id)}"#.utf8))
    }
}
