package import TradingCore

/// Judges quotes by the last one of the same symbol.
///
/// What cannot be a price is quarantined; what is merely strange is delivered with a flag, because a
/// strategy and the risk engine can then decide. All arithmetic is exact.
package struct QuoteValidator: Sendable {
    /// Why a quote is not fit to be used; a closed set, because each labels a counter.
    package enum Refusal: UInt8, Sendable, CaseIterable {
        /// A price is zero or negative.
        case nonPositive
        /// One price is more than twice the other.
        case absurd
        /// A size is negative.
        case negativeSize
    }

    /// What is to be done with a quote.
    package enum Verdict: Sendable, Equatable {
        /// Deliver it with these flags.
        case deliver(MarketEvent.Flags)
        /// Count it and keep it from everybody.
        case quarantine(Refusal)
    }

    /// The move of the mid price, as one part in this many, beyond which a quote is suspect: 20 %.
    private static let suspectFraction: Int128 = 5

    /// The sum of bid and ask of the last quote delivered, by symbol; a mantissa of 0 is none.
    private var sums: [(mantissa: Int128, scale: UInt8)]

    package init(symbolCount: Int) {
        sums = Array(repeating: (0, 0), count: symbolCount)
    }

    /// Judges a quote and, when it is delivered, remembers it as the symbol's last.
    ///
    /// A suspect quote is remembered too: where a price has really moved, only the first quote is
    /// suspect; where it was an error, the way back is suspect as well.
    /// - Parameters:
    ///   - symbol: The symbol's place in this feed, from 0.
    ///   - bid: The bid price.
    ///   - ask: The ask price.
    /// - Returns: What is to be done with it.
    package mutating func judge(symbol: Int, bid: ExactDecimal, ask: ExactDecimal) -> Verdict {
        guard bid.mantissa > 0, ask.mantissa > 0 else { return .quarantine(.nonPositive) }
        if let verdict = judgeNarrow(symbol, bid, ask) { return verdict }
        let scale = max(bid.scale, ask.scale)
        // Below 2^63 × 10^18 < 2^123 each, so that the doubles and the sum fit 128 bits.
        let wideBid = Self.widen(bid, to: scale)
        let wideAsk = Self.widen(ask, to: scale)
        if wideAsk > 2 * wideBid || wideBid > 2 * wideAsk { return .quarantine(.absurd) }
        var flags: MarketEvent.Flags = []
        if wideBid > wideAsk { flags.insert(.crossed) }
        let sum = wideBid + wideAsk
        if isFar(sum, scale, from: sums[symbol]) { flags.insert(.suspect) }
        sums[symbol] = (sum, scale)
        return .deliver(flags)
    }

    /// Judges what nearly every quote is: all prices of one scale, and far from the end of 64 bits.
    ///
    /// It comes to the same verdict as 128 bits do.
    @inline(__always)
    private mutating func judgeNarrow(
        _ symbol: Int,
        _ bid: ExactDecimal,
        _ ask: ExactDecimal
    ) -> Verdict? {
        let last = sums[symbol]
        guard bid.scale == ask.scale, last.scale == bid.scale,
            bid.mantissa < Self.narrowLimit, ask.mantissa < Self.narrowLimit,
            let lastSum = Int64(exactly: last.mantissa), lastSum < 2 * Self.narrowLimit
        else { return nil }
        if ask.mantissa > 2 * bid.mantissa || bid.mantissa > 2 * ask.mantissa {
            return .quarantine(.absurd)
        }
        var flags: MarketEvent.Flags = []
        if bid.mantissa > ask.mantissa { flags.insert(.crossed) }
        let sum = bid.mantissa + ask.mantissa
        if lastSum > 0, 5 * (sum - lastSum).magnitude > UInt64(lastSum) { flags.insert(.suspect) }
        sums[symbol].mantissa = Int128(sum)
        return .deliver(flags)
    }

    /// Mantissas below it can be added and multiplied by 5 in 64 bits.
    private static let narrowLimit: Int64 = 1 << 58

    /// Whether a sum differs from the last one by more than a fifth of the last one.
    private func isFar(
        _ sum: Int128,
        _ scale: UInt8,
        from last: (mantissa: Int128, scale: UInt8)
    ) -> Bool {
        guard last.mantissa > 0 else { return false }
        let common = max(scale, last.scale)
        let (new, newOverflow) = sum.multipliedReportingOverflow(
            by: Self.powerOfTen(common - scale)
        )
        let (old, oldOverflow) = last.mantissa.multipliedReportingOverflow(
            by: Self.powerOfTen(common - last.scale)
        )
        let (moved, overflow) = (new - old).multipliedReportingOverflow(by: Self.suspectFraction)
        // What does not fit 128 bits at one common scale differs by many powers of ten.
        return newOverflow || oldOverflow || overflow || moved.magnitude > old.magnitude
    }

    @inline(__always)
    private static func widen(_ value: ExactDecimal, to scale: UInt8) -> Int128 {
        let mantissa = Int128(value.mantissa)
        return value.scale == scale ? mantissa : mantissa * powerOfTen(scale - value.scale)
    }

    private static func powerOfTen(_ exponent: UInt8) -> Int128 {
        exponent == 0 ? 1 : Int128(DecimalText.powerOfTen(Int(exponent)))
    }
}
