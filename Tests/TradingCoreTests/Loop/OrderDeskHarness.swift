import TradingCore

/// A loop that can trade one symbol, and what the order thread would tell it.
struct OrderDeskHarness: ~Copyable {
    var harness: LoopHarness
    let sightings = WishingStrategy.Sightings()

    init(flattens: Bool = false, requiresDemo: Bool = false) {
        var limits = RiskLimits()
        limits.orderVolumeMax = SymbolValues(others: decimal("100"))
        limits.positionSizeMax = decimal("100000000")
        var settings = OrderControl.Settings()
        settings.flattensWhenKilled = flattens
        settings.requiresDemoAccount = requiresDemo
        harness = LoopHarness(
            strategies: [WishingStrategy(sightings: sightings)],
            orders: OrderControl(
                settings,
                ledger: OrderLedger(ledger: 4, epoch: 1),
                risk: RiskEngine(limits),
                symbolCount: 4
            )
        )
    }

    func tell(_ input: OrderInput) { _ = harness.buffer.append(.order(input)) }

    func tellSent(_ id: OrderID) {
        tell(.fact(id, .sent(at: .init(nanoseconds: 1), validUntil: .init(nanoseconds: 2))))
    }

    /// Connects everything, so that trading is active.
    mutating func open(positions: [AccountSnapshot.Position] = []) {
        harness.connect()
        tell(.gateway(GatewayCondition(link: .alive, bootID: "b")))
        tell(.instrument(.euroDollar))
        tell(.account(Self.account(positions: positions)))
        harness.quote(sequence: 1)
        _ = harness.step()
        harness.quote(sequence: 2)
        _ = harness.step()
    }

    /// The order that a quote makes the strategy wish for.
    mutating func nextOrder() -> OrderIntent? {
        harness.quote(sequence: harness.loop.delivered[0] + 1)
        _ = harness.step()
        return harness.approved.first
    }

    static func account(
        positions: [AccountSnapshot.Position] = [],
        kind: AccountSnapshot.Kind? = nil
    ) -> AccountSnapshot {
        AccountSnapshot(
            bootID: "b",
            currency: "USD",
            marginMode: .hedging,
            kind: kind,
            balance: decimal("10000"),
            equity: decimal("10000"),
            positions: positions
        )
    }

    static func position(_ ticket: UInt64, isOurs: Bool) -> AccountSnapshot.Position {
        AccountSnapshot.Position(
            ticket: ticket,
            symbol: "EURUSD",
            side: .buy,
            volume: decimal("0.10"),
            openPrice: decimal("1.08500"),
            isOurs: isOurs
        )
    }

    static func working(_ intent: OrderIntent) -> OrderReport {
        OrderReport(state: .acknowledged, ticket: 5, returnCode: 10_008)
    }

    static func fill(_ intent: OrderIntent) -> OrderReport {
        let deal = Deal(
            number: 30,
            ticket: 5,
            position: 70,
            orderID: intent.id,
            isOurs: true,
            symbol: intent.symbol,
            side: intent.side,
            entry: .in,
            volume: intent.quantity,
            price: decimal("1.08510"),
            time: WallTime(nanoseconds: 3)
        )
        return OrderReport(
            state: .filled,
            ticket: 5,
            position: 70,
            filled: intent.quantity,
            averagePrice: deal.price,
            returnCode: 10_009,
            deals: [deal]
        )
    }
}

/// Wishes for as many orders as it is told to, one a quote.
struct WishingStrategy: Strategy {
    final class Sightings {
        var wishes = 0
        var kind = OrderRequest.Kind.market
        var updates: [OrderUpdate] = []
        var positions: [Position] = []
    }

    let sightings: Sightings

    mutating func onEvent(_ event: borrowing MarketEvent, _ context: inout StrategyContext) {
        guard event.kind == .quote, sightings.wishes > 0 else { return }
        sightings.wishes -= 1
        context.submit(
            OrderRequest(
                symbol: event.symbol,
                side: .buy,
                quantity: decimal("0.10"),
                kind: sightings.kind
            )
        )
    }

    mutating func onOrder(_ update: OrderUpdate, _ context: inout StrategyContext) {
        sightings.updates.append(update)
        sightings.positions = context.positions
    }
}
