/// Something the loop must consider that is not market data; never shed.
package enum LoopInput: Sendable {
    /// A feed met a new symbol; comes before the symbol's first event.
    case symbolAdded(SymbolID, feed: FeedID, name: String)
    /// Someone asks for a halt by command.
    case kill(KillRequest)
    /// An operator lifts the latch.
    case reset(ResetRequest)
}

/// Who asks for a halt, and why.
package struct KillRequest: Sendable, Equatable {
    /// The symbol to halt, or `nil` for all.
    package var symbolName: String?
    package var reason: String
    package var operatorName: String

    package init(symbolName: String? = nil, reason: String, operatorName: String) {
        self.symbolName = symbolName
        self.reason = reason
        self.operatorName = operatorName
    }
}

/// Who lifts the latch, and why.
package struct ResetRequest: Sendable, Equatable {
    /// The symbol to release, or `nil` for the whole process.
    package var symbolName: String?
    package var operatorName: String
    package var reason: String

    package init(symbolName: String? = nil, operatorName: String, reason: String) {
        self.symbolName = symbolName
        self.operatorName = operatorName
        self.reason = reason
    }
}
