import TradingCore

extension BinanceFrameDecoder {
    /// The members of a message as they are read, before it is known what they mean.
    struct Reading: Sendable {
        /// A value that needs no nesting.
        private struct Value: Sendable {
            var kind = JSONScanner.ValueKind.null
            var start: UInt32 = 0
            var end: UInt32 = 0
            var head: UInt64 = 0
            var mantissa: Int64 = 0
            var scale: UInt8 = 0
            var hasEscapes = false
            var numberFault: JSONFault.Reason?
        }

        private var values = InlineArray<24, Value>(repeating: Value())
        private var present: UInt32 = 0
        private var nonNull: UInt32 = 0
        /// Keys that mean nothing to us.
        var unknownKeys: UInt16 = 0

        /// Forgets which fields there are, so that the value can take the next message.
        @inline(__always)
        mutating func start() {
            present = 0
            nonNull = 0
            unknownKeys = 0
        }

        /// Whether a field comes for the first time; it counts as present from now on.
        mutating func isFirst(_ field: BinanceFault.Field) -> Bool {
            defer { present |= field.bit }
            return present & field.bit == 0
        }

        /// Keeps a value.
        @inline(__always)
        mutating func store(_ field: BinanceFault.Field, _ member: JSONMember) {
            guard member.kind != .null else { return }
            nonNull |= field.bit
            let place = Int(field.rawValue)
            values[place].kind = member.kind
            switch member.kind {
            case .number:
                values[place].mantissa = member.number.mantissa
                values[place].scale = member.number.scale
                values[place].numberFault = member.numberFault
            case .string:
                values[place].start = UInt32(truncatingIfNeeded: member.text.start)
                values[place].end = UInt32(truncatingIfNeeded: member.text.end)
                values[place].head = member.text.head
                values[place].hasEscapes = member.text.hasEscapes
            default: values[place].start = UInt32(truncatingIfNeeded: member.valueStart)
            }
        }

        /// Whether a field was present; `null` counts only where it is the answer itself.
        func has(_ field: BinanceFault.Field) -> Bool {
            (field == .result ? present : nonNull) & field.bit != 0
        }

        /// Whether a field is an array.
        func isArray(_ field: BinanceFault.Field) -> Bool {
            has(field) && values[Int(field.rawValue)].kind == .array
        }

        /// A string; `nil` where the field is absent or of another type.
        func text(_ field: BinanceFault.Field) -> JSONText? {
            let value = values[Int(field.rawValue)]
            guard has(field), value.kind == .string else { return nil }
            return JSONText(
                start: Int(value.start),
                end: Int(value.end),
                head: value.head,
                hasEscapes: value.hasEscapes
            )
        }

        /// A whole number; `nil` where the field is absent or something else.
        func integer(_ field: BinanceFault.Field) -> Int64? {
            let value = values[Int(field.rawValue)]
            guard has(field), value.kind == .number, value.scale == 0, value.numberFault == nil
            else { return nil }
            return value.mantissa
        }

        /// A whole number that is not negative.
        func unsigned(_ field: BinanceFault.Field) throws(BinanceFault) -> UInt64 {
            let value = values[Int(field.rawValue)]
            guard has(field) else { throw BinanceFault(.missingField, field) }
            guard value.kind == .number else { throw BinanceFault(.wrongType, field) }
            if let reason = value.numberFault {
                throw BinanceFault(BinanceFault.Reason(reason), field)
            }
            guard value.scale == 0 else { throw BinanceFault(.wrongType, field) }
            guard value.mantissa >= 0 else { throw BinanceFault(.outOfRange, field) }
            return UInt64(value.mantissa)
        }

        /// A number that is written as a string, not negative.
        func decimal(
            _ field: BinanceFault.Field,
            _ bytes: Span<UInt8>
        ) throws(BinanceFault) -> ExactDecimal {
            guard let text = text(field) else {
                throw BinanceFault(has(field) ? .wrongType : .missingField, field)
            }
            var index = text.start
            if !text.hasEscapes, let value = BinanceLevels.digits(bytes, &index),
                index == text.end
            {
                return value
            }
            let value: ExactDecimal
            do throws(JSONFault) {
                value = try BinanceLevels.number(text, in: bytes)
            } catch {
                throw BinanceFault(error, field)
            }
            guard value.mantissa >= 0 else { throw BinanceFault(.outOfRange, field) }
            return value
        }

        /// `true` or `false`.
        func bool(
            _ field: BinanceFault.Field,
            _ bytes: Span<UInt8>
        ) throws(BinanceFault) -> Bool {
            guard has(field) else { throw BinanceFault(.missingField, field) }
            let value = values[Int(field.rawValue)]
            guard value.kind == .bool else { throw BinanceFault(.wrongType, field) }
            return bytes[Int(value.start)] == UInt8(ascii: "t")
        }

        /// A time in nanoseconds, sent in milliseconds or microseconds.
        ///
        /// Milliseconds reach the year 5138 below 10^14; microseconds since 1973 lie above.
        func time(_ field: BinanceFault.Field) throws(BinanceFault) -> Int64 {
            let value = try unsigned(field)
            let factor: UInt64 = value < 100_000_000_000_000 ? 1_000_000 : 1000
            let (product, overflow) = value.multipliedReportingOverflow(by: factor)
            guard !overflow, let time = Int64(exactly: product) else {
                throw BinanceFault(.outOfRange, field)
            }
            return time
        }
    }
}
