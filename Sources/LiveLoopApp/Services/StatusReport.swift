internal import Alerting
internal import MarketFeed
internal import Platform
internal import Telemetry
internal import TradingCore

/// The state of the whole process at one moment, as `status` and the summary show it.
struct StatusReport: Sendable {
    /// One feed's part.
    struct Feed: Sendable {
        var id: FeedID
        var name: String
        var snapshot: FeedSnapshot
    }

    /// The kill switch's part.
    struct KillSwitch: Sendable {
        var isEngaged = false
        var reason: String?
        var operatorName: String?
        var reactionMicroseconds: Int64?
        var stoppedSymbols: [String] = []
        /// Everything that engages it, for the whole process and for symbols alone.
        var trips: [KillSwitchTrip] = []
        /// The file whose presence engages it.
        var path = ""
    }

    var version: String
    var mode: String
    var strategy: String
    var startedAt: WallTime
    var now: WallTime
    var uptime: Duration
    var loop: LoopSnapshot
    /// How old the loop's part is; a stuck loop shows here.
    var loopAge: Duration
    var feeds: [Feed]
    var killSwitch: KillSwitch
    /// The account's currency, in which limits of money are.
    var currency: String
    /// How many events the buffer holds.
    var bufferCapacity: Int
    var droppedLogLines: UInt64
    var droppedNotices: UInt64
    /// The alerts that last, oldest first.
    var alerts: [Alert] = []

    /// Whether every message is accounted for.
    var isConserved: Bool {
        loop.isConserved(
            heldByMergers: feeds.reduce(0) { $0 + UInt64($1.snapshot.heldCount) }
        )
    }

    /// One stream's line, with its names.
    struct StreamLine: Sendable {
        var feed: String
        var symbol: String
        var kind: String
        var stream: LoopSnapshot.Stream
        /// Whether the source numbers it and no seam is in doubt, so that `missing` is exact.
        var isProvable: Bool { stream.tally.isSequenced && stream.tally.unprovableSeams == 0 }
    }

    /// The streams on which anything was received or is missing.
    var streams: [StreamLine] {
        loop.streams.map { stream in
            let symbol = loop.symbols.first { $0.id == stream.id.symbol }
            let feed = symbol.map { $0.feed } ?? feedID(of: stream.id.symbol)
            return StreamLine(
                feed: feedName(feed),
                symbol: symbol?.name ?? "*",
                kind: stream.id.kind.name,
                stream: stream
            )
        }
    }

    /// The name of a feed, as everything that is shown names it.
    func feedName(_ id: FeedID) -> String { feeds.first { $0.id == id }?.name ?? "?" }

    /// How many seconds before the loop's part a moment was; `nil` for never.
    func age(_ moment: MonotonicTime?) -> Double? { moment.map { (loop.takenAt - $0).inSeconds } }

    private func feedID(of symbol: SymbolID) -> FeedID {
        FeedID(rawValue: UInt8(symbol.index / max(1, loop.symbolsPerFeed)))
    }
}

extension StreamKind {
    /// The name used in logs, in JSON and in metrics.
    var name: String {
        switch self {
        case .quote: "quote"
        case .trade: "trade"
        case .book: "book"
        case .unattributed: "unattributed"
        }
    }
}
