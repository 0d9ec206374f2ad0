package import TradingCore

/// Decides what a watched status writes: redrawn in its place on a terminal, one after the other elsewhere.
package struct StatusScreen: Sendable {
    /// What a look at the running instance found.
    package enum Look: Sendable, Equatable {
        /// What it says of itself.
        case answer(String)
        /// Nobody answers, and why.
        case silence(String)
    }

    /// The lines that fit; `nil` is no terminal.
    private let rows: Int?
    private let isJSON: Bool
    private var goneSince: WallTime?

    /// - Parameters:
    ///   - rows: The lines of the terminal; `nil` when the output is none.
    ///   - isJSON: Whether answers are JSON, which is neither redrawn nor cut.
    package init(rows: Int?, isJSON: Bool) {
        self.rows = isJSON ? nil : rows
        self.isJSON = isJSON
    }

    /// What is written for a look.
    ///
    /// - Returns: The text for the output, and what is said beside it, once for each change.
    package mutating func show(_ look: Look, at time: WallTime) -> (output: String, error: String) {
        switch look {
        case .answer(let text):
            let back = goneSince.map { "live-loop answers again; it was gone since \($0)\n" }
            goneSince = nil
            guard rows != nil else {
                return (text + (isJSON ? "\n" : "\n\n"), back ?? "")
            }
            return (screen((back ?? "") + text), "")
        case .silence(let reason):
            let isNew = goneSince == nil
            let since = goneSince ?? time
            goneSince = since
            let text = "no live loop answers since \(since): \(reason)"
            guard rows != nil else { return ("", isNew ? text + "; waiting for it\n" : "") }
            return (screen(text + "\nwaiting for it; Ctrl-C ends this"), "")
        }
    }

    /// The last thing written, so that the prompt of the shell has a line of its own.
    package var end: String { rows == nil ? "" : "\n" }

    /// The text from the upper left corner on; each line's rest is cleared, and so is what is below, so that
    /// nothing flickers as it does when the screen is cleared first.
    private func screen(_ text: String) -> String {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let room = max(2, (rows ?? 24) - 1)
        if lines.count > room {
            let hidden = lines.count - room + 1
            lines = lines.prefix(room - 1) + ["… \(hidden) more lines: enlarge the window"]
        }
        return "\u{1B}[H" + lines.map { $0 + "\u{1B}[K" }.joined(separator: "\n") + "\u{1B}[J"
    }
}
