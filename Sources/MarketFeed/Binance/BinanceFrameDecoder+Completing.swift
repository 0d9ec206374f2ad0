import TradingCore

// What the members of an ordinary message mean together.

extension BinanceFrameDecoder {
    /// What `a` or `b` is, which depends on the message.
    enum SideForm: UInt8 {
        case absent
        case levels
        case price
        case id
    }

    /// What an ordinary message of market data says.
    struct Ordinary {
        var seen: UInt32 = 0
        var kind = BinanceFrame.Kind.other
        var symbol = SymbolText.none
        var eventTime: UInt64 = 0
        var transactionTime: UInt64 = 0
        var tradeID: UInt64 = 0
        var aggregateID: UInt64 = 0
        var firstUpdate: UInt64 = 0
        var lastUpdate: UInt64 = 0
        var previousUpdate: UInt64 = 0
        var price = ExactDecimal(mantissa: 0, scale: 0)
        var quantity = ExactDecimal(mantissa: 0, scale: 0)
        var ask = ExactDecimal(mantissa: 0, scale: 0)
        var askQuantity = ExactDecimal(mantissa: 0, scale: 0)
        var isBuyerMaker = false
        var isNoTrade = false
        var bids = SideForm.absent
        var asks = SideForm.absent

        /// Notes a field; `false` when it was there before.
        @inline(__always)
        mutating func isFirst(_ field: BinanceFault.Field) -> Bool {
            guard seen & field.bit == 0 else { return false }
            seen |= field.bit
            return true
        }

        @inline(__always)
        func has(_ fields: UInt32) -> Bool { seen & fields == fields }
    }

    private static let tradeFields =
        BinanceFault.Field.symbol.bit | BinanceFault.Field.price.bit
        | BinanceFault.Field.quantity.bit | BinanceFault.Field.isBuyerMaker.bit
        | BinanceFault.Field.transactionTime.bit
    private static let quoteFields =
        BinanceFault.Field.symbol.bit | BinanceFault.Field.lastUpdate.bit
        | BinanceFault.Field.bidQuantity.bit | BinanceFault.Field.askQuantity.bit
    private static let depthFields =
        BinanceFault.Field.symbol.bit | BinanceFault.Field.firstUpdate.bit
        | BinanceFault.Field.lastUpdate.bit | BinanceFault.Field.eventTime.bit

    /// Whether the members make a sound message; it is then in ``frame``.
    @inline(__always)
    mutating func complete(_ ordinary: Ordinary) -> Bool {
        let isSound: Bool
        switch ordinary.kind {
        case .trade: isSound = ordinary.tradeID > 0 && fillTrade(ordinary)
        case .aggTrade: isSound = ordinary.asks == .id && fillTrade(ordinary)
        case .depth: isSound = fillDepth(ordinary)
        case .bookTicker: isSound = fillQuote(ordinary)
        default:
            isSound = !ordinary.has(BinanceFault.Field.eventType.bit) && fillQuote(ordinary)
        }
        frame.symbol = ordinary.symbol
        return isSound
    }

    @inline(__always)
    private mutating func fillTrade(_ ordinary: Ordinary) -> Bool {
        guard ordinary.has(Self.tradeFields), let time = Self.time(ordinary.transactionTime),
            ordinary.isNoTrade || ordinary.price.mantissa > 0 && ordinary.quantity.mantissa > 0
        else { return false }
        frame.kind = ordinary.kind
        frame.id = ordinary.kind == .trade ? ordinary.tradeID : ordinary.aggregateID
        frame.price = ordinary.price
        frame.quantity = ordinary.quantity
        frame.isBuyerMaker = ordinary.isBuyerMaker
        frame.isNoTrade = ordinary.isNoTrade
        frame.venueNanoseconds = time
        return true
    }

    @inline(__always)
    private mutating func fillQuote(_ ordinary: Ordinary) -> Bool {
        guard ordinary.has(Self.quoteFields), ordinary.bids == .price, ordinary.asks == .price,
            let time = Self.time(ordinary.eventTime)
        else { return false }
        frame.kind = .bookTicker
        frame.id = ordinary.lastUpdate
        frame.price = ordinary.price
        frame.quantity = ordinary.quantity
        frame.ask = ordinary.ask
        frame.askQuantity = ordinary.askQuantity
        frame.venueNanoseconds = time
        return true
    }

    @inline(__always)
    private mutating func fillDepth(_ ordinary: Ordinary) -> Bool {
        guard ordinary.has(Self.depthFields), ordinary.bids == .levels, ordinary.asks == .levels,
            ordinary.firstUpdate <= ordinary.lastUpdate, let time = Self.time(ordinary.eventTime)
        else { return false }
        if market == .spot {
            frame.update = .spot(first: ordinary.firstUpdate, last: ordinary.lastUpdate)
        } else {
            guard ordinary.has(BinanceFault.Field.previousUpdate.bit),
                ordinary.previousUpdate <= ordinary.lastUpdate
            else { return false }
            frame.update = .futures(previous: ordinary.previousUpdate, last: ordinary.lastUpdate)
        }
        frame.kind = .depth
        frame.id = ordinary.lastUpdate
        frame.venueNanoseconds = time
        return true
    }

    @inline(__always)
    private static func time(_ value: UInt64) -> Int64? {
        let factor: UInt64 = value < 100_000_000_000_000 ? 1_000_000 : 1000
        let (product, overflow) = value.multipliedReportingOverflow(by: factor)
        return overflow ? nil : Int64(exactly: product)
    }
}
