import TradingCore

/// The bytes of one frame; written again for each frame without allocating.
///
/// Numbers are written digit by digit into place, because a string per number would cost more than
/// sending the frame.
struct FrameBuffer {
    private var bytes: [UInt8]
    private var count = 0

    init(capacity: Int = 1024) { bytes = [UInt8](repeating: 0, count: capacity) }

    /// Lends the bytes written since the last ``clear()``.
    func withSpan<R, E: Error>(_ body: (Span<UInt8>) throws(E) -> R) throws(E) -> R {
        try body(bytes.span.extracting(0..<count))
    }

    mutating func clear() { count = 0 }

    mutating func append(_ text: [UInt8]) {
        reserve(text.count)
        let start = count
        count = start &+ text.count
        var target = bytes.mutableSpan
        for index in text.indices { target[start &+ index] = text[index] }
    }

    mutating func append(_ text: StaticString) {
        append(Array(text.description.utf8))
    }

    /// Writes a number with exactly as many digits after the point as it has.
    mutating func append(_ number: ExactDecimal) {
        append(magnitude: number.mantissa.magnitude, number.mantissa < 0, scale: Int(number.scale))
    }

    mutating func append(_ number: UInt64) { append(magnitude: number, false, scale: 0) }

    mutating func append(_ number: Int64) {
        append(magnitude: number.magnitude, number < 0, scale: 0)
    }

    private mutating func append(magnitude: UInt64, _ isNegative: Bool, scale: Int) {
        // A sign, a point and at most 20 digits.
        reserve(24)
        let digits = max(Self.digitCount(magnitude), scale &+ 1)
        let point = scale > 0 ? 1 : 0
        let start = count
        count = start &+ (isNegative ? 1 : 0) &+ digits &+ point
        var index = count
        var target = bytes.mutableSpan
        var rest = magnitude
        for _ in 0..<scale {
            let (quotient, digit) = rest.quotientAndRemainder(dividingBy: 10)
            index &-= 1
            target[index] = UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: digit)
            rest = quotient
        }
        if point == 1 {
            index &-= 1
            target[index] = UInt8(ascii: ".")
        }
        for _ in scale..<digits {
            let (quotient, digit) = rest.quotientAndRemainder(dividingBy: 10)
            index &-= 1
            target[index] = UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: digit)
            rest = quotient
        }
        if isNegative { target[start] = UInt8(ascii: "-") }
    }

    private mutating func reserve(_ extra: Int) {
        let needed = count &+ extra
        if needed > bytes.count {
            bytes.append(contentsOf: repeatElement(0, count: max(needed, 2 * bytes.count)))
        }
    }

    private static func digitCount(_ value: UInt64) -> Int {
        var count = 1
        var power: UInt64 = 10
        while value >= power {
            count &+= 1
            let (product, overflow) = power.multipliedReportingOverflow(by: 10)
            if overflow { break }
            power = product
        }
        return count
    }
}
