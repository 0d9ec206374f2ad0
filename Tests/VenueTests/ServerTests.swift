import Foundation
import Platform
import TestSupport
import Testing
import TradingCore
import WebSocket

@testable import Venue

/// The simulator over real sockets.
@Suite(.timeLimit(.minutes(2))) struct ServerTests {
    private func configuration(
        _ change: (inout VenueConfiguration) -> Void = { _ in }
    ) -> VenueConfiguration {
        var configuration = VenueConfiguration()
        configuration.plainAddress = VenueConfiguration.Address(host: "127.0.0.1", port: 0)
        configuration.market = .synthetic(symbols: ["ETHUSDT", "XRPUSDT"], rate: 2000, seed: 3)
        configuration.subscriberWait = .seconds(60)
        configuration.hasChecksums = true
        change(&configuration)
        return configuration
    }

    private func account(_ server: VenueServer) throws -> VenueAccount {
        try JSONDecoder().decode(VenueAccount.self, from: Data(server.summary.utf8))
    }

    private static let path = "/stream?streams=ethusdt@trade/ethusdt@depth@100ms/xrpusdt@bookTicker"

    @Test func `clients with and without TLS receive all that the simulator says it sent`() throws {
        try withTemporaryDirectory { directory in
            let identity = VenueConfiguration.Identity(
                certificateFile: directory + "/certificate.pem",
                keyFile: directory + "/key.pem"
            )
            try SelfMadeIdentity.make(
                certificateFile: identity.certificateFile,
                keyFile: identity.keyFile
            )
            let server = try VenueServer(
                configuration {
                    $0.secureAddress = VenueConfiguration.Address(host: "127.0.0.1", port: 0)
                    $0.identity = identity
                }
            )
            let clients = VenueClients()
            let plain = try #require(server.plainEndpoint)
            let secure = try #require(server.secureEndpoint)
                .replacing("127.0.0.1", with: "localhost")
            _ = try clients.connect(plain + Self.path)
            _ = try clients.connect(secure + Self.path, authority: identity.certificateFile)
            #expect(clients.run { $0.received.allSatisfy { $0.count > 300 } })
            server.stop()
            #expect(clients.run { $0.channels.allSatisfy { $0.phase == .closed } })
            server.join()
            let account = try account(server)
            #expect(account.connections.count == 2)
            for client in 0..<2 {
                for name in ["ethusdt@trade", "ethusdt@depth@100ms", "xrpusdt@bookTicker"] {
                    // Connections are numbered as they come, which may be the other way round.
                    let mine = clients.messages(client, of: name)
                    let sum = VenueClients.checksum(mine)
                    let theirs = (1...2).compactMap { account.stream($0, name) }
                    #expect(theirs.contains { $0.messages == mine.count && $0.crc32 == sum })
                }
            }
        }
    }

    @Test func `a capture arrives flat out at every client, byte for byte and in order`() throws {
        try withTemporaryDirectory { directory in
            let frames = (1...5000).map { id in
                #"{"stream":"x@trade","data":{"e":"trade","s":"X","t":\#(id),"p":"1.50","q":"2.0"}}"#
            }
            let lines = frames.enumerated().map {
                "\(1_700_000_000_000_000_000 + $0.offset) \($0.element)"
            }
            let file = directory + "/capture"
            try AtomicFile.write(Array(lines.joined(separator: "\n").utf8), to: file)
            let server = try VenueServer(
                configuration {
                    $0.market = .replay([file])
                    $0.pace = .flatOut
                    $0.queuedBytesMax = 1_048_576
                    $0.stayAfterReplay = .milliseconds(50)
                }
            )
            let clients = VenueClients()
            let endpoint = try #require(server.plainEndpoint)
            let combined = try clients.connect(endpoint + "/stream")
            let raw = try clients.connect(endpoint + "/ws")
            #expect(clients.run { $0.channels.allSatisfy { $0.phase == .open } })
            // One takes the stream before anything is sent; the other one gets the rest.
            try clients.say(#"{"method":"SUBSCRIBE","params":["x@trade"],"id":1}"#, combined)
            try clients.say(#"{"method":"SUBSCRIBE","params":["x@trade"],"id":1}"#, raw)
            #expect(clients.run { $0.channels.allSatisfy { $0.phase == .closed } })
            server.join()
            let texts = clients.received.map { $0.map { String(decoding: $0, as: UTF8.self) } }
            let ack = #"{"result":null,"id":1}"#
            let got = texts[combined].filter { $0 != ack }
            #expect(got == Array(frames.suffix(got.count)))
            let rawFrames = frames.map { String($0.dropFirst(27).dropLast()) }
            let gotRaw = texts[raw].filter { $0 != ack }
            #expect(gotRaw == Array(rawFrames.suffix(gotRaw.count)))
            #expect(max(got.count, gotRaw.count) == frames.count)
            #expect(try account(server).finished)
        }
    }

    @Test func `a client that reads nothing is cut and counted, and others lose nothing`()
        throws
    {
        let server = try VenueServer(
            configuration {
                $0.market = .synthetic(symbols: ["ETHUSDT"], rate: 20_000, seed: 1)
                $0.queuedBytesMax = 65_536
            }
        )
        let clients = VenueClients()
        let endpoint = try #require(server.plainEndpoint)
        let deaf = try clients.connect(endpoint + "/ws/ethusdt@trade/ethusdt@depth@0ms")
        let good = try clients.connect(endpoint + "/stream?streams=ethusdt@trade")
        #expect(clients.run { $0.received.allSatisfy { $0.count > 1 } })
        clients.deaf = [deaf]
        #expect(try clients.run { _ in try account(server).slow_clients == 1 })
        clients.deaf = []
        #expect(clients.run { $0.channels[deaf].phase == .closed })
        let count = clients.received[good].count
        #expect(clients.run { $0.received[good].count > count + 100 })
        server.stop()
        #expect(clients.run { $0.channels[good].phase == .closed })
        server.join()
        let messages = clients.messages(good, of: "ethusdt@trade")
        let sum = VenueClients.checksum(messages)
        let streams = try account(server).connections.flatMap(\.streams)
        #expect(streams.contains { $0.crc32 == sum && $0.messages == messages.count })
    }

    @Test func `a cut, a reset and a close are seen as what they are`() throws {
        let server = try VenueServer(configuration())
        let clients = VenueClients()
        let endpoint = try #require(server.plainEndpoint)
        for _ in 0..<3 { _ = try clients.connect(endpoint + Self.path) }
        #expect(clients.run { $0.received.allSatisfy { $0.count > 1 } })
        for fault in ["cut:#1", "reset:#2", "close:#3"] { server.apply(try VenueFault(fault)) }
        #expect(clients.run { $0.channels.allSatisfy { $0.phase == .closed } })
        let ends = clients.channels.compactMap(\.end)
        #expect(ends.contains(.failed(.ended(.open))))
        #expect(ends.contains(.closedByPeer(.goingAway)))
        let isReset = ends.contains { end in
            if case .failed(.system(let error)) = end {
                error.codeName == "ECONNRESET"
            } else {
                false
            }
        }
        #expect(isReset)
        server.stop()
        server.join()
        let reasons = Set(try account(server).connections.compactMap(\.ended))
        #expect(reasons.isSuperset(of: ["cut", "reset"]))
    }

    @Test
    func `a half-open connection says nothing and answers no ping, and another one does`()
        throws
    {
        let server = try VenueServer(configuration())
        let clients = VenueClients()
        let endpoint = try #require(server.plainEndpoint)
        let held = try clients.connect(endpoint + Self.path)
        #expect(clients.run { $0.received[held].count > 1 })
        server.apply(try VenueFault("half-open:#1"))
        let other = try clients.connect(endpoint + Self.path)
        #expect(clients.run { $0.received[other].count > 200 })
        let count = clients.received[held].count
        try clients.say(#"{"method":"LIST_SUBSCRIPTIONS","id":1}"#, held)
        #expect(clients.run { $0.received[other].count > 400 })
        #expect(clients.received[held].count == count)
        #expect(clients.channels[held].phase == .open)
        server.stop()
        server.join()
        let withheld = try account(server).connections.flatMap(\.streams).compactMap(\.withheld)
        #expect(withheld.reduce(0, +) > 0)
    }

    @Test func `a client that answers no ping is ended, and one that does is not`() throws {
        let server = try VenueServer(
            configuration {
                $0.pingInterval = .milliseconds(200)
                $0.pongTimeout = .milliseconds(400)
            }
        )
        let clients = VenueClients()
        let endpoint = try #require(server.plainEndpoint)
        _ = try clients.connect(endpoint + Self.path)
        _ = try clients.connect(endpoint + Self.path)
        #expect(clients.run { $0.received.allSatisfy { $0.count > 1 } })
        clients.deaf = [0]
        #expect(
            try clients.run { _ in try account(server).connections.contains { $0.ended != nil } }
        )
        let reasons = try account(server).connections.compactMap(\.ended)
        #expect(reasons == ["no answer to a ping, and nothing else came"])
        #expect(clients.channels[1].phase == .open)
        server.stop()
        server.join()
    }

    @Test func `requests are answered, delayed and refused over a real socket`() throws {
        let server = try VenueServer(configuration())
        defer {
            server.stop()
            server.join()
        }
        let digits = server.restEndpoint.split(separator: ":").last.flatMap { UInt16($0) }
        let port = try #require(digits)
        let depth = try HTTPTestClient.ask(port, "GET", "/api/v3/depth?symbol=ETHUSDT&limit=5")
        #expect(depth.status == 200)
        #expect(depth.value("x-mbx-used-weight-1m") == "5")
        #expect(depth.body.hasPrefix(#"{"lastUpdateId":"#))
        let fault = try HTTPTestClient.ask(port, "POST", "/fault", body: "rest-slow:1:300ms")
        #expect(fault.status == 200)
        let before = SystemClock.monotonicNanoseconds()
        #expect(try HTTPTestClient.ask(port, "GET", "/api/v3/time").status == 200)
        #expect(SystemClock.monotonicNanoseconds() - before >= 300_000_000)
        let bad = try HTTPTestClient.ask(port, "POST", "/fault", body: "nonsense")
        #expect(bad.status == 400)
        #expect(bad.body.contains("use one of cut, reset"))
        let summary = try HTTPTestClient.ask(port, "GET", "/summary")
        let account = try JSONDecoder().decode(VenueAccount.self, from: Data(summary.body.utf8))
        #expect(account.market == "spot")
    }

    @Test func `what cannot be served is told before anything starts`() throws {
        #expect(throws: VenueError.self) { try VenueServer(VenueConfiguration()) }
        #expect(throws: VenueError.self) {
            try VenueServer(configuration { $0.market = .replay(["/nonexistent"]) })
        }
        #expect(throws: VenueError.self) {
            try VenueServer(configuration { $0.restAddress.host = "203.0.113.1" })
        }
        #expect(throws: VenueError.self) {
            try VenueServer(
                configuration { $0.secureAddress = .init(host: "127.0.0.1", port: 0) }
            )
        }
    }
}
