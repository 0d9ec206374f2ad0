import Glibc
import Platform

/// The few TCP calls that tests need to put something in the way of a connection.
enum LoopbackSocket {
    /// Listens at a port of 127.0.0.1 that the system chooses.
    static func listen(backlog: Int32) throws -> FileDescriptor {
        let listener = try bound()
        try FileFaults.expect("listen", Glibc.listen(listener.rawValue, backlog))
        return listener
    }

    /// Takes a port of 127.0.0.1 that the system chooses, without listening: who connects is refused.
    static func bound() throws -> FileDescriptor {
        let listener = try make()
        var address = loopback(port: 0)
        let size = socklen_t(MemoryLayout<sockaddr_in>.size)
        try FileFaults.expect(
            "bind",
            unsafe withUnsafePointer(to: &address) { pointer in
                unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    unsafe bind(listener.rawValue, $0, size)
                }
            }
        )
        return listener
    }

    /// The port that a listener was given.
    static func port(of listener: Int32) throws -> UInt16 {
        var address = loopback(port: 0)
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        try FileFaults.expect(
            "getsockname",
            unsafe withUnsafeMutablePointer(to: &address) { pointer in
                unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    unsafe getsockname(listener, $0, &size)
                }
            }
        )
        return UInt16(bigEndian: address.sin_port)
    }

    /// Starts to connect to a port of 127.0.0.1, without waiting for it.
    static func connect(to port: UInt16) throws -> FileDescriptor {
        let socket = try make()
        var address = loopback(port: port)
        let result = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe Glibc.connect(
                    socket.rawValue,
                    $0,
                    socklen_t(MemoryLayout<sockaddr_in>.size)
                )
            }
        }
        guard result == 0 || errno == EINPROGRESS else {
            throw FaultError(call: "connect", code: errno)
        }
        return socket
    }

    /// Takes the next connection, if one is there; its descriptor does not block.
    static func accept(_ listener: Int32) -> FileDescriptor? {
        let raw = Glibc.accept(listener, nil, nil)
        guard raw >= 0 else { return nil }
        _ = fcntl(raw, F_SETFL, O_NONBLOCK)
        _ = fcntl(raw, F_SETFD, FD_CLOEXEC)
        return FileDescriptor(owning: raw)
    }

    /// Makes the other side see a reset instead of an end when the socket is closed.
    static func resetOnClose(_ descriptor: Int32) {
        var value = linger(l_onoff: 1, l_linger: 0)
        _ = unsafe setsockopt(
            descriptor,
            SOL_SOCKET,
            SO_LINGER,
            &value,
            socklen_t(MemoryLayout<linger>.size)
        )
    }

    private static func make() throws -> FileDescriptor {
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        let raw = socket(AF_INET, kind, 0)
        guard raw >= 0 else { throw FaultError(call: "socket", code: errno) }
        return FileDescriptor(owning: raw)
    }

    private static func loopback(port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr = in_addr(s_addr: UInt32(0x7F00_0001).bigEndian)
        return address
    }
}
