import HTTPServer

/// A request for market data, read from a path and its arguments.
enum MarketRequest: Sendable, Equatable {
    case ping
    case time
    case exchangeInfo
    case depth(symbol: String, limit: Int)
    /// The last trades, or those from a number on.
    case trades(symbol: String, fromID: Int64?, limit: Int)
    case aggregates(symbol: String, fromID: Int64?, since: Int64?, until: Int64?, limit: Int)

    /// Why a request is refused, in the venue's words.
    struct Refusal: Error, Equatable {
        var status = 400
        var code: Int
        var message: String
    }

    /// Reads a request; `nil` for a path that the venue does not have.
    init?(_ head: HTTPRequestHead, kind: MarketKind) throws(Refusal) {
        guard head.path.hasPrefix(kind.restPrefix + "/") else { return nil }
        switch head.path.dropFirst(kind.restPrefix.count + 1) {
        case "ping": self = .ping
        case "time": self = .time
        case "exchangeInfo": self = .exchangeInfo
        case "depth":
            let most = kind == .spot ? 5000 : 1000
            let limit = try Self.limit(head, usual: kind == .spot ? 100 : 500, max: most)
            if kind == .usdm, ![5, 10, 20, 50, 100, 500, 1000].contains(limit) {
                throw Refusal(code: -4021, message: "\(limit) is not valid depth limit.")
            }
            self = .depth(symbol: try Self.symbol(head), limit: limit)
        case "trades":
            self = .trades(
                symbol: try Self.symbol(head),
                fromID: nil,
                limit: try Self.limit(head, usual: 500, max: 1000)
            )
        case "historicalTrades":
            self = .trades(
                symbol: try Self.symbol(head),
                fromID: try Self.number(head, "fromId"),
                limit: try Self.limit(head, usual: 500, max: kind == .spot ? 1000 : 500)
            )
        case "aggTrades":
            self = .aggregates(
                symbol: try Self.symbol(head),
                fromID: try Self.number(head, "fromId"),
                since: try Self.number(head, "startTime"),
                until: try Self.number(head, "endTime"),
                limit: try Self.limit(head, usual: 500, max: 1000)
            )
        default: return nil
        }
    }

    /// What the venue charges.
    func weight(_ kind: MarketKind) -> Int {
        switch (self, kind) {
        case (.ping, _), (.time, _): 1
        case (.exchangeInfo, .spot): 20
        case (.exchangeInfo, .usdm): 1
        case (.depth(_, let limit), .spot):
            limit <= 100 ? 5 : limit <= 500 ? 25 : limit <= 1000 ? 50 : 250
        case (.depth(_, let limit), .usdm):
            limit <= 50 ? 2 : limit <= 100 ? 5 : limit <= 500 ? 10 : 20
        case (.trades, .spot): 25
        case (.trades(_, let id, _), .usdm): id == nil ? 5 : 20
        case (.aggregates, .spot): 4
        case (.aggregates, .usdm): 20
        }
    }

    private static func symbol(_ head: HTTPRequestHead) throws(Refusal) -> String {
        guard let symbol = head.argument("symbol"), !symbol.isEmpty else {
            throw Refusal(
                code: -1102,
                message:
                    "Mandatory parameter 'symbol' was not sent, was empty/null, or malformed."
            )
        }
        guard symbol.utf8.count <= 20,
            symbol.utf8.allSatisfy({
                (48...57).contains($0) || (65...90).contains($0) || $0 == 95 || $0 == 46 || $0 == 45
            })
        else {
            throw Refusal(
                code: -1100,
                message: "Illegal characters found in parameter 'symbol'; legal range is "
                    + "'^[A-Z0-9-_.]{1,20}$'."
            )
        }
        return symbol
    }

    private static func number(
        _ head: HTTPRequestHead,
        _ name: String
    ) throws(Refusal) -> Int64? {
        guard let text = head.argument(name) else { return nil }
        guard let number = Int64(text), number >= 0 else {
            throw Refusal(
                code: -1100,
                message: "Illegal characters found in parameter '\(name)'; legal range is "
                    + "'^[0-9]{1,20}$'."
            )
        }
        return number
    }

    private static func limit(
        _ head: HTTPRequestHead,
        usual: Int,
        max most: Int
    ) throws(Refusal) -> Int {
        guard let limit = try number(head, "limit") else { return usual }
        guard limit > 0 else {
            throw Refusal(code: -1130, message: "Data sent for parameter 'limit' is not valid.")
        }
        return Int(min(limit, Int64(most)))
    }
}
