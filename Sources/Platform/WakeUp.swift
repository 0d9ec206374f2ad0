import CLinux
import Glibc

/// A wake-up that one thread sends and another waits for (`eventfd`).
package final class WakeUp: Sendable {
    private let descriptor: FileDescriptor

    /// Opens the descriptor.
    ///
    /// - Throws: `SystemError` when the process or the machine has no descriptor left.
    package init() throws(SystemError) {
        let raw = try check("eventfd") {
            eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
        }
        descriptor = FileDescriptor(owning: raw)
    }

    /// The descriptor to poll for reading.
    package var pollDescriptor: Int32 { descriptor.rawValue }

    /// Wakes the waiting thread; signals that meet each other count as one.
    package func signal() {
        var one: UInt64 = 1
        _ = unsafe write(descriptor.rawValue, &one, 8)
    }

    /// Takes the pending signal, if there is one.
    @discardableResult
    package func consume() -> Bool {
        var count: UInt64 = 0
        return unsafe read(descriptor.rawValue, &count, 8) == 8
    }

    /// Waits until a condition holds, which is looked at first and then whenever this was signalled.
    ///
    /// - Returns: Whether it holds; `false` when the time is over.
    package func wait(nanoseconds limit: Int64, until condition: () -> Bool) -> Bool {
        let end = SystemClock.monotonicNanoseconds() + limit
        var poll = PollSet(reading: [pollDescriptor])
        while !condition() {
            let left = end - SystemClock.monotonicNanoseconds()
            guard left > 0 else { return false }
            _ = poll.wait(nanoseconds: left)
            consume()
        }
        return true
    }
}
