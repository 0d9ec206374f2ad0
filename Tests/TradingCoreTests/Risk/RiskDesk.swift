import Testing
import TradingCore

/// A risk engine with an account, and short words for what a test does with it.
struct RiskDesk {
    var engine: RiskEngine
    var open: [OpenOrder] = []
    var now = MonotonicTime(nanoseconds: 1_000_000_000_000)
    /// 2026-01-14T12:00:00Z, a Wednesday.
    var wall = WallTime(nanoseconds: 1_768_392_000 * 1_000_000_000)
    private var sequence: UInt64 = 0

    init(
        mode: AccountSnapshot.MarginMode = .netting,
        positions: [AccountSnapshot.Position] = [],
        orders: [AccountSnapshot.WorkingOrder] = [],
        _ change: (inout RiskLimits) -> Void = { _ in }
    ) {
        var limits = RiskLimits()
        limits.orderVolumeMax = SymbolValues(others: decimal("100"))
        limits.positionSizeMax = decimal("100000000")
        limits.orderRateMax = 1000
        change(&limits)
        engine = RiskEngine(limits)
        engine.define(.euroDollar)
        let account = AccountSnapshot(
            bootID: "b",
            currency: limits.accountCurrency,
            marginMode: mode,
            balance: decimal("10000"),
            equity: decimal("10000"),
            positions: positions,
            orders: orders
        )
        #expect(engine.reconcile(account) == .agrees)
        quote("1.08500", "1.08510")
        _ = assess()
    }

    var time: TradingLoop.StepTime { TradingLoop.StepTime(monotonic: now, wall: wall) }

    mutating func advance(_ duration: Duration) {
        now = now + duration
        wall = WallTime(nanoseconds: wall.nanoseconds + duration.wholeNanoseconds)
    }

    mutating func quote(_ bid: String, _ ask: String, of symbol: String = "EURUSD") {
        guard let id = engine.identify(symbol) else { return }
        engine.observe(BidAsk(bid: decimal(bid), ask: decimal(ask)), of: id, at: now)
    }

    mutating func quoteThrice(_ bid: String, _ ask: String, of symbol: String = "EURUSD") {
        for _ in 0..<3 { quote(bid, ask, of: symbol) }
    }

    mutating func assess() -> [RiskEvent] { engine.assess(at: time) }

    mutating func intent(
        _ command: OrderCommand = .place,
        _ side: OrderRequest.Side = .buy,
        _ quantity: String = "0.01",
        kind: OrderRequest.Kind = .market,
        symbol: String = "EURUSD",
        origin: OrderOrigin = .strategy(0, request: 1)
    ) -> OrderIntent {
        sequence += 1
        return OrderIntent(
            id: OrderID(ledger: 1, epoch: 1, sequence: sequence),
            command: command,
            origin: origin,
            symbol: symbol,
            side: side,
            kind: kind,
            quantity: decimal(quantity),
            referencePrice: .zero,
            quoteTime: .zero,
            createdAt: wall,
            lifetime: .seconds(2),
            isReducing: true
        )
    }

    /// The approved intent, or the limits that were hit.
    mutating func decide(
        _ intent: OrderIntent,
        isReduceOnly: Bool = false
    ) -> Result<OrderIntent, RiskRefusal> {
        switch engine.evaluate(intent, against: open, isReduceOnly: isReduceOnly, at: time) {
        case .approved(let order): .success(order.intent)
        case .refused(let refusal): .failure(refusal)
        }
    }

    /// The limits that an order hits; none when it is approved.
    mutating func hits(
        _ command: OrderCommand = .place,
        _ side: OrderRequest.Side = .buy,
        _ quantity: String = "0.01",
        kind: OrderRequest.Kind = .market,
        symbol: String = "EURUSD",
        origin: OrderOrigin = .strategy(0, request: 1),
        isReduceOnly: Bool = false
    ) -> [RiskLimit] {
        let intent = intent(
            command,
            side,
            quantity,
            kind: kind,
            symbol: symbol,
            origin: origin
        )
        switch decide(intent, isReduceOnly: isReduceOnly) {
        case .success: return []
        case .failure(let refusal): return refusal.hits.map(\.limit)
        }
    }

    /// Decides, and keeps an approved order open as the caller must.
    mutating func place(
        _ side: OrderRequest.Side,
        _ quantity: String,
        kind: OrderRequest.Kind = .market
    ) -> [RiskLimit] {
        keep(intent(.place, side, quantity, kind: kind))
    }

    /// Decides of a close, and keeps it open when it is approved.
    mutating func close(
        _ position: UInt64,
        _ side: OrderRequest.Side,
        _ quantity: String
    ) -> [RiskLimit] {
        keep(intent(.close(position: position), side, quantity))
    }

    private mutating func keep(_ intent: OrderIntent) -> [RiskLimit] {
        switch decide(intent) {
        case .success(let approved):
            guard let id = engine.instruments.id(of: approved.symbol),
                let order = OpenOrder(OrderRecord(approved), instrument: id)
            else { return [.definition] }
            open.append(order)
            return []
        case .failure(let refusal): return refusal.hits.map(\.limit)
        }
    }

    private var dealNumber: UInt64 = 100

    /// A deal as the gateway would tell it.
    mutating func deal(
        _ side: OrderRequest.Side,
        _ volume: String,
        at price: String,
        position: UInt64 = 1,
        entry: Deal.Entry = .in,
        profit: String = "0",
        isOurs: Bool = true,
        symbol: String = "EURUSD"
    ) -> Deal {
        dealNumber += 1
        return Deal(
            number: dealNumber,
            ticket: dealNumber,
            position: position,
            orderID: nil,
            isOurs: isOurs,
            symbol: symbol,
            side: side,
            entry: entry,
            volume: decimal(volume),
            price: decimal(price),
            profit: decimal(profit),
            time: wall
        )
    }
}

/// A decimal number as it is written.
func decimal(_ text: String) -> ExactDecimal {
    let isNegative = text.hasPrefix("-")
    let parts = text.drop { $0 == "-" }.split(separator: ".")
    guard let digits = Int64(parts.joined()), parts.count <= 2 else {
        preconditionFailure("no decimal: \(text)")
    }
    let scale = parts.count == 2 ? parts[1].count : 0
    return ExactDecimal(mantissa: isNegative ? -digits : digits, scale: UInt8(scale))
}

/// An amount as a decimal number.
func amount(_ text: String) -> Amount { Amount(decimal(text), rounding: .up) }

extension Instrument {
    /// The euro in dollars: a lot is 100000, a point 0.00001.
    static let euroDollar = pair("EUR", "USD", digits: 5)
    /// The dollar in yen.
    static let dollarYen = pair("USD", "JPY", digits: 3)
    /// The euro in pounds.
    static let euroPound = pair("EUR", "GBP", digits: 5)
    /// The pound in dollars.
    static let poundDollar = pair("GBP", "USD", digits: 5)

    static func pair(_ base: String, _ profit: String, digits: UInt8) -> Instrument {
        Instrument(
            symbol: base + profit,
            contractSize: decimal("100000"),
            tickSize: ExactDecimal(mantissa: 1, scale: digits),
            digits: digits,
            volumeMin: decimal("0.01"),
            volumeMax: decimal("500"),
            volumeStep: decimal("0.01"),
            baseCurrency: base,
            profitCurrency: profit
        )
    }
}

extension AccountSnapshot.Position {
    static func of(
        _ side: OrderRequest.Side,
        _ volume: String,
        at price: String = "1.08500",
        ticket: UInt64 = 1,
        symbol: String = "EURUSD",
        isOurs: Bool = true
    ) -> Self {
        Self(
            ticket: ticket,
            symbol: symbol,
            side: side,
            volume: decimal(volume),
            openPrice: decimal(price),
            isOurs: isOurs
        )
    }
}
