import CLinux
import Glibc

/// A few descriptors that one thread waits for together (`ppoll`).
package struct PollSet {
    private var entries: [pollfd]

    /// Watches descriptors for reading; their owners must outlive the set.
    package init(reading descriptors: [Int32]) {
        entries = descriptors.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    }

    /// Waits until a descriptor is readable or the time is over.
    ///
    /// A signal ends the wait early, as if the time were over.
    /// - Parameter nanoseconds: The longest wait; `nil` waits without end.
    /// - Returns: Whether any descriptor is ready.
    package mutating func wait(nanoseconds: Int64?) -> Bool {
        let timeout = nanoseconds.map { max(0, $0) } ?? -1
        let ready = unsafe live_loop_poll(&entries, nfds_t(entries.count), timeout)
        if ready <= 0 {
            for index in entries.indices { entries[index].revents = 0 }
        }
        return ready > 0
    }

    /// Whether the descriptor at `index` is readable, closed or in error.
    package func isReady(_ index: Int) -> Bool { entries[index].revents != 0 }
}
