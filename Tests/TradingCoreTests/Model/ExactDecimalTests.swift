import TestSupport
import Testing
import TradingCore

@Suite struct ExactDecimalTests {
    @Test(arguments: [
        (108_500, 5, "1.08500"), (0, 0, "0"), (0, 2, "0.00"), (5, 3, "0.005"), (-5, 3, "-0.005"),
        (-12_345, 2, "-123.45"), (7, 0, "7"), (Int64.max, 18, "9.223372036854775807"),
        (Int64.min, 0, "-9223372036854775808"), (Int64.min, 18, "-9.223372036854775808"),
    ])
    func `is written with exactly its digits`(mantissa: Int64, scale: UInt8, text: String) {
        #expect(ExactDecimal(mantissa: mantissa, scale: scale).description == text)
    }

    @Test func `equal values of different scales are equal`() {
        let short = ExactDecimal(mantissa: 15, scale: 1)
        let long = ExactDecimal(mantissa: 1_500_000_000_000_000_000, scale: 18)
        #expect(short == long)
        #expect(!(short < long) && !(long < short))
    }

    @Test func `comparison is exact where binary floating point is not`() {
        let large = ExactDecimal(mantissa: .max, scale: 0)
        let larger = ExactDecimal(mantissa: .max, scale: 18)
        #expect(larger < large)
        let first = ExactDecimal(mantissa: 9_007_199_254_740_993, scale: 2)
        let second = ExactDecimal(mantissa: 90_071_992_547_409_921, scale: 3)
        #expect(second < first)
    }

    @Test func `order agrees with arithmetic of 128 bits`() {
        var random = SeededRandom(seed: 4)
        for _ in 0..<2000 {
            let values = (0..<2).map { _ in
                ExactDecimal(
                    mantissa: Int64(truncatingIfNeeded: random.next())
                        >> Int64.random(in: 0...62, using: &random),
                    scale: UInt8.random(in: 0...18, using: &random)
                )
            }
            func widened(_ value: ExactDecimal) -> Int128 {
                (value.scale..<18).reduce(Int128(value.mantissa)) { number, _ in number * 10 }
            }
            let (left, right) = (values[0], values[1])
            #expect((left < right) == (widened(left) < widened(right)))
            #expect((left == right) == (widened(left) == widened(right)))
        }
    }

    @Test func `a scale beyond the largest power of ten is refused`() async {
        await #expect(processExitsWith: .failure) {
            _ = ExactDecimal(mantissa: 1, scale: 19)
        }
    }
}
