internal import Telemetry
internal import TradingCore

/// What the loop knows of orders, of one moment between two steps.
struct OrdersSnapshot: Sendable {
    /// What became of commands.
    var counters = OrderLedger.Counters()
    /// Requests that were refused, by ``OrderRefusal/rawValue``.
    var refusals: [UInt64] = []
    /// Commands that are not settled for good.
    var open: [OrderRecord] = []
    /// How the gateway fares.
    var gateway = GatewayCondition(link: .none)
    /// Whether our book and the gateway's account agree.
    var isReconciled = false
    /// The open positions.
    var positions: [OpenPosition] = []
    /// Limits that were hit, in the order of ``RiskLimit``'s cases; empty where no order can be sent.
    var rejections: [UInt64] = []
    /// Realised and unrealised since the day began.
    var dayProfit: ExactDecimal?

    /// A position as people see it.
    struct OpenPosition: Sendable {
        /// The name of its symbol.
        var symbol: String
        var position: Position
        /// What it has gained, in account currency; `nil` where nobody can tell, and for those not shown.
        var profit: ExactDecimal?
    }

    /// Takes it from the decider.
    init(_ decider: inout TradingLoop) {
        refusals = decider.refusalCounts
        positions = decider.openPositions.map { OpenPosition(symbol: $0, position: $1) }
        for index in positions.indices.prefix(Self.shownMax) {
            positions[index].profit = decider.profit(of: positions[index].position)
        }
        dayProfit = decider.dayProfit
        guard let orders = decider.orders else { return }
        counters = orders.ledger.counters
        rejections = orders.risk.hitCounts
        open = orders.ledger.open
        gateway = orders.gateway
        isReconciled = orders.isReconciled
    }

    init() {}

    /// Commands of unknown outcome.
    var unknownCount: Int { open.count { $0.state.isUnknown } }
}

extension OrdersSnapshot {
    /// The part of the status and of the summary.
    func write(to writer: inout JSONWriter) {
        writer.object("orders") { writer in
            writer.value(gateway.link.name, "gateway")
            writer.value(gateway.isKilled, "gateway_killed")
            writer.value(isReconciled, "reconciled")
            writer.value(counters.intents, "intents")
            writer.value(counters.sent, "sent")
            writer.value(counters.count(.acknowledged), "acked")
            writer.value(counters.count(.filled), "filled")
            writer.value(counters.count(.cancelled), "cancelled")
            writer.value(counters.count(.expired), "expired")
            writer.value(counters.count(.rejected), "rejected")
            writer.value(counters.count(.notSent), "not_sent")
            writer.value(unknownCount, "unknown")
            writer.value(counters.count(.unknown), "unknown_total")
            writer.value(counters.refusedFacts + counters.strangerFacts, "contradictions")
            writer.object("blocked") { writer in
                for refusal in OrderRefusal.allCases where refusals.count > Int(refusal.rawValue) {
                    writer.value(refusals[Int(refusal.rawValue)], refusal.name)
                }
            }
            writer.value(open.count, "open_count")
            writer.array("open") { writer in
                for record in shownOrders { Self.write(record, &writer) }
            }
        }
        writer.value(positions.count, "position_count")
        writer.array("positions") { writer in
            for shown in positions.prefix(Self.shownMax) {
                let position = shown.position
                writer.object { writer in
                    writer.value(position.ticket, "ticket")
                    writer.value(shown.symbol, "symbol")
                    writer.value(position.side == .buy ? "buy" : "sell", "side")
                    writer.value(position.volume.description, "volume")
                    writer.value(position.openPrice.description, "open_price")
                    writer.value(shown.profit?.description, "profit")
                    writer.value(position.isOurs, "ours")
                }
            }
        }
        writer.value(dayProfit?.description, "day_profit")
    }

    /// The rows of orders that are shown: unknown ones first, so that none of them is left out.
    private var shownOrders: ArraySlice<OrderRecord> {
        let ordered = open.filter(\.state.isUnknown) + open.filter { !$0.state.isUnknown }
        return ordered.prefix(Self.shownMax)
    }

    /// More than this many rows would make the status longer than its reader takes.
    private static let shownMax = 100

    /// One order's row.
    static func write(_ record: OrderRecord, _ writer: inout JSONWriter) {
        writer.object { writer in
            writer.value(record.intent.id.description, "id")
            writer.value(record.intent.command.name, "command")
            writer.value(record.state.name, "state")
            writer.value(record.intent.symbol, "symbol")
            writer.value(record.intent.side == .buy ? "buy" : "sell", "side")
            writer.value(record.intent.quantity.description, "quantity")
            writer.value(record.filled.description, "filled")
            writer.value(record.ticket, "ticket")
            writer.value(record.intent.createdAt.description, "created_at")
            writer.value(record.intent.kind.price?.description, "price")
            writer.value(record.unknownCause?.rawValue, "unknown_cause")
        }
    }
}
