import Testing
import TradingCore

/// What the buffer must do, written with plain arrays.
struct BufferModel {
    /// An event in short.
    struct Item: Equatable {
        var kind: MarketEvent.Kind
        var stream: UInt16
        var first: UInt64
        var last: UInt64
        var count: UInt64
    }

    /// A loss in short.
    struct Loss: Equatable {
        var first: UInt64
        var last: UInt64
        var count: UInt64
    }

    let capacity: Int
    var messages: [[Item]] = []
    var lossOrder: [UInt16] = []
    var losses: [UInt16: Loss] = [:]
    var shed: [UInt16: UInt64] = [:]

    var eventCount: Int { messages.reduce(0) { $0 + $1.count } }
    var messageCount: Int { messages.count { $0[0].kind != .gap } }

    mutating func append(_ message: [Item]) {
        guard let end = message.last else { return }
        var kept = message
        if message.count > capacity {
            shed[end.stream, default: 0] += 1
            kept = [
                Item(kind: .gap, stream: end.stream, first: end.last, last: end.last, count: 1)
            ]
        }
        while eventCount + kept.count > capacity { shedOldest() }
        messages.append(kept)
    }

    private mutating func shedOldest() {
        guard let end = messages.removeFirst().last else { return }
        if end.kind != .gap { shed[end.stream, default: 0] += 1 }
        if let loss = losses[end.stream] {
            losses[end.stream] = Loss(
                first: loss.first,
                last: end.last,
                count: loss.count + end.count
            )
        } else {
            lossOrder.append(end.stream)
            losses[end.stream] = Loss(first: end.first, last: end.last, count: end.count)
        }
    }

    /// What the consumer is to see: losses first, then the events.
    mutating func take() -> [Item] {
        let gaps = lossOrder.compactMap { stream in
            losses[stream].map { loss in
                Item(
                    kind: .gap,
                    stream: stream,
                    first: loss.first,
                    last: loss.last,
                    count: loss.count
                )
            }
        }
        let all = gaps + messages.flatMap(\.self)
        self = BufferModel(capacity: capacity, shed: shed)
        return all
    }
}

extension BufferModel.Item {
    /// The short form of an event.
    init(_ event: MarketEvent) {
        let isGap = event.kind == .gap
        self.init(
            kind: event.kind,
            stream: event.stream.rawValue,
            first: isGap ? event.gapFirst : event.sequence,
            last: isGap ? event.gapLast : event.sequence,
            count: isGap ? event.gapCount : 1
        )
    }
}

extension EventBatch {
    /// The batch's events, copied.
    func events() -> [MarketEvent] {
        var copies: [MarketEvent] = []
        forEachFeedState { copies.append($0) }
        forEachRun(lossTime: .zero) { run in
            for index in run.indices { copies.append(run[index]) }
        }
        return copies
    }
}

/// Makes events and keeps each stream's numbering.
struct EventSource {
    static let streamCount = 8
    var sequences: [UInt64] = Array(repeating: 0, count: streamCount)
    var tallies: [StreamTally] = Array(repeating: StreamTally(), count: streamCount)

    /// A message of `size` events on a symbol's book.
    mutating func message(symbol: UInt16, size: Int) -> [MarketEvent] {
        let stream = StreamID(symbol: SymbolID(rawValue: symbol), kind: .book)
        sequences[stream.index] += 1
        tallies[stream.index].appended += 1
        return (1...size).map { part in
            MarketEvent(
                kind: .bookLevel,
                feed: FeedID(rawValue: 0),
                symbol: stream.symbol,
                sequence: sequences[stream.index],
                receiveTime: .zero,
                flags: part == size ? .last : []
            )
        }
    }

    /// A gap of `count` messages; of none when their number is unknown.
    mutating func gap(symbol: UInt16, count: UInt64) -> [MarketEvent] {
        let stream = StreamID(symbol: SymbolID(rawValue: symbol), kind: .book)
        let first = sequences[stream.index] + 1
        sequences[stream.index] += count
        let last = max(first, sequences[stream.index])
        return [
            .gap(
                feed: FeedID(rawValue: 0),
                stream: stream,
                missing: (first, last, count),
                cause: .sequence,
                at: .zero
            )
        ]
    }
}
