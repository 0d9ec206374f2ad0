package import TradingCore

extension OrderWireDecoder {
    /// What an answer to `SYNC_ALL` says.
    package func account(
        _ bytes: [UInt8],
        _ envelope: ReplyEnvelope
    ) throws(OrderWireFault) -> AccountReply {
        guard let start = envelope.dataPosition else { throw .missing("data") }
        var reply = AccountReply(
            snapshot: AccountSnapshot(
                bootID: envelope.bootID,
                currency: "",
                marginMode: .netting,
                balance: .zero,
                equity: .zero
            )
        )
        var found: Set<String> = []
        var reader = WireReader(bytes, at: start)
        try reader.enterObject()
        while let key = try reader.key() {
            switch key {
            case "account": try readAccount(&reader, into: &reply.snapshot)
            case "positions":
                reply.snapshot.positions = try list(&reader, key, Self.positionsMax, position)
            case "orders":
                reply.snapshot.orders = try list(&reader, key, Self.ordersMax, workingOrder)
            case "deals": reply.snapshot.deals = try deals(&reader)
            case "complete": reply.snapshot.isComplete = try reader.flag()
            case "last_deal":
                reply.lastDeal = try reader.unsigned()
                reply.snapshot.lastDeal = reply.lastDeal
            case "exec_seq": reply.eventSequence = try reader.unsigned()
            case "killed": reply.isKilled = try reader.flag()
            default: try reader.skip()
            }
            found.insert(key)
        }
        // An empty list is an answer; a missing one must not look like a flat account.
        for key in ["account", "positions", "orders", "deals"] where !found.contains(key) {
            throw .missing(key)
        }
        let numbers = reply.snapshot.deals.map(\.number)
        guard zip(numbers, numbers.dropFirst()).allSatisfy(<) else { throw .value("deals") }
        return reply
    }

    /// What an answer to `GET_SYMBOL_INFO` says.
    package func instrument(
        _ bytes: [UInt8],
        _ envelope: ReplyEnvelope
    ) throws(OrderWireFault) -> Instrument {
        guard let start = envelope.dataPosition else { throw .missing("data") }
        var instrument = Instrument(
            symbol: "",
            contractSize: .zero,
            tickSize: .zero,
            digits: 0,
            volumeMin: .zero,
            volumeMax: .zero,
            volumeStep: .zero,
            baseCurrency: "",
            profitCurrency: "",
            isTradable: false
        )
        var reader = WireReader(bytes, at: start)
        try reader.enterObject()
        while let key = try reader.key() {
            switch key {
            case "symbol": instrument.symbol = try reader.text(key)
            case "contract_size": instrument.contractSize = try reader.decimal()
            case "tick_size": instrument.tickSize = try reader.decimal()
            case "digits":
                guard let digits = UInt8(exactly: try reader.unsigned()), digits <= 18 else {
                    throw .value(key)
                }
                instrument.digits = digits
            case "volume_min": instrument.volumeMin = try reader.decimal()
            case "volume_max": instrument.volumeMax = try reader.decimal()
            case "volume_step": instrument.volumeStep = try reader.decimal()
            case "currency_base": instrument.baseCurrency = try reader.text(key)
            case "currency_profit": instrument.profitCurrency = try reader.text(key)
            case "trade_mode": instrument.isTradable = try reader.text(key) == "full"
            default: try reader.skip()
            }
        }
        let sizes = [
            instrument.contractSize, instrument.tickSize, instrument.volumeMin,
            instrument.volumeMax, instrument.volumeStep,
        ]
        guard sizes.allSatisfy({ $0 > .zero }) else { throw .value("contract_size") }
        for (name, text) in [
            ("symbol", instrument.symbol), ("currency_base", instrument.baseCurrency),
            ("currency_profit", instrument.profitCurrency),
        ] where text.isEmpty { throw .missing(name) }
        return instrument
    }

    // MARK: Lists

    /// The deals of an answer.
    func deals(_ reader: inout WireReader) throws(OrderWireFault) -> [Deal] {
        try list(&reader, "deals", Self.dealsMax, deal)
    }

    private func list<Element>(
        _ reader: inout WireReader,
        _ field: String,
        _ most: Int,
        _ element: (inout WireReader) throws(OrderWireFault) -> Element
    ) throws(OrderWireFault) -> [Element] {
        if try reader.takesNull() { return [] }
        var elements: [Element] = []
        try reader.enterArray()
        while try reader.element() {
            guard elements.count < most else { throw .tooMany(field) }
            elements.append(try element(&reader))
        }
        return elements
    }

    private func readAccount(
        _ reader: inout WireReader,
        into snapshot: inout AccountSnapshot
    ) throws(OrderWireFault) {
        var hasMode = false
        try reader.enterObject()
        while let key = try reader.key() {
            switch key {
            case "currency": snapshot.currency = try reader.text(key)
            case "margin_mode":
                guard let mode = AccountSnapshot.MarginMode(rawValue: try reader.text(key)) else {
                    throw .value(key)
                }
                snapshot.marginMode = mode
                hasMode = true
            case "trade_mode":
                // A word that is not known proves nothing.
                snapshot.kind = AccountSnapshot.Kind(rawValue: try reader.text(key))
            case "balance": snapshot.balance = try reader.decimal()
            case "equity": snapshot.equity = try reader.decimal()
            case "margin": snapshot.margin = try reader.decimal()
            default: try reader.skip()
            }
        }
        guard hasMode else { throw .missing("margin_mode") }
        guard !snapshot.currency.isEmpty else { throw .missing("currency") }
    }

    private func position(
        _ reader: inout WireReader
    ) throws(OrderWireFault) -> AccountSnapshot.Position {
        var position = AccountSnapshot.Position(
            ticket: 0,
            symbol: "",
            side: .buy,
            volume: .zero,
            openPrice: .zero,
            isOurs: false
        )
        var side: OrderRequest.Side?
        try reader.enterObject()
        while let key = try reader.key() {
            switch key {
            case "ticket": position.ticket = try reader.unsigned()
            case "symbol": position.symbol = try reader.text(key)
            case "type": side = Self.side(try reader.text(key))
            case "volume": position.volume = try reader.decimal()
            case "price_open": position.openPrice = try reader.decimal()
            case "swap": position.swap = try reader.decimal()
            case "profit": position.profit = try reader.decimal()
            case "magic": position.isOurs = try reader.integer(key) == magic
            case "comment": position.orderID = OrderID(tag: try reader.text(key))
            default: try reader.skip()
            }
        }
        guard let side else { throw .value("type") }
        guard !position.symbol.isEmpty else { throw .missing("symbol") }
        guard position.volume > .zero else { throw .value("volume") }
        position.side = side
        return position
    }

    static func side(_ word: String) -> OrderRequest.Side? {
        switch word {
        case "buy": .buy
        case "sell": .sell
        default: nil
        }
    }
}
