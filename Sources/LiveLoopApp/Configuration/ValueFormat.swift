import TradingCore

/// How the value of a setting is written, and read back.
struct ValueFormat<Value: Sendable>: Sendable {
    /// What is accepted, as the end of the sentence "accepted is …".
    let accepted: String
    /// Reads a value; the text has no blanks around it and no control characters.
    let parse: @Sendable (String) throws(ValueRefusal) -> Value
    /// Writes a value so that ``parse`` gives it back.
    let render: @Sendable (Value) -> String

    /// The same format, where an empty text means that there is no value.
    var orNone: ValueFormat<Value?> {
        ValueFormat<Value?>(
            accepted: "\(accepted), or empty",
            parse: { text throws(ValueRefusal) in text.isEmpty ? nil : try parse(text) },
            render: { $0.map(render) ?? "" }
        )
    }
}

/// A value that is not accepted.
struct ValueRefusal: Error {
    /// What would be; `nil` leaves the word to the format.
    var accepted: String?
}

extension ValueFormat where Value == Int {
    static func integer(_ range: ClosedRange<Int>) -> Self {
        ValueFormat(
            accepted: "a whole number from \(range.lowerBound) to \(range.upperBound)",
            parse: { text throws(ValueRefusal) in
                guard let number = DecimalDigits.integer(text), range.contains(number) else {
                    throw ValueRefusal()
                }
                return number
            },
            render: { String($0) }
        )
    }

    /// A count of attempts, where −1 means that they are not limited.
    static func attempts(_ range: ClosedRange<Int>) -> Self {
        let counted = integer(range)
        return ValueFormat(
            accepted: "\(counted.accepted), or -1 for no limit",
            parse: { text throws(ValueRefusal) in text == "-1" ? -1 : try counted.parse(text) },
            render: counted.render
        )
    }
}

extension ValueFormat where Value == Duration {
    /// A span of time; `bare` is the unit of a number without one, which `showsUnit` adds when writing.
    static func duration(
        bare: DurationUnit,
        showsUnit: Bool = false,
        _ range: ClosedRange<Duration>
    ) -> Self {
        let limits = [range.lowerBound, range.upperBound].map { DurationText.render($0, bare: nil) }
        return ValueFormat(
            accepted: "a time from \(limits[0]) to \(limits[1]), "
                + "as in 500ms, 30s, 5m, 24h (a bare number counts \(bare.plural))",
            parse: { text throws(ValueRefusal) in
                guard let duration = DurationText.parse(text, bare: bare), range.contains(duration)
                else { throw ValueRefusal() }
                return duration
            },
            render: { DurationText.render($0, bare: showsUnit ? nil : bare) }
        )
    }
}

extension ValueFormat where Value == ExactDecimal {
    /// An amount of money above zero.
    static var amount: Self {
        ValueFormat(
            accepted:
                "a decimal number above 0 with at most 12 digits before the point and 6 after it",
            parse: { text throws(ValueRefusal) in
                guard let number = DecimalDigits.decimal(text), number.mantissa > 0,
                    number.scale <= 6, number < ExactDecimal(mantissa: 1_000_000_000_000, scale: 0)
                else { throw ValueRefusal() }
                return number
            },
            render: { $0.description }
        )
    }
}

extension ValueFormat where Value == Double {
    /// A factor, which is no money.
    static func factor(_ range: ClosedRange<Double>) -> Self {
        ValueFormat(
            accepted: "a decimal number from \(range.lowerBound) to \(range.upperBound)",
            parse: { text throws(ValueRefusal) in
                guard let number = DecimalDigits.decimal(text)?.doubleValue, range.contains(number)
                else { throw ValueRefusal() }
                return number
            },
            render: { "\($0)" }
        )
    }
}

extension ValueFormat where Value == Bool {
    static var flag: Self {
        ValueFormat(
            accepted: "true or false",
            parse: { text throws(ValueRefusal) in
                switch text {
                case "true", "1": true
                case "false", "0": false
                default: throw ValueRefusal()
                }
            },
            render: { $0 ? "true" : "false" }
        )
    }
}

extension ValueFormat
where Value: RawRepresentable & CaseIterable & Equatable, Value.RawValue == String {
    /// One of the words of an enumeration.
    static var choice: Self { .word(Value.allCases.map { ($0.rawValue, $0) }) }
}

extension ValueFormat where Value == String {
    /// The path of a file or directory from the root on.
    static var absolutePath: Self {
        ValueFormat(
            accepted: "a path that begins with / and has at most 1024 bytes",
            parse: { text throws(ValueRefusal) in
                guard text.hasPrefix("/"), text.utf8.count <= 1024 else { throw ValueRefusal() }
                return text
            },
            render: { $0 }
        )
    }
}
