import Foundation
import Glibc
import Platform
import Synchronization
import TestSupport
import Testing

/// Alerts of the real program, at a real server.
@Suite struct AlertTests {
    /// What the server does with the next request.
    private final class Manner: Sendable {
        let reply: Mutex<StubHTTPServer.Reply>
        init(_ reply: StubHTTPServer.Reply) { self.reply = Mutex(reply) }
        func change(_ next: StubHTTPServer.Reply) { reply.withLock { $0 = next } }
    }

    /// One posted message, as far as tests ask.
    private struct Posted: Decodable {
        let severity: String
        let type: String
        let message: String
        let timestamp: String
        let id: String
        let alert: String
        let stage: String
        let subject: String
        let mode: String
    }

    /// A site whose alerts go to a server that answers as the test says.
    private func withHook(
        _ reply: StubHTTPServer.Reply,
        _ body: (Site, StubHTTPServer, Manner) throws -> Void
    ) throws {
        let manner = Manner(reply)
        let server = try StubHTTPServer { _ in manner.reply.withLock { $0 } }
        defer { server.stop() }
        try withSite { site in
            var hooked = site
            hooked.settings["RISK_WEBHOOK_URL"] = "http://127.0.0.1:\(server.port)/hook-7f3a"
            try body(hooked, server, manner)
        }
    }

    private func posted(_ requests: some Sequence<StubHTTPServer.Request>) throws -> [Posted] {
        try requests.map { try JSONDecoder().decode(Posted.self, from: Data($0.body.utf8)) }
    }

    @Test func `an alert is posted when it begins and when it is over, and the status shows it`()
        throws
    {
        try withHook(.status(204)) { site, server, _ in
            let loop = try site.startLoop()
            _ = try site.status { $0.trading_state.state == "active" }
            try AtomicFile.createEmpty(site.killFile)
            let raised = try #require(try posted(server.waitForRequests(1)).first)
            #expect(raised.type == "kill_switch")
            #expect(raised.severity == "critical")
            #expect(raised.stage == "raised")
            #expect(raised.subject == "everything/file")
            #expect(raised.mode == "PAPER")
            let shown = try site.run("status")
            #expect(shown.output.contains("alert CRITICAL kill_switch"), "\(shown.output)")
            let json = try site.run("status", "--json")
            #expect(json.output.contains("\"id\":\"\(raised.alert)\""), "\(json.output)")
            #expect(loop.line("[ALERT] raised kill_switch everything/file") != nil)
            let reset = try site.run("reset", "--operator", "ann", "--reason", "tested")
            #expect(reset.status == 0, "\(reset.error)")
            let over = try #require(try posted(server.waitForRequests(2)).last)
            #expect(over.stage == "resolved")
            #expect(over.alert == raised.alert)
            #expect(over.message.hasPrefix("resolved after "))
            _ = try site.stop(loop)
            for text in [loop.output, loop.error, shown.output, json.output] {
                #expect(!text.contains("hook-7f3a"))
            }
        }
    }

    @Test func `an alert that could not be posted survives a kill, and is posted by the next run`()
        throws
    {
        try withHook(.hangUp) { site, server, manner in
            let first = try site.startLoop()
            _ = try site.status { $0.trading_state.state == "active" }
            try AtomicFile.createEmpty(site.killFile)
            _ = try #require(first.line("the webhook does not take alerts"), "\(first.error)")
            let tried = try #require(try posted(server.requests).first)
            first.end()
            let before = server.requests.count
            manner.change(.status(200))
            let second = try site.startLoop()
            let bodies = try posted(server.waitForRequests(before + 2).dropFirst(before))
            #expect(bodies.first?.id == tried.id)
            // What still holds is an alert of the new run as well, after that of the old one.
            #expect(bodies.last?.type == "kill_switch")
            #expect(bodies.last?.id != tried.id)
            _ = try site.stop(second)
        }
    }

    @Test func `alert-test says what came back, and its exit code does too`() throws {
        try withHook(.status(200)) { site, server, manner in
            let taken = try site.run("alert-test", "--severity", "critical")
            #expect(taken.status == 0, "\(taken.error)")
            #expect(taken.output.contains("status 200"))
            let test = try #require(try posted(server.requests).first)
            #expect(test.type == "test")
            #expect(test.severity == "critical")
            manner.change(.status(404))
            let refused = try site.run("alert-test")
            #expect(refused.status == 1)
            #expect(refused.error.contains("status 404"), "\(refused.error)")
            manner.change(.hangUp)
            let silent = try site.run("alert-test")
            #expect(silent.status == 1)
            #expect(silent.error.contains("no answer"), "\(silent.error)")
            var without = site
            without.settings["RISK_WEBHOOK_URL"] = ""
            let none = try without.run("alert-test")
            #expect(none.status == 78)
            #expect(none.error.contains("RISK_WEBHOOK_URL is not set"), "\(none.error)")
            #expect(try site.run("alert-test", "--severity", "loud").status == 64)
            for text in [taken, refused, silent].flatMap({ [$0.output, $0.error] }) {
                #expect(!text.contains("hook-7f3a"))
            }
        }
    }
}
