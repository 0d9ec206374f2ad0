import Glibc
import Platform

/// A client that sends bytes as they are, also such as no proper client would send.
package final class HTTPTestClient {
    /// What came back.
    package struct Reply: Sendable {
        /// The status code; 0 when the connection ended without a response.
        package var status: Int
        /// The head, without the empty line.
        package var head: String
        /// What followed.
        package var body: String

        /// The value of a field, whose name is given in lower case.
        package func value(_ name: String) -> String? {
            let lines = head.split(separator: "\r\n").map(String.init)
            let field = lines.first { $0.lowercased().hasPrefix(name + ":") }
            return field.map { String($0.dropFirst(name.count + 1).drop { $0 == " " }) }
        }
    }

    /// The server did not say what was waited for.
    package struct NotHeard: Error {
        /// What was heard.
        package let text: String
    }

    private let descriptor: FileDescriptor
    private var received: [UInt8] = []

    /// Connects to a port of 127.0.0.1.
    package init(port: UInt16) throws {
        descriptor = try LoopbackSocket.connect(to: port)
        try wait(for: Int16(POLLOUT), until: Self.deadline(20))
    }

    /// Sends all bytes; `false` when the server has ended the connection.
    @discardableResult
    package func send(_ text: String) throws -> Bool {
        let bytes = Array(text.utf8)
        var sent = 0
        let end = Self.deadline(20)
        while sent < bytes.count {
            try wait(for: Int16(POLLOUT), until: end)
            let count = unsafe bytes.withUnsafeBytes { buffer in
                unsafe Glibc.send(
                    descriptor.rawValue,
                    buffer.baseAddress.map { unsafe $0 + sent },
                    buffer.count - sent,
                    Int32(MSG_NOSIGNAL | MSG_DONTWAIT)
                )
            }
            if count < 0, errno != EAGAIN { return false }
            sent += max(0, count)
        }
        return true
    }

    /// Reads until the server ends the connection, and returns all that came.
    package func readToEnd(within seconds: Int64 = 20) throws -> String {
        let end = Self.deadline(seconds)
        while try readSome(until: end) {}
        return String(decoding: received, as: UTF8.self)
    }

    /// Reads until a text has come, and returns all that came so far.
    package func read(until text: String, within seconds: Int64 = 20) throws -> String {
        let end = Self.deadline(seconds)
        while true {
            let heard = String(decoding: received, as: UTF8.self)
            if heard.contains(text) { return heard }
            guard try readSome(until: end) else { throw NotHeard(text: heard) }
        }
    }

    /// Forgets what was read.
    package func forget() { received.removeAll() }

    /// Reads the response to the end of the connection.
    package func reply(within seconds: Int64 = 20) throws -> Reply {
        let text = try readToEnd(within: seconds)
        guard let gap = text.firstRange(of: "\r\n\r\n") else {
            return Reply(status: 0, head: text, body: "")
        }
        let head = String(text[..<gap.lowerBound])
        let words = head.split(separator: " ")
        return Reply(
            status: words.count > 1 ? Int(words[1]) ?? 0 : 0,
            head: head,
            body: String(text[gap.upperBound...])
        )
    }

    /// Sends one request on a connection of its own and returns the response.
    package static func ask(
        _ port: UInt16,
        _ method: String,
        _ path: String,
        token: String? = nil,
        body: String? = nil,
        fields: [String] = []
    ) throws -> Reply {
        let client = try HTTPTestClient(port: port)
        var lines = ["\(method) \(path) HTTP/1.1", "Host: 127.0.0.1:\(port)"]
        if let token { lines.append("Authorization: Bearer \(token)") }
        if method == "POST" { lines.append("Content-Type: application/json") }
        if let body { lines.append("Content-Length: \(body.utf8.count)") }
        lines += fields
        try client.send(lines.joined(separator: "\r\n") + "\r\n\r\n" + (body ?? ""))
        return try client.reply()
    }

    /// Reads what is there; `false` at the end of the connection.
    private func readSome(until end: Int64) throws -> Bool {
        try wait(for: Int16(POLLIN), until: end)
        var bytes = [UInt8](repeating: 0, count: 65_536)
        let count = unsafe recv(descriptor.rawValue, &bytes, bytes.count, Int32(MSG_DONTWAIT))
        if count < 0 { return errno == EAGAIN || errno == EINTR }
        received += bytes[..<count]
        return count > 0
    }

    private func wait(for events: Int16, until end: Int64) throws {
        var entry = pollfd(fd: descriptor.rawValue, events: events, revents: 0)
        while true {
            let left = end - SystemClock.monotonicNanoseconds()
            guard left > 0 else {
                throw NotHeard(text: String(decoding: received, as: UTF8.self))
            }
            if unsafe poll(&entry, 1, Int32(clamping: left / 1_000_000 + 1)) > 0 { return }
        }
    }

    private static func deadline(_ seconds: Int64) -> Int64 {
        SystemClock.monotonicNanoseconds() + seconds * 1_000_000_000
    }
}
