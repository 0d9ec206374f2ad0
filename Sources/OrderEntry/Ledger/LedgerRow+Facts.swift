internal import SQLite
internal import TradingCore

extension LedgerRow {
    /// The columns of a fact after those of the event: `kind … message`.
    static let factColumns = """
        kind, detail, sent_at, valid_until, state, ticket, position, filled, average_price,
        return_code, message
        """

    /// A fact as columns, in the order of ``factColumns``.
    static func columns(of fact: OrderFact) -> [SQLiteValue] {
        switch fact {
        case .durable: plain("durable")
        case .blocked(let block): plain("blocked", block.rawValue)
        case .notSent: plain("not_sent")
        case .sent(let time, let limit):
            [
                .text("sent"), .null, .integer(time.nanoseconds), .integer(limit.nanoseconds),
            ] + nothing(7)
        case .answered(let report): columns("answered", report)
        case .unanswered(let cause): plain("unanswered", cause.rawValue)
        case .found(let report): columns("found", report)
        case .fenced: plain("fenced")
        case .needsOperator(let text): plain("needs_operator", text)
        case .updated(let report): columns("updated", report)
        case .settled(let state, let operatorName, let reason):
            [.text("settled"), .text(operatorName), .null, .null, .integer(Int64(state.rawValue))]
                + nothing(5) + [.text(reason)]
        }
    }

    private static func nothing(_ count: Int) -> [SQLiteValue] {
        Array(repeating: .null, count: count)
    }

    private static func plain(_ kind: String, _ detail: String? = nil) -> [SQLiteValue] {
        [.text(kind), SQLiteValue(detail)] + nothing(9)
    }

    private static func columns(_ kind: String, _ report: OrderReport) -> [SQLiteValue] {
        [
            .text(kind), .null, .null, .null, .integer(Int64(report.state.rawValue)),
            integer(report.ticket), integer(report.position), text(report.filled),
            text(report.averagePrice), .integer(Int64(report.returnCode)), .text(report.message),
        ]
    }

    /// Reads a fact whose columns begin at `first`; `nil` when they make no sense.
    ///
    /// Deals are stored by themselves, so that a report comes back without them.
    static func fact(_ row: Statement.Row, from first: Int32) -> OrderFact? {
        let detail = row.text(first + 1)
        switch row.text(first) {
        case "durable": return .durable
        case "blocked": return OrderBlock(rawValue: detail).map(OrderFact.blocked)
        case "not_sent": return .notSent
        case "sent":
            return .sent(
                at: WallTime(nanoseconds: row.integer(first + 2)),
                validUntil: WallTime(nanoseconds: row.integer(first + 3))
            )
        case "answered": return report(row, first).map(OrderFact.answered)
        case "unanswered": return UnknownCause(rawValue: detail).map(OrderFact.unanswered)
        case "found": return report(row, first).map(OrderFact.found)
        case "fenced": return .fenced
        case "needs_operator": return .needsOperator(detail)
        case "updated": return report(row, first).map(OrderFact.updated)
        case "settled":
            return state(row, first).map {
                .settled(as: $0, operatorName: detail, reason: row.text(first + 10))
            }
        default: return nil
        }
    }

    private static func state(_ row: Statement.Row, _ first: Int32) -> OrderState? {
        UInt8(exactly: row.integer(first + 4)).flatMap(OrderState.init(rawValue:))
    }

    private static func report(_ row: Statement.Row, _ first: Int32) -> OrderReport? {
        guard let state = state(row, first), let filled = decimal(row.text(first + 7)),
            let average = decimal(row.text(first + 8)),
            let code = Int32(exactly: row.integer(first + 9))
        else { return nil }
        return OrderReport(
            state: state,
            ticket: UInt64(bitPattern: row.integer(first + 5)),
            position: UInt64(bitPattern: row.integer(first + 6)),
            filled: filled,
            averagePrice: average,
            returnCode: code,
            message: row.text(first + 10)
        )
    }

    /// A deal as columns, in the order of its table.
    static func columns(of deal: Deal, at time: WallTime) -> [SQLiteValue] {
        [
            integer(deal.number), .integer(time.nanoseconds), integer(deal.ticket),
            integer(deal.position), SQLiteValue(deal.orderID?.description),
            .integer(deal.isOurs ? 1 : 0), .text(deal.symbol), .text(name(of: deal.side)),
            .integer(Int64(deal.entry.rawValue)), text(deal.volume), text(deal.price),
            text(deal.profit), text(deal.commission), text(deal.swap),
            .integer(deal.time.nanoseconds), .integer(Int64(deal.reason.rawValue)),
        ]
    }
}
