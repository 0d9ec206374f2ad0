import Platform
import TestSupport
import Testing

@Suite struct NameResolutionTests {
    /// Waits for the answer; `nil` when none comes.
    private func addresses(_ host: String) throws -> [SocketAddress]? {
        let resolution = try NameResolution(host: host, port: 80)
        var poll = PollSet(reading: [resolution.pollDescriptor])
        guard poll.wait(nanoseconds: 20_000_000_000) else { return nil }
        return try resolution.addresses()
    }

    @Test func `this machine is found by its name`() throws {
        let found = try #require(try addresses("localhost"))
        let four = SocketAddress(number: "127.0.0.1", port: 80)
        let six = SocketAddress(number: "::1", port: 80)
        #expect(found.contains { $0 == four || $0 == six })
    }

    @Test func `a number is its own answer, and a name is no number`() throws {
        let number = try #require(SocketAddress(number: "192.0.2.7", port: 80))
        #expect(try addresses("192.0.2.7") == [number])
        #expect(SocketAddress(number: "localhost", port: 80) == nil)
        #expect(SocketAddress(number: "127.1", port: 80) == nil)
        #expect(SocketAddress(number: "192.0.2.7", port: 81) != number)
    }

    @Test func `a name that cannot be one is a failure with words`() throws {
        do throws(NameFailure) {
            let resolution = try NameResolution(host: String(repeating: "x", count: 300), port: 80)
            var poll = PollSet(reading: [resolution.pollDescriptor])
            let isOver = poll.wait(nanoseconds: 20_000_000_000)
            #expect(isOver)
            let found = try resolution.addresses()
            Issue.record("\(String(describing: found))")
        } catch {
            #expect(!"\(error)".isEmpty)
            guard case .lookUp = error.kind else {
                Issue.record("\(error)")
                return
            }
        }
    }

    @Test func `a look-up that nobody waits for ends by itself`() throws {
        // More than may be under way at once, one after the other.
        for _ in 0..<3 * NameResolution.threadsMax {
            while true {
                do throws(NameFailure) {
                    _ = try NameResolution(host: "127.0.0.1", port: 80)
                    break
                } catch {
                    guard error.kind == .busy else {
                        Issue.record("\(error)")
                        return
                    }
                }
            }
        }
    }

    @Test func `a refused connection tells why, and an accepted one is connected`() throws {
        let listener = try TCPListener(host: "127.0.0.1", port: 0)
        let early = try listener.accept()?.rawValue
        #expect(early == nil)
        let address = try #require(SocketAddress(number: "127.0.0.1", port: listener.port))
        let socket = try FileDescriptor.connecting(to: address)
        var poll = PollSet(reading: [])
        poll.append(socket.rawValue, reading: false, writing: true)
        let isOver = poll.wait(nanoseconds: 20_000_000_000)
        #expect(isOver && poll.isReady(0))
        let isConnected = try socket.isConnected()
        #expect(isConnected)

        let closed = try ClosedPort()
        let nobody = try #require(SocketAddress(number: "127.0.0.1", port: closed.port))
        do throws(SystemError) {
            let refused = try FileDescriptor.connecting(to: nobody)
            poll.keepFirst(0)
            poll.append(refused.rawValue, reading: false, writing: true)
            let isOver = poll.wait(nanoseconds: 20_000_000_000)
            #expect(isOver)
            _ = try refused.isConnected()
            Issue.record("somebody took it")
        } catch {
            #expect(error.codeName == "ECONNREFUSED")
        }
    }
}
