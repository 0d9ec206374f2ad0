package import TradingCore

/// Something that is asked of the gateway and changes nothing but for the better: it may be asked again.
package enum OrderQuery: Sendable, Equatable {
    /// Whether it lives; renews the lease (`HEARTBEAT`).
    case heartbeat
    /// What became of a command (`ORDER_STATUS`).
    case status(OrderID)
    /// That a command never be executed, if it was not (`ORDER_FENCE`).
    case fence(OrderID)
    /// The account and the deals after a number (`SYNC_ALL`).
    case synchronize(sinceDeal: UInt64)
    /// What a symbol is (`GET_SYMBOL_INFO`).
    case describe(symbol: String)
    /// That its kill switch be engaged (`KILL_SWITCH`).
    case kill(reason: String)

    /// The word on the wire.
    package var action: String {
        switch self {
        case .heartbeat: "HEARTBEAT"
        case .status: "ORDER_STATUS"
        case .fence: "ORDER_FENCE"
        case .synchronize: "SYNC_ALL"
        case .describe: "GET_SYMBOL_INFO"
        case .kill: "KILL_SWITCH"
        }
    }
}
