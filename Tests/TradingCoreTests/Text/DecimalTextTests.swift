import Foundation
import TestSupport
import Testing
import TradingCore

@Suite struct DecimalTextTests {
    private func parse(_ text: String) throws(JSONFault) -> ExactDecimal {
        try DecimalText.parse(Array(text.utf8).span)
    }

    @Test(arguments: [
        ("0", 0, 0), ("-0", 0, 0), ("1.08500", 108_500, 5), ("-12.5", -125, 1), ("1e-5", 1, 5),
        ("1.5E3", 1500, 0), ("1.5e+3", 1500, 0), ("1.50e1", 150, 1),
        ("1e18", 1_000_000_000_000_000_000, 0),
        ("9223372036854775807", Int64.max, 0), ("-9223372036854775807", -Int64.max, 0),
        ("0.000000000000000001", 1, 18), ("1705329600500000000", 1_705_329_600_500_000_000, 0),
        ("1.0850000000000000000000000", 1_085_000_000_000_000_000, 18), ("100e-2", 100, 2),
        ("0e999", 0, 0), ("0.0e-999", 0, 18),
        ("10000000000000000000e-1", 1_000_000_000_000_000_000, 0),
    ])
    func `a number keeps the digits that were written`(
        text: String,
        mantissa: Int64,
        scale: UInt8
    ) throws {
        let value = try parse(text)
        #expect(value.mantissa == mantissa)
        #expect(value.scale == scale)
    }

    @Test(arguments: [
        ("9223372036854775808", JSONFault.Reason.precision), ("1e19", .precision),
        ("0.0000000000000000001", .precision), ("1e-19", .precision), ("1e-999", .precision),
        ("12345678901234567890.5", .precision), ("99999999999999999999999999", .precision),
        ("1e999", .notFinite), ("-1e309", .notFinite), ("1e99999999999999999999", .notFinite),
        ("NaN", .notFinite), ("-Infinity", .notFinite), ("inf", .notFinite),
        ("", .malformed), ("-", .malformed), ("+1", .malformed), (".5", .malformed),
        ("1.", .malformed), ("01", .malformed), ("-01.5", .malformed), ("1e", .malformed),
        ("1e+", .malformed), ("1.5.2", .malformed), ("1 ", .malformed), ("0x10", .malformed),
    ])
    func `F21: what is no exact number is refused with its reason`(
        text: String,
        reason: JSONFault.Reason
    ) {
        #expect { try parse(text) } throws: { ($0 as? JSONFault)?.reason == reason }
    }

    @Test func `random numbers have the value that Foundation reads`() throws {
        var random = SeededRandom(seed: 0xDEC1)
        for _ in 0..<20_000 {
            var text = Bool.random(using: &random) ? "-" : ""
            text += String(UInt64.random(in: 0...999_999_999, using: &random))
            if Bool.random(using: &random) {
                text += "."
                for _ in 0..<Int.random(in: 1...8, using: &random) {
                    text += String(Int.random(in: 0...9, using: &random))
                }
            }
            if Int.random(in: 0..<3, using: &random) == 0 {
                text += "e\(Int.random(in: -9...8, using: &random))"
            }
            let value = try parse(text)
            let expected = try #require(Decimal(string: text))
            let exponent = -Int(value.scale)
            let sign: FloatingPointSign = value.mantissa < 0 ? .minus : .plus
            let read = Decimal(
                sign: sign,
                exponent: exponent,
                significand: Decimal(value.mantissa.magnitude)
            )
            #expect(read == expected, "\(text)")
        }
    }

    private func parseUnsigned(_ text: String) throws(JSONFault) -> UInt64 {
        try DecimalText.parseUnsigned(Array(text.utf8).span)
    }

    @Test func `an unsigned integer reaches the end of its range and not beyond`() throws {
        let largest = try parseUnsigned("18446744073709551615")
        #expect(largest == .max)
        for text in ["18446744073709551616", "-1", "1.0", "1e3", "", "007"] {
            #expect(throws: JSONFault.self) { try parseUnsigned(text) }
        }
    }
}
