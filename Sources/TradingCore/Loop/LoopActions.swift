/// What one step of the loop wants done; reused, bounded, and refusing when full.
package struct LoopActions: ~Copyable {
    /// The most notices of one step.
    package static let noticesMax = 64

    private var notices = InlineArray<64, LoopNotice?>(repeating: nil)
    /// Notices held.
    package private(set) var noticeCount = 0
    /// Notices that found no room, since start.
    package private(set) var refusedCount: UInt64 = 0

    package init() {}

    mutating func append(_ notice: LoopNotice) {
        guard noticeCount < Self.noticesMax else {
            refusedCount &+= 1
            return
        }
        notices[noticeCount] = notice
        noticeCount += 1
    }

    /// Hands over what was collected, oldest first, and forgets it.
    package mutating func drain(_ body: (LoopNotice) -> Void) {
        for index in 0..<noticeCount {
            if let notice = notices[index].take() { body(notice) }
        }
        noticeCount = 0
    }
}

/// Something a person should be told; the shell turns it into a log line.
package enum LoopNotice: Sendable {
    /// The trading state changed.
    case tradingStateChanged(from: TradingState, to: TradingState)
    /// A symbol became whole or fell into doubt.
    case conditionChanged(SymbolID, from: SymbolCondition, to: SymbolCondition)
    /// A sample of the ticks of a symbol, at most one a second: the newest, and how many there were.
    case liveTick(MarketEvent, count: UInt64)
    /// Messages are missing.
    case gap(MarketEvent)
    /// The process did not run for this long.
    case paused(Duration)
    /// An order request was refused.
    case orderRefused(StrategyRequest, OrderRefusal)
    /// A strategy says something.
    case strategyReport(String)
}
