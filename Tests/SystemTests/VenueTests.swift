import Foundation
import Glibc
import Testing

/// The simulator of a venue as a program, with a client in another language.
@Suite struct VenueTests {
    private struct Stream: Decodable, Equatable {
        let messages: Int
        let first_id: Int64
        let last_id: Int64
        let crc32: UInt32
    }

    private struct Received: Decodable {
        let streams: [String: Stream]
        let closed: Int?
    }

    private struct Account: Decodable {
        struct Sent: Decodable {
            let stream: String
            let messages: Int
            let first_id: Int64?
            let last_id: Int64?
            let crc32: UInt32
        }

        struct Connection: Decodable { let streams: [Sent] }

        let connections: [Connection]
    }

    private static let python = "/usr/bin/python3"
    private static let script =
        String(#filePath.dropLast("VenueTests.swift".count)) + "Python/venue_client.py"

    private static let hasWebSockets: Bool = {
        let program = try? RunningProgram(
            python,
            ["-c", "import websockets"],
            environment: [:],
            in: "/"
        )
        return program?.waitForEnd() == 0
    }()

    /// Starts the simulator and gives the place where it serves streams.
    private func start(
        _ site: Site,
        _ arguments: [String]
    ) throws -> (program: RunningProgram, places: [String]) {
        let program = try RunningProgram(
            Site.program,
            ["venue", "--rest", "127.0.0.1:0", "--summary", site.summaryFile] + arguments,
            environment: ["PATH": "/usr/bin:/bin"],
            in: site.path
        )
        let line = try #require(program.line("venue serves "), "\(program.error)")
        let words = line.split { $0 == " " || $0 == "," }.map(String.init)
        return (program, words.filter { $0.contains("://") })
    }

    @Test(
        .enabled(if: hasWebSockets, "Python has no websockets here"),
        arguments: ["spot", "usdm"]
    )
    func `a public client receives over TLS what the summary says, to the byte`(
        market: String
    ) throws {
        try withSite { site in
            let (venue, places) = try start(
                site,
                [
                    "--market", market, "--wss", "127.0.0.1:0", "--tls-dir", site.path,
                    "--symbols", "ETHUSDT,BTCUSDT", "--rate", "1000", "--wait-subscriber", "60s",
                    "--checksums",
                ]
            )
            let trust = try #require(venue.line("clients trust it by the file "))
            let authority = try #require(trust.split(separator: " ").last.map(String.init))
            let names = ["trade", "aggTrade", "bookTicker", "depth@100ms"].flatMap {
                ["ethusdt@\($0)", "btcusdt@\($0)"]
            }
            let url = try #require(places.first { $0.hasPrefix("wss://") }) + "/stream"
            let client = try RunningProgram(
                Self.python,
                [Self.script, url, authority, "1000"] + names,
                environment: ["PATH": "/usr/bin:/bin"],
                in: site.path
            )
            _ = try #require(client.line(#""enough""#), "\(client.error)")
            #expect(client.lines(#"{"answer": {"result": null, "id": 7}}"#).count == 1)
            venue.send(SIGTERM)
            #expect(venue.waitForEnd() == 0)
            #expect(client.waitForEnd() == 0, "\(client.error)")
            let line = try #require(client.lines(#""streams""#).last)
            let received = try JSONDecoder().decode(Received.self, from: Data(line.utf8))
            #expect(received.closed == 1001)
            let summary = try Data(contentsOf: URL(fileURLWithPath: site.summaryFile))
            let account = try JSONDecoder().decode(Account.self, from: summary)
            let sent = try #require(account.connections.first).streams
            #expect(sent.count == names.count)
            for stream in sent {
                let mine = try #require(received.streams[stream.stream])
                let theirs = Stream(
                    messages: stream.messages,
                    first_id: try #require(stream.first_id),
                    last_id: try #require(stream.last_id),
                    crc32: stream.crc32
                )
                #expect(mine == theirs, "\(stream.stream)")
            }
        }
    }

    @Test func `options that contradict each other are usage errors`() throws {
        try withSite { site in
            for (arguments, words) in [
                (["venue", "--replay", "x", "--rate", "5"], "--rate and --symbols"),
                (["venue", "--wss", "127.0.0.1:0"], "--wss needs"),
                (["venue", "--tls-dir", "/nonexistent"], "no such directory"),
                (["venue", "--tls-cert", "x"], "belong together"),
                (["venue", "--market", "coin"], "spot, usdm"),
                (["venue", "--fault", "fly@1s"], "no fault is called"),
                (["venue", "--ws", "nowhere"], "ADDRESS:PORT"),
            ] {
                let finished = try site.run(arguments)
                #expect(finished.status == 64, "\(arguments): \(finished.error)")
                #expect(finished.error.contains(words), "\(finished.error)")
            }
        }
    }

    @Test func `a capture that cannot be read ends the start with its name`() throws {
        try withSite { site in
            let finished = try site.run("venue", "--replay", "/nonexistent.gz")
            #expect(finished.status != 0)
            #expect(finished.error.contains("/nonexistent.gz"), "\(finished.error)")
        }
    }
}
