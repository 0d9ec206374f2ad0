/// Why a request was refused before anything was sent.
public enum OrderRefusal: UInt8, Error, Sendable, CaseIterable {
    /// The kill switch is engaged.
    case killSwitch = 0
    /// The process or the symbol is reduce-only.
    case reduceOnly = 1
    /// The quote the decision rests on is too old.
    case staleQuote = 2
    /// No order route is configured for the symbol.
    case noOrderRoute = 3
    /// A risk limit would be broken.
    case riskLimit = 4
    /// The outcome of an order in this symbol is unknown.
    case unknownOrder = 5
    /// What the symbol is at the venue is not known, or not agreed.
    case noInstrument = 6
    /// There is no such working order or position, or it is not ours.
    case noSuchOrder = 7
    /// Too many commands are under way.
    case tooMany = 8

    /// The name used in logs and in JSON.
    public var name: String {
        switch self {
        case .killSwitch: "kill_switch"
        case .reduceOnly: "reduce_only"
        case .staleQuote: "stale_quote"
        case .noOrderRoute: "no_order_route"
        case .riskLimit: "risk_limit"
        case .unknownOrder: "unknown_order"
        case .noInstrument: "no_instrument"
        case .noSuchOrder: "no_such_order"
        case .tooMany: "too_many"
        }
    }
}
