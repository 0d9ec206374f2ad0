import OrderEntry
import Platform
import TestSupport
import Testing
import TradingCore

@Suite(.timeLimit(.minutes(3))) struct CrashTests {
    @Test(arguments: OrderStep.allCases, [false, true])
    func `G09: a process that dies at any step leaves no order that is executed twice`(
        step: OrderStep,
        isSilent: Bool
    ) async throws {
        let scratch = try ScratchDirectory(in: "/tmp", name: "live-loop-test")
        let directory = scratch.path
        let gateway = try StubGateway(manner: isSilent ? .swallow : .fill)
        let endpoint = gateway.endpoint
        let word = step.rawValue
        await #expect(processExitsWith: .exitCode(7)) {
            [directory = directory as String, endpoint = endpoint as String, word = word as String]
            in
            die(at: word, directory, endpoint)
        }
        gateway.set(.fill)
        let next = try ServiceHarness(directory, endpoint: endpoint)
        let left = next.recovery.records.map(\.intent.id)
        #expect(next.recovery.epoch == 2)
        #expect(next.waitUntilAlive())
        for id in left { #expect(next.wait { inputs in Self.isSettled(inputs, id) }) }
        let fresh = next.submit()
        #expect(next.wait(for: "answered", of: fresh))
        next.stop()
        gateway.stop()
        let counts = Dictionary(grouping: gateway.executions, by: \.self).mapValues(\.count)
        #expect(counts.values.allSatisfy { $0 == 1 }, "\(counts)")
        let reader = try LedgerReader(path: directory + "/orders.db")
        #expect(try reader.orders(.open).isEmpty)
        let executed = Set(gateway.executions)
        for record in try reader.orders(.all) {
            let wasExecuted = executed.contains(record.intent.id.description)
            #expect((record.state == .filled) == wasExecuted, "\(record.intent.id) \(record.state)")
        }
        withExtendedLifetime(scratch) {}
    }

    private static func isSettled(_ inputs: [OrderInput], _ id: OrderID) -> Bool {
        ServiceHarness.facts(inputs, of: id).contains { ["found", "fenced"].contains($0.word) }
    }
}

/// Sends an order and ends the process at a step of it.
private func die(at word: String, _ directory: String, _ endpoint: String) {
    let isArmed = Locked(false)
    let made = try? ServiceHarness(directory, endpoint: endpoint) {
        $0.didReach = { step in
            // Questions go the same way; the crash is to meet the order.
            if step.rawValue == word, isArmed.withLock({ $0 }) { exitImmediately(code: 7) }
        }
    }
    guard let harness = made else { return }
    harness.waitUntilAlive()
    isArmed.withLock { $0 = true }
    harness.wait(for: "nothing", of: harness.submit())
}
