import Telemetry
import TradingCore

/// Writes what the desk says as JSON.
enum DeskText {
    static func object(_ body: (inout JSONWriter) -> Void) -> String {
        var writer = JSONWriter()
        writer.object(nil, body)
        return writer.text
    }

    /// Seconds since 1970 with the digits that are needed: three, or six between two milliseconds.
    static func seconds(_ time: WallTime) -> String {
        let nanoseconds = time.nanoseconds
        return nanoseconds % 1_000_000 == 0
            ? ExactDecimal(mantissa: nanoseconds / 1_000_000, scale: 3).description
            : ExactDecimal(mantissa: nanoseconds / 1000, scale: 6).description
    }

    static func write(_ report: VenueReport, to json: inout JSONWriter) {
        json.value(report.state.rawValue, "state")
        json.value(report.ticket, "ticket")
        json.value(report.position, "position")
        json.literal(report.filled.description, "filled")
        json.literal(report.averagePrice.description, "average_price")
        json.array("deals") { json in
            for deal in report.deals { json.object { write(deal, to: &$0) } }
        }
    }

    static func write(_ deal: VenueDeal, to json: inout JSONWriter) {
        json.value(deal.number, "deal")
        json.value(deal.order, "order")
        json.value(deal.position, "position")
        json.value(deal.requestID, "req_id")
        json.value(deal.magic, "magic")
        json.value(deal.symbol, "symbol")
        json.value(word(deal.side), "side")
        json.value(deal.entry.rawValue, "entry")
        json.literal(deal.volume.description, "volume")
        json.literal(deal.price.description, "price")
        json.literal(deal.profit.description, "profit")
        json.literal(deal.commission.description, "commission")
        json.literal(deal.swap.description, "swap")
        json.literal(seconds(deal.time), "time")
        json.value(deal.reason.rawValue, "reason")
        json.value(deal.comment, "comment")
    }

    static func write(_ position: VenuePosition, to json: inout JSONWriter) {
        json.value(position.ticket, "ticket")
        json.value(position.symbol, "symbol")
        json.value(word(position.side), "type")
        json.literal(position.volume.description, "volume")
        json.literal(position.openPrice.description, "price_open")
        json.literal(position.currentPrice.description, "price_current")
        json.literal(position.profit.description, "profit")
        json.literal(position.swap.description, "swap")
        json.literal((position.stopLoss ?? .zero).description, "sl")
        json.literal((position.takeProfit ?? .zero).description, "tp")
        json.value(position.magic, "magic")
        json.value(position.comment, "comment")
        json.literal(seconds(position.time), "time")
    }

    static func write(_ order: VenueOrder, to json: inout JSONWriter) {
        let request = order.request
        let remaining = request.volume.subtracting(order.filled) ?? request.volume
        json.value(order.ticket, "ticket")
        json.value(order.requestID, "req_id")
        json.value(request.symbol, "symbol")
        json.value(request.type.rawValue, "type")
        json.literal(request.volume.description, "volume")
        json.literal(remaining.trimmed.description, "remaining")
        json.literal((request.price ?? .zero).description, "price")
        json.literal((request.stopLoss ?? .zero).description, "sl")
        json.literal((request.takeProfit ?? .zero).description, "tp")
        json.value(request.magic, "magic")
        json.value(request.comment, "comment")
        json.literal(seconds(order.time), "time")
    }

    static func write(_ account: VenueAccount, to json: inout JSONWriter) {
        json.value(account.login, "login")
        json.value(account.currency, "currency")
        json.value(account.marginMode.rawValue, "margin_mode")
        json.value(account.kind.rawValue, "trade_mode")
        json.literal(account.balance.description, "balance")
        json.literal(account.equity.description, "equity")
        json.literal(account.margin.description, "margin")
        json.literal(account.freeMargin.description, "free_margin")
        json.value(account.leverage, "leverage")
        json.value(account.isTradeAllowed, "trade_allowed")
    }

    static func write(
        _ instrument: InstrumentDefinition,
        _ quote: VenueQuote?,
        to json: inout JSONWriter
    ) {
        json.value(instrument.symbol, "symbol")
        json.literal(instrument.contractSize.description, "contract_size")
        json.literal(instrument.tickSize.description, "tick_size")
        json.value(instrument.digits, "digits")
        json.literal(instrument.volumeMin.description, "volume_min")
        json.literal(instrument.volumeMax.description, "volume_max")
        json.literal(instrument.volumeStep.description, "volume_step")
        json.value(instrument.baseCurrency, "currency_base")
        json.value(instrument.profitCurrency, "currency_profit")
        json.value(instrument.tradeMode.rawValue, "trade_mode")
        json.literal((quote?.bid ?? .zero).description, "bid")
        json.literal((quote?.ask ?? .zero).description, "ask")
    }

    private static func word(_ side: OrderRequest.Side) -> String {
        side == .buy ? "buy" : "sell"
    }
}
