/// A stream as clients get it: one of the market's streams under a name, its changes collected or as they are.
struct StreamLane: Sendable {
    /// Who takes it: the place of a connection, and the stream's place in that connection.
    struct Subscriber: Sendable, Equatable {
        var slot: Int
        var stream: Int
    }

    /// What tells lanes apart.
    struct Key: Sendable, Hashable {
        var source: Int
        var name: String
        var policy: DepthBatcher.Policy?
    }

    /// What a lane makes of the market.
    struct Output: Sendable {
        var payload: Payload
        var ids: ClosedRange<Int64>?
    }

    let key: Key
    let name: StreamName
    private let isSource: Bool
    private var batcher: DepthBatcher?
    /// Those who take it now.
    var subscribers: [Subscriber] = []
    /// What it has made, whoever took it.
    private(set) var made = StreamCount()

    init(_ key: Key, source: StreamName) {
        self.key = key
        name = StreamName(key.name)
        isSource = source.text == key.name
        batcher = key.policy.map(DepthBatcher.init)
    }

    /// When it makes something of what it has collected.
    var flushOffset: Int64 { batcher?.flushOffset ?? .max }

    /// Takes a message of its source.
    mutating func take(_ message: MarketMessage) -> Output? {
        if batcher != nil, case .depth(let update) = message.update {
            return batcher?.add(update, at: message.offset).flatMap { output($0) }
        }
        if case .depth(let update) = message.update, message.payload == nil {
            return output(update)
        }
        guard let payload = message.payload else { return nil }
        made.add(message.update.ids)
        return Output(
            payload: isSource ? payload : payload.renamed(name.text),
            ids: message.update.ids
        )
    }

    /// Forgets what was collected, because nobody takes it.
    mutating func rest() { _ = batcher?.flush() }

    /// Makes a message of what was collected.
    mutating func flush() -> Output? { batcher?.flush().flatMap { output($0) } }

    private mutating func output(_ update: BookChange) -> Output {
        let ids = update.firstID...max(update.firstID, update.lastID)
        made.add(ids)
        return Output(payload: MessageText.depth(update, stream: name.text), ids: ids)
    }
}

/// How many messages, and of which numbers.
struct StreamCount: Sendable, Equatable {
    var messages = 0
    /// The first number of the first message, and the last number of the last one.
    var firstID: Int64?
    var lastID: Int64?

    mutating func add(_ ids: ClosedRange<Int64>?) {
        messages += 1
        guard let ids else { return }
        if firstID == nil { firstID = ids.lowerBound }
        lastID = ids.upperBound
    }
}
