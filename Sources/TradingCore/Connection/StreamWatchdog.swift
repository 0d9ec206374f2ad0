/// Watches each stream of a feed by itself, so that a lively one does not hide a dead one.
///
/// Streams are numbered within the feed. After `idle` without data a stream is to be asked for again,
/// alone; when that did not help, after `trade` or `book`, its connection is to be replaced, once in a silence.
/// Silence is counted from the last data or the start of the feed's good health, whichever was last.
package struct StreamWatchdog: Sendable {
    /// The limits of silence; `idle < trade < book`.
    package struct Limits: Sendable, Equatable {
        /// A stream is asked for again; `STREAM_IDLE_SEC`.
        package var idle = Duration.seconds(120)
        /// A stream of trades is late; `TRADE_TIMEOUT`.
        package var trade = Duration.seconds(150)
        /// A stream of a book or of quotes is late; `ORDERBOOK_TIMEOUT`.
        package var book = Duration.seconds(180)
        /// A late stream is told of again; `HEALTH_CHECK_INTERVAL`.
        package var healthCheck = Duration.seconds(25)

        package init() {}

        /// Whether a stream is asked for again before it is late, and trades are late before books.
        package var isOrdered: Bool { .zero < idle && idle < trade && trade < book }
    }

    /// A change of one stream.
    package enum Change: Sendable, Equatable {
        /// It is to be asked for again, alone.
        case idle(stream: Int, silent: Duration)
        /// It is late; `isFirst` when its connection is to be replaced.
        case late(stream: Int, silent: Duration, isFirst: Bool)
        /// Data came again after `silent`.
        case recovered(stream: Int, silent: Duration)
    }

    private enum Stage: UInt8 {
        case lively
        case idle
        case late
    }

    private struct Entry {
        var idleLimit: Duration
        var lateLimit: Duration
        var lastData = MonotonicTime.zero
        var silentSince = MonotonicTime.zero
        var stage = Stage.lively
        var nextTold = MonotonicTime.zero
    }

    private let limits: Limits
    private var entries: [Entry] = []
    private var earliest = MonotonicTime.never
    /// Streams that spoke again, which is not told yet.
    private var recovered: [Int] = []

    /// Creates a watch of no streams.
    package init(_ limits: Limits) {
        precondition(limits.isOrdered, "limits must be idle < trade < book, were \(limits)")
        self.limits = limits
    }

    /// The number of streams.
    package var count: Int { entries.count }

    /// Expects a further stream.
    ///
    /// - Parameters:
    ///   - kind: What it carries.
    ///   - idleLimit: The longest silence that is normal for it; the later limits move along.
    /// - Returns: Its number.
    package mutating func expect(_ kind: StreamKind, idleLimit: Duration? = nil) -> Int {
        let late = kind == .trade ? limits.trade : limits.book
        let idle = idleLimit ?? limits.idle
        entries.append(Entry(idleLimit: idle, lateLimit: idle + (late - limits.idle)))
        earliest = .zero
        return entries.count - 1
    }

    /// Notes data of a stream.
    @inline(__always)
    package mutating func didReceiveData(stream: Int, at now: MonotonicTime) {
        if entries[stream].stage != .lively { recover(stream) }
        entries[stream].lastData = now
    }

    /// When the last data of a stream came; `zero` when none did.
    package func lastData(stream: Int) -> MonotonicTime { entries[stream].lastData }

    /// When the next look is due; data only makes it later.
    package var nextDeadline: MonotonicTime { recovered.isEmpty ? earliest : .zero }

    /// The next change; `healthySince` is `nil` while the whole feed is unwell, which is told elsewhere.
    package mutating func nextChange(
        at now: MonotonicTime,
        healthySince: MonotonicTime?
    ) -> Change? {
        if !recovered.isEmpty {
            let stream = recovered.removeFirst()
            let silent = entries[stream].lastData - entries[stream].silentSince
            return .recovered(stream: stream, silent: silent)
        }
        guard let healthySince, now >= earliest else { return nil }
        earliest = .never
        for stream in entries.indices {
            let since = max(entries[stream].lastData, healthySince)
            let due = deadline(entries[stream], since: since)
            guard due <= now else {
                earliest = min(earliest, due)
                continue
            }
            earliest = .zero
            return advance(stream, since: since, now: now)
        }
        return nil
    }

    /// Looks anew from now on, because the feed became well.
    package mutating func didBecomeHealthy() { earliest = .zero }

    private func deadline(_ entry: Entry, since: MonotonicTime) -> MonotonicTime {
        switch entry.stage {
        case .lively: since + entry.idleLimit
        case .idle: since + entry.lateLimit
        case .late: max(entry.nextTold, since + entry.lateLimit)
        }
    }

    private mutating func advance(
        _ stream: Int,
        since: MonotonicTime,
        now: MonotonicTime
    ) -> Change {
        let silent = now - since
        switch entries[stream].stage {
        case .lively:
            entries[stream].stage = .idle
            entries[stream].silentSince = since
            return .idle(stream: stream, silent: silent)
        case .idle, .late:
            let isFirst = entries[stream].stage == .idle
            entries[stream].stage = .late
            entries[stream].nextTold = now + limits.healthCheck
            return .late(stream: stream, silent: silent, isFirst: isFirst)
        }
    }

    @inline(never)
    private mutating func recover(_ stream: Int) {
        entries[stream].stage = .lively
        recovered.append(stream)
    }
}
