import Platform
import TestSupport
import Testing

@Suite struct LocalSocketTests {
    private static let second: Int64 = 1_000_000_000

    @Test func `carries a request and a reply between owners of one user`() throws {
        try withTemporaryDirectory { directory in
            let path = directory + "/socket"
            let listener = try LocalSocketListener(path)
            #expect(try FileFaults.mode(of: path) == 0o600)
            #expect(throws: NobodyWaits.self) { _ = try Self.accept(listener) }
            let client = try LocalSocketConnection(to: path)
            try client.sendLine(Array("hello".utf8), within: Self.second)
            let server = try Self.accept(listener)
            let line = try server.receiveLine(limit: 5, within: Self.second)
            #expect(line == Array("hello".utf8))
            try server.sendLine([], within: Self.second)
            #expect(try client.receiveLine(limit: 0, within: Self.second) == [])
        }
    }

    @Test func `bounds the length of a line and the wait for it`() throws {
        try withTemporaryDirectory { directory in
            let path = directory + "/socket"
            let listener = try LocalSocketListener(path)
            let client = try LocalSocketConnection(to: path)
            let server = try Self.accept(listener)
            let late = #expect(throws: SystemError.self) {
                try server.receiveLine(limit: 4, within: 1)
            }
            #expect(late?.codeName == "ETIMEDOUT")
            try client.sendLine([UInt8](repeating: 65, count: 5), within: Self.second)
            let long = #expect(throws: SystemError.self) {
                try server.receiveLine(limit: 4, within: Self.second)
            }
            #expect(long?.codeName == "EMSGSIZE")
            // Nobody reads, so that the pipe fills.
            let full = #expect(throws: SystemError.self) {
                try client.sendLine([UInt8](repeating: 65, count: 1 << 21), within: 1_000_000)
            }
            #expect(full?.codeName == "ETIMEDOUT")
        }
    }

    @Test func `tells that the other end is gone, without a signal`() throws {
        try withTemporaryDirectory { directory in
            let path = directory + "/socket"
            let listener = try LocalSocketListener(path)
            let client = try LocalSocketConnection(to: path)
            try closeNext(listener)
            let error = #expect(throws: SystemError.self) {
                try client.receiveLine(limit: 4, within: Self.second)
            }
            #expect(error?.codeName == "ECONNRESET")
            let broken = #expect(throws: SystemError.self) {
                try client.sendLine([1], within: Self.second)
            }
            #expect(broken?.codeName == "EPIPE")
        }
    }

    private func closeNext(_ listener: borrowing LocalSocketListener) throws {
        _ = try Self.accept(listener)
    }

    private struct NobodyWaits: Error {}

    private static func accept(
        _ listener: borrowing LocalSocketListener
    ) throws -> LocalSocketConnection {
        guard let connection = try listener.accept() else { throw NobodyWaits() }
        return connection
    }

    @Test func `replaces a left-over socket, but nothing else`() throws {
        try withTemporaryDirectory { directory in
            let path = directory + "/socket"
            try FileFaults.make(.socket, at: path)
            try listenOnce(path)
            #expect(try Directory.names(in: directory, limit: 9) == [])
            try AtomicFile.createEmpty(path)
            let error = #expect(throws: SystemError.self) { _ = try LocalSocketListener(path) }
            #expect(error?.isAlreadyThere == true)
        }
    }

    private func listenOnce(_ path: String) throws {
        let listener = try LocalSocketListener(path)
        _ = try LocalSocketConnection(to: path)
        #expect(listener.pollDescriptor >= 0)
    }

    @Test func `refuses a path that does not fit into an address`() throws {
        let path = "/tmp/" + String(repeating: "x", count: LocalSocketListener.maximumPathLength)
        let error = #expect(throws: SystemError.self) { _ = try LocalSocketListener(path) }
        #expect(error?.codeName == "ENAMETOOLONG")
    }
}
