import CLinux
import Glibc
import Synchronization

/// Looks up the addresses of a host, once.
///
/// `getaddrinfo` waits as long as the name servers let it and cannot be called off, so that it runs on a
/// thread of its own, which answers through a socket. Who has waited long enough drops the look-up; the
/// thread then ends by itself when the answer comes. Their number is bounded.
package final class NameResolution {
    /// So many look-ups may be under way in the process, with those that were dropped.
    package static let threadsMax = 16
    /// Addresses beyond this are ignored.
    package static let addressesMax = 16

    private static let threadCount = Atomic<Int>(0)
    private let answer: FileDescriptor

    /// The descriptor that is readable when the look-up is over.
    package var pollDescriptor: Int32 { answer.rawValue }

    /// Starts to look up a name, or to read a number.
    ///
    /// - Throws: ``NameFailure`` when too many look-ups are under way, or no thread can be made.
    package init(host: String, port: UInt16) throws(NameFailure) {
        var ends: [Int32] = [-1, -1]
        let kind = Int32(SOCK_SEQPACKET.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
        guard unsafe socketpair(AF_UNIX, kind, 0, &ends) == 0 else {
            throw NameFailure(.system(errno))
        }
        answer = FileDescriptor(owning: ends[0])
        let sender = ends[1]
        let count = Self.threadCount.wrappingAdd(1, ordering: .relaxed).newValue
        guard count <= Self.threadsMax else {
            Self.giveUp(sender)
            throw NameFailure(.busy)
        }
        do throws(SystemError) {
            let thread = try Thread(name: "resolve") {
                var bytes = Self.lookUp(host, port)
                _ = unsafe send(sender, &bytes, bytes.count, Int32(MSG_NOSIGNAL))
                Self.giveUp(sender)
            }
            thread.detach()
        } catch {
            Self.giveUp(sender)
            throw NameFailure(.system(error.code))
        }
    }

    private static func giveUp(_ sender: Int32) {
        _ = close(sender)
        threadCount.wrappingSubtract(1, ordering: .relaxed)
    }

    /// The addresses, at least one, in the order in which they are to be tried; `nil` while it is under way.
    ///
    /// - Throws: ``NameFailure`` when there are none; call it no more then.
    package func addresses() throws(NameFailure) -> [SocketAddress]? {
        var bytes = [UInt8](repeating: 0, count: 2048)
        let count = unsafe recv(answer.rawValue, &bytes, bytes.count, Int32(MSG_DONTWAIT))
        if count < 0, errno == EAGAIN || errno == EINTR { return nil }
        guard count >= 4 else { throw NameFailure(.system(count < 0 ? errno : EPIPE)) }
        let code = unsafe bytes.withUnsafeBytes { unsafe $0.loadUnaligned(as: Int32.self) }
        guard code == 0 else { throw NameFailure(.lookUp(code)) }
        var found: [SocketAddress] = []
        var rest = bytes[4..<count]
        while let size = rest.popFirst() {
            found.append(SocketAddress(bytes: Array(rest.prefix(Int(size)))))
            rest = rest.dropFirst(Int(size))
        }
        guard !found.isEmpty else { throw NameFailure(.lookUp(EAI_NONAME)) }
        return found
    }

    // MARK: The thread

    /// The code of `getaddrinfo`, and each address behind its length.
    private static func lookUp(_ host: String, _ port: UInt16) -> [UInt8] {
        var hints = unsafe addrinfo()
        unsafe hints.ai_family = AF_UNSPEC
        unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        unsafe hints.ai_flags = AI_NUMERICSERV
        var list: UnsafeMutablePointer<addrinfo>?
        let code = unsafe getaddrinfo(host, String(port), &hints, &list)
        var bytes = unsafe withUnsafeBytes(of: code) { unsafe Array($0) }
        guard code == 0 else { return bytes }
        var next = unsafe list
        var count = 0
        while let entry = unsafe next, count < addressesMax {
            let size = unsafe Int(entry.pointee.ai_addrlen)
            if let address = unsafe entry.pointee.ai_addr, size < 100 {
                bytes.append(UInt8(size))
                unsafe bytes += UnsafeRawBufferPointer(start: address, count: size)
                count += 1
            }
            unsafe next = entry.pointee.ai_next
        }
        unsafe freeaddrinfo(list)
        return bytes
    }
}

/// Why a name could not be resolved.
package struct NameFailure: Error, Sendable, Equatable {
    /// What failed.
    package enum Kind: Sendable, Equatable {
        /// Too many look-ups are under way; name servers that do not answer hold them.
        case busy
        /// `getaddrinfo` says no, with this code.
        case lookUp(Int32)
        /// A system call failed with this `errno`.
        case system(Int32)
    }

    /// What failed.
    package let kind: Kind

    package init(_ kind: Kind) { self.kind = kind }
}

extension NameFailure: CustomStringConvertible {
    package var description: String {
        switch kind {
        case .busy: "\(NameResolution.threadsMax) look-ups are under way already"
        case .lookUp(let code): unsafe String(cString: gai_strerror(code))
        case .system(let code): unsafe String(cString: strerror(code))
        }
    }
}
