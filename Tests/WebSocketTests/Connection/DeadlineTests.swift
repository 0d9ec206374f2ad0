import Platform
import Testing
import WebSocket

/// Times are given, so that nothing waits.
@Suite struct DeadlineTests {
    private static let second: Int64 = 1_000_000_000

    /// Advances to each deadline of the opening and notes the phases.
    private func phases(_ connection: inout WebSocketConnection) -> [(ConnectionPhase, Int64)] {
        var seen: [(ConnectionPhase, Int64)] = []
        while let deadline = connection.deadline {
            seen.append((connection.phase, deadline))
            connection.advance(to: deadline - 1)
            #expect(connection.deadline == deadline, "nothing happens early")
            connection.advance(to: deadline)
        }
        return seen
    }

    @Test func `F16: a name that is not resolved in time is a failure`() throws {
        var client = try Pair.client()
        #expect(phases(&client).map(\.1) == [5 * Self.second])
        #expect(client.end == .failed(.timeout(.resolving)))
    }

    @Test func `F08: each address gets its time, one after the other`() throws {
        var client = try Pair.client()
        client.resolved(addressCount: 3, at: Self.second)
        let seen = phases(&client)
        #expect(seen.map(\.0) == [.connecting(0), .connecting(1), .connecting(2)])
        #expect(seen.map(\.1) == [3, 5, 7].map { $0 * Self.second })
        #expect(client.end == .failed(.timeout(.connecting(2))))
    }

    @Test func `F08: many dead addresses end with the time for the opening`() throws {
        var timing = ConnectionTiming()
        timing.opening = .seconds(7)
        var client = try Pair.client(timing)
        client.resolved(addressCount: 16, at: 0)
        let seen = phases(&client)
        #expect(seen.map(\.1) == [2, 4, 6, 7].map { $0 * Self.second })
        #expect(client.phase == .closed)
    }

    @Test func `F07: a refused address leads to the next, and the last one's reason is told`()
        throws
    {
        var client = try Pair.client()
        client.resolved(addressCount: 2, at: 0)
        client.connectFailed(.connect(SystemError(code: 1, call: "connect")), at: 0)
        #expect(client.phase == .connecting(1))
        let last = WebSocketFailure.connect(SystemError(code: 2, call: "connect"))
        client.connectFailed(last, at: 0)
        #expect(client.end == .failed(last))
    }

    @Test func `F09: a server that stands still in any agreement is given up`() throws {
        let proxy = try #require(Proxy("p:1"))
        var tunnel = try Pair.client(through: proxy)
        tunnel.resolved(addressCount: 1, at: 0)
        tunnel.connected(at: 0)
        #expect(phases(&tunnel).map(\.1) == [5 * Self.second])
        #expect(tunnel.end == .failed(.timeout(.tunneling)))

        var secure = try Pair.client(address: "wss://h/")
        secure.resolved(addressCount: 1, at: 0)
        secure.connected(at: 0)
        #expect(phases(&secure).map(\.1) == [5 * Self.second])
        #expect(secure.end == .failed(.timeout(.securing)))

        var upgrade = try Pair.client(address: "wss://h/")
        upgrade.resolved(addressCount: 1, at: 0)
        upgrade.connected(at: Self.second)
        upgrade.secured(at: 2 * Self.second)
        #expect(phases(&upgrade).map(\.1) == [7 * Self.second])
        #expect(upgrade.end == .failed(.timeout(.upgrading)))

        var server = WebSocketConnection(
            servingEncrypted: true,
            timing: ConnectionTiming(),
            limits: MessageLimits(),
            at: 0
        )
        server.secured(at: Self.second)
        #expect(phases(&server).map(\.1) == [6 * Self.second])
        #expect(server.end == .failed(.timeout(.upgrading)))
    }

    @Test func `F11: one byte a second does not prolong the handshake`() throws {
        var pair = try Pair()
        pair.client.resolved(addressCount: 1, at: 0)
        pair.client.connected(at: 0)
        let head = Array("HTTP/1.1 101 Switching".utf8)
        for index in 0..<5 {
            let now = Int64(index) * Self.second
            pair.client.advance(to: now)
            pair.client.take([head[index]], at: now)
        }
        pair.client.advance(to: 5 * Self.second)
        #expect(pair.client.end == .failed(.timeout(.upgrading)))
    }

    @Test func `pings go out at their interval and their answers keep the connection`() throws {
        var pair = try Pair()
        pair.open()
        for number in 1...5 as ClosedRange<Int64> {
            let due = 30 * number * Self.second
            #expect(pair.client.deadline == due)
            pair.now = due
            pair.client.advance(to: due)
            pair.server.advance(to: due)
            pair.move()
        }
        #expect(pair.client.phase == .open && pair.server.phase == .open)
        #expect(pair.client.counters.pingsSent == 5 && pair.client.counters.pongsReceived == 5)
        #expect(pair.client.counters.pingsReceived == 5)
    }

    @Test func `silence after a ping ends the connection`() throws {
        var pair = try Pair()
        pair.open()
        pair.client.advance(to: 30 * Self.second)
        _ = pair.client.say(.max, at: 30 * Self.second)
        #expect(pair.client.deadline == 40 * Self.second)
        pair.client.advance(to: 40 * Self.second)
        #expect(pair.client.end == .failed(.pongMissing))
    }

    @Test
    func
        `F13: what comes after a ping keeps the connection, a wrong pong alone does not count as answer`()
        throws
    {
        var pair = try Pair()
        pair.open()
        pair.client.advance(to: 30 * Self.second)
        _ = pair.client.say(.max, at: 30 * Self.second)
        pair.client.take(Wire.frame(10, [9, 9]), at: 31 * Self.second)
        pair.client.take(Wire.text("data"), at: 38 * Self.second)
        #expect(pair.client.counters.pongsUnsolicited == 1)
        #expect(pair.client.counters.pongsReceived == 0)
        #expect(pair.client.deadline == 48 * Self.second)
        pair.client.advance(to: 47 * Self.second)
        #expect(pair.client.phase == .open)
        pair.client.advance(to: 48 * Self.second)
        #expect(pair.client.end == .failed(.pongMissing))
    }

    @Test func `no pings are sent when none are wanted`() throws {
        var timing = ConnectionTiming()
        timing.pingInterval = .zero
        var pair = try Pair(timing)
        pair.open()
        #expect(pair.client.deadline == nil)
    }

    @Test func `who takes nothing of what is sent is given up`() throws {
        var pair = try Pair()
        pair.open()
        let message = [UInt8](repeating: 1, count: 1000)
        try pair.client.send(.binary, message.span, at: Self.second)
        #expect(pair.client.deadline == 11 * Self.second)
        _ = pair.client.say(1, at: 5 * Self.second)
        #expect(pair.client.deadline == 15 * Self.second)
        pair.client.advance(to: 15 * Self.second)
        #expect(pair.client.end == .failed(.sendingStalled))
    }

    @Test func `a close that nobody answers ends in time`() throws {
        var pair = try Pair()
        pair.open()
        pair.client.close(.normal, at: Self.second)
        #expect(pair.client.deadline == 3 * Self.second)
        // Messages that were on their way are still delivered, and prolong nothing.
        #expect(pair.client.take(Wire.text("late"), at: 2 * Self.second) == [.text("late")])
        pair.client.advance(to: 3 * Self.second)
        #expect(pair.client.end == .closedByUs(nil) && pair.client.phase == .closed)
    }
}
