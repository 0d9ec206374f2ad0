internal import SQLite
internal import TradingCore

/// Values of the ledger as columns, and back.
enum LedgerRow {
    /// A checksum over columns (FNV-1a, 64 bits), because the pages of SQLite carry none.
    static func seal(_ values: [SQLiteValue]) -> Int64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        func mix(_ byte: UInt8) { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
        for value in values {
            switch value {
            case .null: mix(0)
            case .integer(let number):
                mix(1)
                for shift in 0..<8 { mix(UInt8(truncatingIfNeeded: number >> (shift * 8))) }
            case .text(let text):
                mix(2)
                for byte in text.utf8 { mix(byte) }
            }
        }
        return Int64(bitPattern: hash)
    }

    /// A decimal as it was written; `nil` when the text is none.
    static func decimal(_ text: String) -> ExactDecimal? {
        try? DecimalText.parse(Array(text.utf8).span)
    }

    /// The bits of a venue's number.
    static func integer(_ number: UInt64) -> SQLiteValue { .integer(Int64(bitPattern: number)) }

    /// A decimal as text.
    static func text(_ number: ExactDecimal) -> SQLiteValue { .text(number.description) }

    /// The word for a direction.
    static func name(of side: OrderRequest.Side) -> String { side == .buy ? "buy" : "sell" }
}

// MARK: Intents

extension LedgerRow {
    /// The columns of an intent in the order of the table, without the seal.
    static func columns(of intent: OrderIntent) -> [SQLiteValue] {
        let (kind, price): (String, ExactDecimal?) =
            switch intent.kind {
            case .market: ("market", nil)
            case .limit(let price): ("limit", price)
            case .stop(let price): ("stop", price)
            }
        let (ticket, target): (UInt64, OrderID?) =
            switch intent.command {
            case .place: (0, nil)
            case .modify(let ticket, let target), .cancel(let ticket, let target): (ticket, target)
            case .close(let position): (position, nil)
            }
        let (origin, strategy, request): (String, Int, UInt64) =
            switch intent.origin {
            case .strategy(let number, let request): ("strategy", number, request)
            case .killSwitch: ("kill_switch", 0, 0)
            case .reconciliation: ("reconciliation", 0, 0)
            }
        return [
            .text(intent.id.description), .text(intent.command.name), integer(ticket),
            SQLiteValue(target?.description), .text(origin), .integer(Int64(strategy)),
            integer(request), .text(intent.symbol), .text(name(of: intent.side)), .text(kind),
            SQLiteValue(price?.description), text(intent.quantity),
            SQLiteValue(intent.stopLoss?.description),
            SQLiteValue(intent.takeProfit?.description), .integer(Int64(intent.deviation)),
            text(intent.referencePrice), .integer(intent.quoteTime.nanoseconds),
            .integer(intent.createdAt.nanoseconds), .integer(intent.lifetime.wholeNanoseconds),
            .integer(intent.isReducing ? 1 : 0),
        ]
    }

    /// The columns of an intent, in the order of ``columns(of:)``, and then the seal.
    static let intentColumns = """
        id, command, target_ticket, target_order, origin, origin_strategy, origin_request, symbol,
        side, kind, price, quantity, stop_loss, take_profit, deviation, reference_price, quote_time,
        created_at, lifetime, reducing, seal
        """
    /// How many columns ``intentColumns`` names.
    static let intentColumnCount: Int32 = 21

    /// Reads an intent whose columns come first in a row; `nil` when they make no sense.
    ///
    /// The intent is turned into columns again, whose seal must be the one that was stored.
    static func intent(_ row: Statement.Row) -> OrderIntent? {
        func optional(_ column: Int32) -> ExactDecimal? {
            row.isNull(column) ? nil : decimal(row.text(column))
        }
        guard let id = OrderID(row.text(0)), let command = command(row), let origin = origin(row),
            let kind = kind(row), let quantity = decimal(row.text(11)),
            let reference = decimal(row.text(15)),
            let deviation = UInt32(exactly: row.integer(14))
        else { return nil }
        let intent = OrderIntent(
            id: id,
            command: command,
            origin: origin,
            symbol: row.text(7),
            side: row.text(8) == "buy" ? .buy : .sell,
            kind: kind,
            quantity: quantity,
            stopLoss: optional(12),
            takeProfit: optional(13),
            deviation: deviation,
            referencePrice: reference,
            quoteTime: MonotonicTime(nanoseconds: row.integer(16)),
            createdAt: WallTime(nanoseconds: row.integer(17)),
            lifetime: .nanoseconds(row.integer(18)),
            isReducing: row.integer(19) == 1
        )
        return seal(columns(of: intent)) == row.integer(20) ? intent : nil
    }

    private static func command(_ row: Statement.Row) -> OrderCommand? {
        let ticket = UInt64(bitPattern: row.integer(2))
        let target = OrderID(row.text(3))
        return switch row.text(1) {
        case "place": .place
        case "modify": .modify(ticket: ticket, of: target)
        case "cancel": .cancel(ticket: ticket, of: target)
        case "close": .close(position: ticket)
        default: nil
        }
    }

    private static func origin(_ row: Statement.Row) -> OrderOrigin? {
        switch row.text(4) {
        case "strategy":
            .strategy(Int(row.integer(5)), request: UInt64(bitPattern: row.integer(6)))
        case "kill_switch": .killSwitch
        case "reconciliation": .reconciliation
        default: nil
        }
    }

    private static func kind(_ row: Statement.Row) -> OrderRequest.Kind? {
        let price = decimal(row.text(10))
        return switch row.text(9) {
        case "market": .market
        case "limit": price.map(OrderRequest.Kind.limit)
        case "stop": price.map(OrderRequest.Kind.stop)
        default: nil
        }
    }
}
