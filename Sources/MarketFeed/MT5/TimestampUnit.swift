package import TradingCore

/// The unit of the times that a gateway sends, all counted from 1970.
///
/// Gateways send seconds (with or without decimals), milliseconds, microseconds or nanoseconds.
package enum TimestampUnit: Sendable, CaseIterable {
    /// Inferred from the magnitude of each value.
    case auto
    case seconds
    case milliseconds
    case microseconds
    case nanoseconds

    /// The value in nanoseconds, digits beyond cut off.
    ///
    /// Inference draws the lines at 10^11, 10^14 and 10^17: seconds reach the year 5138 below the
    /// first, and milliseconds, microseconds and nanoseconds since 1973 lie above the line before.
    /// - Returns: `nil` beyond `Int64`, which is the year 2262.
    package func nanoseconds(of value: ExactDecimal) -> Int64? {
        let exponent = exponent(for: value) - Int(value.scale)
        guard exponent >= 0 else {
            let divisor = Self.powerOfTen(-exponent)
            let (quotient, rest) = value.mantissa.quotientAndRemainder(dividingBy: divisor)
            return rest < 0 ? quotient - 1 : quotient
        }
        let (product, overflow) = value.mantissa.multipliedReportingOverflow(
            by: Self.powerOfTen(exponent)
        )
        return overflow ? nil : product
    }

    /// The power of ten from the unit to nanoseconds.
    @inline(__always)
    private func exponent(for value: ExactDecimal) -> Int {
        switch self {
        case .seconds: return 9
        case .milliseconds: return 6
        case .microseconds: return 3
        case .nanoseconds: return 0
        case .auto:
            var whole = value.mantissa.magnitude
            if value.scale > 0 {
                whole /= UInt64(Self.powerOfTen(Int(value.scale)))
            }
            if whole < 100_000_000_000 { return 9 }
            if whole < 100_000_000_000_000 { return 6 }
            return whole < 100_000_000_000_000_000 ? 3 : 0
        }
    }

    /// `10^exponent` for 0...18, in this module so that it costs no call.
    @inline(__always)
    private static func powerOfTen(_ exponent: Int) -> Int64 {
        var power: Int64 = 1
        for _ in 0..<exponent { power &*= 10 }
        return power
    }
}
