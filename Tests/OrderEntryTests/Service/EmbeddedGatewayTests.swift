import Gateway
import OrderEntry
import TestSupport
import Testing
import TradingCore
import ZeroMQ

/// The two ends of the wire were written apart; here they meet.
@Suite(.timeLimit(.minutes(2))) struct EmbeddedGatewayTests {
    private func report(_ harness: ServiceHarness, _ id: OrderID) throws -> OrderReport {
        #expect(harness.wait(for: "answered", of: id))
        let answer = ServiceHarness.facts(harness.inputs, of: id).last { $0.word == "answered" }
        guard case .answered(let report) = answer else { throw Missing() }
        return report
    }

    private struct Missing: Error {}

    @Test func `the embedded gateway takes every command and answers every question`() throws {
        try withTemporaryDirectory { directory in
            let context = try Context()
            var configuration = GatewayConfiguration()
            configuration.publishEndpoint = "tcp://127.0.0.1:*"
            configuration.replyEndpoint = "tcp://127.0.0.1:*"
            configuration.market = .synthetic(symbols: ["EURUSD"], rate: 1000, seed: 1)
            configuration.orders = OrderDeskConfiguration()
            let gateway = try GatewayServer(configuration: configuration, context: context)
            let harness = try ServiceHarness(directory, endpoint: gateway.replyEndpoint) {
                $0.eventsEndpoint = gateway.publishEndpoint
                $0.dispatch.replyTimeout = .seconds(10)
            }
            #expect(harness.waitUntilAlive())
            harness.service.take(.describe(symbol: "EURUSD"))
            harness.service.take(.describe(symbol: "NOSUCH"))
            #expect(
                harness.wait { inputs in
                    inputs.contains { input in
                        if case .instrument(let found) = input {
                            found.symbol == "EURUSD"
                        } else {
                            false
                        }
                    } && inputs.contains(.instrumentUnknown("NOSUCH"))
                }
            )
            var filled = try report(harness, harness.submit())
            // Until the market has spoken there is no price to fill at.
            while filled.returnCode == 10_021 { filled = try report(harness, harness.submit()) }
            #expect(filled.state == .filled, "\(filled)")
            try #require(filled.deals.count == 1 && filled.position != 0)
            #expect(filled.deals.allSatisfy { $0.isOurs })
            #expect(
                harness.wait { inputs in
                    inputs.contains {
                        if case .deal(let deal) = $0 { deal == filled.deals[0] } else { false }
                    }
                }
            )
            let far = OrderRequest.Kind.limit(ExactDecimal(mantissa: 107_500, scale: 5))
            let working = try report(harness, harness.submit(kind: far))
            #expect(working.state == .acknowledged && working.ticket != 0)
            let farther = OrderRequest.Kind.limit(ExactDecimal(mantissa: 107_400, scale: 5))
            let modify = OrderCommand.modify(ticket: working.ticket, of: nil)
            #expect(try report(harness, harness.submit(modify, kind: farther)).state == .filled)
            let cancel = OrderCommand.cancel(ticket: working.ticket, of: nil)
            #expect(try report(harness, harness.submit(cancel)).state == .filled)
            let close = OrderCommand.close(position: filled.position)
            #expect(try report(harness, harness.submit(close)).state == .filled)
            let accounts = harness.accounts.count
            harness.service.take(.synchronize(sinceDeal: 0))
            #expect(harness.wait { _ in harness.accounts.count > accounts })
            let account = try #require(harness.accounts.last)
            #expect(account.positions.isEmpty && account.orders.isEmpty && account.deals.count == 2)
            #expect(account.isComplete && account.currency == "USD")
            harness.stop()
            #expect(harness.service.snapshot.counters.contradictions == 0)
            #expect(harness.service.snapshot.counters.malformedReplies == 0)
            #expect(harness.service.snapshot.counters.malformedEvents == 0)
            gateway.stop()
            gateway.join()
        }
    }
}
