internal import Telemetry
internal import TradingCore

/// Texts of alerts: bounded, and harmless wherever they are shown.
enum AlertText {
    /// The longest message, in Unicode scalars.
    static let messageMax = 512
    /// The longest subject, in Unicode scalars.
    static let subjectMax = 64

    /// The text without anything that could leave its line or disturb a terminal, and cut.
    ///
    /// It is cut before it is escaped, because escaping makes a bounded text at most ten times as long.
    static func bounded(_ text: String, _ limit: Int) -> String {
        let scalars = text.unicodeScalars
        guard
            let end = scalars.index(
                scalars.startIndex,
                offsetBy: limit,
                limitedBy: scalars.endIndex
            ),
            end != scalars.endIndex
        else { return LogEscape.inert(text) }
        return LogEscape.inert(String(scalars[..<end])) + "…"
    }

    /// A duration in seconds with one digit.
    static func seconds(_ duration: Duration) -> String {
        JSONWriter.fixed(duration.inSeconds, digits: 1) ?? "?"
    }
}
