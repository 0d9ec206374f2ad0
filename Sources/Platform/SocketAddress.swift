import CLinux
import Glibc

/// The number and port of a TCP server, IPv4 or IPv6.
package struct SocketAddress: Sendable, Equatable {
    /// The bytes of a `sockaddr_in` or `sockaddr_in6`.
    let bytes: [UInt8]

    init(bytes: [UInt8]) { self.bytes = bytes }

    /// Reads a number such as `127.0.0.1` or `::1`; `nil` when it is a name.
    package init?(number: String, port: UInt16) {
        var four = sockaddr_in()
        if unsafe inet_pton(AF_INET, number, &four.sin_addr) == 1 {
            four.sin_family = sa_family_t(AF_INET)
            four.sin_port = port.bigEndian
            bytes = unsafe withUnsafeBytes(of: &four) { unsafe Array($0) }
            return
        }
        var six = sockaddr_in6()
        guard unsafe inet_pton(AF_INET6, number, &six.sin6_addr) == 1 else { return nil }
        six.sin6_family = sa_family_t(AF_INET6)
        six.sin6_port = port.bigEndian
        bytes = unsafe withUnsafeBytes(of: &six) { unsafe Array($0) }
    }

    var family: Int32 {
        Int32(unsafe bytes.withUnsafeBytes { unsafe $0.loadUnaligned(as: sa_family_t.self) })
    }
}

extension FileDescriptor {
    /// Starts to connect to a TCP server without waiting for it; small writes leave at once.
    ///
    /// - Returns: The socket, which is writable when the attempt is over; see ``isConnected()``.
    /// - Throws: `SystemError` when the attempt cannot even begin.
    package static func connecting(
        to address: SocketAddress
    ) throws(SystemError) -> FileDescriptor {
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
        let raw = try check("socket") { Glibc.socket(address.family, kind, 0) }
        let socket = FileDescriptor(owning: raw)
        var one: Int32 = 1
        try check("setsockopt") {
            let size = socklen_t(MemoryLayout<Int32>.size)
            return unsafe setsockopt(raw, Int32(IPPROTO_TCP), TCP_NODELAY, &one, size)
        }
        let result = unsafe address.bytes.withUnsafeBytes { bytes in
            unsafe Glibc.connect(
                raw,
                bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self),
                socklen_t(bytes.count)
            )
        }
        let code = errno
        // An interrupted attempt goes on, like one that is under way.
        guard result == 0 || code == EINPROGRESS || code == EINTR else {
            throw SystemError(code: code, call: "connect")
        }
        return socket
    }

    /// Whether an attempt to connect has succeeded; `false` while it is under way.
    ///
    /// - Throws: `SystemError` with the reason when it has failed.
    package borrowing func isConnected() throws(SystemError) -> Bool {
        let raw = rawValue
        var code: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        try check("getsockopt") {
            unsafe getsockopt(raw, SOL_SOCKET, SO_ERROR, &code, &size)
        }
        guard code == 0 else { throw SystemError(code: code, call: "connect") }
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let result = unsafe withUnsafeMutablePointer(to: &storage) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe getpeername(raw, $0, &length)
            }
        }
        return result == 0
    }
}
