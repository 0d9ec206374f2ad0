/// A symbol whose data is expected.
package struct WatchedSymbol: Sendable, Equatable {
    /// When it is expected.
    package var calendar: SessionCalendar
    /// The longest silence in session that is still normal, for a symbol known to be slow or quick.
    ///
    /// `nil` is the limit of the feed.
    package var idleLimit: Duration?

    /// Creates the expectations of one symbol.
    package init(calendar: SessionCalendar = .alwaysOpen, idleLimit: Duration? = nil) {
        self.calendar = calendar
        self.idleLimit = idleLimit
    }
}

/// Notices that one symbol of a feed went silent while the feed as a whole is well.
///
/// Symbols are numbered within the feed, in the order of their ``SymbolID``. Silence is counted from
/// the last data, the opening of the session or the start of the feed's good health, whichever was
/// last, so that an outage of the whole feed is told once and not once for each symbol.
package struct StreamWatch: Sendable {
    /// A change of one symbol.
    package enum Change: Sendable, Equatable {
        /// No data for `silent`.
        case idle(symbol: Int, silent: Duration)
        /// Data came again after `silent`.
        case recovered(symbol: Int, silent: Duration)
    }

    private struct Entry {
        var calendar: SessionCalendar
        var idleLimit: Duration
        var firstMessageLimit: Duration
        var lastData: MonotonicTime?
        var silentSince = MonotonicTime.zero
        var isIdle = false
        var hasNewData = false

        /// When the symbol's silence becomes an alarm; `nil` while it may be silent.
        func deadline(sessions: SessionClock, healthySince: MonotonicTime) -> MonotonicTime? {
            guard !isIdle, let openSince = sessions.openSince(calendar) else { return nil }
            return reference(openSince: openSince, healthySince: healthySince)
                + (lastData == nil ? firstMessageLimit : idleLimit)
        }

        func reference(openSince: MonotonicTime, healthySince: MonotonicTime) -> MonotonicTime {
            max(lastData ?? healthySince, openSince, healthySince)
        }
    }

    private var entries: [Entry] = []
    private var unreported = 0
    private var idleLimit: Duration
    private var firstMessageLimit: Duration
    private let symbolsMax: Int
    /// Symbols beyond the maximum, which are not watched.
    package private(set) var unwatchedCount = 0
    /// How many symbols are idle.
    package private(set) var idleCount = 0

    /// Creates an empty watch of at most `symbolsMax` symbols.
    ///
    /// A symbol is idle after `idleLimit`, or after `firstMessageLimit` if it never sent anything.
    package init(idleLimit: Duration, firstMessageLimit: Duration, symbolsMax: Int) {
        precondition(symbolsMax > 0, "symbolsMax must be positive, was \(symbolsMax)")
        self.idleLimit = idleLimit
        self.firstMessageLimit = firstMessageLimit
        self.symbolsMax = symbolsMax
        entries.reserveCapacity(symbolsMax)
    }

    /// The number of watched symbols.
    package var count: Int { entries.count }

    /// Expects a symbol; numbers that were skipped are expected with the defaults.
    package mutating func watch(symbol: Int, as expected: WatchedSymbol) {
        precondition(symbol >= 0, "symbol must not be negative, was \(symbol)")
        guard symbol < symbolsMax else {
            unwatchedCount = max(unwatchedCount, symbol - symbolsMax + 1)
            return
        }
        while entries.count <= symbol { entries.append(entry(WatchedSymbol())) }
        let old = entries[symbol]
        entries[symbol] = entry(expected)
        entries[symbol].lastData = old.lastData
        entries[symbol].silentSince = old.silentSince
        entries[symbol].isIdle = old.isIdle
        entries[symbol].hasNewData = old.hasNewData
    }

    /// Has other limits from now on for symbols that are watched, or watched again, after this.
    package mutating func change(idleLimit: Duration, firstMessageLimit: Duration) {
        self.idleLimit = idleLimit
        self.firstMessageLimit = firstMessageLimit
    }

    /// Notes data of a symbol; `true` when it ends its silence, which ``nextChange`` then tells.
    package mutating func didReceiveData(symbol: Int, at now: MonotonicTime) -> Bool {
        if symbol >= entries.count { watch(symbol: symbol, as: WatchedSymbol()) }
        guard symbol < entries.count else { return false }
        if entries[symbol].isIdle {
            guard !entries[symbol].hasNewData else { return false }
            entries[symbol].hasNewData = true
            unreported += 1
            entries[symbol].lastData = now
            return true
        }
        entries[symbol].lastData = now
        return false
    }

    /// The calendar of a symbol.
    package func calendar(of symbol: Int) -> SessionCalendar { entries[symbol].calendar }

    private func entry(_ expected: WatchedSymbol) -> Entry {
        Entry(
            calendar: expected.calendar,
            idleLimit: expected.idleLimit ?? idleLimit,
            firstMessageLimit: max(firstMessageLimit, expected.idleLimit ?? .zero)
        )
    }
}

// MARK: Looking

extension StreamWatch {
    /// The next change that was not told yet; `healthySince` is `nil` while the whole feed is unwell.
    mutating func nextChange(
        at now: MonotonicTime,
        sessions: SessionClock,
        healthySince: MonotonicTime?
    ) -> Change? {
        if unreported > 0, let symbol = entries.firstIndex(where: { $0.hasNewData }) {
            unreported -= 1
            idleCount -= 1
            entries[symbol].hasNewData = false
            entries[symbol].isIdle = false
            let silent = (entries[symbol].lastData ?? now) - entries[symbol].silentSince
            return .recovered(symbol: symbol, silent: silent)
        }
        guard let healthySince else { return nil }
        for symbol in entries.indices {
            let deadline = entries[symbol].deadline(sessions: sessions, healthySince: healthySince)
            guard let deadline, now >= deadline,
                let openSince = sessions.openSince(entries[symbol].calendar)
            else { continue }
            let silentSince = entries[symbol].reference(
                openSince: openSince,
                healthySince: healthySince
            )
            entries[symbol].isIdle = true
            entries[symbol].silentSince = silentSince
            idleCount += 1
            return .idle(symbol: symbol, silent: now - silentSince)
        }
        return nil
    }

    /// When the next look is due.
    func nextDeadline(sessions: SessionClock, healthySince: MonotonicTime?) -> MonotonicTime {
        if unreported > 0 { return .zero }
        guard let healthySince else { return .never }
        var earliest = MonotonicTime.never
        for entry in entries {
            guard let deadline = entry.deadline(sessions: sessions, healthySince: healthySince)
            else { continue }
            earliest = min(earliest, deadline)
        }
        return earliest
    }

    /// Whether each symbol that is in session is idle, and there is one.
    func isWholeFeedIdle(sessions: SessionClock) -> Bool {
        var hasOpen = false
        for entry in entries where sessions.openSince(entry.calendar) != nil {
            guard entry.isIdle else { return false }
            hasOpen = true
        }
        return hasOpen
    }

    /// The earliest opening among the expected symbols that are in session.
    func openSince(sessions: SessionClock, default calendar: SessionCalendar) -> MonotonicTime? {
        guard !entries.isEmpty else { return sessions.openSince(calendar) }
        var earliest: MonotonicTime?
        for entry in entries {
            guard let openSince = sessions.openSince(entry.calendar) else { continue }
            earliest = min(earliest ?? openSince, openSince)
        }
        return earliest
    }

    /// When the next closed session of an expected symbol opens.
    func nextOpening(sessions: SessionClock, default calendar: SessionCalendar) -> MonotonicTime {
        guard !entries.isEmpty else { return sessions.nextOpening(calendar) }
        var earliest = MonotonicTime.never
        for entry in entries { earliest = min(earliest, sessions.nextOpening(entry.calendar)) }
        return earliest
    }
}
