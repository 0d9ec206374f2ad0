import TradingCore

/// Measures the buffer between feed threads and loop: appending and taking by one thread.
enum BufferBench {
    private static let eventCount = 1 << 18

    /// Measures single events, messages of seven, and an append that sheds.
    static func run() -> [BenchMeasurement] {
        [
            appendAndTake("one event at a time", perAppend: 1, levelsPerMessage: 1),
            appendAndTake("64 events at a time", perAppend: 64, levelsPerMessage: 1),
            appendAndTake("messages of 7 events", perAppend: 7, levelsPerMessage: 7),
            shedding(),
        ]
    }

    private static func appendAndTake(
        _ name: String,
        perAppend: Int,
        levelsPerMessage: Int
    ) -> BenchMeasurement {
        let appendsPerTake = 448 / perAppend
        let takes = eventCount / (appendsPerTake * perAppend)
        let buffer = makeBuffer(capacity: 65_536)
        let events = BenchEvents.events(perAppend, levelsPerMessage: levelsPerMessage)
        let tallies = [StreamTally](repeating: StreamTally(), count: BenchEvents.streamCount)
        let touched: [UInt16] = [0]
        var batch = buffer.makeSpareBatch()
        var taken = 0
        let rounds = CPURounds.measure(operations: takes * appendsPerTake * perAppend) {
            for _ in 0..<takes {
                for _ in 0..<appendsPerTake {
                    _ = buffer.append(
                        events.span,
                        touched: touched.span,
                        tallies: tallies.span
                    )
                }
                if buffer.take(&batch) { taken += batch.eventCount }
                batch.clear()
            }
        }
        precondition(
            taken == takes * appendsPerTake * perAppend * (CPURounds.count + 1),
            "\(taken) events were taken"
        )
        return BenchMeasurement(
            suite: .buffer,
            name: "append and take, \(name)",
            unit: .nanosecondsPerEvent,
            rounds: rounds
        )
    }

    private static func shedding() -> BenchMeasurement {
        let buffer = makeBuffer(capacity: 4096)
        let events = BenchEvents.events(64, levelsPerMessage: 1)
        let tallies = [StreamTally](repeating: StreamTally(), count: BenchEvents.streamCount)
        let touched: [UInt16] = [0]
        let appends = eventCount / events.count
        let rounds = CPURounds.measure(operations: appends * events.count) {
            for _ in 0..<appends {
                _ = buffer.append(events.span, touched: touched.span, tallies: tallies.span)
            }
        }
        return BenchMeasurement(
            suite: .buffer,
            name: "append to a full buffer, 64 events at a time",
            unit: .nanosecondsPerEvent,
            rounds: rounds
        )
    }

    private static func makeBuffer(capacity: Int) -> EventBuffer {
        EventBuffer(
            EventBuffer.Configuration(
                capacity: capacity,
                streamCount: BenchEvents.streamCount,
                feedCount: 1
            )
        )
    }
}

/// Events for the suites that need no bytes.
enum BenchEvents {
    /// The symbols that are used.
    static let symbolCount = 8
    /// The streams that must be counted.
    static let streamCount = symbolCount * StreamID.perSymbol

    /// `count` events: quotes of all symbols in turn, or book messages of some levels each.
    static func events(_ count: Int, levelsPerMessage: Int) -> [MarketEvent] {
        (0..<count).map { index in
            var event = MarketEvent(
                kind: levelsPerMessage == 1 ? .quote : .bookLevel,
                feed: FeedID(rawValue: 0),
                symbol: SymbolID(rawValue: UInt16(index / levelsPerMessage % symbolCount)),
                sequence: UInt64(index / levelsPerMessage + 1),
                receiveTime: MonotonicTime(nanoseconds: 1),
                flags: (index + 1) % levelsPerMessage == 0 ? .last : []
            )
            event.word0 = 108_512
            event.word2 = 108_514
            event.scales = (5, 0, 5, 0)
            return event
        }
    }
}
