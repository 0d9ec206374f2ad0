import CLinux
import Glibc

/// A listening TCP socket on one address of this machine.
package struct TCPListener: ~Copyable, Sendable {
    /// The port, also when the system has chosen it.
    package let port: UInt16
    private let descriptor: FileDescriptor

    /// Listens.
    ///
    /// - Parameters:
    ///   - host: An IPv4 address, or an IPv6 address without brackets; names are not looked up.
    ///   - port: The port; 0 lets the system choose one.
    ///   - backlog: The most connections that wait to be accepted.
    /// - Throws: `SystemError`; `EADDRINUSE` when somebody listens there already, `EINVAL` when the
    ///   host is no address.
    package init(host: String, port: UInt16, backlog: Int32 = 128) throws(SystemError) {
        let place = host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
        let isIPv6 = host.contains(":")
        let raw = try check("socket", path: place) {
            Glibc.socket(isIPv6 ? AF_INET6 : AF_INET, kind, 0)
        }
        let opened = FileDescriptor(owning: raw)
        // Without it a port stays taken for a minute after a process that had connections there.
        try Self.enable(SOL_SOCKET, SO_REUSEADDR, raw, place)
        if isIPv6 {
            try Self.enable(Int32(IPPROTO_IPV6), IPV6_V6ONLY, raw, place)
            try Self.bindIPv6(raw, host, port, place)
        } else {
            try Self.bindIPv4(raw, host, port, place)
        }
        try check("listen", path: place) { listen(raw, backlog) }
        self.port = try Self.port(of: raw, place)
        descriptor = opened
    }

    /// The descriptor to poll for reading.
    package var pollDescriptor: Int32 { descriptor.rawValue }

    /// Takes the next connection, which does not block.
    ///
    /// - Returns: `nil` when none waits.
    /// - Throws: `SystemError`, such as `EMFILE`; the connection still waits then.
    package borrowing func accept() throws(SystemError) -> FileDescriptor? {
        let raw = live_loop_accept(descriptor.rawValue)
        if raw >= 0 { return FileDescriptor(owning: raw) }
        let code = errno
        // A client that went before it was taken is no fault of the listener.
        if [EAGAIN, EWOULDBLOCK, EINTR, ECONNABORTED].contains(code) { return nil }
        throw SystemError(code: code, call: "accept")
    }

    /// Hands the descriptor to somebody who closes it.
    package consuming func release() -> Int32 { descriptor.release() }

    private static func enable(
        _ level: Int32,
        _ option: Int32,
        _ raw: Int32,
        _ place: String
    ) throws(SystemError) {
        var one: Int32 = 1
        try check("setsockopt", path: place) {
            unsafe setsockopt(raw, level, option, &one, socklen_t(MemoryLayout<Int32>.size))
        }
    }

    private static func bindIPv4(
        _ raw: Int32,
        _ host: String,
        _ port: UInt16,
        _ place: String
    ) throws(SystemError) {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        guard unsafe inet_pton(AF_INET, host, &address.sin_addr) == 1 else {
            throw SystemError(code: EINVAL, call: "bind", path: place)
        }
        let size = socklen_t(MemoryLayout<sockaddr_in>.size)
        try check("bind", path: place) {
            unsafe withUnsafePointer(to: &address) { pointer in
                unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    unsafe bind(raw, $0, size)
                }
            }
        }
    }

    private static func bindIPv6(
        _ raw: Int32,
        _ host: String,
        _ port: UInt16,
        _ place: String
    ) throws(SystemError) {
        var address = sockaddr_in6()
        address.sin6_family = sa_family_t(AF_INET6)
        address.sin6_port = port.bigEndian
        guard unsafe inet_pton(AF_INET6, host, &address.sin6_addr) == 1 else {
            throw SystemError(code: EINVAL, call: "bind", path: place)
        }
        let size = socklen_t(MemoryLayout<sockaddr_in6>.size)
        try check("bind", path: place) {
            unsafe withUnsafePointer(to: &address) { pointer in
                unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    unsafe bind(raw, $0, size)
                }
            }
        }
    }

    private static func port(of raw: Int32, _ place: String) throws(SystemError) -> UInt16 {
        var storage = sockaddr_storage()
        var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
        try check("getsockname", path: place) {
            unsafe withUnsafeMutablePointer(to: &storage) { pointer in
                unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    unsafe getsockname(raw, $0, &size)
                }
            }
        }
        // Both kinds of address have the port at the same place.
        return unsafe withUnsafeBytes(of: &storage) { bytes in
            unsafe UInt16(bigEndian: bytes.load(fromByteOffset: 2, as: UInt16.self))
        }
    }
}
