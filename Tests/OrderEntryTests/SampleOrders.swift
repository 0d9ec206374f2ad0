import OrderEntry

@testable import TradingCore

/// Orders for tests.
enum SampleOrders {
    static let ledger: UInt32 = 0xABCD_0123
    static let wall = WallTime(nanoseconds: 1_768_000_000_000_000_000)

    static func id(_ sequence: UInt64, epoch: UInt32 = 1, ledger: UInt32 = ledger) -> OrderID {
        OrderID(ledger: ledger, epoch: epoch, sequence: sequence)
    }

    static func intent(
        _ id: OrderID,
        _ command: OrderCommand = .place,
        kind: OrderRequest.Kind = .market,
        quantity: ExactDecimal = ExactDecimal(mantissa: 10, scale: 2),
        quoteTime: MonotonicTime = .never,
        lifetime: Duration = .seconds(2),
        createdAt: WallTime = wall
    ) -> OrderIntent {
        let isReducing: Bool =
            switch command {
            case .place, .modify: false
            case .cancel, .close: true
            }
        return OrderIntent(
            id: id,
            command: command,
            origin: .strategy(1, request: id.sequence),
            symbol: "EURUSD",
            side: .buy,
            kind: kind,
            quantity: quantity,
            stopLoss: ExactDecimal(mantissa: 107_000, scale: 5),
            deviation: 20,
            referencePrice: ExactDecimal(mantissa: 108_514, scale: 5),
            quoteTime: quoteTime,
            createdAt: createdAt,
            lifetime: lifetime,
            isReducing: isReducing
        )
    }

    static func approved(_ intent: OrderIntent) -> ApprovedOrder {
        ApprovedOrder(approving: intent)
    }

    static func deal(
        _ number: UInt64,
        of id: OrderID?,
        volume: ExactDecimal = ExactDecimal(mantissa: 10, scale: 2),
        price: ExactDecimal = ExactDecimal(mantissa: 108_515, scale: 5)
    ) -> Deal {
        Deal(
            number: number,
            ticket: 700 + number,
            position: 900,
            orderID: id,
            isOurs: true,
            symbol: "EURUSD",
            side: .buy,
            entry: .in,
            volume: volume,
            price: price,
            commission: ExactDecimal(mantissa: -35, scale: 2),
            time: wall
        )
    }

    static func filled(_ intent: OrderIntent, deal number: UInt64 = 1) -> OrderReport {
        OrderReport(
            state: .filled,
            ticket: 700 + number,
            position: 900,
            filled: intent.quantity,
            averagePrice: ExactDecimal(mantissa: 108_515, scale: 5),
            returnCode: 10_009,
            message: "done",
            deals: [deal(number, of: intent.id, volume: intent.quantity)]
        )
    }
}
