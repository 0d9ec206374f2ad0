import Glibc
import Platform
import TradingCore

/// An HTTP server of a test: one request for each connection, and an answer that the test chooses.
package final class StubHTTPServer: Sendable {
    /// A request as it came.
    package struct Request: Sendable, Equatable {
        /// The request line and the header lines.
        package var head: [String]
        /// The body.
        package var body: String
    }

    /// What becomes of a request.
    package enum Reply: Sendable {
        /// An answer with this status and body.
        case status(Int, body: String = "", headers: [String] = [])
        /// These bytes, whatever they are.
        case bytes([UInt8])
        /// An answer whose body has no end.
        case endless
        /// Nothing; the connection stays.
        case silence
        /// Nothing; the connection ends.
        case hangUp
    }

    private final class Held: Sendable {
        let descriptor: FileDescriptor
        init(_ descriptor: consuming FileDescriptor) { self.descriptor = descriptor }
    }

    /// The port of 127.0.0.1 at which it listens.
    package let port: UInt16
    private let listener: FileDescriptor
    private let wakeUp: WakeUp
    private let news: WakeUp
    private let isStopping = Locked(false)
    private let received = Locked<[Request]>([])
    private let reply: @Sendable (Request) -> Reply
    private let thread = Locked<Thread?>(nil)

    /// Starts to listen.
    ///
    /// - Parameter reply: Chooses what becomes of a request; called by the server's thread.
    /// - Throws: `FaultError` or `SystemError` when descriptors are used up.
    package init(_ reply: @escaping @Sendable (Request) -> Reply) throws {
        self.reply = reply
        wakeUp = try WakeUp()
        news = try WakeUp()
        listener = try LoopbackSocket.listen(backlog: 64)
        port = try LoopbackSocket.port(of: listener.rawValue)
        let started = try Thread(name: "http-stub") { [self] in run() }
        thread.withLock { $0 = started }
    }

    /// Stops it and waits for its thread; call it once.
    package func stop() {
        isStopping.withLock { $0 = true }
        wakeUp.signal()
        thread.withLock { $0 }?.join()
    }

    /// The requests so far, oldest first.
    package var requests: [Request] { received.withLock { $0 } }

    /// Waits until so many requests have come; returns what has come then.
    package func waitForRequests(_ count: Int, within seconds: Int64 = 20) -> [Request] {
        let end = SystemClock.monotonicNanoseconds() + seconds * 1_000_000_000
        var poll = PollSet(reading: [news.pollDescriptor])
        while true {
            let requests = requests
            let left = end - SystemClock.monotonicNanoseconds()
            guard requests.count < count, left > 0 else { return requests }
            _ = poll.wait(nanoseconds: left)
            news.consume()
        }
    }

    // MARK: The thread

    private func run() {
        var held: [Held] = []
        var poll = PollSet(reading: [listener.rawValue, wakeUp.pollDescriptor])
        while !isStopping.withLock({ $0 }) {
            _ = poll.wait(nanoseconds: nil)
            while let connection = LoopbackSocket.accept(listener.rawValue) {
                let descriptor = Held(connection)
                if serve(descriptor.descriptor.rawValue) { held.append(descriptor) }
            }
        }
    }

    /// Answers one request; whether the connection is to stay.
    private func serve(_ connection: Int32) -> Bool {
        guard let request = read(connection) else { return false }
        received.withLock { $0.append(request) }
        let reply = reply(request)
        news.signal()
        switch reply {
        case .status(let status, let body, let headers):
            let lines =
                ["HTTP/1.1 \(status) Status", "Content-Length: \(body.utf8.count)"] + headers
                + ["Connection: close", "", body]
            send(Array(lines.joined(separator: "\r\n").utf8), to: connection)
        case .bytes(let bytes): send(bytes, to: connection)
        case .endless:
            send(Array("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n".utf8), to: connection)
            let chunk = [UInt8](repeating: 0x61, count: 65_536)
            while send(chunk, to: connection) {}
        case .silence: return true
        case .hangUp: break
        }
        return false
    }

    private func read(_ connection: Int32) -> Request? {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            if let request = Self.request(bytes) { return request }
            var poll = PollSet(reading: [connection, wakeUp.pollDescriptor])
            _ = poll.wait(nanoseconds: 20_000_000_000)
            guard poll.isReady(0) else { return nil }
            let count = unsafe Glibc.read(connection, &chunk, chunk.count)
            guard count > 0 else { return nil }
            bytes += chunk.prefix(count)
        }
    }

    /// The request in what was received so far; `nil` as long as it is not whole.
    private static func request(_ bytes: [UInt8]) -> Request? {
        let text = String(decoding: bytes, as: UTF8.self)
        guard let end = text.firstRange(of: "\r\n\r\n") else { return nil }
        let head = text[..<end.lowerBound].split(separator: "\r\n").map(String.init)
        let body = String(text[end.upperBound...])
        let length = head.first { $0.lowercased().hasPrefix("content-length:") }
        let wanted = length.flatMap { Int($0.drop { $0 != ":" }.dropFirst().drop { $0 == " " }) }
        guard body.utf8.count >= wanted ?? 0 else { return nil }
        return Request(head: head, body: body)
    }

    /// Writes all bytes; `false` when the other side does not take them.
    @discardableResult
    private func send(_ bytes: [UInt8], to connection: Int32) -> Bool {
        var sent = 0
        while sent < bytes.count {
            let count = unsafe bytes.withUnsafeBytes { buffer in
                unsafe Glibc.send(
                    connection,
                    buffer.baseAddress.map { unsafe $0 + sent },
                    buffer.count - sent,
                    Int32(MSG_NOSIGNAL)
                )
            }
            if count > 0 {
                sent += count
            } else if errno == EAGAIN {
                var entry = pollfd(fd: connection, events: Int16(POLLOUT), revents: 0)
                guard unsafe poll(&entry, 1, 20_000) == 1 else { return false }
            } else {
                return false
            }
        }
        return true
    }
}
