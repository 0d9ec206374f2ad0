import Platform
import TestSupport
import TradingCore
import WebSocket
import Zlib

@testable import Venue

/// Clients of a simulator on the thread of a test.
final class VenueClients {
    private(set) var channels: [WebSocketChannel] = []
    /// The messages of each client.
    private(set) var received: [[[UInt8]]] = []
    /// Clients that read nothing.
    var deaf: Set<Int> = []

    /// Connects, and gives the number of the client.
    func connect(_ url: String, authority: String? = nil) throws -> Int {
        var options = WebSocketChannel.Options()
        options.tls = try authority.map { try TLSContext(authorityFile: $0) }
        guard let address = WebSocketAddress(url) else { preconditionFailure(url) }
        let now = SystemClock.monotonicNanoseconds()
        channels.append(WebSocketChannel(to: address, options, at: now))
        received.append([])
        return channels.count - 1
    }

    /// Serves all clients until a condition holds; `false` when it does not within 30 s.
    func run(until condition: (VenueClients) throws -> Bool) rethrows -> Bool {
        let end = SystemClock.monotonicNanoseconds() + 30_000_000_000
        var poll = PollSet(reading: [])
        while true {
            let now = SystemClock.monotonicNanoseconds()
            for (index, channel) in channels.enumerated() where !deaf.contains(index) {
                channel.turn(at: now)
                while channel.next(
                    at: now,
                    { _, bytes in received[index].append((0..<bytes.count).map { bytes[$0] }) }
                ) {}
            }
            if try condition(self) { return true }
            guard now < end else { return false }
            poll.keepFirst(0)
            for (index, channel) in channels.enumerated() where !deaf.contains(index) {
                channel.watch(in: &poll)
            }
            let patience = channels.enumerated().filter { !deaf.contains($0.offset) }
                .compactMap { $0.element.patience(at: now) }
            _ = poll.wait(nanoseconds: min(patience.min() ?? .max, 50_000_000))
        }
    }

    /// Says something to the venue.
    func say(_ text: String, _ client: Int) throws {
        let now = SystemClock.monotonicNanoseconds()
        try channels[client].send(.text, Array(text.utf8).span, at: now)
    }

    /// The messages of a client of one stream, in the combined form.
    func messages(_ client: Int, of stream: String) -> [[UInt8]] {
        let prefix = Array(#"{"stream":"\#(stream)","#.utf8)
        return received[client].filter { $0.starts(with: prefix) }
    }

    /// The checksum of messages, in their order.
    static func checksum(_ messages: [[UInt8]]) -> UInt32 {
        var checksum = Checksum()
        for message in messages { checksum.add(message.span) }
        return checksum.value
    }
}

/// What a simulator says that it did.
struct VenueAccount: Decodable {
    struct Stream: Decodable {
        let stream: String
        let messages: Int
        let first_id: Int64?
        let last_id: Int64?
        let dropped: Int?
        let withheld: Int?
        let unsent: Int?
        let crc32: UInt32?
    }

    struct Connection: Decodable {
        let number: Int
        let ended: String?
        let streams: [Stream]
    }

    let market: String
    let finished: Bool
    let slow_clients: Int
    let connections: [Connection]

    func stream(_ connection: Int, _ name: String) -> Stream? {
        connections.first { $0.number == connection }?.streams.first { $0.stream == name }
    }
}
