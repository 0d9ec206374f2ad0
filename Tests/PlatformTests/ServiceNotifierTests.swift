import Glibc
import Platform
import TestSupport
import Testing

@Suite struct ServiceNotifierTests {
    @Test func `without a service manager there is nobody to tell`() throws {
        #expect(try ServiceNotifier(environment: [:]) == nil)
        #expect(try ServiceNotifier(environment: ["NOTIFY_SOCKET": ""]) == nil)
    }

    @Test(arguments: [false, true])
    func `each message is one datagram, to a path or an abstract name`(isAbstract: Bool) throws {
        try withTemporaryDirectory { directory in
            let address = (isAbstract ? "@" : "") + directory + "/notify"
            let manager = try Manager(address)
            let opened = try ServiceNotifier(environment: ["NOTIFY_SOCKET": address])
            let notifier = try #require(opened)
            #expect(notifier.watchdogInterval == nil)
            #expect(notifier.tell("READY=1\nSTATUS=an üm läut"))
            #expect(notifier.tell("STOPPING=1"))
            #expect(manager.next() == "READY=1\nSTATUS=an üm läut")
            #expect(manager.next() == "STOPPING=1")
            notifier.tell(isReloading: true)
            let reloading = manager.next().split(separator: "\n")
            #expect(reloading.first == "RELOADING=1")
            #expect(reloading.last?.hasPrefix("MONOTONIC_USEC=") == true)
            notifier.tell(isReloading: false)
            #expect(manager.next() == "READY=1")
        }
    }

    @Test func `a manager that does not read never makes the process wait`() throws {
        try withTemporaryDirectory { directory in
            let address = directory + "/notify"
            let manager = try Manager(address)
            let opened = try ServiceNotifier(environment: ["NOTIFY_SOCKET": address])
            let notifier = try #require(opened)
            var sent = 0
            while sent < 100_000, notifier.tell("WATCHDOG=1") { sent += 1 }
            #expect(sent < 100_000)
            #expect(manager.next() == "WATCHDOG=1")
            #expect(notifier.tell("WATCHDOG=1"))
        }
    }

    @Test(arguments: ["relative", "@", "/nowhere/at/all", "/" + String(repeating: "x", count: 120)])
    func `an address that leads nowhere is an error and not a silence`(address: String) {
        #expect(throws: SystemError.self) {
            try ServiceNotifier(environment: ["NOTIFY_SOCKET": address])
        }
    }

    @Test func `the watchdog is asked for by time, and for one process only`() {
        func interval(_ variables: [String: String]) -> Duration? {
            ServiceNotifier.watchdogInterval(variables, processID: 42)
        }
        #expect(interval(["WATCHDOG_USEC": "10000000"]) == .seconds(10))
        #expect(interval(["WATCHDOG_USEC": "1", "WATCHDOG_PID": "42"]) == .microseconds(1))
        #expect(interval(["WATCHDOG_USEC": "1", "WATCHDOG_PID": "43"]) == nil)
        for text in ["0", "-1", "x", ""] { #expect(interval(["WATCHDOG_USEC": text]) == nil) }
        #expect(interval([:]) == nil)
    }

    @Test func `a stream is the journal only where device and inode say so`() throws {
        let identity = try FileStatus(followingLinksOf: "/proc/self/fd/2").identity
        let own = "\(identity.device):\(identity.inode)"
        #expect(StandardStreams.isJournal(.error, variable: own))
        let others = [
            nil, "", ":", "8", "\(identity.device):\(identity.inode + 1)", own + ":", "x:y",
        ]
        for other in others { #expect(!StandardStreams.isJournal(.error, variable: other)) }
    }
}

/// The end of a service manager.
private final class Manager {
    private let descriptor: Int32

    init(_ address: String) throws {
        descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
        var name = sockaddr_un()
        name.sun_family = sa_family_t(AF_UNIX)
        var bytes = Array(address.utf8)
        if bytes[0] == UInt8(ascii: "@") { bytes[0] = 0 }
        unsafe withUnsafeMutableBytes(of: &name.sun_path) { unsafe $0.copyBytes(from: bytes) }
        let length = socklen_t(2 + bytes.count)
        let raw = descriptor
        let result = unsafe withUnsafePointer(to: &name) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe bind(raw, $0, length)
            }
        }
        guard result == 0 else { throw SystemError(code: errno, call: "bind", path: address) }
    }

    deinit { close(descriptor) }

    /// The next message; empty when none comes.
    func next() -> String {
        var poll = PollSet(reading: [descriptor])
        guard poll.wait(nanoseconds: 20_000_000_000) else { return "" }
        var chunk = [UInt8](repeating: 0, count: 4096)
        let count = unsafe recv(descriptor, &chunk, chunk.count, 0)
        return String(decoding: chunk.prefix(max(0, count)), as: UTF8.self)
    }
}
