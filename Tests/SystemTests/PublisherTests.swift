import Foundation
import Testing

/// Ticks of a publisher in another language, written from the protocol's description.
@Suite struct PublisherTests {
    private struct Bound: Decodable { let endpoint: String }

    private struct Sent: Decodable {
        let sent: UInt64
        let symbols: [String: UInt64]
    }

    private static let python = "/usr/bin/python3"
    private static let script =
        String(#filePath.dropLast("PublisherTests.swift".count)) + "Python/publisher.py"

    private static let canPublish: Bool = {
        let program = try? RunningProgram(python, ["-c", "import zmq"], environment: [:], in: "/")
        return program?.waitForEnd() == 0
    }()

    @Test(
        .enabled(if: canPublish, "Python has no zmq here"),
        arguments: [
            "sequenced", "single", "ea", "topic", "tick-topic", "capitals", "strings",
            "milliseconds",
        ]
    )
    func `understands each form of a tick and counts every one`(form: String) throws {
        try withSite { site in
            let publisher = try RunningProgram(
                Self.python,
                [Self.script, "tcp://127.0.0.1:*", form, "2000"],
                environment: ["PATH": "/usr/bin:/bin"],
                in: site.path
            )
            let first = try #require(publisher.line("endpoint"), "\(publisher.error)")
            let bound = try JSONDecoder().decode(Bound.self, from: Data(first.utf8))
            var fed = site
            fed.settings["FEEDS"] = "mt5=\(bound.endpoint)"
            let loop = try fed.startLoop()
            let last = try #require(publisher.line(#""sent""#), "\(publisher.error)")
            let sent = try JSONDecoder().decode(Sent.self, from: Data(last.utf8))
            _ = try fed.status { $0.total(\.received) >= sent.sent }
            let account = try fed.stop(loop)
            #expect(account.quotes(\.received) == sent.symbols)
            #expect(account.quotes { $0.delivered + $0.shed } == sent.symbols)
            let isSequenced = form == "sequenced"
            #expect(account.streams.allSatisfy { $0.provable == isSequenced })
            #expect(account.streams.allSatisfy { $0.missing == (isSequenced ? 0 : nil) })
        }
    }
}
