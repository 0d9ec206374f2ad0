import CLinux
import Glibc

/// One end of a connection over a socket in the file system; it carries lines, in bounded time.
package struct LocalSocketConnection: ~Copyable, Sendable {
    private let descriptor: FileDescriptor
    private let path: String

    init(owning descriptor: consuming FileDescriptor, path: String) {
        self.descriptor = descriptor
        self.path = path
    }

    /// Connects to a listening process.
    ///
    /// - Throws: `SystemError`; `ENOENT` or `ECONNREFUSED` when nobody listens, `EWOULDBLOCK` when
    ///   too many clients wait there already.
    package init(to path: String) throws(SystemError) {
        var address = try LocalSocketAddress(path)
        let opened = try LocalSocketAddress.socket(path)
        let raw = opened.rawValue
        try check("connect", path: path) {
            unsafe address.withPointer { unsafe connect(raw, $0, $1) }
        }
        self.init(owning: opened, path: path)
    }

    /// Waits for a line and returns it without its end.
    ///
    /// What follows the line is dropped: a connection carries one request and one reply.
    /// - Parameters:
    ///   - limit: The most bytes the line may have.
    ///   - nanoseconds: The longest wait for the whole line.
    /// - Returns: The bytes before the line's end.
    /// - Throws: `SystemError`; `EMSGSIZE` for a longer line, `ETIMEDOUT`, `ECONNRESET` when the
    ///   other end closed before the line was whole.
    package func receiveLine(limit: Int, within nanoseconds: Int64) throws(SystemError) -> [UInt8] {
        let deadline = SystemClock.monotonicNanoseconds() + nanoseconds
        var line: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4096)
        while true {
            try wait(for: Int16(POLLIN), until: deadline)
            let count = try transfer("recv") {
                unsafe recv(descriptor.rawValue, &chunk, chunk.count, Int32(MSG_DONTWAIT))
            }
            guard let count else { continue }
            guard count > 0 else { throw failure(ECONNRESET, "recv") }
            let received = chunk[..<count]
            let end = received.firstIndex(of: 0x0A)
            line += received[..<(end ?? count)]
            guard line.count <= limit else { throw failure(EMSGSIZE, "recv") }
            if end != nil { return line }
        }
    }

    /// Sends a line; its end is added.
    ///
    /// - Parameters:
    ///   - line: The bytes; none of them may be a line feed.
    ///   - nanoseconds: The longest wait for the other end to take it all.
    /// - Throws: `SystemError`; `ETIMEDOUT`, `EPIPE` when the other end is gone.
    package func sendLine(_ line: [UInt8], within nanoseconds: Int64) throws(SystemError) {
        precondition(!line.contains(0x0A), "a line must not contain a line feed")
        let deadline = SystemClock.monotonicNanoseconds() + nanoseconds
        let bytes = line + [0x0A]
        var sent = 0
        while sent < bytes.count {
            try wait(for: Int16(POLLOUT), until: deadline)
            let count = try transfer("send") {
                unsafe bytes.withUnsafeBytes { buffer in
                    unsafe send(
                        descriptor.rawValue,
                        buffer.baseAddress.map { unsafe $0 + sent },
                        buffer.count - sent,
                        Int32(MSG_DONTWAIT | MSG_NOSIGNAL)
                    )
                }
            }
            sent += count ?? 0
        }
    }

    /// Runs a transfer; `nil` means that it would have had to wait after all.
    private func transfer(
        _ call: String,
        _ body: () -> Int
    ) throws(SystemError) -> Int? {
        do throws(SystemError) {
            return try check(call, path: path, body)
        } catch {
            guard error.code == EWOULDBLOCK else { throw error }
            return nil
        }
    }

    private func wait(for events: Int16, until deadline: Int64) throws(SystemError) {
        var entry = pollfd(fd: descriptor.rawValue, events: events, revents: 0)
        while true {
            let left = deadline - SystemClock.monotonicNanoseconds()
            guard left > 0 else { throw failure(ETIMEDOUT, "poll") }
            let ready = try check("ppoll", path: path) { unsafe live_loop_poll(&entry, 1, left) }
            if ready > 0 { return }
        }
    }

    private func failure(_ code: Int32, _ call: String) -> SystemError {
        SystemError(code: code, call: call, path: path)
    }
}
