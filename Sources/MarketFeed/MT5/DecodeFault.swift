import TradingCore

/// Why a frame of the MT5 gateway cannot be understood.
package struct DecodeFault: Error, Sendable, Equatable {
    /// The kinds of fault; a closed set, because each labels a counter.
    package enum Reason: UInt8, Sendable, CaseIterable {
        /// The bytes are not JSON.
        case notJSON
        /// The JSON is not an object.
        case notObject
        /// A field that every tick or heartbeat needs is absent or null.
        case missingField
        /// A field is of a type that it never has.
        case wrongType
        /// A number is `NaN`, infinite, or beyond the range of a double.
        case notFinite
        /// A number cannot be held exactly.
        case precision
        /// A number is exact but not possible, such as a sequence of 0.
        case outOfRange
        /// A field occurs twice, under one name or under two.
        case duplicateKey
        /// Objects or arrays are nested too deep.
        case tooDeep
        /// There are too many keys.
        case tooManyKeys
        /// A heartbeat names more streams than fit.
        case tooManyStreams
        /// The message has more than two frames.
        case tooManyParts
        /// A frame of the message is empty.
        case emptyPart
        /// A symbol is longer than ``SymbolText/countMax``.
        case symbolTooLong
        /// A symbol is empty or holds something other than printable ASCII.
        case symbolNotPrintable
        /// The feed has met more symbols than it can number.
        case symbolTableFull
    }

    /// The fields that a frame may have; a closed set.
    package enum Field: UInt8, Sendable, CaseIterable {
        case symbol
        case bid
        case ask
        case price
        case volume
        case bidVolume
        case askVolume
        case timestamp
        case timeMilliseconds
        case type
        case sequence
        case epoch
        case streams
        case unknown
    }

    /// What is wrong.
    package var reason: Reason
    /// The field it concerns, where there is one.
    package var field: Field?

    package init(_ reason: Reason, _ field: Field? = nil) {
        self.reason = reason
        self.field = field
    }

    /// The fault of a text that could not be read.
    init(_ fault: JSONFault, _ field: Field? = nil) {
        self.field = field
        switch fault.reason {
        case .malformed: reason = .notJSON
        case .wrongType: reason = .wrongType
        case .notFinite: reason = .notFinite
        case .precision: reason = .precision
        case .tooDeep: reason = .tooDeep
        case .tooManyKeys: reason = .tooManyKeys
        }
    }
}

extension DecodeFault.Field {
    /// The bit that stands for the field in a set of fields.
    var bit: UInt16 { 1 << UInt16(rawValue) }

    /// The field that a key names.
    ///
    /// Keys are told apart by length and first eight bytes; only longer ones are compared further.
    @inline(__always)
    static func named(_ key: JSONText, in bytes: Span<UInt8>) -> DecodeFault.Field {
        if key.hasEscapes { return unescaped(key, in: bytes) }
        switch (key.end &- key.start, key.head) {
        case (6, 0x6C6F_626D_7973): return .symbol
        case (3, 0x64_6962), (3, 0x64_6942): return .bid
        case (3, 0x6B_7361), (3, 0x6B_7341): return .ask
        case (9, 0x6D61_7473_656D_6974):
            return bytes[key.start &+ 8] == UInt8(ascii: "p") ? .timestamp : .unknown
        case (4, 0x656D_6974): return .timestamp
        case (6, 0x656D_756C_6F76): return .volume
        case (4, 0x6570_7974): return .type
        case (3, 0x71_6573): return .sequence
        case (5, 0x68_636F_7065): return .epoch
        case (5, 0x65_6369_7270): return .price
        case (7, 0x73_6D61_6572_7473): return .streams
        case (8, 0x6373_6D5F_656D_6974): return .timeMilliseconds
        case (10, 0x756C_6F76_5F64_6962): return ending(key, .bidVolume, in: bytes)
        case (10, 0x756C_6F76_5F6B_7361): return ending(key, .askVolume, in: bytes)
        default: return .unknown
        }
    }

    /// `field`, when the ninth and tenth byte of the key are those of `…volume`.
    private static func ending(
        _ key: JSONText,
        _ field: DecodeFault.Field,
        in bytes: Span<UInt8>
    ) -> DecodeFault.Field {
        let isWhole =
            bytes[key.start + 8] == UInt8(ascii: "m") && bytes[key.start + 9] == UInt8(ascii: "e")
        return isWhole ? field : .unknown
    }

    @inline(never)
    private static func unescaped(_ key: JSONText, in bytes: Span<UInt8>) -> DecodeFault.Field {
        var name: InlineArray<16, UInt8> = .init(repeating: 0)
        var head: UInt64 = 0
        var count = 0
        key.unescape(in: bytes) { byte in
            if count < 8 { head |= UInt64(byte) << UInt64(8 * count) }
            if count < 16 { name[count] = byte }
            count += 1
        }
        guard count <= 16 else { return .unknown }
        let plain = JSONText(start: 0, end: count, head: head, hasEscapes: false)
        return named(plain, in: name.span)
    }
}
