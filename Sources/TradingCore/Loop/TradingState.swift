/// Whether orders may add exposure, for the whole process.
public enum TradingState: Sendable, Equatable {
    /// Orders may open positions in symbols whose data is whole.
    case active
    /// Only orders that reduce exposure may leave.
    case reduceOnly(ReduceOnlyReasons)
    /// No order that adds exposure may leave, and an operator must lift it.
    case halted

    /// The word used in logs and in JSON.
    public var name: String {
        switch self {
        case .active: "active"
        case .reduceOnly: "reduce_only"
        case .halted: "halted"
        }
    }
}

/// Why the whole process is reduce-only.
public struct ReduceOnlyReasons: OptionSet, Sendable, Hashable {
    /// The bits.
    public let rawValue: UInt8
    /// Creates reasons from their bits.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// No symbol has been heard of yet.
    public static let noData = ReduceOnlyReasons(rawValue: 1 << 0)
    /// A feed is starved of data and no other symbol is whole.
    public static let dataStarved = ReduceOnlyReasons(rawValue: 1 << 1)
    /// A feed is not connected and no other symbol is whole.
    public static let feedDown = ReduceOnlyReasons(rawValue: 1 << 2)
    /// The process did not run for a while, and what it holds may be old.
    public static let paused = ReduceOnlyReasons(rawValue: 1 << 3)
    /// Every symbol's data is in doubt.
    public static let dataInDoubt = ReduceOnlyReasons(rawValue: 1 << 4)

    /// The order gateway is not connected, silent, or stopped by its own kill switch.
    public static let gatewayDown = ReduceOnlyReasons(rawValue: 1 << 5)
    /// Our book and the gateway's account have not been found to agree.
    public static let notReconciled = ReduceOnlyReasons(rawValue: 1 << 6)

    /// In paper mode the gateway's account has not been shown to hold nobody's money.
    public static let accountNotDemo = ReduceOnlyReasons(rawValue: 1 << 7)

    /// The names used in logs and in JSON, in a fixed order.
    public var names: [String] {
        let all: [(ReduceOnlyReasons, String)] = [
            (.noData, "no_data"), (.dataStarved, "data_starved"), (.feedDown, "feed_down"),
            (.paused, "paused"), (.dataInDoubt, "data_in_doubt"),
            (.gatewayDown, "gateway_down"), (.notReconciled, "not_reconciled"),
            (.accountNotDemo, "account_not_demo"),
        ]
        return all.filter { contains($0.0) }.map(\.1)
    }
}

/// What is wrong with a symbol's data; empty when it is whole.
///
/// A symbol with any of these is reduce-only: stale, gapped or crossed data never opens a position.
public struct SymbolCondition: OptionSet, Sendable, Hashable {
    /// The bits.
    public let rawValue: UInt16
    /// Creates a condition from its bits.
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    /// No quote has come yet.
    public static let noQuote = SymbolCondition(rawValue: 1 << 0)
    /// Messages are missing and no quote has come since.
    public static let gap = SymbolCondition(rawValue: 1 << 1)
    /// The last quote's bid is above its ask.
    public static let crossed = SymbolCondition(rawValue: 1 << 2)
    /// The last quote is far from the one before.
    public static let suspect = SymbolCondition(rawValue: 1 << 3)
    /// The symbol has been silent beyond its limit, inside its session.
    public static let idle = SymbolCondition(rawValue: 1 << 4)
    /// The feed is not connected.
    public static let feedDown = SymbolCondition(rawValue: 1 << 5)
    /// The feed is starved of data.
    public static let starved = SymbolCondition(rawValue: 1 << 6)
    /// The last quote waited while this process was paused.
    public static let backlog = SymbolCondition(rawValue: 1 << 7)
    /// The symbol's own kill switch is engaged.
    public static let killed = SymbolCondition(rawValue: 1 << 8)
    /// The outcome of an order in the symbol is not known.
    public static let unknownOrder = SymbolCondition(rawValue: 1 << 9)
    /// An update of the symbol's order book is missing, and no snapshot has mended it yet.
    public static let bookBroken = SymbolCondition(rawValue: 1 << 10)

    /// The names used in logs and in JSON, in a fixed order.
    public var names: [String] {
        let all: [(SymbolCondition, String)] = [
            (.noQuote, "no_quote"), (.gap, "gap"), (.crossed, "crossed"),
            (.suspect, "suspect"), (.idle, "idle"), (.feedDown, "feed_down"),
            (.starved, "starved"), (.backlog, "backlog"), (.killed, "killed"),
            (.unknownOrder, "unknown_order"), (.bookBroken, "book_broken"),
        ]
        return all.filter { contains($0.0) }.map(\.1)
    }
}
