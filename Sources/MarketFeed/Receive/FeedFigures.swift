package import Telemetry
package import TradingCore

/// How the overlap of two connections ended, for all streams together.
package enum SeamResult: String, Sendable, CaseIterable {
    /// Every stream that the new connection had sent is whole.
    case proven
    /// Of some stream nothing can be told, and none has a hole.
    case unprovable
    /// Some stream has a hole.
    case broken
    /// The new connection had sent nothing.
    case silent
}

extension SeamReport {
    /// How it ended.
    package var result: SeamResult {
        if brokenStreams > 0 { return .broken }
        if unprovableStreams > 0 { return .unprovable }
        return provenStreams > 0 ? .proven : .silent
    }
}

/// What a feed thread counts beside its supervisor and its session, since start.
package struct FeedFigures: Sendable {
    /// Bytes of the messages that were read, without the framing of the protocol.
    package var receivedBytes: UInt64 = 0
    /// Starvations that began.
    package private(set) var starvations: UInt64 = 0
    /// From each loss, or request, to first data on the new connection.
    package private(set) var reconnectLatency = BucketHistogram(bounds: BucketBounds.reconnect)
    private var seams = [UInt64](repeating: 0, count: SeamResult.allCases.count)

    package init() {}

    /// Overlaps that ended in a way.
    package subscript(result: SeamResult) -> UInt64 { seams[Self.place(result)] }

    /// Counts what the supervisor tells people.
    package mutating func note(_ alert: FeedAlert) {
        switch alert.kind {
        case .reconnectSuccess: reconnectLatency.record(alert.duration.wholeNanoseconds)
        // A starvation is told again and again while it lasts.
        case .dataStarved where alert.count == 1: starvations &+= 1
        default: break
        }
    }

    /// Counts an overlap that has ended.
    package mutating func note(_ seam: SeamReport) { seams[Self.place(seam.result)] &+= 1 }

    private static func place(_ result: SeamResult) -> Int {
        SeamResult.allCases.firstIndex(of: result) ?? 0
    }
}
