import OrderEntry
import TestSupport
import Testing
import TradingCore

@Suite(.timeLimit(.minutes(2))) struct OrderEntryServiceTests {
    @Test func `an order goes to the gateway and its answer comes back`() throws {
        try withTemporaryDirectory { directory in
            let gateway = try StubGateway()
            let harness = try ServiceHarness(directory, endpoint: gateway.endpoint)
            #expect(harness.waitUntilAlive())
            let id = harness.submit()
            #expect(harness.wait(for: "answered", of: id))
            #expect(harness.words(of: id) == ["durable", "sent", "answered"])
            #expect(gateway.executions == [id.description])
            harness.stop()
            gateway.stop()
            let reader = try LedgerReader(path: directory + "/orders.db")
            #expect(try reader.orders(.id(id)).map(\.state) == [.filled])
        }
    }

    @Test func `G01: an order whose answer is lost is found by asking, and executed once`() throws {
        try withTemporaryDirectory { directory in
            let gateway = try StubGateway(manner: .swallow)
            let harness = try ServiceHarness(directory, endpoint: gateway.endpoint)
            #expect(harness.waitUntilAlive())
            let id = harness.submit()
            #expect(harness.wait(for: "found", of: id))
            #expect(harness.words(of: id) == ["durable", "sent", "unanswered", "found"])
            #expect(gateway.executions == [id.description])
            #expect(harness.service.snapshot.counters.sent == 1)
            harness.stop()
            gateway.stop()
        }
    }

    @Test func `G04: a gateway that is down gets nothing when it returns`() throws {
        try withTemporaryDirectory { directory in
            let first = try StubGateway()
            let harness = try ServiceHarness(directory, endpoint: first.endpoint)
            #expect(harness.waitUntilAlive())
            first.stop()
            // The end of the connections is told to the thread before the next send or by it.
            var ids: [OrderID] = []
            #expect(
                harness.wait { inputs in
                    if let id = ids.last, ServiceHarness.facts(inputs, of: id).count < 2 {
                        return false
                    }
                    let words = ids.last.map { id in
                        ServiceHarness.facts(inputs, of: id).map(\.word)
                    }
                    if words?.last == "blocked" || words?.last == "notSent" { return true }
                    ids.append(harness.submit())
                    return false
                }
            )
            let second = try StubGateway(endpoint: first.endpoint)
            let accounts = count(harness.inputs)
            #expect(harness.wait { count($0) > accounts })
            #expect(
                second.executions.isEmpty
                    || !second.executions.contains(ids[ids.count - 1].description)
            )
            harness.stop()
            second.stop()
        }
    }

    private func count(_ inputs: [OrderInput]) -> Int {
        inputs.filter { if case .account = $0 { true } else { false } }.count
    }

    @Test func `stopping makes what is not answered durably unknown`() throws {
        try withTemporaryDirectory { directory in
            let gateway = try StubGateway(manner: .swallow)
            let harness = try ServiceHarness(directory, endpoint: gateway.endpoint) {
                $0.dispatch.replyTimeout = .seconds(60)
                $0.dispatch.stopGrace = .milliseconds(100)
            }
            #expect(harness.waitUntilAlive())
            let id = harness.submit()
            #expect(harness.wait(for: "sent", of: id))
            harness.stop()
            #expect(harness.words(of: id) == ["durable", "sent", "unanswered"])
            let late = harness.submit()
            #expect(harness.words(of: late) == ["blocked"])
            gateway.stop()
            let reader = try LedgerReader(path: directory + "/orders.db")
            #expect(try reader.orders(.unknown).map(\.intent.id) == [id])
        }
    }
}
