import TradingCore

/// The members of a payload that any action knows, each where it was given.
struct PayloadFields {
    var texts: [Key: String] = [:]
    var numbers: [Key: ExactDecimal] = [:]
    var flags: [Key: Bool] = [:]

    /// The members; the raw value is the key on the wire.
    enum Key: String, CaseIterable {
        case symbol, type, side, filling, comment, reason
        case orderType = "order_type"
        case orderID = "order_id"
        case operatorName = "operator"
        case volume, price, deviation, sl, tp, magic, ticket
        case sinceDeal = "since_deal"
        case engage, cancel

        var kind: JSONScanner.ValueKind {
            switch self {
            case .symbol, .type, .side, .orderType, .filling, .comment, .reason, .orderID,
                .operatorName:
                .string
            case .volume, .price, .deviation, .sl, .tp, .magic, .ticket, .sinceDeal: .number
            case .engage, .cancel: .bool
            }
        }
    }

    /// The longest text that is taken.
    static let textBytesMax = 256

    /// Reads a payload; keys that are not known and values of `null` are passed over.
    ///
    /// - Throws: `FieldFault` that names a value of the wrong type or size, or where the text is no JSON.
    init(_ bytes: Span<UInt8>, at position: Int) throws(FieldFault) {
        var scanner = JSONScanner(at: position)
        do throws(JSONFault) {
            try scanner.enterObject(in: bytes)
            while let name = try scanner.nextKey(in: bytes) {
                let known = Key(rawValue: name.string(in: bytes))
                let kind = try scanner.nextKind(in: bytes)
                guard let known, kind != .null else {
                    try scanner.skipValue(in: bytes)
                    continue
                }
                guard kind == known.kind else { throw JSONFault(.wrongType, at: scanner.position) }
                try read(known, &scanner, bytes)
            }
        } catch {
            throw FieldFault(
                ReturnCode.fieldInvalid,
                "invalid payload: \(error.reason) at byte \(error.position)"
            )
        }
    }

    init() {}

    private mutating func read(
        _ key: Key,
        _ scanner: inout JSONScanner,
        _ bytes: Span<UInt8>
    ) throws(JSONFault) {
        switch key.kind {
        case .string:
            let text = try scanner.string(in: bytes)
            guard text.count <= Self.textBytesMax else {
                throw JSONFault(.wrongType, at: text.start)
            }
            texts[key] = text.string(in: bytes)
        case .number: numbers[key] = try scanner.decimal(in: bytes)
        default: flags[key] = try scanner.bool(in: bytes)
        }
    }

    // MARK: Values

    func text(_ key: Key) throws(FieldFault) -> String {
        guard let text = texts[key] else { throw .missing(key) }
        return text
    }

    func number(_ key: Key) throws(FieldFault) -> ExactDecimal {
        guard let number = numbers[key] else { throw .missing(key) }
        return number.trimmed
    }

    /// A price or volume, where 0 says the same as nothing.
    func positive(_ key: Key) throws(FieldFault) -> ExactDecimal? {
        guard let number = numbers[key], number.mantissa != 0 else { return nil }
        guard number.mantissa > 0 else { throw .invalid(key, "\(number)") }
        return number
    }

    func unsigned(_ key: Key) throws(FieldFault) -> UInt64? {
        guard let number = numbers[key]?.trimmed else { return nil }
        guard number.scale == 0, number.mantissa >= 0 else { throw .invalid(key, "\(number)") }
        return UInt64(number.mantissa)
    }
}

/// Why a command's fields cannot be used.
struct FieldFault: Error, Equatable {
    let code: Int32
    let message: String

    init(_ code: Int32, _ message: String) {
        self.code = code
        self.message = message
    }

    static func missing(_ key: PayloadFields.Key) -> FieldFault {
        FieldFault(ReturnCode.fieldMissing, "field '\(key.rawValue)' is missing")
    }

    static func invalid(_ key: PayloadFields.Key, _ value: String) -> FieldFault {
        FieldFault(ReturnCode.fieldInvalid, "field '\(key.rawValue)' cannot be '\(value)'")
    }
}
