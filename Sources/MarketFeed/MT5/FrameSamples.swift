package import TradingCore

/// Keeps the first frames that could not be used, until somebody writes them out.
///
/// The first ones tell most; when the store is full, further ones are only counted, which also limits the
/// rate at which they are written.
package struct FrameSamples: Sendable {
    /// Why a frame was not used.
    package enum Cause: Sendable, Equatable {
        /// It was not understood.
        case fault(DecodeFault)
        /// It is a message of Binance that was not understood.
        case binance(BinanceFault)
        /// It was understood but is not fit to be used.
        case refusal(QuoteValidator.Refusal)
    }

    /// One frame.
    package struct Sample: Sendable, Equatable {
        /// Why it was not used.
        package var cause: Cause
        /// When it was received.
        package var time: MonotonicTime
        /// Its first bytes, at most ``FrameSamples/byteCountMax``.
        package var bytes: [UInt8]
        /// How long it was.
        package var byteCount: Int
    }

    /// The frames that are kept.
    package static let countMax = 64
    /// The bytes that are kept of each.
    package static let byteCountMax = 1024

    private var samples: [Sample] = []
    /// Frames that were not kept because the store was full, since start.
    package private(set) var droppedCount: UInt64 = 0

    package init() {}

    /// Whether there is anything to write out.
    package var isEmpty: Bool { samples.isEmpty }

    /// Keeps a frame, or counts it where there is no room.
    mutating func keep(_ frame: Span<UInt8>, cause: Cause, at time: MonotonicTime) {
        guard samples.count < Self.countMax else {
            droppedCount &+= 1
            return
        }
        let kept = min(frame.count, Self.byteCountMax)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(kept)
        for index in 0..<kept { bytes.append(frame[index]) }
        samples.append(Sample(cause: cause, time: time, bytes: bytes, byteCount: frame.count))
    }

    /// Hands over what was kept and makes room.
    package mutating func drain() -> [Sample] {
        defer { samples = [] }
        return samples
    }
}
