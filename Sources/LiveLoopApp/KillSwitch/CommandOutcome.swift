/// What a command has to say when it ends.
package struct CommandOutcome: Sendable, Equatable {
    /// The exit code.
    package var status: ExitCode
    /// Lines for the person at the terminal.
    package var lines: [String]

    package init(_ status: ExitCode, _ lines: [String]) {
        self.status = status
        self.lines = lines
    }
}
