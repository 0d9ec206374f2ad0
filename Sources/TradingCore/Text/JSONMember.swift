/// One member of an object: its key, and its value as far as that needs no nesting.
package struct JSONMember: Sendable {
    /// The key.
    package var key = JSONText(start: 0, end: 0, head: 0, hasEscapes: false)
    /// The type of the value.
    package var kind = JSONScanner.ValueKind.null
    /// The first byte of the value.
    package var valueStart = 0
    /// The value of a number, where ``numberFault`` is `nil`.
    package var number = ExactDecimal(mantissa: 0, scale: 0)
    /// Why a number that follows the grammar cannot be held; it may be one that nobody needs.
    package var numberFault: JSONFault.Reason?
    /// The value of a string.
    package var text = JSONText(start: 0, end: 0, head: 0, hasEscapes: false)

    package init() {}
}

extension JSONScanner {
    /// Reads the next member of the object in one go; `false` leaves the object.
    ///
    /// An object or array is left unread for the caller to enter or skip. This is the way for
    /// messages that come by the thousand: one call across modules for a key and its value.
    package mutating func nextMember(
        in bytes: Span<UInt8>,
        into member: inout JSONMember
    ) throws(JSONFault) -> Bool {
        guard let key = try nextKey(in: bytes) else { return false }
        member.key = key
        skipSpace(in: bytes)
        guard position < bytes.count else { throw JSONFault(.malformed, at: position) }
        member.valueStart = position
        let byte = bytes[position]
        if byte &- 0x30 <= 9 || byte == 0x2D {
            member.kind = .number
            try readNumber(in: bytes, into: &member)
        } else if byte == 0x22 {
            member.kind = .string
            member.text = try text(in: bytes)
        } else {
            try readUnusual(in: bytes, into: &member)
        }
        return true
    }

    @inline(__always)
    private mutating func readNumber(
        in bytes: Span<UInt8>,
        into member: inout JSONMember
    ) throws(JSONFault) {
        do throws(JSONFault) {
            member.number = try DecimalText.scan(bytes, &position)
            member.numberFault = nil
        } catch {
            guard error.reason == .precision || error.reason == .notFinite else { throw error }
            member.numberFault = error.reason
            try skipValue(in: bytes)
        }
    }

    @inline(never)
    private mutating func readUnusual(
        in bytes: Span<UInt8>,
        into member: inout JSONMember
    ) throws(JSONFault) {
        member.kind = try nextKind(in: bytes)
        if member.kind == .bool || member.kind == .null { try skipValue(in: bytes) }
    }
}
