package import TradingCore

/// Why a frame of the order gateway cannot be used.
package enum OrderWireFault: Error, Sendable, Equatable {
    /// It is not the JSON that was expected.
    case json(JSONFault)
    /// A field that must be there is not.
    case missing(String)
    /// A field holds what it cannot hold.
    case value(String)
    /// A list is longer than this process takes.
    case tooMany(String)

    /// The word that labels a counter.
    package var name: String {
        switch self {
        case .json(let fault): "json_\(fault.reason)"
        case .missing: "missing"
        case .value: "value"
        case .tooMany: "too_many"
        }
    }
}

extension OrderWireFault: CustomStringConvertible {
    package var description: String {
        switch self {
        case .json(let fault): "\(fault.reason) at byte \(fault.position)"
        case .missing(let field): "'\(field)' is missing"
        case .value(let field): "'\(field)' holds what it cannot hold"
        case .tooMany(let field): "'\(field)' is too long"
        }
    }
}
