internal import TradingCore

/// What the return code of an answer says about a command.
///
/// The positive ones are those of MQL5 ("Return Codes of the Trade Server",
/// https://www.mql5.com/en/docs/constants/errorswarnings/enum_trade_return_codes), the negative ones those
/// of `docs/protocol.md`.
package enum ReturnCode {
    /// What a code alone proves.
    package enum Meaning: Sendable, Equatable {
        /// Done whole.
        case done
        /// Placed, and working.
        case placed
        /// Done in part.
        case partial
        /// Certainly not executed.
        case refused
        /// Its time was over before it could be executed.
        case expired
        /// It will never be executed.
        case fenced
        /// It may have been executed.
        case unknown
    }

    /// `TRADE_RETCODE_INVALID`; also what a gateway says to an action that it does not know.
    package static let invalid: Int32 = 10_013

    /// What a code proves; a code that is in no table proves nothing.
    package static func meaning(_ code: Int32) -> Meaning {
        switch code {
        case 10_009: .done
        case 10_008: .placed
        case 10_010: .partial
        case -10: .expired
        case -11: .fenced
        case -2, -3, -12, -13, -14, -15, -16: .refused
        case 10_011, 10_012: .unknown
        default: names[code] == nil ? .unknown : .refused
        }
    }

    /// The name of MQL5 without `TRADE_RETCODE_`; `nil` for a code that is not in its table.
    package static func name(_ code: Int32) -> String? { names[code] }

    private static let names: [Int32: String] = [
        10_004: "REQUOTE", 10_006: "REJECT", 10_007: "CANCEL", 10_008: "PLACED", 10_009: "DONE",
        10_010: "DONE_PARTIAL", 10_011: "ERROR", 10_012: "TIMEOUT", 10_013: "INVALID",
        10_014: "INVALID_VOLUME", 10_015: "INVALID_PRICE", 10_016: "INVALID_STOPS",
        10_017: "TRADE_DISABLED", 10_018: "MARKET_CLOSED", 10_019: "NO_MONEY",
        10_020: "PRICE_CHANGED", 10_021: "PRICE_OFF", 10_022: "INVALID_EXPIRATION",
        10_023: "ORDER_CHANGED", 10_024: "TOO_MANY_REQUESTS", 10_025: "NO_CHANGES",
        10_026: "SERVER_DISABLES_AT", 10_027: "CLIENT_DISABLES_AT", 10_028: "LOCKED",
        10_029: "FROZEN", 10_030: "INVALID_FILL", 10_031: "CONNECTION", 10_032: "ONLY_REAL",
        10_033: "LIMIT_ORDERS", 10_034: "LIMIT_VOLUME", 10_035: "INVALID_ORDER",
        10_036: "POSITION_CLOSED", 10_038: "INVALID_CLOSE_VOLUME", 10_039: "CLOSE_ORDER_EXIST",
        10_040: "LIMIT_POSITIONS", 10_041: "REJECT_CANCEL", 10_042: "LONG_ONLY",
        10_043: "SHORT_ONLY", 10_044: "CLOSE_ONLY", 10_045: "FIFO_CLOSE",
        10_046: "HEDGE_PROHIBITED",
    ]
}
