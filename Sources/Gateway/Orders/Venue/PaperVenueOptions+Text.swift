import TradingCore

extension PaperVenueOptions {
    /// What ``apply(_:)`` understands, for messages.
    package static let usage =
        "account=netting|hedging, says=demo|contest|real, currency=CODE, balance=AMOUNT, leverage=N, stop-out=PERCENT, "
        + "latency=MS, slippage=POINTS, liquidity=LOTS, rejects=0…1, hours=24x7|fx|metals, "
        + "commission=AMOUNT, swap-long=AMOUNT, swap-short=AMOUNT, foreign=SYMBOL:buy|sell:LOTS, "
        + "trading=on|off, seed=N"

    /// Takes settings as they are written in `--paper`: `account=netting,latency=5,slippage=2`.
    ///
    /// - Throws: `GatewayError` with the setting and what is accepted.
    package mutating func apply(_ text: String) throws(GatewayError) {
        for setting in text.split(separator: ",", omittingEmptySubsequences: false) {
            let parts = setting.split(
                separator: "=",
                maxSplits: 1,
                omittingEmptySubsequences: false
            )
            guard parts.count == 2, set(String(parts[0]), String(parts[1])) else {
                throw GatewayError(
                    .invalidConfiguration,
                    at: "--paper \(text)",
                    "'\(setting)' is no setting of a paper account",
                    remedy: "accepted are " + Self.usage
                )
            }
        }
    }

    private mutating func set(_ name: String, _ value: String) -> Bool {
        switch name {
        case "account": take(AccountSnapshot.MarginMode(rawValue: value)) { $0.marginMode = $1 }
        case "says": take(AccountSnapshot.Kind(rawValue: value)) { $0.accountKind = $1 }
        case "currency": take(Self.currency(value)) { $0.currency = $1 }
        case "balance": take(Self.amount(value)) { $0.balance = $1 }
        case "leverage": take(Self.integer(value, 1...10_000)) { $0.leverage = $1 }
        case "stop-out": take(Self.integer(value, 0...1000)) { $0.stopOutPercent = $1 }
        case "latency": take(Self.integer(value, 0...60_000)) { $0.latency = .milliseconds($1) }
        case "slippage": take(Self.integer(value, 0...100_000)) { $0.slippageMax = UInt32($1) }
        case "liquidity": take(Self.lots(value)) { $0.liquidity = $1 }
        case "rejects": take(Self.fraction(value)) { $0.rejectRate = $1 }
        case "hours": take(SessionCalendar(name: value)) { $0.calendar = $1 }
        case "commission": take(Self.amount(value)) { $0.commissionPerLot = $1 }
        case "swap-long": take(Self.amount(value)) { $0.swapPerLotLong = $1 }
        case "swap-short": take(Self.amount(value)) { $0.swapPerLotShort = $1 }
        case "foreign": take(Self.foreign(value)) { $0.foreignPositions.append($1) }
        case "trading":
            take(value == "on" ? true : value == "off" ? false : nil) {
                $0.isTradeAllowed = $1
            }
        case "seed": take(UInt64(value)) { $0.seed = $1 }
        default: false
        }
    }

    private mutating func take<Value>(
        _ value: Value?,
        _ set: (inout Self, Value) -> Void
    ) -> Bool {
        guard let value else { return false }
        set(&self, value)
        return true
    }

    private static func currency(_ text: String) -> String? {
        let isCode = text.utf8.count == 3 && text.utf8.allSatisfy { (0x41...0x5A).contains($0) }
        return isCode ? text : nil
    }

    private static func integer(_ text: String, _ range: ClosedRange<Int>) -> Int? {
        Int(text).flatMap { range.contains($0) ? $0 : nil }
    }

    private static func fraction(_ text: String) -> Double? {
        Double(text).flatMap { (0.0...1.0).contains($0) ? $0 : nil }
    }

    /// An amount of money of at most two digits after the point and a million millions.
    private static func amount(_ text: String) -> ExactDecimal? {
        guard let number = number(text), number.trimmed.scale <= 2,
            number.trimmed.mantissa.magnitude < 100_000_000_000_000
        else { return nil }
        return number.trimmed
    }

    private static func lots(_ text: String) -> ExactDecimal? {
        guard let number = number(text)?.trimmed, number.mantissa > 0,
            number.mantissa < WideDecimal.volumeMax
        else { return nil }
        return number
    }

    private static func foreign(_ text: String) -> ForeignPosition? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 3, SymbolName.isValid(parts[0]), ["buy", "sell"].contains(parts[1]),
            let volume = lots(parts[2])
        else { return nil }
        return ForeignPosition(
            symbol: parts[0],
            side: parts[1] == "buy" ? .buy : .sell,
            volume: volume
        )
    }

    private static func number(_ text: String) -> ExactDecimal? {
        do throws(JSONFault) {
            return try DecimalText.parse(Array(text.utf8).span)
        } catch {
            return nil
        }
    }
}
