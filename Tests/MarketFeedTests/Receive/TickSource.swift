import Testing
import TradingCore
import ZeroMQ

/// A publisher that the test's thread drives, message by message.
final class TickSource {
    /// How ticks are written.
    enum Form {
        case sequenced
        /// Without numbers; the bid is the number.
        case unsequenced
    }

    let endpoint: String
    let epoch: UInt64
    let form: Form
    /// The number of each symbol's next tick.
    var next: [String: UInt64] = [:]
    /// How many subscriptions have come.
    private(set) var subscriptions = 0
    private let socket: PublishSocket

    init(
        _ context: Context,
        at endpoint: String = "tcp://127.0.0.1:*",
        epoch: UInt64 = 1,
        form: Form = .sequenced,
        options: PublishSocket.Options = .init()
    ) throws {
        socket = try PublishSocket(context: context, options: options)
        self.endpoint = try socket.bind(to: endpoint)
        self.epoch = epoch
        self.form = form
    }

    var port: UInt16 {
        get throws { try #require(endpoint.split(separator: ":").last.flatMap { UInt16($0) }) }
    }

    /// Sends the next tick of a symbol; `false` when the queue is full.
    @discardableResult
    func sendTick(_ symbol: String = "EURUSD") throws -> Bool {
        try noteSubscriptions()
        let number = next[symbol, default: 1]
        guard try send([Array(tick(symbol, number).utf8)]) else { return false }
        next[symbol] = number + 1
        return true
    }

    /// Sends the next tick once somebody has subscribed.
    func sendTickIfHeard() throws {
        if subscriptions == 0 { try noteSubscriptions() }
        if subscriptions > 0 { try sendTick() }
    }

    /// The text of a tick.
    func tick(_ symbol: String, _ number: UInt64) -> String {
        let start = "{\"type\":\"TICK\",\"symbol\":\"\(symbol)\",\"bid\":"
        return switch form {
        case .sequenced: start + "1.08500,\"ask\":1.08520,\"seq\":\(number),\"epoch\":\(epoch)}"
        case .unsequenced: start + "\(100_000 + number),\"ask\":\(100_001 + number)}"
        }
    }

    /// Sends a message of any parts; `false` when the queue is full.
    @discardableResult
    func send(_ parts: [[UInt8]]) throws -> Bool {
        for (index, part) in parts.enumerated() {
            guard try socket.send(part.span, more: index < parts.count - 1) else { return false }
        }
        return true
    }

    /// Counts the subscriptions that have come.
    func noteSubscriptions() throws {
        while let isSubscription = try socket.nextSubscription() {
            if isSubscription { subscriptions += 1 }
        }
    }
}
