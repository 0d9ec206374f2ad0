internal import Telemetry
internal import TradingCore

/// Everything the loop knows that others may want, of one moment between two steps.
///
/// Counters, buffer and deliveries are read together by the loop thread, so that the conservation
/// law can be checked exactly at any time.
struct LoopSnapshot: Sendable {
    /// One symbol's row.
    struct Symbol: Sendable {
        var id: SymbolID
        var name: String
        var feed: FeedID
        var condition: SymbolCondition
        var quote: BidAsk?
        var lastReceive: MonotonicTime?
    }

    /// What a distribution is reported as, in microseconds.
    struct Distribution: Sendable {
        var count: UInt64 = 0
        var p50 = 0.0
        var p99 = 0.0
        var max = 0.0

        init() {}

        init(_ histogram: LatencyHistogram) {
            count = histogram.count
            p50 = Double(histogram.percentile(50)) / 1000
            p99 = Double(histogram.percentile(99)) / 1000
            max = Double(histogram.max) / 1000
        }
    }

    var takenAt = MonotonicTime.zero
    var tradingState = TradingState.reduceOnly(.noData)
    var symbols: [Symbol] = []
    /// The size of each feed's range of symbol numbers.
    var symbolsPerFeed = 1
    var tallies: [StreamTally] = []
    var shed: [UInt64] = []
    var delivered: [UInt64] = []
    /// When the newest of these was received; zero before the first.
    var lastReceived: [MonotonicTime] = []
    var occupancy = EventBuffer.Occupancy()
    var latency = Distribution()
    var lateness = Distribution()
    /// The same of the last whole second.
    var recentLatency = Distribution()
    var recentLateness = Distribution()
    var stepCount: UInt64 = 0
    var missedIntervals: UInt64 = 0
    /// Times at which the loop had not run for longer than a second.
    var pauseCount: UInt64 = 0
    var figures = LoopFigures()
    var gapCounts: [UInt64] = []
    var requestCount: UInt64 = 0
    var orders = OrdersSnapshot()
    /// The limits with what is used of them.
    var limits: [LimitUsage] = []
    var refusedNotices: UInt64 = 0
}

extension LoopSnapshot {
    /// One stream's line of the conservation law, in messages.
    struct Stream: Sendable {
        var id: StreamID
        var tally: StreamTally
        var shed: UInt64
        var delivered: UInt64
        /// When the newest message that was delivered was received.
        var lastReceived: MonotonicTime?

        /// Messages handed to the buffer and not yet delivered or shed.
        var inBuffer: UInt64 { tally.appended &- shed &- delivered }
        /// Messages held back by the merger while two connections overlap.
        var held: UInt64 {
            tally.received &- tally.duplicate &- tally.late &- tally.quarantined &- tally.appended
        }
    }

    /// The streams on which anything was received or is missing.
    var streams: [Stream] {
        tallies.indices.compactMap { index in
            let tally = tallies[index]
            guard tally != StreamTally() || delivered[index] > 0 else { return nil }
            return Stream(
                id: StreamID(rawValue: UInt16(index)),
                tally: tally,
                shed: shed[index],
                delivered: delivered[index],
                lastReceived: delivered[index] > 0 ? lastReceived[index] : nil
            )
        }
    }

    /// Whether the conservation law holds: what the streams say is in the buffer is what lies there,
    /// and nothing was delivered, shed or set aside that was not received.
    func isConserved(heldByMergers: UInt64) -> Bool {
        var inBuffer: UInt64 = 0
        var held: UInt64 = 0
        for stream in streams {
            inBuffer &+= stream.inBuffer
            held &+= stream.held
        }
        return inBuffer == UInt64(occupancy.messages) && held == heldByMergers
    }
}
