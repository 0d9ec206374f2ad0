import TestSupport
import Testing
import TradingCore

@Suite struct EventBufferModelTests {
    /// A buffer and its model, driven by the same operations.
    private struct Pair {
        let buffer: EventBuffer
        var spare: EventBatch
        var model: BufferModel
        var source = EventSource()

        init(capacity: Int) {
            buffer = EventBuffer(
                EventBuffer.Configuration(
                    capacity: capacity,
                    streamCount: EventSource.streamCount,
                    feedCount: 1
                )
            )
            spare = buffer.makeSpareBatch()
            model = BufferModel(capacity: capacity)
        }

        static let operationCount = 8

        /// Does one operation; `false` when buffer and model differ afterwards.
        mutating func perform(_ operation: Int) -> Bool {
            switch operation {
            case 0: append([source.message(symbol: 0, size: 1)])
            case 1: append([source.message(symbol: 1, size: 2)])
            case 2: append([source.message(symbol: 0, size: 3)])
            case 3:
                append([
                    source.message(symbol: 0, size: 1), source.gap(symbol: 1, count: 3),
                    source.message(symbol: 1, size: 1),
                ])
            case 4: append([source.gap(symbol: 0, count: 0)])
            case 5: append([source.gap(symbol: 0, count: 2)])
            case 6: append([])
            default: return takeAgrees()
            }
            return countersAgree()
        }

        private mutating func append(_ messages: [[MarketEvent]]) {
            let events = messages.flatMap(\.self)
            _ = buffer.append(
                events.span,
                touched: ([2, 6] as [UInt16]).span,
                tallies: source.tallies.span
            )
            for message in messages { model.append(message.map(BufferModel.Item.init)) }
        }

        mutating func takeAgrees() -> Bool {
            let isEmpty = model.messages.isEmpty
            guard buffer.take(&spare) == !isEmpty else { return false }
            let expected = model.take()
            let agrees = spare.events().map(BufferModel.Item.init) == expected
            spare.clear()
            return agrees && countersAgree()
        }

        private func countersAgree() -> Bool {
            var agrees = false
            buffer.withTallies { tallies, shed, occupancy in
                let sheds = shed.indices.allSatisfy { shed[$0] == model.shed[UInt16($0)] ?? 0 }
                agrees =
                    sheds && tallies == source.tallies && occupancy.events == model.eventCount
                    && occupancy.messages == model.messageCount
                    && occupancy.events <= occupancy.highWaterEvents
                    && occupancy.highWaterEvents <= model.capacity
            }
            return agrees
        }
    }

    @Test(arguments: 1...5)
    func `agrees with plain arrays after every short sequence of operations`(capacity: Int) {
        let length = 4
        var total = 1
        for _ in 0..<length { total *= Pair.operationCount }
        for number in 0..<total {
            var pair = Pair(capacity: capacity)
            var rest = number
            var done: [Int] = []
            for _ in 0..<length {
                done.append(rest % Pair.operationCount)
                rest /= Pair.operationCount
            }
            let failure = done.firstIndex { !pair.perform($0) }
            guard failure == nil, pair.takeAgrees() else {
                Issue.record("capacity \(capacity), operations \(done)")
                return
            }
        }
    }

    @Test(arguments: 0..<20 as Range<UInt64>)
    func `agrees with plain arrays in long random runs`(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var pair = Pair(capacity: Int.random(in: 1...24, using: &random))
        for step in 0..<1500 {
            var operation = Int.random(in: 0..<Pair.operationCount, using: &random)
            // Long runs without a take, so that the storage wraps many times.
            if operation == 7, Int.random(in: 0..<4, using: &random) > 0 { operation = 0 }
            guard pair.perform(operation) else {
                Issue.record("seed \(seed), step \(step), operation \(operation)")
                return
            }
        }
        let agrees = pair.takeAgrees()
        #expect(agrees, "seed \(seed)")
    }
}
