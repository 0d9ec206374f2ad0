/// The strategy that only watches: it sees every tick, or the gap that names what it missed.
///
/// It is the default, so that a new installation trades nothing until told to.
package struct ObserveStrategy: Strategy {
    /// Quotes, trades and levels seen.
    package private(set) var eventCount: UInt64 = 0
    /// Messages it was told are missing.
    package private(set) var missingCount: UInt64 = 0

    package init() {}

    package mutating func onEvent(
        _ event: borrowing MarketEvent,
        _ context: inout StrategyContext
    ) {
        if event.kind == .gap {
            missingCount &+= event.gapCount
        } else if event.kind != .feedState {
            eventCount &+= 1
        }
    }

    /// The factory that configuration finds under `observe`.
    package static let factory = StrategyFactory(
        name: "observe",
        summary: "watches the market and trades nothing"
    ) { (parameters) throws(StrategyParameterError) in
        try parameters.allow(only: [])
        return ObserveStrategy()
    }
}
