package import TradingCore

/// A trade as a REST reply writes it.
package struct BinanceTradeRow: Sendable, Equatable {
    /// The id of the trade, or of the aggregate.
    package var id: UInt64
    /// The price.
    package var price: ExactDecimal
    /// The quantity.
    package var quantity: ExactDecimal
    /// The venue's time in nanoseconds since 1970.
    package var venueNanoseconds: Int64
    /// Whether the buyer's order rested.
    package var isBuyerMaker: Bool

    package static func == (lhs: Self, rhs: Self) -> Bool {
        lhs.id == rhs.id && lhs.price == rhs.price && lhs.quantity == rhs.quantity
            && lhs.venueNanoseconds == rhs.venueNanoseconds
            && lhs.isBuyerMaker == rhs.isBuyerMaker
    }
}

/// Understands the replies of Binance's REST interface that the feed asks for.
package struct BinanceReplyDecoder: Sendable {
    /// Trades of one reply at most, the venue's limit.
    package static let rowsMax = 1000

    /// The levels of the snapshot decoded last.
    package var levels: [DepthLevel] { levelList.levels }
    private var levelList = BinanceLevels()

    package init() {}

    /// Decodes a snapshot of a book; its levels are in ``levels``.
    ///
    /// - Returns: The last update it contains.
    /// - Throws: Why it cannot be understood.
    package mutating func decodeSnapshot(_ bytes: Span<UInt8>) throws(BinanceFault) -> UInt64 {
        levelList.removeAll()
        var scanner = JSONScanner(keyCountMax: BinanceFrameDecoder.keyCountMax)
        var lastUpdate: UInt64?
        var sides = 0
        do {
            try scanner.enterObject(in: bytes)
            while let key = try scanner.nextKey(in: bytes) {
                if key.equals("lastUpdateId", in: bytes) {
                    guard lastUpdate == nil else {
                        throw BinanceFault(.duplicateKey, .lastUpdateID)
                    }
                    lastUpdate = try scanner.unsigned(in: bytes)
                } else if key.equals("bids", in: bytes) || key.equals("asks", in: bytes) {
                    let isAsk = key.equals("asks", in: bytes)
                    let side = isAsk ? 2 : 1
                    guard sides & side == 0 else {
                        throw BinanceFault(.duplicateKey, isAsk ? .asks : .bids)
                    }
                    sides |= side
                    _ = try scanner.nextKind(in: bytes)
                    var position = scanner.position
                    try levelList.read(bytes, &position, isAsk: isAsk)
                    scanner = JSONScanner(at: position)
                } else {
                    try scanner.skipValue(in: bytes)
                }
            }
            try scanner.finish(in: bytes)
        } catch let fault as JSONFault {
            throw BinanceFault(fault)
        } catch let fault as BinanceFault {
            throw fault
        } catch {
            throw BinanceFault(.notJSON)
        }
        guard let lastUpdate else { throw BinanceFault(.missingField, .lastUpdateID) }
        guard sides & 1 != 0 else { throw BinanceFault(.missingField, .bids) }
        guard sides & 2 != 0 else { throw BinanceFault(.missingField, .asks) }
        return lastUpdate
    }

    /// Decodes a list of trades or aggregates.
    ///
    /// - Throws: Why it cannot be understood.
    package func decodeTrades(_ bytes: Span<UInt8>) throws(BinanceFault) -> [BinanceTradeRow] {
        var rows: [BinanceTradeRow] = []
        var scanner = JSONScanner(keyCountMax: .max)
        do {
            try scanner.enterArray(in: bytes)
            while try scanner.nextElement(in: bytes) {
                guard rows.count < Self.rowsMax else { throw BinanceFault(.tooManyKeys) }
                rows.append(try Self.row(&scanner, bytes))
            }
            try scanner.finish(in: bytes)
        } catch let fault as JSONFault {
            throw BinanceFault(fault)
        } catch let fault as BinanceFault {
            throw fault
        } catch {
            throw BinanceFault(.notJSON)
        }
        return rows
    }

    private static func row(
        _ scanner: inout JSONScanner,
        _ bytes: Span<UInt8>
    ) throws -> BinanceTradeRow {
        var reading = BinanceFrameDecoder.Reading()
        var member = JSONMember()
        try scanner.enterObject(in: bytes)
        while try scanner.nextMember(in: bytes, into: &member) {
            guard let field = field(member.key, in: bytes), member.kind != .object,
                member.kind != .array
            else {
                if member.kind == .object || member.kind == .array {
                    try scanner.skipValue(in: bytes)
                }
                continue
            }
            guard reading.isFirst(field) else { throw BinanceFault(.duplicateKey, field) }
            reading.store(field, member)
        }
        let row = BinanceTradeRow(
            id: try reading.unsigned(.tradeID),
            price: try reading.decimal(.price, bytes),
            quantity: try reading.decimal(.quantity, bytes),
            venueNanoseconds: try reading.time(.transactionTime),
            isBuyerMaker: try reading.bool(.isBuyerMaker, bytes)
        )
        guard row.price.mantissa > 0, row.quantity.mantissa > 0 else {
            throw BinanceFault(.outOfRange, .price)
        }
        return row
    }

    /// The field of a row: trades have words for keys, aggregates letters.
    private static func field(
        _ key: JSONText,
        in bytes: Span<UInt8>
    ) -> BinanceFault.Field? {
        if key.equals("id", in: bytes) || key.equals("a", in: bytes) { return .tradeID }
        if key.equals("price", in: bytes) || key.equals("p", in: bytes) { return .price }
        if key.equals("qty", in: bytes) || key.equals("q", in: bytes) { return .quantity }
        if key.equals("time", in: bytes) || key.equals("T", in: bytes) { return .transactionTime }
        if key.equals("isBuyerMaker", in: bytes) || key.equals("m", in: bytes) {
            return .isBuyerMaker
        }
        return nil
    }
}
