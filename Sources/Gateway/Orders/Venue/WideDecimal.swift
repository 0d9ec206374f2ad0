import TradingCore

/// An exact decimal with 128 bits of digits, for products of prices, volumes and contract sizes.
///
/// Its users keep their factors below 10^12, 10^9 and 10^9, so that no product overflows.
struct WideDecimal: Equatable {
    private(set) var mantissa: Int128
    private(set) var scale: Int

    /// Factors larger than these are refused where they come in.
    static let priceMax: Int64 = 1_000_000_000_000
    static let volumeMax: Int64 = 1_000_000_000

    static let zero = WideDecimal(mantissa: 0, scale: 0)

    init(mantissa: Int128, scale: Int) {
        self.mantissa = mantissa
        self.scale = scale
    }

    init(_ decimal: ExactDecimal) {
        self.init(mantissa: Int128(decimal.mantissa), scale: Int(decimal.scale))
    }

    var isNegative: Bool { mantissa < 0 }

    static func * (lhs: Self, rhs: Self) -> Self {
        Self(mantissa: lhs.mantissa * rhs.mantissa, scale: lhs.scale + rhs.scale)
    }

    static func + (lhs: Self, rhs: Self) -> Self {
        let scale = max(lhs.scale, rhs.scale)
        return Self(mantissa: lhs.digits(at: scale) + rhs.digits(at: scale), scale: scale)
    }

    static func - (lhs: Self, rhs: Self) -> Self { lhs + rhs.negated }

    static func < (lhs: Self, rhs: Self) -> Bool { (lhs - rhs).isNegative }

    var negated: Self { Self(mantissa: -mantissa, scale: scale) }

    /// The quotient with so many digits, rounded half away from zero.
    ///
    /// - Precondition: the divisor is positive.
    func divided(by divisor: Self, digits: Int) -> Self {
        precondition(divisor.mantissa > 0, "divisor must be positive, was \(divisor.mantissa)")
        let shift = digits - scale + divisor.scale
        let numerator = shift >= 0 ? mantissa * Self.powerOfTen(shift) : mantissa
        let denominator =
            shift >= 0 ? divisor.mantissa : divisor.mantissa * Self.powerOfTen(-shift)
        return Self(mantissa: Self.rounded(numerator, over: denominator), scale: digits)
    }

    /// With at most so many digits after the point, rounded half away from zero.
    func rounded(to digits: Int) -> Self {
        guard scale > digits else { return self }
        let divisor = Self.powerOfTen(scale - digits)
        return Self(mantissa: Self.rounded(mantissa, over: divisor), scale: digits)
    }

    /// With exactly so many digits after the point; `nil` when it does not fit.
    func exact(digits: Int) -> ExactDecimal? {
        let rounded = rounded(to: digits)
        guard let narrow = Int64(exactly: rounded.digits(at: digits)) else { return nil }
        return ExactDecimal(mantissa: narrow, scale: UInt8(digits))
    }

    private func digits(at wider: Int) -> Int128 { mantissa * Self.powerOfTen(wider - scale) }

    private static func rounded(_ numerator: Int128, over denominator: Int128) -> Int128 {
        let (quotient, rest) = numerator.quotientAndRemainder(dividingBy: denominator)
        guard 2 * rest.magnitude >= denominator.magnitude else { return quotient }
        return quotient + (numerator < 0 ? -1 : 1)
    }

    private static func powerOfTen(_ exponent: Int) -> Int128 {
        var power: Int128 = 1
        for _ in 0..<exponent { power *= 10 }
        return power
    }
}

extension ExactDecimal {
    /// Whether it is a whole multiple of a positive step.
    func isMultiple(of step: ExactDecimal) -> Bool {
        let scale = max(scale, step.scale)
        let value = Int128(mantissa) * Int128(Self.powersOfTen[Int(scale - self.scale)])
        let unit = Int128(step.mantissa) * Int128(Self.powersOfTen[Int(scale - step.scale)])
        return value % unit == 0
    }

    /// Without zeros at the end of the digits after the point.
    var trimmed: ExactDecimal {
        var result = self
        while result.scale > 0, result.mantissa % 10 == 0 {
            result.mantissa /= 10
            result.scale -= 1
        }
        return result
    }
}
