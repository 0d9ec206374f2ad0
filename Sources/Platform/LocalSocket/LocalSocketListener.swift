import CLinux
import Glibc

/// A socket in the file system on which this process answers local clients.
///
/// Only the owner may connect: its file has mode `0600`.
package struct LocalSocketListener: ~Copyable, Sendable {
    /// Where the socket is.
    package let path: String
    private let descriptor: FileDescriptor
    private let identity: FileIdentity

    /// The most bytes that the path of a socket may have (`sun_path` without its end mark).
    package static let maximumPathLength = LocalSocketAddress.maximumPathLength

    /// Listens at a path, replacing a socket that an earlier process has left there.
    ///
    /// Make sure first, by a lock, that no other process listens there.
    /// - Parameters:
    ///   - path: Where the socket goes, at most ``maximumPathLength`` bytes.
    ///   - backlog: The most clients that wait to be accepted.
    /// - Throws: `SystemError`; `ENAMETOOLONG`, or `EEXIST` when something else has that name.
    package init(_ path: String, backlog: Int32 = 16) throws(SystemError) {
        var address = try LocalSocketAddress(path)
        if let old = FileStatus.look(at: path, followingLinks: false).0 {
            guard old.kind == .socket else {
                throw SystemError(code: EEXIST, call: "bind", path: path)
            }
            try check("unlink", path: path) { unsafe unlink(path) }
        }
        let opened = try LocalSocketAddress.socket(path)
        let raw = opened.rawValue
        // On Linux the mode of an unbound socket is the one its file is born with.
        try check("fchmod", path: path) { fchmod(raw, 0o600) }
        try check("bind", path: path) { unsafe address.withPointer { unsafe bind(raw, $0, $1) } }
        try check("chmod", path: path) { unsafe chmod(path, 0o600) }
        try check("listen", path: path) { listen(raw, backlog) }
        let status = try FileStatus(of: path)
        self.path = path
        identity = status.identity
        descriptor = opened
    }

    /// The descriptor to poll for reading: a client waits.
    package var pollDescriptor: Int32 { descriptor.rawValue }

    /// Accepts a client that waits, or returns `nil` at once when there is none.
    package func accept() throws(SystemError) -> LocalSocketConnection? {
        do throws(SystemError) {
            let raw = try check("accept4", path: path) {
                live_loop_accept(descriptor.rawValue)
            }
            return LocalSocketConnection(owning: FileDescriptor(owning: raw), path: path)
        } catch {
            // The client may have gone away meanwhile.
            if error.code == EWOULDBLOCK || error.code == ECONNABORTED { return nil }
            throw error
        }
    }

    deinit {
        if FileStatus.look(at: path, followingLinks: false).0?.identity == identity {
            _ = unsafe unlink(path)
        }
    }
}

/// The address of a socket in the file system.
struct LocalSocketAddress {
    static let maximumPathLength = MemoryLayout.size(ofValue: sockaddr_un().sun_path) - 1

    private var raw = sockaddr_un()

    init(_ path: String) throws(SystemError) {
        let bytes = Array(path.utf8)
        guard !bytes.isEmpty, !bytes.contains(0) else {
            throw SystemError(code: EINVAL, call: "socket address", path: path)
        }
        guard bytes.count <= Self.maximumPathLength else {
            throw SystemError(code: ENAMETOOLONG, call: "socket address", path: path)
        }
        raw.sun_family = sa_family_t(AF_UNIX)
        unsafe withUnsafeMutableBytes(of: &raw.sun_path) { unsafe $0.copyBytes(from: bytes) }
    }

    mutating func withPointer(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
        unsafe withUnsafePointer(to: &raw) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }

    static func socket(_ path: String) throws(SystemError) -> FileDescriptor {
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
        let raw = try check("socket", path: path) { Glibc.socket(AF_UNIX, kind, 0) }
        return FileDescriptor(owning: raw)
    }
}
