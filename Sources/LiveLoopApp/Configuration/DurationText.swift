import TradingCore

/// A unit in which a span of time is written.
enum DurationUnit: String, Sendable, CaseIterable {
    case milliseconds = "ms"
    case seconds = "s"
    case minutes = "m"
    case hours = "h"

    /// The unit's length.
    var nanoseconds: Int64 {
        switch self {
        case .milliseconds: 1_000_000
        case .seconds: 1_000_000_000
        case .minutes: 60_000_000_000
        case .hours: 3_600_000_000_000
        }
    }

    /// The unit's name for two and more.
    var plural: String {
        switch self {
        case .milliseconds: "milliseconds"
        case .seconds: "seconds"
        case .minutes: "minutes"
        case .hours: "hours"
        }
    }
}

/// Reads and writes spans of time such as `5`, `0.1`, `500ms`, `1s`, `5m` and `24h`.
enum DurationText {
    /// The span, or `nil` when it is none or does not end on a whole nanosecond.
    static func parse(_ text: String, bare: DurationUnit) -> Duration? {
        let digits = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        let suffix = text.dropFirst(digits.count)
        guard let number = DecimalDigits.decimal(String(digits)),
            let unit = suffix.isEmpty ? bare : DurationUnit(rawValue: String(suffix))
        else { return nil }
        let (scaled, overflow) = number.mantissa.multipliedReportingOverflow(by: unit.nanoseconds)
        let divisor = ExactDecimal.powersOfTen[Int(number.scale)]
        guard !overflow, scaled % divisor == 0 else { return nil }
        return .nanoseconds(scaled / divisor)
    }

    /// The span as a bare number where it is whole in `bare`, else in the largest unit that fits.
    static func render(_ duration: Duration, bare: DurationUnit?) -> String {
        let nanoseconds = duration.wholeNanoseconds
        if let bare, nanoseconds % bare.nanoseconds == 0 {
            return String(nanoseconds / bare.nanoseconds)
        }
        if nanoseconds == 0 { return "0s" }
        guard let unit = DurationUnit.allCases.last(where: { nanoseconds % $0.nanoseconds == 0 })
        else { return "\(ExactDecimal(mantissa: nanoseconds, scale: 6))ms" }
        return "\(nanoseconds / unit.nanoseconds)\(unit.rawValue)"
    }
}
