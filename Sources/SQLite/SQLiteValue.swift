/// A value that is bound to a parameter of a statement.
package enum SQLiteValue: Sendable, Equatable {
    /// No value.
    case null
    /// A whole number.
    case integer(Int64)
    /// A text in UTF-8.
    case text(String)

    /// A number that may be missing.
    package init(_ number: Int64?) {
        if let number { self = .integer(number) } else { self = .null }
    }

    /// A text that may be missing.
    package init(_ text: String?) {
        if let text { self = .text(text) } else { self = .null }
    }
}
