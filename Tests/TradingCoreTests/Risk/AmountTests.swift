import TestSupport
import Testing
import TradingCore

@Suite struct AmountTests {
    @Test(
        arguments: [
            ("0", "0.0"), ("-0.5", "-0.5"), ("1.50", "1.5"),
            ("-12.000000000001", "-12.000000000001"),
            ("999999999999.999999", "999999999999.999999"),
        ]
    ) func `an amount is written exactly, and read back as it was`(text: String, written: String) {
        let amount = Amount(decimal(text), rounding: .up)
        #expect("\(amount)" == written)
        #expect(Amount(written) == amount)
    }

    @Test(arguments: [
        "", "1", "1.", ".5", "+1.0", "1.0.0", "1.0000000000000", "x.0", "1.-5", "NaN",
    ])
    func `what was not written by an amount is not read`(text: String) {
        #expect(Amount(text) == nil)
    }

    @Test func `what is finer than an amount is rounded to the side that was asked for`() {
        let fine = ExactDecimal(mantissa: 1, scale: 13)
        let minus = ExactDecimal(mantissa: -1, scale: 13)
        #expect(Amount(fine, rounding: .up).units == 1)
        #expect(Amount(fine, rounding: .down).units == 0)
        #expect(Amount(minus, rounding: .up).units == 0)
        #expect(Amount(minus, rounding: .down).units == -1)
        #expect(Amount(exactly: fine) == nil)
        #expect(Amount(exactly: ExactDecimal(mantissa: 10, scale: 13))?.units == 1)
    }

    @Test(arguments: 0..<50)
    func `products and quotients differ from the exact value by less than one unit`(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        for _ in 0..<100 {
            let units = Int128(Int64.random(in: .min ... .max, using: &random)) * 1000
            let amount = Amount(units: units)
            let factor = ExactDecimal(
                mantissa: .random(in: -1_000_000_000...1_000_000_000, using: &random) | 1,
                scale: .random(in: 0...9, using: &random)
            )
            let power = Int128(ExactDecimal.powersOfTen[Int(factor.scale)])
            let up = amount.multiplied(by: factor, rounding: .up)?.units ?? 0
            let down = amount.multiplied(by: factor, rounding: .down)?.units ?? 0
            let exact = units * Int128(factor.mantissa)
            #expect(down * power <= exact && exact <= up * power)
            #expect(up - down <= 1)
            let above = amount.divided(by: factor, rounding: .up)?.units ?? 0
            let below = amount.divided(by: factor, rounding: .down)?.units ?? 0
            let sign: Int128 = factor.mantissa < 0 ? -1 : 1
            let divisor = Int128(factor.mantissa) * sign
            #expect(below * divisor <= units * power * sign)
            #expect(units * power * sign <= above * divisor)
            #expect(above - below <= 1)
        }
    }

    @Test func `what does not fit is nothing`() {
        let huge = Amount(units: .max)
        #expect(huge.adding(Amount(units: 1)) == nil)
        #expect(Amount(units: .min).subtracting(Amount(units: 1)) == nil)
        #expect(huge.multiplied(by: decimal("1.1"), rounding: .down) == nil)
        #expect(huge.divided(by: decimal("0.1"), rounding: .down) == nil)
        #expect(huge.divided(by: .zero, rounding: .down) == nil)
        #expect(huge.multiplied(by: huge, over: Amount(1), rounding: .up) == nil)
        #expect(Amount(1).multiplied(by: Amount(1), over: .zero, rounding: .up) == nil)
        #expect(Amount(units: .min).magnitude.units == .max)
    }

    @Test func `decimals multiply, divide and count steps exactly`() {
        #expect(decimal("1.50").multiplied(by: decimal("-0.02")) == decimal("-0.03"))
        let half = ExactDecimal(mantissa: .max / 2, scale: 0)
        #expect(half.multiplied(by: half) == nil)
        #expect(decimal("1").divided(by: decimal("3"), scale: 2, rounding: .up) == decimal("0.34"))
        #expect(
            decimal("-1").divided(by: decimal("3"), scale: 2, rounding: .down) == decimal("-0.34")
        )
        #expect(decimal("1").divided(by: .zero, scale: 2, rounding: .up) == nil)
        #expect(decimal("0.30").isMultiple(of: decimal("0.1")))
        #expect(!decimal("0.35").isMultiple(of: decimal("0.1")))
        #expect(!decimal("0.35").isMultiple(of: .zero))
        #expect(decimal("5").negated == decimal("-5"))
        #expect(ExactDecimal(mantissa: .min, scale: 0).negated == nil)
    }
}
