/// The exit codes of every command, with the numbers of `sysexits.h` where it has one.
package enum ExitCode: Int32, Sendable, CaseIterable {
    /// It did what it was asked to do.
    case success = 0
    /// A check did not pass, or the command could not do its work.
    case failure = 1
    /// The command line is wrong (`EX_USAGE`).
    case usage = 64
    /// Another instance holds the lock; try again when it has ended (`EX_TEMPFAIL`).
    case alreadyRunning = 75
    /// The configuration is refused (`EX_CONFIG`).
    case configuration = 78

    /// The meaning, for `--help`.
    package var meaning: String {
        switch self {
        case .success: "done; run: stopped in order"
        case .failure: "a check did not pass, or the command could not do its work"
        case .usage: "the command line is wrong"
        case .alreadyRunning: "another instance runs with the same lock directory"
        case .configuration: "the configuration is refused; every fault is listed"
        }
    }
}
