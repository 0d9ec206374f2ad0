import Platform
import Telemetry
import TradingCore

/// What the measuring strategy saw of one run.
struct BenchRecording: Sendable {
    /// From the time in a tick, which is that of its send, to the strategy, in nanoseconds.
    var latency = LatencyHistogram()
    /// Ticks that reached the strategy.
    var tickCount: UInt64 = 0
    /// When the first tick reached this process.
    var firstReceive = MonotonicTime.zero
    /// When the last tick reached the strategy.
    var lastCall = MonotonicTime.zero
    /// Crossings of the averages, so that nothing of their computation can be left out.
    var crossingCount: UInt64 = 0

    /// Ticks a second between the first and the last; 0 when there were not two.
    var rate: Double {
        let seconds = (lastCall - firstReceive).inSeconds
        return seconds > 0 ? Double(tickCount) / seconds : 0
    }
}

/// Where the recording is found once the loop's thread has ended.
final class BenchOutcome: Sendable {
    private let cell = Locked(BenchRecording())

    /// What was recorded; empty before the loop's thread has ended.
    var recording: BenchRecording { cell.withLock { $0 } }

    fileprivate func set(_ recording: BenchRecording) { cell.withLock { $0 = recording } }
}

/// The strategy of the benchmarks: two exponential averages of the mid price, and the time of each
/// tick.
///
/// The work for a tick is that of the reference programs to which this one is compared. It reads a
/// clock, which no real strategy does, because latency ends where a strategy is called.
struct BenchStrategy: Strategy {
    private struct Averages {
        var fast = 0.0
        var slow = 0.0
        var hasStarted = false
    }

    /// Hands over when the loop is gone, so that no tick pays for a lock.
    private final class Recorder {
        var recording = BenchRecording()
        let outcome: BenchOutcome

        init(_ outcome: BenchOutcome) { self.outcome = outcome }

        deinit { outcome.set(recording) }
    }

    private var averages: [Averages]
    private let recorder: Recorder

    /// Makes the strategy on the loop's thread.
    init(symbolCount: Int, outcome: BenchOutcome) {
        averages = Array(repeating: Averages(), count: symbolCount)
        recorder = Recorder(outcome)
    }

    mutating func onEvent(_ event: borrowing MarketEvent, _ context: inout StrategyContext) {
        guard event.kind == .quote else { return }
        let isCrossing = update(event.symbol.index, (event.bid.doubleValue, event.ask.doubleValue))
        let now = SystemClock.monotonicNanoseconds()
        note(event, isCrossing, now, &recorder.recording)
    }

    private mutating func update(_ symbol: Int, _ prices: (bid: Double, ask: Double)) -> Bool {
        let mid = (prices.bid + prices.ask) * 0.5
        var state = averages[symbol]
        if !state.hasStarted { state = Averages(fast: mid, slow: mid, hasStarted: true) }
        let wasAbove = state.fast > state.slow
        state.fast += 0.1 * (mid - state.fast)
        state.slow += 0.02 * (mid - state.slow)
        averages[symbol] = state
        return wasAbove != (state.fast > state.slow)
    }

    private func note(
        _ event: borrowing MarketEvent,
        _ isCrossing: Bool,
        _ now: Int64,
        _ recording: inout BenchRecording
    ) {
        if recording.tickCount == 0 { recording.firstReceive = event.receiveTime }
        recording.tickCount &+= 1
        recording.lastCall = MonotonicTime(nanoseconds: now)
        if isCrossing { recording.crossingCount &+= 1 }
        recording.latency.record(now &- event.venueNanoseconds)
    }
}
