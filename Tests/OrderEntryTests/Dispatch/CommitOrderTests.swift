import OrderEntry
import Testing

@testable import TradingCore

struct CommitOrderTests {
    private let first = SampleOrders.intent(SampleOrders.id(1))
    private let second = SampleOrders.intent(SampleOrders.id(2))

    private func isAnswer(_ fact: OrderFact?) -> Bool {
        if case .answered? = fact { true } else { false }
    }

    @Test func `an answer is told while it is being written`() throws {
        var harness = DispatcherHarness.alive()
        harness.submit(first)
        harness.holdsCommits = true
        harness.fill(try harness.order(first.id))
        #expect(isAnswer(harness.facts(of: first.id).last))
    }

    @Test func `what follows from an answer is sent when both are written`() throws {
        var harness = DispatcherHarness.alive()
        harness.submit(first)
        harness.holdsCommits = true
        harness.fill(try harness.order(first.id))
        harness.submit(second)
        #expect(harness.sends(of: second.id).isEmpty)
        harness.run(.persisted)
        #expect(harness.entries.last == .intent(second))
        #expect(harness.sends(of: second.id).isEmpty)
        #expect(harness.facts(of: second.id).isEmpty)
        harness.run(.persisted)
        #expect(harness.sends(of: second.id).count == 1)
    }

    @Test func `an answer that comes while an intent is written waits for it`() throws {
        var harness = DispatcherHarness.alive()
        harness.submit(first)
        harness.holdsCommits = true
        harness.submit(second)
        harness.fill(try harness.order(first.id))
        #expect(!isAnswer(harness.facts(of: first.id).last))
        harness.run(.persisted)
        #expect(isAnswer(harness.facts(of: first.id).last))
    }
}
