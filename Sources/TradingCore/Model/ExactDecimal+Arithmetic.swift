extension ExactDecimal {
    /// The number with the other sign, or `nil` when it does not fit.
    package var negated: ExactDecimal? {
        mantissa == .min ? nil : ExactDecimal(mantissa: -mantissa, scale: scale)
    }

    /// The exact product, or `nil` when it does not fit.
    package func multiplied(by other: ExactDecimal) -> ExactDecimal? {
        // Two factors of 63 bits fit into 127.
        Self(exactly: Int128(mantissa) * Int128(other.mantissa), scale: scale + other.scale)
    }

    /// Whether the number is a whole multiple of a step; nothing is one of a step of zero.
    package func isMultiple(of step: ExactDecimal) -> Bool {
        guard step.mantissa != 0 else { return false }
        let scale = max(scale, step.scale)
        return widened(to: scale) % step.widened(to: scale) == 0
    }

    /// The quotient at a scale, rounded in a direction; `nil` for a divisor of zero or when it does not fit.
    package func divided(
        by divisor: ExactDecimal,
        scale: UInt8,
        rounding: RoundingDirection
    ) -> ExactDecimal? {
        guard divisor.mantissa != 0, scale <= Self.scaleMax else { return nil }
        // mantissa / 10^s over divisor / 10^d at scale t is mantissa · 10^(t + d − s) over divisor.
        let shift = Int(scale) + Int(divisor.scale) - Int(self.scale)
        var numerator = Int128(mantissa)
        var denominator = Int128(divisor.mantissa)
        for _ in 0..<shift.magnitude {
            let (product, overflow) = (shift > 0 ? numerator : denominator)
                .multipliedReportingOverflow(by: 10)
            guard !overflow else { return nil }
            if shift > 0 { numerator = product } else { denominator = product }
        }
        let quotient = rounding.divide(numerator, by: denominator)
        return Self(exactly: quotient, scale: scale)
    }
}

/// The direction in which what does not fit is rounded; always the one that makes a limit stricter.
package enum RoundingDirection: Sendable {
    /// Toward plus infinity: for what is used up of a limit.
    case up
    /// Toward minus infinity: for profit and loss.
    case down

    /// The quotient, rounded.
    ///
    /// - Precondition: The divisor is not zero.
    func divide(_ dividend: Int128, by divisor: Int128) -> Int128 {
        let (quotient, rest) = dividend.quotientAndRemainder(dividingBy: divisor)
        guard rest != 0 else { return quotient }
        let isNegative = (rest < 0) != (divisor < 0)
        switch self {
        case .up: return isNegative ? quotient : quotient + 1
        case .down: return isNegative ? quotient - 1 : quotient
        }
    }
}
