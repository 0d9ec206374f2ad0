/// Numbers written in decimal digits, read exactly.
///
/// The grammar is that of JSON numbers (RFC 8259, section 6). What cannot be held exactly as an
/// ``ExactDecimal`` is refused, never rounded.
package enum DecimalText {
    /// Reads the number that starts at `position` and moves `position` behind it.
    ///
    /// After a fault `position` is where it was.
    ///
    /// What was written is kept: `1.08500` has the scale 5. An exponent is worked in, so that `1e-5`
    /// has the scale 5 and `1.5E3` the scale 0.
    package static func scan(
        _ bytes: Span<UInt8>,
        _ position: inout Int
    ) throws(JSONFault) -> ExactDecimal {
        let count = bytes.count
        var index = position
        let isNegative = index < count && bytes[index] == 0x2D
        if isNegative { index &+= 1 }
        let firstDigit = index
        var magnitude: UInt64 = 0
        while index < count {
            let digit = bytes[index] &- 0x30
            if digit > 9 { break }
            magnitude = magnitude &* 10 &+ UInt64(digit)
            index &+= 1
        }
        let wholeDigits = index &- firstDigit
        var isUnusual = wholeDigits == 0 || (wholeDigits > 1 && bytes[firstDigit] == 0x30)
        var scale = 0
        if index < count, bytes[index] == 0x2E {
            index &+= 1
            let firstDecimal = index
            while index < count {
                let digit = bytes[index] &- 0x30
                if digit > 9 { break }
                magnitude = magnitude &* 10 &+ UInt64(digit)
                index &+= 1
            }
            scale = index &- firstDecimal
            isUnusual = isUnusual || scale == 0 || scale > 18
        }
        // Nineteen digits cannot overflow `UInt64`, so that the comparison with `Int64.max` is sound.
        if isUnusual || wholeDigits &+ scale > 19 || magnitude > UInt64(Int64.max)
            || (index < count && bytes[index] | 0x20 == 0x65)
        {
            return try scanUnusual(bytes, &position)
        }
        position = index
        let mantissa = Int64(truncatingIfNeeded: magnitude)
        return ExactDecimal(
            mantissa: isNegative ? 0 &- mantissa : mantissa,
            scale: UInt8(truncatingIfNeeded: scale)
        )
    }

    /// Reads a text that must be one number and nothing else.
    package static func parse(_ bytes: Span<UInt8>) throws(JSONFault) -> ExactDecimal {
        var position = 0
        let value = try scan(bytes, &position)
        guard position == bytes.count else { throw JSONFault(.malformed, at: position) }
        return value
    }

    /// Reads an unsigned integer, without fraction or exponent, over the whole range of `UInt64`.
    package static func scanUnsigned(
        _ bytes: Span<UInt8>,
        _ position: inout Int
    ) throws(JSONFault) -> UInt64 {
        let count = bytes.count
        var index = position
        var value: UInt64 = 0
        while index < count {
            let digit = bytes[index] &- 0x30
            if digit > 9 { break }
            let (product, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, carry) = product.addingReportingOverflow(UInt64(digit))
            if overflow || carry { throw JSONFault(.precision, at: index) }
            value = sum
            index &+= 1
        }
        let digits = index &- position
        guard digits > 0 else { throw JSONFault(.wrongType, at: index) }
        if digits > 1 && bytes[position] == 0x30 { throw JSONFault(.malformed, at: index) }
        if index < count, bytes[index] == 0x2E || bytes[index] | 0x20 == 0x65 {
            throw JSONFault(.wrongType, at: index)
        }
        position = index
        return value
    }

    /// Reads a text that must be one unsigned integer and nothing else.
    package static func parseUnsigned(_ bytes: Span<UInt8>) throws(JSONFault) -> UInt64 {
        var position = 0
        let value = try scanUnsigned(bytes, &position)
        guard position == bytes.count else { throw JSONFault(.malformed, at: position) }
        return value
    }

    /// `10^exponent` for 0...18.
    package static func powerOfTen(_ exponent: Int) -> Int64 {
        precondition(exponent >= 0 && exponent <= 18, "no power of ten for \(exponent)")
        var power: Int64 = 1
        for _ in 0..<exponent { power &*= 10 }
        return power
    }
}

// MARK: Exponents, long digit strings, and what is no number

extension DecimalText {
    /// The largest exponent of a finite double; a larger number counts as infinite.
    private static let finiteExponentMax = 308
    /// Beyond this an exponent is not told apart from a larger one.
    private static let exponentBound = 1_000_000

    /// The digits of a number as they are read: `digits × 10^trailingZeros`.
    private struct Digits {
        var digits: UInt64 = 0
        var trailingZeros = 0
        var overflows = false

        mutating func append(_ digit: UInt8) {
            if digit == 0 {
                if digits != 0 || overflows { trailingZeros += 1 }
                return
            }
            for _ in 0...min(trailingZeros, 20) {
                let (product, overflow) = digits.multipliedReportingOverflow(by: 10)
                digits = product
                overflows = overflows || overflow
            }
            let (sum, carry) = digits.addingReportingOverflow(UInt64(digit))
            digits = sum
            overflows = overflows || carry
            trailingZeros = 0
        }
    }

    @inline(never)
    static func scanUnusual(
        _ bytes: Span<UInt8>,
        _ position: inout Int
    ) throws(JSONFault) -> ExactDecimal {
        let start = position
        var index = start
        let isNegative = index < bytes.count && bytes[index] == UInt8(ascii: "-")
        if isNegative { index += 1 }
        var digits = Digits()
        let firstDigit = index
        try readDigits(bytes, &index, into: &digits)
        if index - firstDigit > 1 && bytes[firstDigit] == UInt8(ascii: "0") {
            throw JSONFault(.malformed, at: firstDigit)
        }
        let wholeDigits = index - firstDigit
        var decimals = 0
        if index < bytes.count, bytes[index] == UInt8(ascii: ".") {
            index += 1
            let firstDecimal = index
            try readDigits(bytes, &index, into: &digits)
            decimals = index - firstDecimal
        }
        let exponent = try readExponent(bytes, &index)
        if digits.digits == 0 && !digits.overflows {
            let scale = min(max(decimals - exponent, 0), Int(ExactDecimal.scaleMax))
            position = index
            return ExactDecimal(mantissa: 0, scale: UInt8(scale))
        }
        if wholeDigits - 1 + exponent > finiteExponentMax {
            throw JSONFault(.notFinite, at: start)
        }
        guard !digits.overflows else { throw JSONFault(.precision, at: start) }
        let value = try assemble(
            digits,
            scaleWritten: decimals - exponent,
            isNegative: isNegative,
            start: start
        )
        position = index
        return value
    }

    /// Chooses the scale that was written where it fits, else the smallest that is exact.
    private static func assemble(
        _ digits: Digits,
        scaleWritten: Int,
        isNegative: Bool,
        start: Int
    ) throws(JSONFault) -> ExactDecimal {
        let scaleNeeded = max(scaleWritten - digits.trailingZeros, 0)
        guard scaleNeeded <= Int(ExactDecimal.scaleMax) else {
            throw JSONFault(.precision, at: start)
        }
        let scaleMax = min(max(scaleWritten, 0), Int(ExactDecimal.scaleMax))
        let scaleDigits = scaleWritten - digits.trailingZeros
        for scale in stride(
            from: scaleMax,
            through: scaleNeeded,
            by: min(scaleNeeded - scaleMax, -1)
        )
        where scale - scaleDigits <= Int(ExactDecimal.scaleMax) {
            let (magnitude, overflow) = digits.digits.multipliedReportingOverflow(
                by: UInt64(powerOfTen(scale - scaleDigits))
            )
            guard !overflow, let mantissa = Int64(exactly: magnitude) else { continue }
            return ExactDecimal(mantissa: isNegative ? -mantissa : mantissa, scale: UInt8(scale))
        }
        throw JSONFault(.precision, at: start)
    }

    private static func readDigits(
        _ bytes: Span<UInt8>,
        _ index: inout Int,
        into digits: inout Digits
    ) throws(JSONFault) {
        let start = index
        while index < bytes.count {
            let digit = bytes[index] &- UInt8(ascii: "0")
            if digit > 9 { break }
            digits.append(digit)
            index += 1
        }
        guard index == start else { return }
        throw JSONFault(namesNonFinite(bytes, at: index) ? .notFinite : .malformed, at: index)
    }

    private static func readExponent(
        _ bytes: Span<UInt8>,
        _ index: inout Int
    ) throws(JSONFault) -> Int {
        guard index < bytes.count, bytes[index] | 0x20 == UInt8(ascii: "e") else { return 0 }
        index += 1
        var isNegative = false
        if index < bytes.count,
            bytes[index] == UInt8(ascii: "-") || bytes[index] == UInt8(ascii: "+")
        {
            isNegative = bytes[index] == UInt8(ascii: "-")
            index += 1
        }
        let start = index
        var exponent = 0
        while index < bytes.count {
            let digit = bytes[index] &- UInt8(ascii: "0")
            if digit > 9 { break }
            exponent = min(exponent * 10 + Int(digit), exponentBound)
            index += 1
        }
        guard index > start else { throw JSONFault(.malformed, at: index) }
        return isNegative ? -exponent : exponent
    }

    /// Whether `NaN`, `Infinity` or `inf` in any case stands here, as Python and C print them.
    package static func namesNonFinite(_ bytes: Span<UInt8>, at position: Int) -> Bool {
        guard position + 3 <= bytes.count else { return false }
        let word = (bytes[position] | 0x20, bytes[position + 1] | 0x20, bytes[position + 2] | 0x20)
        return word == (UInt8(ascii: "n"), UInt8(ascii: "a"), UInt8(ascii: "n"))
            || word == (UInt8(ascii: "i"), UInt8(ascii: "n"), UInt8(ascii: "f"))
    }
}
