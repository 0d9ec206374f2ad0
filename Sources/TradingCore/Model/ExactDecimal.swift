/// A decimal number exactly as a venue wrote it: `mantissa / 10^scale`.
///
/// Prices and quantities never pass through binary floating point, so that `1.08500` stays
/// `1.08500` and profit and loss is exact.
public struct ExactDecimal: Sendable {
    /// The digits without the decimal point.
    public var mantissa: Int64
    /// The number of digits after the decimal point, 0...18.
    public var scale: UInt8

    /// The largest scale whose power of ten fits `Int64`.
    public static let scaleMax: UInt8 = 18

    /// Creates `mantissa / 10^scale`.
    ///
    /// - Precondition: `scale` is at most ``scaleMax``.
    public init(mantissa: Int64, scale: UInt8) {
        precondition(scale <= Self.scaleMax, "scale must be at most 18, was \(scale)")
        self.mantissa = mantissa
        self.scale = scale
    }

    /// Zero, written `0`.
    public static let zero = ExactDecimal(mantissa: 0, scale: 0)

    /// The nearest binary fraction, for indicators and display; never for money.
    public var doubleValue: Double { Double(mantissa) / Self.powersOfTenAsDouble[Int(scale)] }

    // Literals, so that the tables lie in the program and no use checks whether they were made.
    /// `10^scale` for each scale.
    package static let powersOfTen: InlineArray<19, Int64> = [
        1, 10, 100, 1000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000,
        10_000_000_000, 100_000_000_000, 1_000_000_000_000, 10_000_000_000_000,
        100_000_000_000_000, 1_000_000_000_000_000, 10_000_000_000_000_000,
        100_000_000_000_000_000, 1_000_000_000_000_000_000,
    ]
    private static let powersOfTenAsDouble: InlineArray<19, Double> = [
        1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
        1e17, 1e18,
    ]

    /// The mantissa at a larger scale, which is exact in 128 bits.
    func widened(to scale: UInt8) -> Int128 {
        if scale == self.scale { return Int128(mantissa) }
        let product = mantissa.multipliedFullWidth(
            by: Self.powersOfTen[Int(scale - self.scale)]
        )
        return Int128(product.high) << 64 | Int128(product.low)
    }
}

extension ExactDecimal: Comparable {
    /// Compares the values, so that `1.5` equals `1.50`.
    public static func == (lhs: Self, rhs: Self) -> Bool {
        if lhs.scale == rhs.scale { return lhs.mantissa == rhs.mantissa }
        let scale = max(lhs.scale, rhs.scale)
        return lhs.widened(to: scale) == rhs.widened(to: scale)
    }

    /// Compares the values exactly.
    public static func < (lhs: Self, rhs: Self) -> Bool {
        if lhs.scale == rhs.scale { return lhs.mantissa < rhs.mantissa }
        let scale = max(lhs.scale, rhs.scale)
        return lhs.widened(to: scale) < rhs.widened(to: scale)
    }
}

extension ExactDecimal: CustomStringConvertible {
    /// The number with exactly `scale` digits after the point, as the venue wrote it.
    public var description: String {
        let digits = String(mantissa.magnitude)
        let sign = mantissa < 0 ? "-" : ""
        guard scale > 0 else { return sign + digits }
        let padding = String(repeating: "0", count: max(0, Int(scale) + 1 - digits.count))
        let padded = padding + digits
        let split = padded.index(padded.endIndex, offsetBy: -Int(scale))
        return "\(sign)\(padded[..<split]).\(padded[split...])"
    }
}

extension ExactDecimal {
    /// The exact sum, or `nil` when it does not fit.
    package func adding(_ other: ExactDecimal) -> ExactDecimal? {
        let scale = max(scale, other.scale)
        return Self(exactly: widened(to: scale) + other.widened(to: scale), scale: scale)
    }

    /// The exact difference, or `nil` when it does not fit.
    package func subtracting(_ other: ExactDecimal) -> ExactDecimal? {
        let scale = max(scale, other.scale)
        return Self(exactly: widened(to: scale) - other.widened(to: scale), scale: scale)
    }

    /// A wide mantissa at a scale, with trailing zeros dropped until it fits; `nil` when it cannot.
    package init?(exactly mantissa: Int128, scale: UInt8) {
        var mantissa = mantissa
        var scale = scale
        while Int64(exactly: mantissa) == nil || scale > Self.scaleMax {
            guard scale > 0, mantissa % 10 == 0 else { return nil }
            mantissa /= 10
            scale -= 1
        }
        guard let narrow = Int64(exactly: mantissa) else { return nil }
        self.init(mantissa: narrow, scale: scale)
    }
}
