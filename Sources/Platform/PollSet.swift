import CLinux
import Glibc

/// A few descriptors that one thread waits for together (`ppoll`).
package struct PollSet {
    private var entries: [pollfd]

    /// Watches descriptors for reading; their owners must outlive the set.
    package init(reading descriptors: [Int32]) {
        entries = descriptors.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    }

    /// Watches another descriptor.
    ///
    /// - Parameters:
    ///   - descriptor: Its owner must not close it before the set is changed.
    ///   - reading: Whether its being readable ends the wait.
    ///   - writing: Whether its being writable ends the wait.
    /// - Returns: Its index, for ``isReady(_:)``.
    @discardableResult
    package mutating func append(_ descriptor: Int32, reading: Bool, writing: Bool) -> Int {
        let events = (reading ? POLLIN : 0) | (writing ? POLLOUT : 0)
        entries.append(pollfd(fd: descriptor, events: Int16(events), revents: 0))
        return entries.count - 1
    }

    /// Forgets all but the first descriptors; their memory is kept for others.
    package mutating func keepFirst(_ count: Int) { entries.removeSubrange(count...) }

    /// Waits until a descriptor is ready or the time is over.
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

    /// Whether the descriptor at `index` is as was waited for, closed or in error.
    package func isReady(_ index: Int) -> Bool { entries[index].revents != 0 }
}
