import CZeroMQ

/// Waits for several sockets and descriptors at once (`zmq_poll`).
///
/// The sockets must outlive the poller's use of them: after one was dropped, call ``removeAll()`` and
/// add the rest again.
@safe
package struct SocketPoller: ~Copyable {
    private var items: [zmq_pollitem_t] = unsafe []

    package init() {}

    /// Forgets every socket and descriptor.
    package mutating func removeAll() { unsafe items.removeAll(keepingCapacity: true) }

    /// Watches a socket for messages; returns its index.
    @discardableResult
    package mutating func add(_ socket: borrowing SubscribeSocket) -> Int {
        unsafe add(socket.socket.handle)
    }

    /// Watches a monitor for events; returns its index.
    @discardableResult
    package mutating func add(_ monitor: borrowing SocketMonitor) -> Int {
        unsafe add(monitor.socket.handle)
    }

    /// Watches a socket for commands; returns its index.
    @discardableResult
    package mutating func add(_ socket: borrowing RouterSocket) -> Int {
        unsafe add(socket.socket.handle)
    }

    /// Watches a publisher for subscriptions; returns its index.
    @discardableResult
    package mutating func add(_ socket: borrowing PublishSocket) -> Int {
        unsafe add(socket.socket.handle)
    }

    /// Watches a descriptor for reading; returns its index.
    @discardableResult
    package mutating func add(descriptor: Int32) -> Int {
        unsafe items.append(
            zmq_pollitem_t(socket: nil, fd: descriptor, events: Int16(ZMQ_POLLIN), revents: 0)
        )
        return unsafe items.count - 1
    }

    /// Waits until something is readable or the time is over; a signal ends the wait early.
    package mutating func wait(milliseconds: Int) -> Bool {
        let ready = unsafe zmq_poll(&items, Int32(items.count), milliseconds)
        if ready <= 0 {
            for index in unsafe items.indices { unsafe items[index].revents = 0 }
        }
        return ready > 0
    }

    /// Whether the entry at `index` is readable.
    package func isReady(_ index: Int) -> Bool { unsafe items[index].revents != 0 }

    private mutating func add(_ handle: UnsafeMutableRawPointer) -> Int {
        unsafe items.append(
            zmq_pollitem_t(socket: handle, fd: 0, events: Int16(ZMQ_POLLIN), revents: 0)
        )
        return unsafe items.count - 1
    }
}
