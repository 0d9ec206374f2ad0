import Glibc
import Platform
import TradingCore

/// Stands between a client and a server on the loopback device and disturbs what passes.
///
/// It works on a thread of its own and ends with ``stop()``.
package final class ChaosProxy: Sendable {
    /// What happens to the bytes.
    package enum Path: Sendable, Equatable {
        /// They pass.
        case open
        /// Nothing passes and nothing is closed, as if a cable were pulled.
        case frozen
        /// Only what the client sends passes.
        case frozenToClient
        /// Only what the server sends passes.
        case frozenToServer
        /// One byte passes in each direction in each interval.
        case sliced(nanoseconds: Int64)
    }

    /// How a connection is ended.
    package enum Ending: Sendable {
        /// All that was received is passed on before.
        case orderly
        case reset
    }

    /// What the proxy has seen.
    package struct Count: Sendable, Equatable {
        /// Connections that were accepted.
        package var accepted = 0
        /// Connections that neither side has ended.
        package var open = 0
        /// Bytes that were passed on to clients.
        package var bytesToClients = 0
    }

    private struct Orders {
        var path = Path.open
        var pathOfPresent: Path?
        var ending: Ending?
        var isStopping = false
        var count = Count()
    }

    /// The port to connect to.
    package let port: UInt16
    private let serverPort: UInt16
    private let listener: FileDescriptor
    private let orders = Locked(Orders())
    private let wakeUp: WakeUp
    private let thread = Locked<Thread?>(nil)

    /// Starts to pass connections on to a port of 127.0.0.1.
    package init(to serverPort: UInt16) throws {
        self.serverPort = serverPort
        wakeUp = try WakeUp()
        listener = try LoopbackSocket.listen(backlog: 64)
        port = try LoopbackSocket.port(of: listener.rawValue)
        let started = try Thread(name: "chaos.proxy") { [self] in run() }
        thread.withLock { $0 = started }
    }

    /// What the proxy has seen by now.
    package var count: Count { orders.withLock { $0.count } }

    /// Sets what happens to the bytes of all connections, present and to come.
    package func set(_ path: Path) {
        order {
            $0.path = path
            $0.pathOfPresent = path
        }
    }

    /// Sets what happens to the bytes of the connections that are open now, and of no other.
    package func setPresent(_ path: Path) { order { $0.pathOfPresent = path } }

    /// Ends the connections that are open now.
    package func end(_ ending: Ending) { order { $0.ending = ending } }

    /// Ends everything and waits for the thread.
    package func stop() {
        order { $0.isStopping = true }
        let ending = thread.withLock { thread in
            defer { thread = nil }
            return thread
        }
        ending?.join()
    }

    private func order(_ change: (inout Orders) -> Void) {
        orders.withLock { change(&$0) }
        wakeUp.signal()
    }

    private func run() {
        var links: [ProxiedLink] = []
        while true {
            wait(links)
            wakeUp.consume()
            let (path, present, ending, isStopping) = orders.withLock { orders in
                defer {
                    orders.pathOfPresent = nil
                    orders.ending = nil
                }
                return (orders.path, orders.pathOfPresent, orders.ending, orders.isStopping)
            }
            if isStopping { return }
            var passed = 0
            for link in links {
                if let present { link.path = present }
                passed += link.move()
                if let ending { link.end(ending) }
            }
            let accepted = acceptAll(path, into: &links)
            links.removeAll(where: \.isEnded)
            orders.withLock { orders in
                orders.count.accepted += accepted
                orders.count.open = links.count
                orders.count.bytesToClients += passed
            }
        }
    }

    private func acceptAll(_ path: Path, into links: inout [ProxiedLink]) -> Int {
        var accepted = 0
        while let client = LoopbackSocket.accept(listener.rawValue) {
            accepted += 1
            guard let server = try? LoopbackSocket.connect(to: serverPort) else { continue }
            links.append(ProxiedLink(client: client, server: server, path: path))
        }
        return accepted
    }

    private func wait(_ links: [ProxiedLink]) {
        var entries = [listener.rawValue, wakeUp.pollDescriptor].map {
            pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
        }
        for link in links { entries += link.interests }
        let isSliced = links.contains { if case .sliced = $0.path { true } else { false } }
        _ = unsafe poll(&entries, nfds_t(entries.count), isSliced ? 1 : 100)
    }
}

/// One connection that passes through the proxy; used by the proxy's thread alone.
private final class ProxiedLink {
    var path: ChaosProxy.Path
    private(set) var isEnded = false
    private let client: FileDescriptor
    private let server: FileDescriptor
    private var toServer: [UInt8] = []
    private var toClient: [UInt8] = []
    private var nextSlice: Int64 = 0
    private static let readMax = 65_536
    /// `POLLRDHUP`, which the Glibc module does not export.
    private static let hangUp: Int16 = 0x2000

    init(client: consuming FileDescriptor, server: consuming FileDescriptor, path: ChaosProxy.Path)
    {
        self.client = client
        self.server = server
        self.path = path
    }

    var interests: [pollfd] {
        [
            interest(client.rawValue, reads: passesToServer && toServer.isEmpty, has: toClient),
            interest(server.rawValue, reads: passesToClient && toClient.isEmpty, has: toServer),
        ]
    }

    private var passesToServer: Bool { path != .frozen && path != .frozenToServer }
    private var passesToClient: Bool { path != .frozen && path != .frozenToClient }

    private func interest(_ descriptor: Int32, reads: Bool, has bytes: [UInt8]) -> pollfd {
        var events = Self.hangUp
        if case .sliced = path { return pollfd(fd: descriptor, events: events, revents: 0) }
        if reads { events |= Int16(POLLIN) }
        if !bytes.isEmpty, path == .open { events |= Int16(POLLOUT) }
        return pollfd(fd: descriptor, events: events, revents: 0)
    }

    /// Passes on what can be passed on now, and returns how many bytes the client got.
    func move() -> Int {
        var most = Self.readMax
        if case .sliced(let interval) = path {
            let now = SystemClock.monotonicNanoseconds()
            guard now >= nextSlice else { return 0 }
            nextSlice = now + interval
            most = 1
        }
        if passesToServer { pass(client.rawValue, server.rawValue, &toServer, most) }
        var passed = 0
        if passesToClient { passed = pass(server.rawValue, client.rawValue, &toClient, most) }
        // A dead path brings no word of the other side's end, but this end is a fact to be counted.
        if path != .open, hasHungUp(client.rawValue) { isEnded = true }
        return passed
    }

    func end(_ ending: ChaosProxy.Ending) {
        if case .reset = ending { LoopbackSocket.resetOnClose(client.rawValue) }
        isEnded = true
    }

    @discardableResult
    private func pass(_ from: Int32, _ to: Int32, _ bytes: inout [UInt8], _ most: Int) -> Int {
        if bytes.isEmpty {
            bytes = Array(repeating: 0, count: most)
            let count = unsafe read(from, &bytes, most)
            let code = errno
            bytes.removeLast(most - max(0, count))
            if count == 0 || (count < 0 && code != EAGAIN && code != EINTR && code != ENOTCONN) {
                isEnded = true
            }
        }
        guard !bytes.isEmpty else { return 0 }
        let count = unsafe send(to, bytes, bytes.count, Int32(MSG_NOSIGNAL))
        if count > 0 {
            bytes.removeFirst(count)
        } else if errno != EAGAIN, errno != EINTR, errno != ENOTCONN {
            isEnded = true
        }
        return max(0, count)
    }

    private func hasHungUp(_ descriptor: Int32) -> Bool {
        var entry = pollfd(fd: descriptor, events: Self.hangUp, revents: 0)
        return unsafe poll(&entry, 1, 0) > 0 && entry.revents != 0
    }
}
