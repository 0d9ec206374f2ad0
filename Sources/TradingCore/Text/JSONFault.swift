/// Why a text is not the JSON that was asked for, and where.
package struct JSONFault: Error, Sendable, Equatable {
    /// The kinds of fault; a closed set, so that it can label a counter.
    package enum Reason: UInt8, Sendable, CaseIterable {
        /// The text breaks the grammar of RFC 8259, ends too early, or is not valid UTF-8.
        case malformed
        /// The grammar holds, but the value is of another type than the reader asked for.
        case wrongType
        /// `NaN`, `Infinity`, or a number beyond the range of a double, such as `1e999`.
        case notFinite
        /// The number cannot be held exactly: beyond `Int64`, or more than 18 decimals.
        case precision
        /// Objects and arrays are nested deeper than the reader allows.
        case tooDeep
        /// The text has more keys than the reader allows.
        case tooManyKeys
    }

    /// What is wrong.
    package var reason: Reason
    /// The byte at which it was noticed.
    package var position: Int

    package init(_ reason: Reason, at position: Int) {
        self.reason = reason
        self.position = position
    }
}
