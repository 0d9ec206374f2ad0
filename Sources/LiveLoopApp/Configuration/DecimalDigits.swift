import TradingCore

/// Reads numbers that consist of the ASCII digits and at most one point.
///
/// There is no sign, exponent, `nan` or `inf` to be read, so that `-1`, `1e309` and full-width digits
/// are refused by the grammar and not by a later comparison.
enum DecimalDigits {
    /// A whole number of at most 18 digits.
    static func integer(_ text: String) -> Int? {
        guard let number = decimal(text), number.scale == 0 else { return nil }
        return Int(number.mantissa)
    }

    /// A number of at most 18 digits, with digits on both sides of a point.
    static func decimal(_ text: String) -> ExactDecimal? {
        var mantissa: Int64 = 0
        var digits = 0
        var digitsBeforePoint: Int?
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                guard digits < 18 else { return nil }
                mantissa = mantissa * 10 + Int64(byte - UInt8(ascii: "0"))
                digits += 1
            case UInt8(ascii: "."):
                guard digitsBeforePoint == nil, digits > 0 else { return nil }
                digitsBeforePoint = digits
            default: return nil
            }
        }
        let scale = digits - (digitsBeforePoint ?? digits)
        guard digits > 0, digitsBeforePoint == nil || scale > 0 else { return nil }
        return ExactDecimal(mantissa: mantissa, scale: UInt8(scale))
    }
}
