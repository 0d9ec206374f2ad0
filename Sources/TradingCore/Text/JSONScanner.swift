/// Reads JSON from bytes, one value at a time, in the order in which the reader asks.
///
/// Nothing is built and nothing is allocated: numbers come out as exact decimals, strings as the
/// place of their bytes. The reader says what it expects, so that a value of another type is a
/// fault of its own. Depth and keys are bounded; the size of the text is the caller's to bound. The
/// bytes are an argument of each call, because a value cannot keep a `Span`; all calls of one
/// scanner must be given the same.
///
/// ```swift
/// var scanner = JSONScanner()
/// try scanner.enterObject(in: bytes)
/// while let key = try scanner.nextKey(in: bytes) {
///     if key.equals("bid", in: bytes) {
///         bid = try scanner.decimal(in: bytes)
///     } else {
///         try scanner.skipValue(in: bytes)
///     }
/// }
/// try scanner.finish(in: bytes)
/// ```
package struct JSONScanner: Sendable {
    /// The types of value, told apart by their first byte.
    package enum ValueKind: UInt8, Sendable {
        case object
        case array
        case string
        case number
        case bool
        case null
    }

    /// The nesting allowed by default.
    package static let depthDefault = 16
    /// The number of keys allowed by default, all objects of the text together.
    package static let keyCountDefault = 256

    /// The byte that is read next.
    package internal(set) var position: Int
    /// The objects and arrays that may still be entered.
    var depthLeft: Int
    /// The keys that may still be read.
    var keysLeft: Int
    /// Whether the innermost container has had no element yet.
    var isFirst = false

    /// Starts at a byte.
    ///
    /// - Parameters:
    ///   - position: Where the text, or the part of interest, starts.
    ///   - depthMax: How deep objects and arrays may be nested, at most 32.
    ///   - keyCountMax: How many keys may be read, all objects together.
    package init(
        at position: Int = 0,
        depthMax: Int = JSONScanner.depthDefault,
        keyCountMax: Int = JSONScanner.keyCountDefault
    ) {
        precondition(depthMax <= 32, "depth must be at most 32, was \(depthMax)")
        self.position = position
        depthLeft = depthMax
        keysLeft = keyCountMax
    }

    // MARK: Containers

    /// Enters an object.
    package mutating func enterObject(in bytes: Span<UInt8>) throws(JSONFault) {
        try enter(0x7B, in: bytes)
    }

    /// Enters an array.
    package mutating func enterArray(in bytes: Span<UInt8>) throws(JSONFault) {
        try enter(0x5B, in: bytes)
    }

    mutating func enter(_ bracket: UInt8, in bytes: Span<UInt8>) throws(JSONFault) {
        skipSpace(in: bytes)
        guard position < bytes.count, bytes[position] == bracket else {
            throw unexpected(in: bytes)
        }
        guard depthLeft > 0 else { throw JSONFault(.tooDeep, at: position) }
        depthLeft &-= 1
        position &+= 1
        isFirst = true
    }

    /// Reads the next key of the object and the colon after it; `nil` leaves the object.
    package mutating func nextKey(in bytes: Span<UInt8>) throws(JSONFault) -> JSONText? {
        guard try advance(closing: 0x7D, in: bytes) else { return nil }
        guard keysLeft > 0 else { throw JSONFault(.tooManyKeys, at: position) }
        keysLeft &-= 1
        guard position < bytes.count, bytes[position] == 0x22 else {
            throw JSONFault(.malformed, at: position)
        }
        let key = try text(in: bytes)
        skipSpace(in: bytes)
        guard position < bytes.count, bytes[position] == 0x3A else {
            throw JSONFault(.malformed, at: position)
        }
        position &+= 1
        return key
    }

    /// Moves to the next element of the array; `false` leaves the array.
    package mutating func nextElement(in bytes: Span<UInt8>) throws(JSONFault) -> Bool {
        try advance(closing: 0x5D, in: bytes)
    }

    mutating func advance(closing: UInt8, in bytes: Span<UInt8>) throws(JSONFault) -> Bool {
        skipSpace(in: bytes)
        guard position < bytes.count else { throw JSONFault(.malformed, at: position) }
        let byte = bytes[position]
        if byte == closing {
            position &+= 1
            depthLeft &+= 1
            isFirst = false
            return false
        }
        if isFirst {
            isFirst = false
            return true
        }
        guard byte == 0x2C else { throw JSONFault(.malformed, at: position) }
        position &+= 1
        skipSpace(in: bytes)
        return true
    }

    /// Requires that nothing but white space is left.
    package mutating func finish(in bytes: Span<UInt8>) throws(JSONFault) {
        skipSpace(in: bytes)
        guard position == bytes.count else { throw JSONFault(.malformed, at: position) }
    }

    // MARK: Values

    /// The type of the value that comes next, which stays unread.
    package mutating func nextKind(in bytes: Span<UInt8>) throws(JSONFault) -> ValueKind {
        skipSpace(in: bytes)
        guard position < bytes.count else { throw JSONFault(.malformed, at: position) }
        switch bytes[position] {
        case 0x22: return .string
        case 0x2D, 0x30...0x39: return .number
        case 0x7B: return .object
        case 0x5B: return .array
        case 0x74, 0x66: return .bool
        case 0x6E: return .null
        default: throw unexpected(in: bytes)
        }
    }

    /// Reads a number.
    package mutating func decimal(in bytes: Span<UInt8>) throws(JSONFault) -> ExactDecimal {
        skipSpace(in: bytes)
        guard position < bytes.count, bytes[position] == 0x2D || bytes[position] &- 0x30 <= 9 else {
            throw unexpected(in: bytes)
        }
        return try DecimalText.scan(bytes, &position)
    }

    /// Reads an unsigned integer.
    package mutating func unsigned(in bytes: Span<UInt8>) throws(JSONFault) -> UInt64 {
        skipSpace(in: bytes)
        return try DecimalText.scanUnsigned(bytes, &position)
    }

    /// Reads a string.
    package mutating func string(in bytes: Span<UInt8>) throws(JSONFault) -> JSONText {
        skipSpace(in: bytes)
        guard position < bytes.count, bytes[position] == 0x22 else { throw unexpected(in: bytes) }
        return try text(in: bytes)
    }

    /// Reads `true` or `false`.
    package mutating func bool(in bytes: Span<UInt8>) throws(JSONFault) -> Bool {
        guard try nextKind(in: bytes) == .bool else { throw JSONFault(.wrongType, at: position) }
        let value = bytes[position] == UInt8(ascii: "t")
        try literal(value ? "true" : "false", in: bytes)
        return value
    }

    /// Reads `null`.
    package mutating func null(in bytes: Span<UInt8>) throws(JSONFault) {
        guard try nextKind(in: bytes) == .null else { throw JSONFault(.wrongType, at: position) }
        try literal("null", in: bytes)
    }

    // MARK: Parts

    @inline(__always)
    mutating func skipSpace(in bytes: Span<UInt8>) {
        while position < bytes.count {
            let byte = bytes[position]
            if byte > 0x20 || (byte != 0x20 && byte != 0x0A && byte != 0x0D && byte != 0x09) {
                return
            }
            position &+= 1
        }
    }

    /// Reads the string whose opening quote is at `position`.
    @inline(__always)
    mutating func text(in bytes: Span<UInt8>) throws(JSONFault) -> JSONText {
        let count = bytes.count
        let start = position &+ 1
        var index = start
        var head: UInt64 = 0
        var shift: UInt64 = 0
        while index < count {
            let byte = bytes[index]
            if byte == 0x22 {
                position = index &+ 1
                return JSONText(start: start, end: index, head: head, hasEscapes: false)
            }
            if byte == 0x5C || byte &- 0x20 > 0x5F { break }
            if shift < 64 {
                head |= UInt64(byte) &<< shift
                shift &+= 8
            }
            index &+= 1
        }
        return try unusualText(in: bytes)
    }
}
