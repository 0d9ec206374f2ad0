internal import OrderEntry
internal import Platform
internal import TradingCore
internal import ZeroMQ

/// Measures what a durable order costs beside the bare round trip and the bare commit of the same run, and
/// what risk takes to decide.
enum OrdersBench {
    private static let rounds = 3
    private static let ordersPerRound = 500
    private static let openOrders = 50
    private static let symbol = "EURUSD"

    /// Measures all of it.
    static func run() throws -> [BenchMeasurement] {
        var bare: [Double] = []
        var commit: [Double] = []
        var order: [Double] = []
        var rate: [Double] = []
        for _ in 0..<rounds {
            let directory = try BenchDirectory()
            let desk = RiskDesk()
            let measured = try OrderEntryBench(
                directory: directory.path,
                count: ordersPerRound,
                approve: { desk.approve($0) }
            ).run(context: Context())
            bare.append(median(measured.bareRoundTrips))
            commit.append(median(measured.bareCommits))
            order.append(median(measured.orderRoundTrips))
            rate.append(measured.ordersPerSecond)
            try directory.remove()
        }
        return [
            row("bare round trip, p50", .microseconds, bare),
            row("bare commit, p50", .microseconds, commit),
            row("durable order, p50", .microseconds, order),
            row("durable orders", .ordersPerSecond, rate),
            row("risk, \(openOrders) open orders", .nanosecondsPerOrder, evaluations()),
        ]
    }

    private static func median(_ times: [Int64]) -> Double {
        Double(OrderEntryBench.Measurement.median(times)) / 1000
    }

    private static func row(
        _ name: String,
        _ unit: BenchMeasurement.Unit,
        _ rounds: [Double]
    ) -> BenchMeasurement {
        BenchMeasurement(suite: .orders, name: name, unit: unit, rounds: rounds)
    }

    private static func evaluations() -> [Double] {
        let desk = RiskDesk(openOrders: openOrders)
        let count = 20_000
        var sequence: UInt64 = 0
        return CPURounds.measure(operations: count) {
            for _ in 0..<count {
                sequence += 1
                let order = desk.approve(OrderID(ledger: 1, epoch: 1, sequence: sequence))
                precondition(order.intent.id.sequence == sequence)
            }
        }
    }
}

/// A risk engine with a flat account, which approves everything that the benchmark asks for.
private final class RiskDesk {
    private static let symbol = "EURUSD"
    private var engine: RiskEngine
    private var now = TradingLoop.StepTime(
        monotonic: MonotonicTime(nanoseconds: 1_000_000_000),
        wall: WallTime(nanoseconds: 1_768_392_000 * 1_000_000_000)
    )
    private var open: [OpenOrder] = []

    init(openOrders: Int = 0) {
        var limits = RiskLimits()
        limits.orderRateMax = 100_000
        limits.positionSizeMax = ExactDecimal(mantissa: 1_000_000_000_000, scale: 0)
        limits.orderVolumeMax = SymbolValues(others: ExactDecimal(mantissa: 1, scale: 0))
        engine = RiskEngine(limits)
        let id = engine.define(
            Instrument(
                symbol: Self.symbol,
                contractSize: ExactDecimal(mantissa: 100_000, scale: 0),
                tickSize: ExactDecimal(mantissa: 1, scale: 5),
                digits: 5,
                volumeMin: ExactDecimal(mantissa: 1, scale: 2),
                volumeMax: ExactDecimal(mantissa: 100, scale: 0),
                volumeStep: ExactDecimal(mantissa: 1, scale: 2),
                baseCurrency: "EUR",
                profitCurrency: "USD"
            )
        )
        let money = ExactDecimal(mantissa: 10_000, scale: 0)
        _ = engine.reconcile(
            AccountSnapshot(
                bootID: "bench",
                currency: "USD",
                marginMode: .hedging,
                balance: money,
                equity: money
            )
        )
        guard let id else { return }
        quote(id)
        open = (0..<openOrders).map { _ in
            OpenOrder(
                instrument: id,
                side: .buy,
                openQuantity: ExactDecimal(mantissa: 1, scale: 2),
                price: ExactDecimal(mantissa: 108_520, scale: 5)
            )
        }
    }

    private func quote(_ id: InstrumentID) {
        let quote = BidAsk(
            bid: ExactDecimal(mantissa: 108_500, scale: 5),
            ask: ExactDecimal(mantissa: 108_520, scale: 5)
        )
        engine.observe(quote, of: id, at: now.monotonic)
        _ = engine.assess(at: now)
    }

    /// Approves an order; time goes on by 1 ms an order, so that no rate is passed.
    func approve(_ id: OrderID) -> ApprovedOrder {
        now.monotonic = now.monotonic + .milliseconds(1)
        if id.sequence % 1000 == 0, let known = engine.identify(Self.symbol) { quote(known) }
        let intent = OrderIntent(
            id: id,
            command: .place,
            origin: .reconciliation,
            symbol: Self.symbol,
            side: .buy,
            quantity: ExactDecimal(mantissa: 1, scale: 2),
            referencePrice: .zero,
            quoteTime: .zero,
            createdAt: now.wall,
            lifetime: .seconds(2),
            isReducing: false
        )
        switch engine.evaluate(intent, against: open, isReduceOnly: false, at: now) {
        case .approved(let order): return order
        case .refused(let refusal): preconditionFailure("risk refused: \(refusal)")
        }
    }
}
