import Telemetry
import TradingCore

extension VenueChange {
    func write(to json: inout JSONWriter) {
        switch self {
        case .deal(let deal):
            json.value("deal", "record")
            deal.store(in: &json)
        case .order(let order):
            json.value("order", "record")
            order.store(in: &json)
        case .position(let position):
            json.value("position", "record")
            position.store(in: &json)
        case .positionClosed(let ticket):
            json.value("position_closed", "record")
            json.value(ticket, "ticket")
        case .balance(let balance):
            json.value("balance", "record")
            json.literal(balance.description, "balance")
        case .handled(let requestID, let report, let executions):
            json.value("handled", "record")
            json.value(requestID, "req_id")
            json.value(executions, "executions")
            json.value(report.state.rawValue, "state")
            json.value(report.code, "code")
            json.value(report.message, "message")
            json.value(report.ticket, "ticket")
            json.value(report.position, "position")
            json.literal(report.filled.description, "filled")
            json.literal(report.averagePrice.description, "average_price")
            json.array("deals") { json in
                for deal in report.deals { json.object { deal.store(in: &$0) } }
            }
        case .day(let day):
            json.value("day", "record")
            json.value(day, "day")
        }
    }

    init(_ fields: RecordFields) throws(RecordFault) {
        switch try fields.text("record") {
        case "deal": self = .deal(try VenueDeal(fields))
        case "order": self = .order(try VenueOrder(fields))
        case "position": self = .position(try VenuePosition(fields))
        case "position_closed": self = .positionClosed(try fields.integer("ticket"))
        case "balance": self = .balance(try fields.decimal("balance"))
        case "handled":
            var deals: [VenueDeal] = []
            for object in fields.objects { deals.append(try VenueDeal(object)) }
            let report = VenueReport(
                try fields.word("state"),
                code: try fields.integer("code"),
                try fields.text("message"),
                ticket: try fields.integer("ticket"),
                position: try fields.integer("position"),
                filled: try fields.decimal("filled"),
                averagePrice: try fields.decimal("average_price"),
                deals: deals
            )
            self = .handled(
                requestID: try fields.text("req_id"),
                report: report,
                executions: try fields.integer("executions")
            )
        case "day": self = .day(try fields.integer("day"))
        default: throw RecordFault("record")
        }
    }
}

extension VenueDeal {
    fileprivate func store(in json: inout JSONWriter) {
        json.value(number, "number")
        json.value(order, "order")
        json.value(position, "position")
        json.value(requestID, "req_id")
        json.value(magic, "magic")
        json.value(symbol, "symbol")
        json.value(side == .buy ? "buy" : "sell", "side")
        json.value(entry.rawValue, "entry")
        json.literal(volume.description, "volume")
        json.literal(price.description, "price")
        json.literal(profit.description, "profit")
        json.literal(commission.description, "commission")
        json.literal(swap.description, "swap")
        json.value(time.nanoseconds, "time")
        json.value(reason.rawValue, "reason")
        json.value(comment, "comment")
    }

    fileprivate init(_ fields: RecordFields) throws(RecordFault) {
        self.init(
            number: try fields.integer("number"),
            order: try fields.integer("order"),
            position: try fields.integer("position"),
            requestID: try fields.text("req_id"),
            magic: try fields.integer("magic"),
            symbol: try fields.text("symbol"),
            side: try fields.side("side"),
            entry: try fields.word("entry"),
            volume: try fields.decimal("volume"),
            price: try fields.decimal("price"),
            profit: try fields.decimal("profit"),
            commission: try fields.decimal("commission"),
            swap: try fields.decimal("swap"),
            time: try fields.time("time"),
            reason: try fields.word("reason"),
            comment: try fields.text("comment")
        )
    }
}

extension VenueOrder {
    fileprivate func store(in json: inout JSONWriter) {
        json.value(ticket, "ticket")
        json.value(requestID, "req_id")
        json.value(request.symbol, "symbol")
        json.value(request.type.rawValue, "type")
        json.literal(request.volume.description, "volume")
        if let price = request.price { json.literal(price.description, "price") }
        if let stop = request.stopLoss { json.literal(stop.description, "sl") }
        if let target = request.takeProfit { json.literal(target.description, "tp") }
        json.value(request.filling.rawValue, "filling")
        json.value(request.magic, "magic")
        json.value(request.comment, "comment")
        json.value(time.nanoseconds, "time")
        json.value(state.rawValue, "state")
        json.value(position, "position")
        json.literal(filled.description, "filled")
        json.literal(averagePrice.description, "average_price")
        json.value(reason, "reason")
        json.array("deals") { json in
            for deal in deals { json.object { $0.value(deal, "number") } }
        }
    }

    fileprivate init(_ fields: RecordFields) throws(RecordFault) {
        var deals: [UInt64] = []
        for object in fields.objects { deals.append(try object.integer("number")) }
        self.init(
            ticket: try fields.integer("ticket"),
            requestID: try fields.text("req_id"),
            request: VenueOrderRequest(
                symbol: try fields.text("symbol"),
                type: try fields.word("type"),
                volume: try fields.decimal("volume"),
                price: fields.optionalDecimal("price"),
                filling: try fields.word("filling"),
                stopLoss: fields.optionalDecimal("sl"),
                takeProfit: fields.optionalDecimal("tp"),
                magic: try fields.integer("magic"),
                comment: try fields.text("comment")
            ),
            time: try fields.time("time"),
            state: try fields.word("state"),
            position: try fields.integer("position"),
            filled: try fields.decimal("filled"),
            averagePrice: try fields.decimal("average_price"),
            deals: deals,
            reason: try fields.text("reason")
        )
    }
}

extension VenuePosition {
    fileprivate func store(in json: inout JSONWriter) {
        json.value(ticket, "ticket")
        json.value(symbol, "symbol")
        json.value(side == .buy ? "buy" : "sell", "side")
        json.literal(volume.description, "volume")
        json.literal(openPrice.description, "price_open")
        json.literal(profit.description, "profit")
        json.literal(swap.description, "swap")
        if let stop = stopLoss { json.literal(stop.description, "sl") }
        if let target = takeProfit { json.literal(target.description, "tp") }
        json.value(magic, "magic")
        json.value(comment, "comment")
        json.value(time.nanoseconds, "time")
    }

    fileprivate init(_ fields: RecordFields) throws(RecordFault) {
        let openPrice = try fields.decimal("price_open")
        self.init(
            ticket: try fields.integer("ticket"),
            symbol: try fields.text("symbol"),
            side: try fields.side("side"),
            volume: try fields.decimal("volume"),
            openPrice: openPrice,
            currentPrice: openPrice,
            profit: try fields.decimal("profit"),
            swap: try fields.decimal("swap"),
            stopLoss: fields.optionalDecimal("sl"),
            takeProfit: fields.optionalDecimal("tp"),
            magic: try fields.integer("magic"),
            comment: try fields.text("comment"),
            time: try fields.time("time")
        )
    }
}
