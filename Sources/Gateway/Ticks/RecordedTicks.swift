import TradingCore

/// The ticks of one or more recordings, merged by their time.
///
/// Ticks of one file keep their order even where its clock steps back, so that a replay publishes
/// exactly what was recorded.
package struct RecordedTicks: TickSource {
    package let symbols: [String]
    package var isStampedWhenPublished: Bool { false }
    /// The number of ticks of one pass.
    package var count: Int { ticks.count }

    private let ticks: [GatewayTick]
    private let repeats: Bool
    /// The length of one pass, with a pause at its end.
    private let passLength: Int64
    private var index = 0
    private var shift: Int64 = 0

    /// The pause between two passes over the same recording.
    private static let pauseBetweenPasses: Int64 = 1_000_000_000

    /// Merges recordings; two recordings of one symbol become one stream.
    ///
    /// - Parameters:
    ///   - recordings: What was read from files.
    ///   - repeats: Starts again after the last tick, with times that go on.
    /// - Throws: `GatewayError` when there are no ticks or too many symbols.
    package init(_ recordings: [Recording], repeats: Bool = false) throws(GatewayError) {
        var symbols: [String] = []
        var symbolOfFile: [Int] = []
        for recording in recordings {
            if let known = symbols.firstIndex(of: recording.symbol) {
                symbolOfFile.append(known)
            } else {
                symbolOfFile.append(symbols.count)
                symbols.append(recording.symbol)
            }
        }
        guard symbols.count <= SymbolName.countMax else {
            throw GatewayError(
                .invalidConfiguration,
                at: "--replay",
                "\(symbols.count) symbols, at most \(SymbolName.countMax) can be published",
                remedy: "replay fewer files at once"
            )
        }
        ticks = Self.merge(recordings, symbolOfFile)
        guard let last = ticks.last else {
            throw GatewayError(
                .malformedRecording,
                at: "--replay",
                "the recordings hold no ticks",
                remedy: "name a recording with at least one tick"
            )
        }
        self.symbols = symbols
        self.repeats = repeats
        passLength = last.offset + Self.pauseBetweenPasses
    }

    package mutating func next() -> GatewayTick? {
        if index == ticks.count {
            guard repeats else { return nil }
            index = 0
            shift += passLength
        }
        var tick = ticks[index]
        index += 1
        tick.offset += shift
        tick.time.nanoseconds += shift
        return tick
    }

    /// Takes the earliest head of all files again and again; equal times go by the order of files.
    private static func merge(_ recordings: [Recording], _ symbols: [Int]) -> [GatewayTick] {
        var merged: [GatewayTick] = []
        merged.reserveCapacity(recordings.reduce(0) { $0 + $1.ticks.count })
        var heads = [Int](repeating: 0, count: recordings.count)
        var start: Int64 = 0
        var offset: Int64 = 0
        while true {
            var earliest: Int?
            var earliestTime = WallTime(nanoseconds: .max)
            for file in recordings.indices where heads[file] < recordings[file].ticks.count {
                let time = recordings[file].ticks[heads[file]].time
                if earliest == nil || time < earliestTime {
                    earliest = file
                    earliestTime = time
                }
            }
            guard let file = earliest else { return merged }
            var tick = recordings[file].ticks[heads[file]]
            heads[file] += 1
            if merged.isEmpty { start = tick.time.nanoseconds }
            offset = max(offset, tick.time.nanoseconds - start)
            tick.offset = offset
            tick.symbol = symbols[file]
            merged.append(tick)
        }
    }
}
