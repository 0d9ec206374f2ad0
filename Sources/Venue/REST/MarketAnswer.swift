import TradingCore

/// Writes answers to requests for market data in the venue's own form.
struct MarketAnswer: Sendable {
    let kind: MarketKind

    /// What is answered to a request.
    struct Body: Sendable, Equatable {
        var bytes: [UInt8]
        /// Whether a book holds only what has changed since the beginning, for want of a snapshot.
        var isPartial = false
    }

    /// Answers a request.
    ///
    /// - Throws: The refusal for a symbol that the market does not have.
    func body(
        _ request: MarketRequest,
        _ books: MarketBooks,
        milliseconds: Int64
    ) throws(MarketRequest.Refusal) -> Body {
        switch request {
        case .ping: return Body(bytes: Array("{}".utf8))
        case .time: return Body(bytes: Array(#"{"serverTime":\#(milliseconds)}"#.utf8))
        case .exchangeInfo: return exchangeInfo(books, milliseconds)
        case .depth(let symbol, let limit):
            guard let book = books.books[symbol] else { throw Self.unknown }
            return depth(book, limit)
        case .trades(let symbol, let id, let limit):
            guard let history = books.history(symbol) else { throw Self.unknown }
            return list(history.trades(from: id, limit: limit)) { text, trade in
                write(trade, to: &text)
            }
        case .aggregates(let symbol, let id, let since, let until, let limit):
            guard let history = books.history(symbol) else { throw Self.unknown }
            let found = history.aggregates(from: id, since: since, until: until, limit: limit)
            return list(found) { text, trade in
                text.append("{")
                text.appendMembers(of: trade)
                if kind == .spot { text.append(#","M":true"#) }
                text.append("}")
            }
        }
    }

    private static let unknown = MarketRequest.Refusal(code: -1121, message: "Invalid symbol.")

    private func depth(_ book: DepthBook, _ limit: Int) -> Body {
        let snapshot = book.snapshot(limit: limit)
        var text = MessageText()
        text.append(#"{"lastUpdateId":"#)
        text.append(snapshot.lastID)
        if kind == .usdm {
            text.append(#","E":"#)
            text.append(snapshot.eventTime ?? 0)
            text.append(#","T":"#)
            text.append(snapshot.transactionTime ?? 0)
        }
        text.append(#","bids":"#)
        text.append(snapshot.bids)
        text.append(#","asks":"#)
        text.append(snapshot.asks)
        text.append("}")
        return Body(bytes: text.bytes, isPartial: !book.hasSnapshot)
    }

    private func write(_ trade: MarketTrade, to text: inout MessageText) {
        text.append(#"{"id":"#)
        text.append(trade.id)
        text.append(#","price":"#)
        text.append(trade.price)
        text.append(#","qty":"#)
        text.append(trade.quantity)
        text.append(#","quoteQty":"#)
        text.append(trade.price.product(trade.quantity))
        text.append(#","time":"#)
        text.append(trade.time)
        text.append(trade.isBuyerMaker ? #","isBuyerMaker":true"# : #","isBuyerMaker":false"#)
        if kind == .spot { text.append(#","isBestMatch":true"#) }
        text.append("}")
    }

    private func list<Element>(
        _ elements: ArraySlice<Element>,
        _ write: (inout MessageText, Element) -> Void
    ) -> Body {
        var text = MessageText()
        text.append("[")
        for index in elements.indices {
            if index > elements.startIndex { text.append(",") }
            write(&text, elements[index])
        }
        text.append("]")
        return Body(bytes: text.bytes)
    }

    private func exchangeInfo(_ books: MarketBooks, _ milliseconds: Int64) -> Body {
        var text = MessageText()
        text.append(#"{"timezone":"UTC","serverTime":"#)
        text.append(milliseconds)
        text.append(#","rateLimits":[{"rateLimitType":"REQUEST_WEIGHT","interval":"MINUTE","#)
        text.append(#""intervalNum":1,"limit":\#(kind.requestWeightMax)}],"symbols":["#)
        for (index, symbol) in books.symbols.enumerated() {
            if index > 0 { text.append(",") }
            text.append(#"{"symbol":"\#(symbol)","status":"TRADING"}"#)
        }
        text.append("]}")
        return Body(bytes: text.bytes)
    }
}

extension ExactDecimal {
    /// The product at the scale of the first factor, cut as the venue does it.
    fileprivate func product(_ other: ExactDecimal) -> ExactDecimal {
        let wide = Int128(mantissa) * Int128(other.mantissa)
        let cut = wide / Int128(Self.powersOfTen[Int(other.scale)])
        return ExactDecimal(mantissa: Int64(clamping: cut), scale: scale)
    }
}
