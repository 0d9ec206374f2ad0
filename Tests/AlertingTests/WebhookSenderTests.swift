import Alerting
import HTTPClient
import Platform
import Telemetry
import TestSupport
import Testing
import TradingCore

/// The thread that posts, with real files and a real server.
@Suite struct WebhookSenderTests {
    /// A server whose manner a test changes, and what the sender said.
    private final class Scene: Sendable {
        let manner: Locked<StubHTTPServer.Reply>
        let server: StubHTTPServer
        let lines = Locked<[LogRecord]>([])
        let directory: String

        init(_ directory: String, _ reply: StubHTTPServer.Reply) throws {
            let manner = Locked(reply)
            self.manner = manner
            self.directory = directory
            server = try StubHTTPServer { _ in manner.withLock { $0 } }
        }

        func sender(
            _ change: (inout WebhookSender.Configuration) -> Void = { _ in }
        ) throws -> WebhookSender {
            let url = "http://127.0.0.1:\(server.port)/SECRET"
            var configuration = WebhookSender.Configuration(
                address: try #require(HTTPAddress(url)),
                directory: directory
            )
            configuration.queue.firstDelay = .milliseconds(10)
            configuration.queue.longestDelay = .milliseconds(40)
            change(&configuration)
            return try WebhookSender(configuration) { [self] record in
                lines.withLock { $0.append(record) }
            }
        }

        /// The bodies that the server took, each once, in the order in which they came first.
        func bodies(_ count: Int) -> [String] {
            var bodies: [String] = []
            for request in server.waitForRequests(count) where !bodies.contains(request.body) {
                bodies.append(request.body)
            }
            return bodies
        }

        func file(_ name: String) -> String {
            let bytes = try? RegularFile.read("\(directory)/\(name)", limit: 10_000_000)
            return String(decoding: bytes ?? [], as: UTF8.self)
        }
    }

    private func message(_ id: String) -> WebhookMessage {
        WebhookMessage(id: id, severity: .warning, body: "{\"id\":\"\(id)\"}")
    }

    private func withScene(
        _ reply: StubHTTPServer.Reply,
        _ body: (Scene) throws -> Void
    ) throws {
        try withTemporaryDirectory { directory in
            let scene = try Scene(directory, reply)
            defer { scene.server.stop() }
            try body(scene)
        }
    }

    @Test func `messages arrive in order with their ids, and leave nothing behind`() throws {
        try withScene(.status(204)) { scene in
            let sender = try scene.sender()
            for number in 1...30 { sender.offer(message("k-\(number)")) }
            #expect(scene.bodies(30) == (1...30).map { "{\"id\":\"k-\($0)\"}" })
            sender.stop()
            #expect(sender.status.counters.delivered == 30)
            #expect(sender.status.waiting == 0)
            let head = try #require(scene.server.requests.first).head
            #expect(head.first == "POST /SECRET HTTP/1.1")
            #expect(head.contains("Content-Type: application/json"))
            #expect(head.contains("Idempotency-Key: k-1"))
            #expect(!scene.file("alerts.queue").contains("add"))
        }
    }

    @Test func `what a server does not take waits for it, and is told once`() throws {
        try withScene(.hangUp) { scene in
            let sender = try scene.sender()
            sender.offer(message("a"))
            sender.offer(message("b"))
            _ = scene.server.waitForRequests(4)
            scene.manner.withLock { $0 = .status(503) }
            _ = scene.server.waitForRequests(8)
            let before = scene.server.requests.count
            scene.manner.withLock { $0 = .status(200) }
            _ = scene.server.waitForRequests(before + 3)
            sender.stop()
            #expect(sender.status.counters.delivered == 2)
            #expect(sender.status.counters.errors >= 7)
            let said = scene.lines.withLock { $0.map(\.message) }
            #expect(said.count { $0.contains("does not take alerts") } == 2, "\(said)")
            #expect(said.last == "the webhook takes alerts again")
            #expect(!"\(scene.lines.withLock { $0 })".contains("SECRET"))
        }
    }

    @Test func `what waited when the process ended goes first in the next one`() throws {
        try withScene(.hangUp) { scene in
            let first = try scene.sender()
            for id in ["a", "b", "c"] { first.offer(message(id)) }
            _ = scene.server.waitForRequests(2)
            first.stop()
            let before = scene.server.requests.count
            scene.manner.withLock { $0 = .status(200) }
            let second = try scene.sender()
            second.offer(message("d"))
            let bodies = scene.server.waitForRequests(before + 4).dropFirst(before).map(\.body)
            #expect(bodies == ["a", "b", "c", "d"].map { "{\"id\":\"\($0)\"}" })
            second.stop()
        }
    }

    @Test func `a torn tail costs nothing that was whole`() throws {
        try withScene(.status(200)) { scene in
            var bytes = WebhookQueueFile.line(.added(number: 1, message("a")))
            bytes += WebhookQueueFile.line(.added(number: 2, message("torn"))).prefix(30)
            try AtomicFile.write(bytes, to: "\(scene.directory)/alerts.queue")
            let sender = try scene.sender()
            sender.offer(message("b"))
            #expect(scene.bodies(2) == ["{\"id\":\"a\"}", "{\"id\":\"b\"}"])
            sender.stop()
            #expect(sender.status.counters.corruptLines == 1)
        }
    }

    @Test func `what the server will never take is kept for a person`() throws {
        try withScene(.status(404)) { scene in
            let sender = try scene.sender()
            sender.offer(message("a"))
            _ = scene.server.waitForRequests(1)
            scene.manner.withLock { $0 = .status(200) }
            sender.offer(message("b"))
            #expect(scene.bodies(2).last == "{\"id\":\"b\"}")
            sender.stop()
            #expect(scene.file("alerts.refused") == "{\"id\":\"a\"}\n")
            #expect(sender.status.counters.refused == 1)
            #expect(!"\(scene.lines.withLock { $0 })".contains("SECRET"))
        }
    }

    @Test func `a server that says nothing does not keep the process, and the message stays`()
        throws
    {
        try withScene(.silence) { scene in
            let sender = try scene.sender { $0.stopLimit = .milliseconds(50) }
            sender.offer(message("a"))
            _ = scene.server.waitForRequests(1)
            sender.stop()
            #expect(scene.file("alerts.queue").contains(#"\"id\":\"a\""#))
            #expect(sender.status.waiting == 1)
        }
    }

    @Test func `a directory that cannot be written does not keep alerts from going`() throws {
        try withScene(.status(200)) { scene in
            let sender = try scene.sender { $0.directory = "\(scene.directory)/missing" }
            sender.offer(message("a"))
            sender.offer(message("b"))
            #expect(scene.bodies(2) == ["{\"id\":\"a\"}", "{\"id\":\"b\"}"])
            sender.stop()
            #expect(sender.status.counters.storeFailures > 0)
            let said = scene.lines.withLock { $0.map(\.message) }
            #expect(said.count { $0.contains("cannot be written") } == 1, "\(said)")
        }
    }
}
