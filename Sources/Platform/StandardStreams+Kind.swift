import CLinux
import Glibc

extension StandardStreams {
    /// Whether a person looks at the stream.
    package static func isTerminal(_ stream: Stream) -> Bool { isatty(stream.rawValue) == 1 }

    /// The lines that the stream's terminal shows; `nil` when it is none, or does not say.
    package static func terminalRows(_ stream: Stream) -> Int? {
        let rows = live_loop_terminal_rows(stream.rawValue)
        return rows > 0 ? Int(rows) : nil
    }

    /// Whether a stream leads into the journal of systemd.
    ///
    /// The variable is inherited by children whose streams lead elsewhere, so that device and inode are
    /// compared.
    /// - Parameters:
    ///   - stream: The stream.
    ///   - variable: What `JOURNAL_STREAM` holds, as in `8:21934`.
    /// - Returns: Whether lines written there arrive in the journal.
    package static func isJournal(_ stream: Stream, variable: String?) -> Bool {
        guard let parts = variable?.split(separator: ":", omittingEmptySubsequences: false),
            parts.count == 2, let device = UInt64(parts[0]), let inode = UInt64(parts[1])
        else { return false }
        do throws(SystemError) {
            let status = try FileStatus(ofDescriptor: stream.rawValue, path: "\(stream)")
            return status.identity == FileIdentity(device: device, inode: inode)
        } catch {
            // A closed stream leads nowhere.
            return false
        }
    }
}
