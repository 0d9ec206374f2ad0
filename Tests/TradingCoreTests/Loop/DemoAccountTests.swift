import Testing

@testable import TradingCore

/// In paper mode nothing is sent to an account that was not shown to hold nobody's money.
@Suite struct DemoAccountTests {
    private static let position = OrderDeskHarness.position(70, isOurs: true)

    private static let deal = Deal(
        number: 31,
        ticket: 6,
        position: 71,
        orderID: nil,
        isOurs: true,
        symbol: "EURUSD",
        side: .buy,
        entry: .in,
        volume: decimal("0.10"),
        price: decimal("1.08510"),
        time: WallTime(nanoseconds: 3)
    )

    /// A desk at a gateway that is alive, whose account says what it is.
    private func makeDesk(_ kind: AccountSnapshot.Kind?, flattens: Bool = false) -> OrderDeskHarness
    {
        var desk = OrderDeskHarness(flattens: flattens, requiresDemo: true)
        desk.harness.connect()
        desk.tell(.gateway(GatewayCondition(link: .alive, bootID: "b")))
        desk.tell(.instrument(.euroDollar))
        desk.tell(.account(OrderDeskHarness.account(positions: [Self.position], kind: kind)))
        desk.harness.quote(sequence: 1)
        _ = desk.harness.step()
        return desk
    }

    @Test(arguments: [AccountSnapshot.Kind.demo, .contest])
    func `a demo account is traded on`(kind: AccountSnapshot.Kind) {
        var desk = makeDesk(kind)
        #expect(desk.harness.loop.tradingState == .active)
        desk.sightings.wishes = 1
        #expect(desk.nextOrder() != nil)
    }

    @Test(arguments: [AccountSnapshot.Kind.real, nil])
    func `of a real account nothing is taken over, and nothing is sent to it`(
        kind: AccountSnapshot.Kind?
    ) {
        var desk = makeDesk(kind, flattens: true)
        #expect(
            desk.harness.loop.tradingState == .reduceOnly([.notReconciled, .accountNotDemo])
        )
        desk.sightings.wishes = 1
        #expect(desk.nextOrder() == nil)
        #expect(desk.sightings.updates.last?.event == .refused(.riskLimit))
        desk.tell(.deal(Self.deal))
        desk.harness.isHalted = true
        _ = desk.harness.step()
        #expect(desk.harness.approved.isEmpty)
        #expect(desk.sightings.positions.isEmpty)
        #expect(desk.harness.loop.orders?.risk.book.positions.isEmpty == true)
    }

    @Test func `another process at the gateway has to show its account again`() {
        var desk = makeDesk(.demo)
        desk.tell(.gateway(GatewayCondition(link: .alive, bootID: "c")))
        _ = desk.harness.step()
        #expect(desk.harness.loop.orders?.mayUseAccount == false)
        desk.tell(.account(OrderDeskHarness.account(positions: [Self.position], kind: .real)))
        _ = desk.harness.step()
        #expect(desk.harness.loop.orders?.accountProof == .refused)
        desk.tell(.account(OrderDeskHarness.account(positions: [Self.position], kind: .demo)))
        _ = desk.harness.step()
        #expect(desk.harness.loop.orders?.mayUseAccount == true)
    }

    @Test func `elsewhere the account is used whatever it says`() {
        var desk = OrderDeskHarness()
        desk.open()
        #expect(desk.harness.loop.tradingState == .active)
        #expect(desk.harness.loop.orders?.mayUseAccount == true)
    }
}
