package import TradingCore

extension OrderWireDecoder {
    /// An execution.
    func deal(_ reader: inout WireReader) throws(OrderWireFault) -> Deal {
        var deal = Deal(
            number: 0,
            ticket: 0,
            position: 0,
            orderID: nil,
            isOurs: false,
            symbol: "",
            side: .buy,
            entry: .in,
            volume: .zero,
            price: .zero,
            time: WallTime(nanoseconds: 0)
        )
        var side: OrderRequest.Side?
        var entry: Deal.Entry?
        var requestID = ""
        var comment = ""
        try reader.enterObject()
        while let key = try reader.key() {
            switch key {
            case "deal": deal.number = try reader.unsigned()
            case "order": deal.ticket = try reader.unsigned()
            case "position": deal.position = try reader.unsigned()
            case "req_id": requestID = try reader.text(key)
            case "magic": deal.isOurs = try reader.integer(key) == magic
            case "symbol": deal.symbol = try reader.text(key)
            case "side": side = Self.side(try reader.text(key))
            case "entry": entry = Self.entry(try reader.text(key))
            case "volume": deal.volume = try reader.decimal()
            case "price": deal.price = try reader.decimal()
            case "profit": deal.profit = try reader.decimal()
            case "commission": deal.commission = try reader.decimal()
            case "swap": deal.swap = try reader.decimal()
            case "time": deal.time = try reader.time(key)
            case "reason": deal.reason = Self.reason(try reader.text(key))
            case "comment": comment = try reader.text(key)
            default: try reader.skip()
            }
        }
        guard deal.number != 0 else { throw .missing("deal") }
        guard let side else { throw .value("side") }
        guard let entry else { throw .value("entry") }
        guard !deal.symbol.isEmpty else { throw .missing("symbol") }
        guard deal.volume > .zero else { throw .value("volume") }
        deal.side = side
        deal.entry = entry
        deal.orderID = OrderID(requestID) ?? OrderID(tag: comment)
        return deal
    }

    private static func entry(_ word: String) -> Deal.Entry? {
        switch word {
        case "in": .in
        case "out": .out
        case "inout": .inOut
        case "out_by": .outBy
        default: nil
        }
    }

    /// A reason that nobody knows is not ours.
    private static func reason(_ word: String) -> Deal.Reason {
        switch word {
        case "command": .command
        case "sl": .stopLoss
        case "tp": .takeProfit
        case "so": .stopOut
        default: .foreign
        }
    }

    /// A working order.
    func workingOrder(
        _ reader: inout WireReader
    ) throws(OrderWireFault) -> AccountSnapshot.WorkingOrder {
        var ticket: UInt64 = 0
        var requestID = ""
        var comment = ""
        var symbol = ""
        var type = ""
        var volume = ExactDecimal.zero
        var remaining: ExactDecimal?
        var price = ExactDecimal.zero
        var isOurs = false
        try reader.enterObject()
        while let key = try reader.key() {
            switch key {
            case "ticket": ticket = try reader.unsigned()
            case "req_id": requestID = try reader.text(key)
            case "symbol": symbol = try reader.text(key)
            case "type": type = try reader.text(key)
            case "volume": volume = try reader.decimal()
            case "remaining": remaining = try reader.decimal()
            case "price": price = try reader.decimal()
            case "magic": isOurs = try reader.integer(key) == magic
            case "comment": comment = try reader.text(key)
            default: try reader.skip()
            }
        }
        guard let (side, kind) = Self.kind(type, price) else { throw .value("type") }
        guard !symbol.isEmpty else { throw .missing("symbol") }
        return AccountSnapshot.WorkingOrder(
            ticket: ticket,
            orderID: OrderID(requestID) ?? OrderID(tag: comment),
            isOurs: isOurs,
            symbol: symbol,
            side: side,
            kind: kind,
            remaining: remaining ?? volume
        )
    }

    private static func kind(
        _ type: String,
        _ price: ExactDecimal
    ) -> (OrderRequest.Side, OrderRequest.Kind)? {
        switch type {
        case "OP_BUY": (.buy, .market)
        case "OP_SELL": (.sell, .market)
        case "OP_BUYLIMIT": (.buy, .limit(price))
        case "OP_SELLLIMIT": (.sell, .limit(price))
        case "OP_BUYSTOP": (.buy, .stop(price))
        case "OP_SELLSTOP": (.sell, .stop(price))
        default: nil
        }
    }

    // MARK: Published

    /// Reads an `EXEC` or `HEARTBEAT` frame of the publisher; `nil` for any other type.
    package func event(
        _ bytes: [UInt8],
        intent: (OrderID) -> OrderIntent?
    ) throws(OrderWireFault) -> NumberedGatewayEvent? {
        var reader = WireReader(bytes)
        var type = ""
        var kind = ""
        var epoch: UInt64 = 0
        var sequence: UInt64?
        var lastEvent: UInt64?
        var requestID = ""
        var deal: Deal?
        var body: ReportBody?
        try reader.enterObject()
        while let key = try reader.key() {
            switch key {
            case "type": type = try reader.text(key)
            case "kind": kind = try reader.text(key)
            case "epoch": epoch = try reader.unsigned()
            case "seq" where try reader.kind() == .number: sequence = try reader.unsigned()
            case "exec": lastEvent = try reader.unsigned()
            case "req_id": requestID = try reader.text(key)
            case "deal": deal = try self.deal(&reader)
            case "order":
                var read = ReportBody()
                try read.read(&reader, self)
                body = read
            default: try reader.skip()
            }
        }
        try reader.finish()
        if type == "HEARTBEAT" {
            return NumberedGatewayEvent(epoch: epoch, sequence: lastEvent, event: .heartbeat)
        }
        guard type == "EXEC" else { return nil }
        guard sequence != nil else { throw .missing("seq") }
        if kind == "deal" {
            guard let deal else { throw .missing("deal") }
            return NumberedGatewayEvent(epoch: epoch, sequence: sequence, event: .deal(deal))
        }
        guard kind == "order", let body else { throw .missing("order") }
        guard let id = OrderID(requestID), let intent = intent(id) else {
            return NumberedGatewayEvent(epoch: epoch, sequence: sequence, event: .foreignOrder)
        }
        let report = body.report(
            returnCode: body.returnCode ?? 0,
            ticket: 0,
            message: "",
            isError: false,
            about: intent
        )
        return NumberedGatewayEvent(epoch: epoch, sequence: sequence, event: .order(id, report))
    }
}
