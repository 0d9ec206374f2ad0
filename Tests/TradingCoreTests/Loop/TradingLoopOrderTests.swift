import Testing
import TradingCore

@Suite struct TradingLoopOrderTests {
    @Test func `trading is active only once the gateway answers and the books agree`() {
        var desk = OrderDeskHarness()
        desk.harness.connect()
        desk.harness.quote(sequence: 1)
        _ = desk.harness.step()
        #expect(desk.harness.loop.tradingState == .reduceOnly([.gatewayDown, .notReconciled]))
        desk.tell(.gateway(GatewayCondition(link: .alive, bootID: "b")))
        desk.tell(.instrument(.euroDollar))
        _ = desk.harness.step()
        #expect(desk.harness.loop.tradingState == .reduceOnly(.notReconciled))
        desk.tell(.account(OrderDeskHarness.account()))
        _ = desk.harness.step()
        #expect(desk.harness.loop.tradingState == .active)
    }

    @Test func `an approved order is handed over once, and each step of its life is told`() {
        var desk = OrderDeskHarness()
        desk.open()
        desk.sightings.wishes = 1
        let intent = desk.nextOrder()
        #expect(intent?.symbol == "EURUSD")
        #expect(intent?.isReducing == false)
        guard let intent else { return }
        desk.harness.quote(sequence: 3)
        _ = desk.harness.step()
        #expect(desk.harness.approved.isEmpty)
        desk.tellSent(intent.id)
        desk.tell(.fact(intent.id, .answered(OrderDeskHarness.fill(intent))))
        _ = desk.harness.step()
        let events = desk.sightings.updates.map(\.event)
        #expect(events.count == 3)
        #expect(events.first == .accepted)
        #expect(events.last == .filled(intent.quantity, price: decimal("1.08510")))
        #expect(desk.sightings.positions.map(\.ticket) == [70])
        #expect(desk.harness.loop.orders?.ledger.open.isEmpty == true)
    }

    @Test func `tighter limits come with the loop's inputs and hold in the same step`() {
        var desk = OrderDeskHarness()
        desk.open()
        var limits = RiskLimits()
        limits.orderVolumeMax = SymbolValues(others: decimal("100"))
        limits.deniedSymbols = ["EURUSD"]
        desk.sightings.wishes = 1
        _ = desk.harness.buffer.append(.tightenRisk(limits))
        #expect(desk.nextOrder() == nil)
        #expect(desk.sightings.updates.count == 1)
        // Looser ones come too late.
        _ = desk.harness.buffer.append(.tightenRisk(RiskLimits()))
        desk.sightings.wishes = 1
        #expect(desk.nextOrder() == nil)
    }

    @Test func `a symbol with an order of unknown outcome opens nothing until it is settled`() {
        var desk = OrderDeskHarness()
        desk.open()
        desk.sightings.wishes = 1
        guard let intent = desk.nextOrder() else { return }
        desk.tellSent(intent.id)
        desk.tell(.fact(intent.id, .unanswered(.timeout)))
        desk.harness.quote(sequence: 3)
        _ = desk.harness.step()
        #expect(desk.harness.condition == .unknownOrder)
        desk.sightings.wishes = 1
        #expect(desk.nextOrder() == nil)
        #expect(desk.sightings.updates.last?.refusal == .reduceOnly)
        desk.tell(.fact(intent.id, .fenced))
        _ = desk.harness.step()
        #expect(desk.harness.condition.isEmpty)
        desk.sightings.wishes = 1
        #expect(desk.nextOrder() != nil)
    }

    @Test func `K11: a kill takes working orders back until they are gone, also after a reset`() {
        var desk = OrderDeskHarness()
        desk.open()
        desk.sightings.wishes = 1
        desk.sightings.kind = .limit(decimal("1.08000"))
        guard let intent = desk.nextOrder() else { return }
        desk.tellSent(intent.id)
        desk.tell(.fact(intent.id, .answered(OrderDeskHarness.working(intent))))
        _ = desk.harness.step()
        desk.harness.isHalted = true
        _ = desk.harness.step()
        #expect(desk.harness.approved.map(\.command) == [.cancel(ticket: 5, of: intent.id)])
        let cancel = desk.harness.approved[0].id
        desk.harness.isHalted = false
        // The cancellation is refused, so that the order still works: it is tried again.
        desk.tellSent(cancel)
        let refusal = OrderReport(state: .rejected, returnCode: 10_006)
        desk.tell(.fact(cancel, .answered(refusal)))
        _ = desk.harness.step()
        _ = desk.harness.step(after: .seconds(1))
        #expect(desk.harness.approved.map(\.command) == [.cancel(ticket: 5, of: intent.id)])
        var gone = OrderDeskHarness.working(intent)
        gone.state = .cancelled
        desk.tell(.fact(intent.id, .updated(gone)))
        _ = desk.harness.step()
        _ = desk.harness.step(after: .seconds(5))
        #expect(desk.harness.approved.isEmpty)
    }

    @Test func `a kill that flattens closes our positions and nobody else's`() {
        var desk = OrderDeskHarness(flattens: true)
        desk.open(
            positions: [
                OrderDeskHarness.position(1, isOurs: true),
                OrderDeskHarness.position(2, isOurs: false),
            ]
        )
        desk.harness.isHalted = true
        _ = desk.harness.step()
        #expect(desk.harness.approved.map(\.command) == [.close(position: 1)])
        #expect(desk.harness.approved.first?.passesKillSwitch == true)
    }

    @Test func `the same difference twice in a row halts, once does not`() {
        var desk = OrderDeskHarness()
        desk.open()
        let strange = OrderDeskHarness.account(
            positions: [OrderDeskHarness.position(9, isOurs: true)]
        )
        desk.tell(.account(strange))
        _ = desk.harness.step()
        #expect(desk.harness.trips.isEmpty)
        #expect(desk.harness.errands.contains(.synchronize(sinceDeal: 0)))
        desk.tell(.account(strange))
        _ = desk.harness.step()
        #expect(desk.harness.trips.map(\.cause) == [.ledger])
    }

    @Test func `a gateway that is silent for too long engages the kill switch`() {
        var desk = OrderDeskHarness()
        desk.open()
        desk.tell(.gateway(GatewayCondition(link: .silent, bootID: "b")))
        _ = desk.harness.step()
        #expect(desk.harness.loop.tradingState == .reduceOnly(.gatewayDown))
        #expect(desk.harness.trips.isEmpty)
        desk.tell(.gateway(GatewayCondition(link: .lost, bootID: "b")))
        _ = desk.harness.step()
        #expect(desk.harness.trips.map(\.cause) == [.gateway])
    }

    @Test func `a ledger that cannot be written engages the kill switch`() {
        var desk = OrderDeskHarness()
        desk.open()
        desk.tell(.ledgerFailed("disk full"))
        _ = desk.harness.step()
        #expect(desk.harness.trips.map(\.cause) == [.ledger])
    }
}
