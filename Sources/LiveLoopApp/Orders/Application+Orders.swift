internal import Gateway
internal import OrderEntry
internal import Platform
internal import TradingCore
internal import ZeroMQ

// The part of the process that sends orders.

extension Application {
    /// Hands an operator's word about an order to the order thread; `false` when it takes nothing.
    func settle(_ settlement: OrderSettlementRequest) -> Bool {
        guard let orders = running.withLock({ $0.orders }) else { return false }
        return orders.take(
            .settle(
                settlement.id,
                as: settlement.state,
                operatorName: settlement.operatorName,
                reason: settlement.reason
            )
        )
    }

    /// Tells risk what an operator said when resetting the kill switch.
    func resetRisk(_ reset: RiskReset) {
        guard let mustWake = buffer.append(.resetRisk(reset)) else { return }
        if mustWake { loop.wakeUp.signal() }
    }

    /// The way of quotes from the feeds to the paper venue; `nil` where that makes its own or is none.
    func makePaperQuotes() throws -> ReceivedQuotes? {
        guard route == .paperAtFeeds else { return nil }
        return ReceivedQuotes(
            symbols: try orderFactory.paperInstruments().map(\.symbol),
            symbolCount: max(1, configuration.feeds.all.count) * configuration.feeds.symbolsMax
        )
    }

    /// The order side of the gateway inside the process.
    func desk() throws -> OrderDeskConfiguration {
        route == .paperAtFeeds
            ? orderFactory.desk(try orderFactory.paperInstruments()) : orderFactory.desk()
    }

    /// Opens the ledger; `nil` where no order can be sent.
    func openLedger() throws -> OpenedLedger? {
        guard route != .none else { return nil }
        return try OrderStore.open(path: OrderFactory.ledgerPath(configuration), at: startedAt)
    }

    /// Starts the order thread, and lets the loop hand over to it.
    func startOrders(
        _ ledger: consuming OpenedLedger,
        commands: String,
        events: String?
    ) throws {
        let curve = route.isPaperVenue ? nil : try CurveKeyFile.clientKeys(configuration.zeroMQ)
        let (buffer, wakeUp, killSwitch) = (buffer, loop.wakeUp, killSwitch)
        let service = try OrderEntryService(
            orderFactory.entry(endpoint: commands, events: events, curve: curve),
            ledger: ledger,
            outlet: OrderEntryOutlet(
                check: LastHop(killSwitch),
                tell: { input in
                    guard let mustWake = buffer.append(.order(input)) else {
                        // The loop decides on facts; without one of them its book is worth nothing.
                        return killSwitch.engageForLostFact()
                    }
                    if mustWake { wakeUp.signal() }
                },
                log: log
            )
        )
        loop.port.attach(service)
        let thread = try service.start(context: context)
        running.withLock { running in
            running.orders = service
            running.orderThread = thread
        }
    }
}
