/// The lines of the stream-watchdog document, each with its English.
package enum StreamHealthText {
    /// A stream is asked for again: `[TRADE] 120s 未收到消息，触发重连`.
    package static func idle(_ kind: StreamKind, symbol: String, silent: Duration) -> String {
        let seconds = silent.wholeNanoseconds / 1_000_000_000
        let tag = kind == .trade ? "[TRADE]" : "[OB]"
        return "\(tag) \(seconds)s 未收到消息，触发重连"
            + " (\(symbol): nothing for \(seconds) s, asked for again)"
    }

    /// A stream is late: `[HEALTH][TRADE] BTCUSDT 交易流超时 185.2s`.
    package static func late(_ kind: StreamKind, symbol: String, silent: Duration) -> String {
        let tenths = silent.wholeNanoseconds / 100_000_000
        let seconds = ExactDecimal(mantissa: tenths, scale: 1).description
        let isTrade = kind == .trade
        return "[HEALTH][\(isTrade ? "TRADE" : "OB")] \(symbol) "
            + "\(isTrade ? "交易流超时" : "订单簿流超时") \(seconds)s"
            + " (no \(isTrade ? "trade" : "book change") for \(seconds) s)"
    }
}
