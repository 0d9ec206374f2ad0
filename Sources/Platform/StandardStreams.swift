import CLinux
import Glibc

/// The two streams on which a command speaks.
///
/// A reader may have stopped reading, or gone. Neither may stop this process: a write waits for a
/// bounded time, and a closed pipe is an error and not a signal.
package enum StandardStreams {
    /// A stream that every process is started with.
    package enum Stream: Int32, Sendable {
        /// What the command was asked for.
        case output = 1
        /// Everything else.
        case error = 2
    }

    /// Writes a text to the standard output; what cannot be written within 5 s is lost.
    package static func writeOutput(_ text: String) { write(Array(text.utf8), to: .output) }

    /// Writes a text to the standard error; what cannot be written within 5 s is lost.
    package static func writeError(_ text: String) { write(Array(text.utf8), to: .error) }

    /// Writes bytes to a stream.
    ///
    /// - Returns: Whether all was written. A reader that stalls, and one that is gone, ends the write.
    @discardableResult
    package static func write(
        _ bytes: [UInt8],
        to stream: Stream,
        waitingNanoseconds: Int64 = 5_000_000_000
    ) -> Bool {
        BoundedWrite.write(bytes, to: stream.rawValue, waitingNanoseconds: waitingNanoseconds)
    }
}

/// Writing to a descriptor whose other end may not read.
enum BoundedWrite {
    /// Linux takes a piece of this size as a whole when `poll` calls a pipe writable (`PIPE_BUF`), so
    /// that a write after it does not block even on a blocking descriptor.
    private static let pieceMax = 4096

    static func write(_ bytes: [UInt8], to descriptor: Int32, waitingNanoseconds: Int64) -> Bool {
        _ = ignoresBrokenPipes
        let deadline = SystemClock.monotonicNanoseconds() + waitingNanoseconds
        var written = 0
        while written < bytes.count {
            let left = max(0, deadline - SystemClock.monotonicNanoseconds())
            guard isWritable(descriptor, waitingNanoseconds: left) else { return false }
            let count = unsafe bytes.withUnsafeBytes { buffer in
                unsafe Glibc.write(
                    descriptor,
                    buffer.baseAddress.map { unsafe $0 + written },
                    min(pieceMax, buffer.count - written)
                )
            }
            if count > 0 {
                written += count
            } else if errno != EINTR, errno != EAGAIN {
                return false
            }
        }
        return true
    }

    private static func isWritable(_ descriptor: Int32, waitingNanoseconds: Int64) -> Bool {
        var entry = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        let ready = unsafe live_loop_poll(&entry, 1, waitingNanoseconds)
        return ready > 0 && entry.revents & Int16(POLLOUT) != 0
    }

    /// Done once: a write to a pipe without a reader would end the process otherwise.
    private static let ignoresBrokenPipes: Bool = {
        SignalSet.ignoreBrokenPipes()
        return true
    }()
}
