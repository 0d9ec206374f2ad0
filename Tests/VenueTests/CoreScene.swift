import TestSupport
import TradingCore
import WebSocket

@testable import Venue

/// A simulator in simulated time: what it would send is collected, and nothing waits.
struct CoreScene {
    var core: VenueCore
    var now = MonotonicTime.zero
    /// What was sent on each connection, by its place.
    var sent: [Int: [String]] = [:]
    var commands: [VenueCore.Command] = []

    init(
        _ kind: MarketKind = .spot,
        symbols: [String] = ["ETHUSDT", "XRPUSDT"],
        rate: Double = 1000,
        _ change: (inout VenueConfiguration) -> Void = { _ in }
    ) throws {
        var configuration = VenueConfiguration()
        change(&configuration)
        let market = try VenueMarket(
            kind: kind,
            symbols: symbols,
            rate: rate,
            startMilliseconds: 1_700_000_000_000
        )
        core = try VenueCore(configuration, market, at: now)
    }

    /// Connects, or gives the status of the refusal.
    mutating func connect(_ path: String) -> Result<Int, ConnectRefusal> {
        let result = core.connect(path, at: now)
        collect()
        return result
    }

    /// Connects to a path that is served.
    mutating func open(_ path: String) throws -> Int { try connect(path).get() }

    /// A client says something.
    mutating func say(_ text: String, on slot: Int) {
        core.receive(Array(text.utf8).span, from: slot, at: now)
        collect()
    }

    /// Lets time go by, a millisecond at a time.
    mutating func run(_ duration: Duration) {
        let end = now + duration
        while now < end {
            now = now + .milliseconds(1)
            _ = core.advance(to: now, milliseconds: milliseconds, hasRoom: true)
            collect()
        }
    }

    var milliseconds: Int64 { 1_700_000_000_000 + now.nanoseconds / 1_000_000 }

    /// Makes a fault happen.
    mutating func fault(_ text: String) throws {
        _ = core.apply(try VenueFault(text), at: now, milliseconds: milliseconds)
        collect()
    }

    private mutating func collect() {
        for message in core.outbox {
            let text = String(decoding: message.bytes[message.part], as: UTF8.self)
            sent[message.slot, default: []].append(text)
        }
        core.outbox.removeAll()
        commands += core.commands
        core.commands.removeAll()
    }

    /// The numbers of what a connection was sent of a stream, in its order.
    func ids(_ slot: Int, _ member: String, of stream: String) -> [Int64] {
        (sent[slot] ?? []).filter { $0.hasPrefix(#"{"stream":"\#(stream)""#) }
            .compactMap { Self.number(member, in: $0) }
    }

    /// A number of a message.
    static func number(_ member: String, in text: String) -> Int64? {
        guard let key = text.firstRange(of: #""\#(member)":"#) else { return nil }
        return Int64(text[key.upperBound...].prefix { $0.isNumber })
    }

    /// What the simulator says that it sent on a connection of a stream.
    func truth(_ slot: Int, _ stream: String) -> StreamTruth? {
        core.distributor.connections[slot]?.streams.first { $0.name.text == stream }
    }
}
