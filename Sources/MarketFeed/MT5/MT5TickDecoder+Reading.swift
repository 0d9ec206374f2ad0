import TradingCore

extension MT5TickDecoder {
    /// One frame while it is being read.
    struct Reading {
        var frame = MT5Frame()
        /// Where the value of `streams` lies, which is read once the type is known.
        var streamsPosition: Int?
        /// What is wrong with `timestamp`; it does not matter where there is `time_msc`.
        var timestampFault: DecodeFault?
        /// The fields whose keys were seen, null ones as well.
        private var seen: UInt16 = 0

        /// Starts a new frame; values of fields that it will not have are left as they were.
        @inline(__always)
        mutating func start() {
            frame.start()
            seen = 0
            streamsPosition = nil
            timestampFault = nil
        }

        /// Reads the whole payload, which must be one object.
        @inline(never)
        mutating func readObject(_ payload: Span<UInt8>) throws(DecodeFault) {
            var scanner = JSONScanner(depthMax: 16, keyCountMax: keyCountMax)
            var member = JSONMember()
            do throws(JSONFault) {
                try scanner.enterObject(in: payload)
            } catch {
                throw error.reason == .wrongType ? DecodeFault(.notObject) : DecodeFault(error)
            }
            while try Self.next(&member, &scanner, payload) {
                let field = DecodeFault.Field.named(member.key, in: payload)
                if field == .unknown || frame.kind == .other {
                    frame.unknownKeys &+= 1
                    if member.kind.isContainer { try Self.skip(&scanner, payload) }
                    continue
                }
                guard isFirst(field) else { throw DecodeFault(.duplicateKey, field) }
                switch member.kind {
                case .number where member.numberFault == nil && store(member.number, field):
                    continue
                case .string where field == .symbol:
                    store(try Self.symbol(member.text, payload))
                default: try readUnusual(field, &member, &scanner, payload)
                }
            }
            do throws(JSONFault) {
                try scanner.finish(in: payload)
            } catch {
                throw DecodeFault(error)
            }
        }

        @inline(__always)
        private static func next(
            _ member: inout JSONMember,
            _ scanner: inout JSONScanner,
            _ payload: Span<UInt8>
        ) throws(DecodeFault) -> Bool {
            do throws(JSONFault) {
                return try scanner.nextMember(in: payload, into: &member)
            } catch {
                guard error.reason == .notFinite else { throw DecodeFault(error) }
                throw DecodeFault(error, DecodeFault.Field.named(member.key, in: payload))
            }
        }

        /// Notes that a field's key was seen; `false` when it was seen before.
        @inline(__always)
        mutating func isFirst(_ field: DecodeFault.Field) -> Bool {
            defer { seen |= field.bit }
            return seen & field.bit == 0
        }

        @inline(__always)
        mutating func store(_ symbol: SymbolText) {
            frame.symbol = symbol
            frame.fields |= DecodeFault.Field.symbol.bit
        }

        /// Notes that the frame says that it is a tick.
        @inline(__always)
        mutating func storeTickType() { frame.fields |= DecodeFault.Field.type.bit }

        /// Keeps the value of a field that is a number.
        ///
        /// - Returns: `false` when the field is none.
        @inline(__always)
        mutating func store(_ number: ExactDecimal, _ field: DecodeFault.Field) -> Bool {
            let bit = field.bit
            guard Self.numberFields & bit != 0 else { return false }
            frame.numbers[Int(field.rawValue)] = number
            frame.fields |= bit
            guard Self.countFields & bit != 0 else { return true }
            guard number.scale == 0, number.mantissa >= 0 else { return false }
            storeCount(UInt64(truncatingIfNeeded: number.mantissa), field)
            return true
        }

        private mutating func storeCount(_ count: UInt64, _ field: DecodeFault.Field) {
            if case .epoch = field { frame.epoch = count } else { frame.sequence = count }
            frame.fields |= field.bit
        }

        /// Fields whose values are counts, which go to the end of `UInt64`.
        @inline(__always) private static var countFields: UInt16 {
            DecodeFault.Field.sequence.bit | DecodeFault.Field.epoch.bit
        }

        /// Fields whose values are numbers.
        @inline(__always) private static var numberFields: UInt16 {
            let prices = DecodeFault.Field.bid.bit | DecodeFault.Field.ask.bit
            let sizes =
                DecodeFault.Field.volume.bit | DecodeFault.Field.bidVolume.bit
                | DecodeFault.Field.askVolume.bit
            let times = DecodeFault.Field.timestamp.bit | DecodeFault.Field.timeMilliseconds.bit
            return prices | DecodeFault.Field.price.bit | sizes | times | countFields
        }

        /// The symbol that a string names.
        @inline(__always)
        static func symbol(
            _ text: JSONText,
            _ payload: Span<UInt8>
        ) throws(DecodeFault) -> SymbolText {
            if let symbol = SymbolText(text, in: payload) { return symbol }
            let isTooLong = text.end - text.start > SymbolText.countMax
            throw DecodeFault(isTooLong ? .symbolTooLong : .symbolNotPrintable, .symbol)
        }

        // MARK: What an ordinary tick does not have

        @inline(never)
        private mutating func readUnusual(
            _ field: DecodeFault.Field,
            _ member: inout JSONMember,
            _ scanner: inout JSONScanner,
            _ payload: Span<UInt8>
        ) throws(DecodeFault) {
            if case .null = member.kind { return }
            switch field {
            case .streams:
                streamsPosition = member.valueStart
                if member.kind.isContainer { try Self.skip(&scanner, payload) }
            case .type:
                guard case .string = member.kind else { throw DecodeFault(.wrongType, field) }
                readType(member.text, payload)
            case .symbol: throw DecodeFault(.wrongType, field)
            case .timestamp:
                do throws(DecodeFault) {
                    try readUnusualNumber(field, member, payload)
                } catch {
                    guard error.reason == .wrongType else { throw error }
                    timestampFault = error
                    if member.kind.isContainer { try Self.skip(&scanner, payload) }
                }
            default: try readUnusualNumber(field, member, payload)
            }
        }

        private mutating func readType(_ type: JSONText, _ payload: Span<UInt8>) {
            frame.fields |= DecodeFault.Field.type.bit
            if type.equals("TICK", in: payload) { return }
            frame.kind = type.equals("HEARTBEAT", in: payload) ? .heartbeat : .other
        }

        /// Reads a number that is written as a string, that counts beyond `Int64`, or that is none.
        private mutating func readUnusualNumber(
            _ field: DecodeFault.Field,
            _ member: JSONMember,
            _ payload: Span<UInt8>
        ) throws(DecodeFault) {
            let isCount = field == .sequence || field == .epoch
            let start: Int
            let end: Int
            switch member.kind {
            case .string: (start, end) = (member.text.start, member.text.end)
            case .number where isCount: (start, end) = (member.valueStart, payload.count)
            case .number:
                let fault = JSONFault(member.numberFault ?? .wrongType, at: member.valueStart)
                throw DecodeFault(fault, field)
            default: throw DecodeFault(.wrongType, field)
            }
            do throws(JSONFault) {
                if isCount {
                    let count = try Self.count(payload.extracting(start..<end), member.kind)
                    storeCount(count, field)
                } else {
                    _ = store(try DecimalText.parse(payload.extracting(start..<end)), field)
                }
            } catch {
                // Inside a string, what is no number is a wrong type, not broken JSON.
                let isNoNumber = error.reason == .malformed
                throw isNoNumber ? DecodeFault(.wrongType, field) : DecodeFault(error, field)
            }
        }

        private static func count(
            _ bytes: Span<UInt8>,
            _ kind: JSONScanner.ValueKind
        ) throws(JSONFault) -> UInt64 {
            var position = 0
            let count = try DecimalText.scanUnsigned(bytes, &position)
            guard kind == .number || position == bytes.count else {
                throw JSONFault(.wrongType, at: position)
            }
            return count
        }

        @inline(never)
        private static func skip(
            _ scanner: inout JSONScanner,
            _ payload: Span<UInt8>
        ) throws(DecodeFault) {
            do throws(JSONFault) {
                try scanner.skipValue(in: payload)
            } catch {
                throw DecodeFault(error)
            }
        }
    }
}

extension JSONScanner.ValueKind {
    /// Whether the value is an object or an array, which the scanner leaves unread.
    fileprivate var isContainer: Bool {
        switch self {
        case .object, .array: true
        case .string, .number, .bool, .null: false
        }
    }
}
