/// The exit code of a command, after `sysexits.h` where that has one.
package enum CommandStatus: Int32, Sendable {
    /// It did what was asked.
    case success = 0
    /// It was refused or failed; nothing was released.
    case failure = 1
    /// The arguments make no sense (`EX_USAGE`).
    case usage = 64
    /// Another process is in the way and does not answer; try again (`EX_TEMPFAIL`).
    case busy = 75
}

/// What a command has to say when it ends.
package struct CommandOutcome: Sendable, Equatable {
    /// The exit code.
    package var status: CommandStatus
    /// Lines for the person at the terminal.
    package var lines: [String]

    package init(_ status: CommandStatus, _ lines: [String]) {
        self.status = status
        self.lines = lines
    }
}
