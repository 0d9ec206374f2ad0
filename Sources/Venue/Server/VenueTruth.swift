import Telemetry
import TradingCore
import Zlib

/// What the simulator did, by its own account; a client is judged by it.
struct VenueTruth: Sendable {
    /// The most ended connections that are told one by one; the later ones are only counted.
    static let connectionsMax = 10_000
    /// The most faults that are told one by one.
    static let faultsMax = 10_000

    var beganMilliseconds: Int64 = 0
    /// Messages of the market, whoever took them.
    var messages = 0
    var streams = 0
    var connectionsMade = 0
    var connectionsRefused = 0
    /// Clients that let too much wait.
    var slowClients = 0
    /// Why publishing ended, when it was not asked to.
    var failure: String?
    private var ended: [Ended] = []
    private var faults: [Executed] = []

    private struct Ended: Sendable {
        var connection: VenueConnection
        var reason: String
        var duration: Duration
    }

    private struct Executed: Sendable {
        var fault: VenueFault
        var milliseconds: Int64
        var connections: [Int]
    }

    /// Keeps what a connection was sent.
    mutating func end(_ connection: VenueConnection, _ reason: String, at now: MonotonicTime) {
        guard ended.count < Self.connectionsMax else { return }
        ended.append(
            Ended(connection: connection, reason: reason, duration: now - connection.openedAt)
        )
    }

    /// Keeps that a fault happened.
    mutating func add(_ fault: VenueFault, at milliseconds: Int64, _ connections: [Int]) {
        guard faults.count < Self.faultsMax else { return }
        faults.append(
            Executed(fault: fault, milliseconds: milliseconds, connections: connections)
        )
    }

    /// Writes everything.
    func write(
        to json: inout JSONWriter,
        _ open: [VenueConnection],
        _ lanes: [StreamLane],
        at now: MonotonicTime
    ) {
        json.value(beganMilliseconds, "began_ms")
        json.value(messages, "market_messages")
        json.value(connectionsMade, "connections_made")
        json.value(connectionsRefused, "connections_refused")
        json.value(slowClients, "slow_clients")
        json.value(failure, "failure")
        json.array("streams") { json in
            for lane in lanes {
                json.object { json in
                    json.value(lane.name.text, "stream")
                    if let policy = lane.key.policy { json.value(policy.text, "collected") }
                    Self.write(lane.made, to: &json)
                }
            }
        }
        let all =
            ended.map { ($0.connection, Optional($0.reason), $0.duration) }
            + open.map { ($0, nil, now - $0.openedAt) }
        json.array("connections") { json in
            for (connection, reason, duration) in all.sorted(by: { $0.0.number < $1.0.number }) {
                json.object { Self.write(connection, reason, duration, to: &$0) }
            }
        }
        json.array("faults") { json in
            for entry in faults { json.object { Self.write(entry, to: &$0) } }
        }
        json.array("fault_effects") { json in
            for effect in all.flatMap(\.0.effects) { json.object { Self.write(effect, to: &$0) } }
        }
    }

    private static func write(_ count: StreamCount, to json: inout JSONWriter) {
        json.value(count.messages, "messages")
        json.value(count.firstID, "first_id")
        json.value(count.lastID, "last_id")
    }

    private static func write(
        _ connection: VenueConnection,
        _ reason: String?,
        _ duration: Duration,
        to json: inout JSONWriter
    ) {
        json.value(connection.number, "number")
        json.value(connection.target, "target")
        json.value(reason, "ended")
        json.value(duration.inSeconds, "seconds")
        json.value(connection.session.messages, "client_messages")
        json.value(connection.streams.reduce(0) { $0 + $1.sent.messages }, "sent")
        json.array("streams") { json in
            for stream in connection.streams {
                json.object { json in
                    json.value(stream.name.text, "stream")
                    json.value(stream.isSubscribed, "subscribed")
                    write(stream.sent, to: &json)
                    json.value(stream.duplicated, "duplicated")
                    json.value(stream.reordered, "reordered")
                    json.value(stream.dropped, "dropped")
                    json.value(stream.withheld, "withheld")
                    json.value(stream.unsent, "unsent")
                    if connection.hasChecksums { json.value(stream.checksum.value, "crc32") }
                }
            }
        }
    }

    private static func write(_ entry: Executed, to json: inout JSONWriter) {
        json.value(entry.fault.kind.rawValue, "kind")
        json.value(entry.milliseconds, "ms")
        if let target = entry.fault.target { json.value(target, "target") }
        json.array("connections") { json in
            for number in entry.connections { json.value(number) }
        }
    }

    private static func write(_ effect: FaultEffect, to json: inout JSONWriter) {
        json.value(effect.kind.rawValue, "kind")
        json.value(effect.connection, "connection")
        json.value(effect.stream, "stream")
        json.value(effect.ids?.lowerBound, "first_id")
        json.value(effect.ids?.upperBound, "last_id")
    }
}

extension DepthBatcher.Policy {
    /// The policy in words.
    var text: String {
        switch self {
        case .count(let count): "\(count) changes"
        case .interval(let nanoseconds): "\(nanoseconds / 1_000_000) ms"
        }
    }
}

extension VenueCore {
    /// Everything that happened so far, as JSON.
    func summary(at now: MonotonicTime) -> String {
        var json = JSONWriter()
        json.object { json in
            json.value(kind.rawValue, "market")
            json.value(isFinished, "finished")
            truth.write(
                to: &json,
                distributor.connections.compactMap { $0 },
                distributor.lanes,
                at: now
            )
            json.object("rest") { json in
                json.value(desk.counts.requests, "requests")
                json.value(desk.counts.answered, "answered")
                json.value(desk.counts.refused, "refused")
                json.value(desk.counts.limited, "limited")
                json.value(desk.counts.failed, "failed")
                json.value(desk.counts.delayed, "delayed")
            }
            json.array("books") { json in
                for symbol in books.symbols {
                    guard let book = books.books[symbol] else { continue }
                    json.object { json in
                        json.value(symbol, "symbol")
                        json.value(book.lastID, "last_id")
                        json.value(book.hasSnapshot, "whole")
                        json.value(book.breaks, "breaks")
                        json.value(book.levelsForgotten, "levels_forgotten")
                    }
                }
            }
        }
        return json.text
    }
}
