/// A text that must never be shown: its description, its dump and its mirror say `<redacted>`.
package struct Secret: Sendable, Equatable {
    /// What is shown instead.
    package static let redacted = "<redacted>"
    private let text: String

    package init(_ text: String) { self.text = text }

    /// The text itself, for the one place that hands it to a library.
    package func reveal() -> String { text }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { Self.redacted }
    package var debugDescription: String { Self.redacted }
    /// Shows nothing to `dump`.
    package var customMirror: Mirror { Mirror(self, children: []) }
}
