import CLinux
import Glibc

/// Tells the service manager how this process fares (`sd_notify`), without its library.
///
/// One datagram a message, to the socket that `NOTIFY_SOCKET` names: a path, or a name in the abstract
/// name space that begins with `@`. A manager that does not read never makes the caller wait.
package final class ServiceNotifier: Sendable {
    /// Where the manager listens, as it said.
    package let address: String
    /// How often the manager wants to hear that the process is alive; `nil` when it does not.
    package let watchdogInterval: Duration?
    private let descriptor: FileDescriptor

    /// Opens the way to the manager that started this process; `nil` where none did.
    ///
    /// - Parameter environment: The process's variables. `WATCHDOG_USEC` counts unless `WATCHDOG_PID`
    ///   names another process.
    /// - Throws: `SystemError` when there is a manager but no way to it.
    package init?(environment: [String: String]) throws(SystemError) {
        guard let address = environment["NOTIFY_SOCKET"], !address.isEmpty else { return nil }
        var target = try DatagramAddress(address)
        let kind = Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
        let raw = try check("socket", path: address) { Glibc.socket(AF_UNIX, kind, 0) }
        let opened = FileDescriptor(owning: raw)
        try check("connect", path: address) {
            unsafe target.withPointer { unsafe connect(raw, $0, $1) }
        }
        self.address = address
        watchdogInterval = Self.watchdogInterval(environment, processID: getpid())
        descriptor = opened
    }

    /// The interval that the variables ask a process for; `nil` when they ask another one or nobody.
    package static func watchdogInterval(
        _ environment: [String: String],
        processID: Int32
    ) -> Duration? {
        if let text = environment["WATCHDOG_PID"], Int32(text) != processID { return nil }
        guard let text = environment["WATCHDOG_USEC"], let number = Int64(text), number > 0 else {
            return nil
        }
        return .microseconds(number)
    }

    /// Tells that the configuration is being read again, or that this has ended.
    package func tell(isReloading: Bool) {
        // The manager orders this by the time of the same clock.
        let now = SystemClock.monotonicNanoseconds() / 1000
        tell(isReloading ? "RELOADING=1\nMONOTONIC_USEC=\(now)" : "READY=1")
    }

    /// Tells the manager; never waits.
    ///
    /// - Parameter state: One assignment a line, as in `READY=1`.
    /// - Returns: Whether the manager has it.
    @discardableResult
    package func tell(_ state: String) -> Bool {
        let bytes = Array(state.utf8)
        while true {
            let count = unsafe bytes.withUnsafeBytes { buffer in
                unsafe send(
                    descriptor.rawValue,
                    buffer.baseAddress,
                    buffer.count,
                    Int32(MSG_DONTWAIT | MSG_NOSIGNAL)
                )
            }
            if count >= 0 { return true }
            guard errno == EINTR else { return false }
        }
    }
}

/// The address of a datagram socket: a path, or an abstract name written with `@`.
struct DatagramAddress {
    private var raw = sockaddr_un()
    private let length: Int

    init(_ text: String) throws(SystemError) {
        var bytes = Array(text.utf8)
        guard let first = bytes.first, !bytes.contains(0),
            first == UInt8(ascii: "/") || (first == UInt8(ascii: "@") && bytes.count > 1)
        else { throw SystemError(code: EINVAL, call: "socket address", path: text) }
        guard bytes.count <= LocalSocketAddress.maximumPathLength else {
            throw SystemError(code: ENAMETOOLONG, call: "socket address", path: text)
        }
        // An abstract name begins with a zero byte, and its length is part of it.
        let isAbstract = first == UInt8(ascii: "@")
        if isAbstract { bytes[0] = 0 }
        raw.sun_family = sa_family_t(AF_UNIX)
        unsafe withUnsafeMutableBytes(of: &raw.sun_path) { unsafe $0.copyBytes(from: bytes) }
        let offset = MemoryLayout<sockaddr_un>.offset(of: \.sun_path) ?? 2
        length = offset + bytes.count + (isAbstract ? 0 : 1)
    }

    mutating func withPointer(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
        let length = socklen_t(length)
        return unsafe withUnsafePointer(to: &raw) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe body($0, length)
            }
        }
    }
}
