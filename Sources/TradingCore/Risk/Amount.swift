/// An exact amount of money, lots or anything else that a limit bounds, with twelve digits after the point.
///
/// Its 128 bits hold 10²⁶ units of money. Every operation says when a result does not fit, and whoever
/// asked refuses: a limit that cannot be computed is not kept. Binary fractions appear nowhere.
package struct Amount: Sendable, Hashable {
    /// The amount in units of 10⁻¹².
    package var units: Int128

    /// Creates an amount of so many units of 10⁻¹².
    package init(units: Int128) { self.units = units }

    /// Nothing.
    package static let zero = Amount(units: 0)
    /// The digits after the point.
    package static let scale: UInt8 = 12
    private static let unitsPerWhole: Int128 = 1_000_000_000_000

    /// A whole number.
    package init(_ whole: Int) { units = Int128(whole) * Self.unitsPerWhole }

    /// A decimal number; what is finer than 10⁻¹² is rounded.
    package init(_ decimal: ExactDecimal, rounding: RoundingDirection) {
        if decimal.scale <= Self.scale {
            units = decimal.widened(to: Self.scale)
        } else {
            let divisor = ExactDecimal.powersOfTen[Int(decimal.scale - Self.scale)]
            units = rounding.divide(Int128(decimal.mantissa), by: Int128(divisor))
        }
    }

    /// A decimal number; `nil` when it is finer than 10⁻¹².
    package init?(exactly decimal: ExactDecimal) {
        self.init(decimal, rounding: .up)
        guard Amount(decimal, rounding: .down) == self else { return nil }
    }

    /// Whether it is below zero.
    package var isNegative: Bool { units < 0 }
    /// The distance from zero, saturating at the largest amount.
    package var magnitude: Amount {
        Amount(units: units >= 0 ? units : units == .min ? .max : -units)
    }

    /// The sum, or `nil` when it does not fit.
    package func adding(_ other: Amount) -> Amount? {
        let (sum, overflow) = units.addingReportingOverflow(other.units)
        return overflow ? nil : Amount(units: sum)
    }

    /// The difference, or `nil` when it does not fit.
    package func subtracting(_ other: Amount) -> Amount? {
        let (difference, overflow) = units.subtractingReportingOverflow(other.units)
        return overflow ? nil : Amount(units: difference)
    }

    /// The product with a decimal number, or `nil` when it does not fit.
    package func multiplied(by factor: ExactDecimal, rounding: RoundingDirection) -> Amount? {
        let (product, overflow) = units.multipliedReportingOverflow(by: Int128(factor.mantissa))
        guard !overflow else { return nil }
        guard factor.scale > 0 else { return Amount(units: product) }
        let divisor = Int128(ExactDecimal.powersOfTen[Int(factor.scale)])
        return Amount(units: rounding.divide(product, by: divisor))
    }

    /// The quotient by a decimal number, or `nil` for zero and when it does not fit.
    package func divided(by divisor: ExactDecimal, rounding: RoundingDirection) -> Amount? {
        guard divisor.mantissa != 0 else { return nil }
        let factor = Int128(ExactDecimal.powersOfTen[Int(divisor.scale)])
        let (product, overflow) = units.multipliedReportingOverflow(by: factor)
        guard !overflow else { return nil }
        return Amount(units: rounding.divide(product, by: Int128(divisor.mantissa)))
    }

    /// This amount times the ratio of two others, or `nil` when that does not fit.
    package func multiplied(
        by numerator: Amount,
        over denominator: Amount,
        rounding: RoundingDirection
    ) -> Amount? {
        guard denominator.units != 0 else { return nil }
        let (product, overflow) = units.multipliedReportingOverflow(by: numerator.units)
        guard !overflow else { return nil }
        return Amount(units: rounding.divide(product, by: denominator.units))
    }
}

extension Amount: Comparable {
    /// Compares exactly.
    package static func < (lhs: Self, rhs: Self) -> Bool { lhs.units < rhs.units }
}

extension Amount: CustomStringConvertible {
    /// The amount without zeros at the end, with at least one digit after the point.
    package var description: String {
        let (whole, rest) = units.magnitude.quotientAndRemainder(
            dividingBy: UInt128(Self.unitsPerWhole)
        )
        let digits = String(rest)
        var fraction = String(repeating: "0", count: Int(Self.scale) - digits.count) + digits
        while fraction.count > 1, fraction.hasSuffix("0") { fraction.removeLast() }
        return "\(units < 0 ? "-" : "")\(whole).\(fraction)"
    }

    /// Reads what ``description`` writes: `nil` for anything else.
    package init?(_ text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, (1...Int(Self.scale)).contains(parts[1].count),
            parts[1].utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }),
            let whole = Int128(parts[0]), !parts[0].hasPrefix("+"),
            let fraction = Int128(parts[1])
        else { return nil }
        var scaled = fraction
        for _ in parts[1].count..<Int(Self.scale) { scaled *= 10 }
        let (product, overflow) = whole.multipliedReportingOverflow(by: Self.unitsPerWhole)
        guard !overflow else { return nil }
        let (sum, carry) = product.addingReportingOverflow(
            parts[0].hasPrefix("-") ? -scaled : scaled
        )
        guard !carry else { return nil }
        units = sum
    }
}
