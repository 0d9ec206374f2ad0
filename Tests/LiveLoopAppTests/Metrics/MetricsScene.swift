import MarketFeed
import OrderEntry
import Platform
import Telemetry

@testable import LiveLoopApp
@testable import TradingCore

/// A report whose every part a test can set, without a process.
enum MetricsScene {
    static let now = WallTime(nanoseconds: 1_700_000_100_000_000_000)
    static let started = WallTime(nanoseconds: 1_700_000_000_000_000_000)
    static let clock = MonotonicTime(nanoseconds: 500_000_000_000)

    static func feed(
        _ name: String,
        _ number: UInt8 = 0,
        adjust: (inout FeedSnapshot) -> Void = { _ in }
    ) -> StatusReport.Feed {
        var snapshot = FeedSnapshot(connection: ConnectionCounters())
        adjust(&snapshot)
        return StatusReport.Feed(id: FeedID(rawValue: number), name: name, snapshot: snapshot)
    }

    static func report(
        feeds: [StatusReport.Feed] = [],
        loop: LoopSnapshot = LoopSnapshot()
    ) -> MetricsReport {
        var loop = loop
        loop.takenAt = clock
        return MetricsReport(
            status: StatusReport(
                version: "1.2.3",
                mode: "paper",
                strategy: "observe",
                startedAt: started,
                now: now,
                uptime: .seconds(100),
                loop: loop,
                loopAge: .zero,
                feeds: feeds,
                killSwitch: StatusReport.KillSwitch(),
                currency: "USD",
                bufferCapacity: 65_536,
                droppedLogLines: 0,
                droppedNotices: 0
            ),
            constants: MetricsReport.Constants(
                swiftVersion: "6.2",
                libraryVersion: "4.3.4",
                configurationHash: "00ff",
                bufferCapacity: 65_536,
                retriesMax: 10
            )
        )
    }

    /// What a scraper would read.
    static func page(_ report: MetricsReport) throws -> MetricDocument {
        try MetricDocument(report.text(.text), .text)
    }

    /// A loop that knows some symbols of each feed, with one quote stream each.
    static func loop(symbols: [String], feeds: Int = 1, perFeed: Int = 256) -> LoopSnapshot {
        var loop = LoopSnapshot()
        loop.symbolsPerFeed = perFeed
        let count = feeds * perFeed * StreamID.perSymbol
        loop.tallies = Array(repeating: StreamTally(), count: count)
        loop.shed = Array(repeating: 0, count: count)
        loop.delivered = Array(repeating: 0, count: count)
        loop.lastReceived = Array(repeating: .zero, count: count)
        loop.gapCounts = [1, 2, 3, 4]
        for feed in 0..<feeds {
            for (index, name) in symbols.enumerated() {
                let id = SymbolID(rawValue: UInt16(feed * perFeed + 1 + index))
                loop.symbols.append(
                    LoopSnapshot.Symbol(
                        id: id,
                        name: name,
                        feed: FeedID(rawValue: UInt8(feed)),
                        condition: [],
                        lastReceive: nil
                    )
                )
                let stream = StreamID(symbol: id, kind: .quote).index
                loop.tallies[stream].received = 10
                loop.tallies[stream].appended = 10
                loop.delivered[stream] = 10
            }
        }
        return loop
    }
}
