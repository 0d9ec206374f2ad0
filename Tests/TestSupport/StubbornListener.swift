import Glibc
import Platform
import TradingCore

/// A listener that is not what a client hopes for.
package final class StubbornListener: Sendable {
    /// What it does with a connection.
    package enum Manner: Sendable {
        /// Accepts it and says nothing.
        case silent
        /// Says these bytes and waits.
        case saying([UInt8])
        /// Answers the first bytes like a web server, and ends the connection.
        case http
    }

    /// The port to connect to.
    package let port: UInt16
    private let manner: Manner
    private let listener: FileDescriptor
    private let wakeUp: WakeUp
    private let accepted = Locked(0)
    private let acceptedWakeUp: WakeUp
    private let isStopping = Locked(false)
    private let thread = Locked<Thread?>(nil)

    /// Starts to listen.
    package init(_ manner: Manner) throws {
        self.manner = manner
        wakeUp = try WakeUp()
        acceptedWakeUp = try WakeUp()
        listener = try LoopbackSocket.listen(backlog: 64)
        port = try LoopbackSocket.port(of: listener.rawValue)
        let started = try Thread(name: "listener") { [self] in run() }
        thread.withLock { $0 = started }
    }

    /// How many connections were accepted.
    package var acceptedCount: Int { accepted.withLock { $0 } }

    /// Waits until so many connections were accepted, which is a little after the kernel took them.
    package func waitForAccepted(_ count: Int, within seconds: Int64 = 20) throws {
        let end = SystemClock.monotonicNanoseconds() + seconds * 1_000_000_000
        var poll = PollSet(reading: [acceptedWakeUp.pollDescriptor])
        while acceptedCount < count {
            let left = end - SystemClock.monotonicNanoseconds()
            guard left > 0 else { throw NotAccepted(wanted: count, found: acceptedCount) }
            _ = poll.wait(nanoseconds: left)
            acceptedWakeUp.consume()
        }
    }

    /// Fewer connections came than were waited for.
    package struct NotAccepted: Error {
        let wanted: Int
        let found: Int
    }

    /// Ends everything and waits for the thread.
    package func stop() {
        isStopping.withLock { $0 = true }
        wakeUp.signal()
        let ending = thread.withLock { thread in
            defer { thread = nil }
            return thread
        }
        ending?.join()
    }

    private func run() {
        var connections: [AcceptedConnection] = []
        while !isStopping.withLock({ $0 }) {
            var poll = PollSet(
                reading: [listener.rawValue, wakeUp.pollDescriptor]
                    + connections.map { $0.descriptor.rawValue }
            )
            _ = poll.wait(nanoseconds: 100_000_000)
            wakeUp.consume()
            connections.removeAll { $0.isAnswered(manner) }
            while let descriptor = LoopbackSocket.accept(listener.rawValue) {
                accepted.withLock { $0 += 1 }
                acceptedWakeUp.signal()
                let connection = AcceptedConnection(descriptor)
                if case .saying(let bytes) = manner { connection.say(bytes) }
                connections.append(connection)
            }
        }
    }
}

private final class AcceptedConnection {
    let descriptor: FileDescriptor

    init(_ descriptor: consuming FileDescriptor) { self.descriptor = descriptor }

    func say(_ bytes: [UInt8]) {
        _ = unsafe send(descriptor.rawValue, bytes, bytes.count, Int32(MSG_NOSIGNAL))
    }

    /// Reads what the client says; `true` when the connection is to be ended.
    func isAnswered(_ manner: StubbornListener.Manner) -> Bool {
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = unsafe read(descriptor.rawValue, &bytes, bytes.count)
        if count < 0 { return errno != EAGAIN && errno != EINTR }
        guard count > 0, case .http = manner else { return count == 0 }
        say(Array("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n".utf8))
        return true
    }
}

/// A port whose queue of connections is full, so that the kernel answers no further ones.
package final class FullListener {
    /// The port to connect to.
    package let port: UInt16
    private let listener: FileDescriptor
    private let first: FileDescriptor
    private let second: FileDescriptor

    /// Fills the queue.
    ///
    /// A queue of length 0 holds one connection; the second one waits, as all others will.
    package init() throws {
        listener = try LoopbackSocket.listen(backlog: 0)
        port = try LoopbackSocket.port(of: listener.rawValue)
        first = try LoopbackSocket.connect(to: port)
        second = try LoopbackSocket.connect(to: port)
    }
}
