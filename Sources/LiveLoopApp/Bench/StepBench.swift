import TradingCore

/// Measures what one event costs in the loop's decider, with the strategy that only watches.
enum StepBench {

    /// Measures steps with many events, and steps with one.
    static func run() -> [BenchMeasurement] {
        [
            measure("1024 events a step", eventsPerStep: 1024, steps: 256),
            measure("one event a step", eventsPerStep: 1, steps: 65_536),
        ]
    }

    private static func measure(
        _ name: String,
        eventsPerStep: Int,
        steps: Int
    ) -> BenchMeasurement {
        var loop = makeLoop()
        let batch = makeBatch(eventsPerStep)
        var actions = LoopActions()
        var now: Int64 = 0
        let rounds = CPURounds.measure(operations: steps * eventsPerStep) {
            for _ in 0..<steps {
                now += 1000
                loop.step(
                    TradingLoop.StepTime(
                        monotonic: MonotonicTime(nanoseconds: now),
                        wall: WallTime(nanoseconds: now)
                    ),
                    isHalted: false,
                    batch: batch,
                    isTimerDue: false,
                    into: &actions
                )
                actions.drain { _ in }
            }
        }
        let delivered = loop.delivered.reduce(0, +)
        precondition(
            delivered == UInt64(steps * eventsPerStep * (CPURounds.count + 1)),
            "\(delivered) events were delivered"
        )
        return BenchMeasurement(
            suite: .step,
            name: "observe, \(name)",
            unit: .nanosecondsPerEvent,
            rounds: rounds
        )
    }

    private static func makeLoop() -> TradingLoop {
        TradingLoop(
            TradingLoop.Configuration(symbolCount: BenchEvents.symbolCount, feedCount: 1),
            strategies: [ObserveStrategy()]
        )
    }

    private static func makeBatch(_ eventCount: Int) -> EventBatch {
        let buffer = EventBuffer(
            EventBuffer.Configuration(streamCount: BenchEvents.streamCount, feedCount: 1)
        )
        let events = BenchEvents.events(eventCount, levelsPerMessage: 1)
        let tallies = [StreamTally](repeating: StreamTally(), count: BenchEvents.streamCount)
        let touched: [UInt16] = []
        _ = buffer.append(events.span, touched: touched.span, tallies: tallies.span)
        var batch = buffer.makeSpareBatch()
        _ = buffer.take(&batch)
        return batch
    }
}
