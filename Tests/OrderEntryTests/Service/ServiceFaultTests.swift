import OrderEntry
import Platform
import TestSupport
import Testing
import ZeroMQ

@testable import TradingCore

@Suite(.timeLimit(.minutes(3))) struct ServiceFaultTests {
    @Test func `G07: strange answers before the right one are counted and change nothing`() throws {
        try withTemporaryDirectory { directory in
            let foreign = #"{"req_id":"somebody","boot_id":"x","error":true,"retcode":10006}"#
            let strange = ["", "{", foreign, String(repeating: "[", count: 5000), "null"]
            let gateway = try StubGateway(manner: .sayBefore(strange))
            let harness = try ServiceHarness(directory, endpoint: gateway.endpoint)
            #expect(harness.waitUntilAlive())
            for _ in 0..<3 {
                let id = harness.submit()
                #expect(harness.wait(for: "answered", of: id))
                #expect(harness.words(of: id) == ["durable", "sent", "answered"])
            }
            harness.stop()
            let counters = harness.service.snapshot.counters
            #expect(counters.malformedReplies == 12 && counters.foreignReplies == 3)
            gateway.stop()
        }
    }

    @Test func `G07: an answer that is too long ends the connection, and the order is found`()
        throws
    {
        try withTemporaryDirectory { directory in
            let gateway = try StubGateway(
                manner: .sayBefore([String(repeating: "x", count: 100_000)])
            )
            let harness = try ServiceHarness(directory, endpoint: gateway.endpoint) {
                $0.socket.messageBytesMax = 65_536
            }
            #expect(harness.waitUntilAlive())
            let id = harness.submit()
            #expect(harness.wait(for: "found", of: id))
            #expect(harness.words(of: id) == ["durable", "sent", "unanswered", "found"])
            #expect(gateway.executions == [id.description])
            harness.stop()
            gateway.stop()
        }
    }

    @Test func `G02: an answer that comes twice counts once`() throws {
        try withTemporaryDirectory { directory in
            let twice = DispatcherHarness.filledData("ID", 1)
            let text = """
                {"req_id":"ID","boot_id":"stub-1","error":false,"ticket":1,"msg":"","retcode":10009,\
                "data":\(twice)}
                """
            let gateway = try StubGateway(manner: .sayBefore([text]))
            let harness = try ServiceHarness(directory, endpoint: gateway.endpoint)
            #expect(harness.waitUntilAlive())
            let id = harness.submit()
            #expect(harness.wait(for: "answered", of: id))
            let second = harness.submit()
            #expect(harness.wait(for: "answered", of: second))
            #expect(harness.words(of: id) == ["durable", "sent", "answered"])
            harness.stop()
            #expect(harness.service.snapshot.counters.duplicateReplies >= 1)
            gateway.stop()
        }
    }

    @Test func `G17: with the wrong key nothing is sent, and the handshake is counted`() throws {
        try withTemporaryDirectory { directory in
            let server = try CurveKeyPair.generate()
            let other = try CurveKeyPair.generate()
            let gateway = try StubGateway(curveSecretKey: server.secretKey)
            let client = CurveClientKeys(serverKey: other.publicKey, own: try .generate())
            let wrong = try ServiceHarness(directory, endpoint: gateway.endpoint) {
                $0.socket.curve = client
                $0.socket.handshakeTimeout = 200
                $0.dispatch.waitOrDie.total = .milliseconds(300)
            }
            let id = wrong.submit()
            #expect(wrong.wait(for: "blocked", of: id))
            #expect(wrong.waitForLog { $0.contains("the handshake failed") })
            wrong.stop()
            #expect(wrong.service.snapshot.counters.handshakeFailures > 0)
            #expect(gateway.count(of: "HEARTBEAT") == 0 && gateway.executions.isEmpty)

            let keys = CurveClientKeys(serverKey: server.publicKey, own: try .generate())
            let right = try ServiceHarness(directory, endpoint: gateway.endpoint) {
                $0.socket.curve = keys
            }
            #expect(right.waitUntilAlive())
            let second = right.submit()
            #expect(right.wait(for: "answered", of: second))
            right.stop()
            gateway.stop()
        }
    }

    @Test func `K10, K11: after the kill only cancels and questions leave`() throws {
        try withTemporaryDirectory { directory in
            let gateway = try StubGateway(manner: .swallow)
            let harness = try ServiceHarness(directory, endpoint: gateway.endpoint)
            #expect(harness.waitUntilAlive())
            let lost = harness.submit()
            #expect(harness.wait(for: "sent", of: lost))
            harness.check.set(.killSwitch)
            harness.service.engageKillSwitch()
            #expect(harness.wait(for: "found", of: lost))
            gateway.set(.fill)
            let place = harness.submit()
            let cancel = harness.submit(.cancel(ticket: 1, of: nil))
            #expect(harness.wait(for: "blocked", of: place))
            #expect(harness.wait(for: "answered", of: cancel))
            #expect(gateway.executions == [lost.description, cancel.description])
            harness.stop()
            gateway.stop()
        }
    }

    @Test func `G14: a disk that is slow makes the order expire and not leave`() throws {
        try withTemporaryDirectory { directory in
            let gateway = try StubGateway()
            let harness = try ServiceHarness(directory, endpoint: gateway.endpoint) {
                $0.didReach = { step in
                    guard step == .afterPersist else { return }
                    // The commit takes this long.
                    let end = SystemClock.monotonicNanoseconds() + 60_000_000
                    while SystemClock.monotonicNanoseconds() < end {}
                }
            }
            #expect(harness.waitUntilAlive())
            let id = harness.submit(lifetime: .milliseconds(50))
            #expect(harness.wait(for: "blocked", of: id))
            #expect(gateway.executions.isEmpty)
            harness.stop()
            gateway.stop()
        }
    }

    @Test func `G12: a ledger that fails stops every send`() throws {
        try withTemporaryDirectory { directory in
            let gateway = try StubGateway()
            let harness = try ServiceHarness(directory, endpoint: gateway.endpoint)
            #expect(harness.waitUntilAlive())
            let first = harness.submit()
            #expect(harness.wait(for: "answered", of: first))
            // The same id once more: the ledger refuses to hold it twice, as a damaged one would.
            let reader = try LedgerReader(path: directory + "/orders.db")
            #expect(try reader.orders(.all).count == 1)
            try FileFaults.breakLedger(directory + "/orders.db")
            let second = harness.submit()
            #expect(harness.wait(for: "blocked", of: second))
            #expect(harness.inputs.contains { if case .ledgerFailed = $0 { true } else { false } })
            let third = harness.submit(.cancel(ticket: 1, of: nil))
            #expect(harness.wait(for: "blocked", of: third))
            #expect(gateway.executions == [first.description])
            harness.stop()
            gateway.stop()
        }
    }
}
