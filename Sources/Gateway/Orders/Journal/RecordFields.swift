import TradingCore

/// The members of a stored record, before they become one.
struct RecordFields {
    private var texts: [String: String] = [:]
    private var numbers: [String: ExactDecimal] = [:]
    private var flags: [String: Bool] = [:]
    private(set) var objects: [RecordFields] = []

    /// Reads an object; an array holds further ones.
    init(_ scanner: inout JSONScanner, _ bytes: Span<UInt8>) throws(JSONFault) {
        try scanner.enterObject(in: bytes)
        while let key = try scanner.nextKey(in: bytes) {
            let name = key.string(in: bytes)
            switch try scanner.nextKind(in: bytes) {
            case .string: texts[name] = try scanner.string(in: bytes).string(in: bytes)
            case .number: numbers[name] = try scanner.decimal(in: bytes)
            case .bool: flags[name] = try scanner.bool(in: bytes)
            case .array:
                try scanner.enterArray(in: bytes)
                while try scanner.nextElement(in: bytes) {
                    objects.append(try RecordFields(&scanner, bytes))
                }
            case .object, .null: try scanner.skipValue(in: bytes)
            }
        }
    }

    func text(_ key: String) throws(RecordFault) -> String {
        guard let text = texts[key] else { throw RecordFault(key) }
        return text
    }

    func optionalText(_ key: String) -> String? { texts[key] }

    func decimal(_ key: String) throws(RecordFault) -> ExactDecimal {
        guard let number = numbers[key] else { throw RecordFault(key) }
        return number
    }

    func optionalDecimal(_ key: String) -> ExactDecimal? { numbers[key] }

    func flag(_ key: String) throws(RecordFault) -> Bool {
        guard let flag = flags[key] else { throw RecordFault(key) }
        return flag
    }

    func integer<Number: FixedWidthInteger>(_ key: String) throws(RecordFault) -> Number {
        guard let number = numbers[key], number.scale == 0,
            let narrow = Number(exactly: number.mantissa)
        else { throw RecordFault(key) }
        return narrow
    }

    func time(_ key: String) throws(RecordFault) -> WallTime {
        WallTime(nanoseconds: try integer(key))
    }

    func word<Word: RawRepresentable<String>>(_ key: String) throws(RecordFault) -> Word {
        guard let word = texts[key].flatMap(Word.init(rawValue:)) else { throw RecordFault(key) }
        return word
    }

    func side(_ key: String) throws(RecordFault) -> OrderRequest.Side {
        switch try text(key) {
        case "buy": .buy
        case "sell": .sell
        default: throw RecordFault(key)
        }
    }
}

/// A stored record that lacks something.
struct RecordFault: Error, Equatable {
    /// The member that is missing or wrong.
    let member: String
    init(_ member: String) { self.member = member }
}
