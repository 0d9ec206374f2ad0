import MarketFeed
import Testing
import TradingCore

/// Decodes one message given as text, by both ways, which must agree.
private func decode(
    _ text: String,
    _ market: BinanceMarket = .spot
) throws(BinanceFault) -> BinanceFrame {
    let bytes = Array(text.utf8)
    var short = BinanceFrameDecoder(market: market)
    var long = BinanceFrameDecoder(market: market)
    var faults: (short: BinanceFault?, long: BinanceFault?) = (nil, nil)
    do throws(BinanceFault) { try short.decode(bytes.span) } catch { faults.short = error }
    do throws(BinanceFault) { try long.decodeUnusual(bytes.span) } catch { faults.long = error }
    precondition(faults.short == faults.long, "the ways differ on \(text): \(faults)")
    if let fault = faults.short { throw fault }
    precondition(short.frame == long.frame, "the ways differ: \(short.frame) \(long.frame)")
    precondition(short.levels == long.levels, "the ways differ in levels on \(text)")
    return short.frame
}

/// The levels of one book message, as text.
private func levels(_ text: String, _ market: BinanceMarket = .spot) throws -> [String] {
    var decoder = BinanceFrameDecoder(market: market)
    try decoder.decode(Array(text.utf8).span)
    return decoder.levels.map { level in
        let price = ExactDecimal(mantissa: level.price, scale: level.priceScale)
        let quantity = ExactDecimal(mantissa: level.quantity, scale: level.quantityScale)
        return "\(level.isAsk ? "a" : "b") \(price) \(quantity)"
    }
}

@Suite struct BinanceFrameDecoderTests {
    @Test func `a spot trade is understood, combined and raw, with its keys in any order`() throws {
        let raw =
            #"{"e":"trade","E":1723161255308,"s":"ETHUSDT","t":77,"p":"2683.81000000","q":"0.01"#
            + #"00","T":1723161255307,"m":true,"M":true}"#
        let combined = #"{"stream":"ethusdt@trade","data":\#(raw)}"#
        let turned =
            #"{"data":{"m":true,"q":"0.0100","t":77,"p":"2683.81000000","T":1723161255307,"#
            + #""s":"ETHUSDT","e":"trade"},"stream":"ethusdt@trade"}"#
        for text in [raw, combined, turned] {
            let frame = try decode(text)
            #expect(frame.kind == .trade && frame.symbol.string == "ETHUSDT" && frame.id == 77)
            #expect(frame.price.description == "2683.81000000")
            #expect(frame.quantity.description == "0.0100")
            #expect(frame.venueNanoseconds == 1_723_161_255_307_000_000)
            #expect(frame.isBuyerMaker && !frame.isNoTrade && frame.unknownKeys == 0)
        }
    }

    @Test func `a futures trade that is none says so`() throws {
        let text =
            #"{"e":"trade","E":2,"T":1,"s":"ETHUSDT","t":78,"p":"0","q":"0","X":"NA","m":true}"#
        let frame = try decode(text, .usdMargined)
        #expect(frame.kind == .trade && frame.isNoTrade && frame.id == 78)
        let market = text.replacing("\"NA\"", with: "\"RPI\"")
        #expect(throws: BinanceFault(.outOfRange, .price)) { try decode(market, .usdMargined) }
    }

    @Test func `an aggregate has its id under another letter`() throws {
        let frame = try decode(
            #"{"e":"aggTrade","E":5,"s":"BNBBTC","a":26129,"p":"0.01633102","q":"4.70443515","#
                + #""f":27781,"l":27781,"T":1498793709153,"m":false,"M":true}"#
        )
        #expect(frame.kind == .aggTrade && frame.id == 26129 && !frame.isBuyerMaker)
    }

    @Test func `a spot quote has no type, a futures quote has`() throws {
        let spot = try decode(
            #"{"u":400900217,"s":"BNBUSDT","b":"25.35190000","B":"31.21","a":"25.36520000","A":"40"}"#
        )
        #expect(spot.kind == .bookTicker && spot.id == 400_900_217)
        #expect(spot.price.description == "25.35190000" && spot.askQuantity.description == "40")
        #expect(spot.venueNanoseconds == 0)
        let futures = try decode(
            #"{"e":"bookTicker","u":5,"s":"BNBUSDT","b":"1","B":"2","a":"3","A":"4","T":6,"E":7}"#,
            .usdMargined
        )
        #expect(futures.kind == .bookTicker && futures.venueNanoseconds == 7_000_000)
    }

    @Test func `a book message gives its levels as they were written`() throws {
        let text =
            #"{"stream":"x@depth@100ms","data":{"e":"depthUpdate","E":1723161255308123,"s":"ETHUSDT","#
            + #""U":157,"u":160,"b":[["0.0024","10"],["0.00230","0.00"]],"a":[["0.0026","100"]]}}"#
        let frame = try decode(text)
        #expect(frame.kind == .depth && frame.update == DepthUpdate(previous: 156, last: 160))
        #expect(frame.venueNanoseconds == 1_723_161_255_308_123_000)
        let written = try levels(text)
        #expect(written == ["b 0.0024 10", "b 0.00230 0.00", "a 0.0026 100"])
    }

    @Test func `unusual spelling of levels comes to the same`() throws {
        let head = #"{"e":"depthUpdate","E":1,"s":"X","U":1,"u":2,"a":["#
        let usual = try levels(head + #"["1.5","2"],["3","4"]],"b":[]}"#)
        #expect(usual == ["a 1.5 2", "a 3 4"])
        for list in [
            #"["1.5", "2"], [ "3","4" ] ],"b":[ ]}"#, #"["1.5","2",[]],["3","4",[],1]],"b":[]}"#,
            #"["15e-1","2"],["3","4"]],"b":[]}"#,
        ] {
            let unusual = try levels(head + list)
            #expect(unusual == usual)
        }
        let long = try levels(head + #"["1.5","123456789012.00000000"]],"b":[]}"#)
        #expect(long == ["a 1.5 123456789012"])
    }

    @Test func `futures need the last update of the message before`() throws {
        let text = #"{"e":"depthUpdate","E":1,"s":"X","U":7,"u":9,"pu":5,"b":[],"a":[]}"#
        let frame = try decode(text, .usdMargined)
        #expect(frame.update == DepthUpdate(previous: 5, last: 9))
        let without = text.replacing(",\"pu\":5", with: "")
        #expect(throws: BinanceFault(.missingField, .previousUpdate)) {
            try decode(without, .usdMargined)
        }
    }

    @Test func `new keys are tolerated and counted, other events are none of ours`() throws {
        let frame = try decode(
            #"{"e":"trade","t":1,"s":"X","p":"1","q":"1","T":1,"m":false,"st":{"a":[1]},"zz":null}"#
        )
        #expect(frame.kind == .trade && frame.unknownKeys == 2)
        let candle = try decode(#"{"stream":"x@kline_1m","data":{"e":"kline","k":{"t":1}}}"#)
        let empty = try decode("{}")
        #expect(candle.kind == .other && empty.kind == .other)
    }

    @Test func `answers to requests are understood`() throws {
        let done = try decode(#"{"result":null,"id":3}"#)
        #expect(done.kind == .acknowledgement && done.requestID == 3)
        let refused = try decode(#"{"error":{"code":2,"msg":"Invalid request"},"id":4}"#)
        #expect(refused.kind == .refusal && refused.requestID == 4)
        #expect(refused.code == 2 && refused.message == "Invalid request")
        let older = try decode(#"{"code":-1121,"msg":"Invalid symbol.","id":5}"#)
        #expect(older.kind == .refusal && older.code == -1121)
        let end = try decode(#"{"e":"serverShutdown","E":1770123456789}"#)
        #expect(end.kind == .serverShutdown)
        let wrapped = try decode(#"{"stream":"x","data":{"e":"serverShutdown","E":1}}"#)
        #expect(wrapped.kind == .serverShutdown)
    }

    private static let faults: [(String, BinanceFault.Reason, BinanceFault.Field?)] = [
        ("", .notJSON, nil), ("[]", .wrongType, nil), ("{\"e\":\"trade\"", .notJSON, nil),
        (#"{"e":"trade"}"#, .missingField, .symbol), (#"{"e":"trade","s":7}"#, .wrongType, .symbol),
        (#"{"e":"trade","s":""}"#, .symbol, .symbol),
        (#"{"e":"trade","s":"X","t":"1"}"#, .wrongType, .tradeID),
        (#"{"e":"trade","s":"X","t":1.5}"#, .wrongType, .tradeID),
        (#"{"e":"trade","s":"X","t":-1}"#, .outOfRange, .tradeID),
        (#"{"e":"trade","s":"X","t":99999999999999999999}"#, .precision, .tradeID),
        (#"{"e":"trade","s":"X","t":1,"p":1,"q":"1"}"#, .wrongType, .price),
        (#"{"e":"trade","s":"X","t":1,"p":"1x","q":"1"}"#, .notJSON, .price),
        (#"{"e":"trade","s":"X","t":1,"p":"NaN","q":"1"}"#, .notFinite, .price),
        (#"{"e":"trade","s":"X","t":1,"p":"1e999","q":"1"}"#, .notFinite, .price),
        (#"{"e":"trade","s":"X","t":1,"p":"-1","q":"1"}"#, .outOfRange, .price),
        (#"{"e":"trade","s":"X","t":1,"p":"1","q":"1","m":0}"#, .wrongType, .isBuyerMaker),
        (#"{"e":"trade","s":"X","s":"X"}"#, .duplicateKey, .symbol),
        ("{\"e\":\"trade\",\"\0\":1}", .notJSON, nil),
        (#"{"e":"depthUpdate","s":"X","U":5,"u":4,"b":[],"a":[]}"#, .outOfRange, .firstUpdate),
        (#"{"e":"depthUpdate","s":"X","U":4,"u":4,"b":[]}"#, .missingField, .asks),
        (#"{"e":"depthUpdate","s":"X","U":4,"u":4,"b":[],"a":{}}"#, .wrongType, .asks),
        (#"{"e":"depthUpdate","s":"X","U":4,"u":4,"b":[["1"]],"a":[]}"#, .wrongType, .bids),
        (#"{"e":"depthUpdate","s":"X","U":4,"u":4,"b":[["0","1"]],"a":[]}"#, .outOfRange, .bids),
        (#"{"e":"depthUpdate","s":"X","U":4,"u":4,"b":[["1","-1"]],"a":[]}"#, .outOfRange, .bids),
        (#"{"e":"depthUpdate","s":"X","U":4,"u":4,"b":[[1,2]],"a":[]}"#, .wrongType, .bids),
        (
            #"{"e":"depthUpdate","s":"X","U":4,"u":4,"b":[["1.0000000000000000001","1"]],"a":[]}"#,
            .precision, .bids
        ),
    ]

    @Test(arguments: faults)
    func `F21: what cannot be understood is a fault that names the field`(
        text: String,
        reason: BinanceFault.Reason,
        field: BinanceFault.Field?
    ) {
        #expect(throws: BinanceFault(reason, field)) { try decode(text) }
    }

    @Test func `F21: a message too deep, or with too many keys, is refused`() {
        let open = String(repeating: "[", count: 100)
        let close = String(repeating: "]", count: 100)
        let deep = "{\"x\":\(open)\(close)}"
        #expect(throws: BinanceFault(.tooDeep)) { try decode(deep) }
        let keys = (0..<100_000).map { "\"k\($0)\":0" }.joined(separator: ",")
        #expect(throws: BinanceFault(.tooManyKeys)) { try decode("{\(keys)}") }
    }
}

@Suite struct BinanceReplyDecoderTests {
    @Test func `a snapshot is understood, with the times of futures or without`() throws {
        var decoder = BinanceReplyDecoder()
        let text =
            #"{"lastUpdateId":1027024,"E":1589436922972,"T":1589436922959,"bids":[["4.0","431"]],"#
            + #""asks":[["4.00000200","12.00000000"],["5","1"]]}"#
        let lastUpdate = try decoder.decodeSnapshot(Array(text.utf8).span)
        #expect(lastUpdate == 1_027_024)
        #expect(decoder.levels.count == 3 && decoder.levels[2].isAsk)
        for missing in [#"{"lastUpdateId":1,"bids":[]}"#, #"{"bids":[],"asks":[]}"#, "[]", ""] {
            var other = BinanceReplyDecoder()
            let answer = try? other.decodeSnapshot(Array(missing.utf8).span)
            #expect(answer == nil)
        }
    }

    @Test func `trades and aggregates are understood`() throws {
        let decoder = BinanceReplyDecoder()
        let trades =
            #"[{"id":28457,"price":"4.00000100","qty":"12.00000000","quoteQty":"48.000012","#
            + #""time":1499865549590,"isBuyerMaker":true,"isBestMatch":true}]"#
        let rows = try decoder.decodeTrades(Array(trades.utf8).span)
        #expect(rows.map(\.id) == [28457] && rows[0].isBuyerMaker)
        #expect(rows[0].venueNanoseconds == 1_499_865_549_590_000_000)
        let aggregates =
            #"[{"a":26129,"p":"0.01633102","q":"4.70443515","f":27781,"l":27781,"T":1498793709153,"#
            + #""m":true,"M":true}]"#
        let aggregated = try decoder.decodeTrades(Array(aggregates.utf8).span)
        #expect(aggregated.map(\.id) == [26129])
        for bad in [#"{"code":-1121,"msg":"x"}"#, #"[{"id":1}]"#, "[1]", "["] {
            let answer = try? decoder.decodeTrades(Array(bad.utf8).span)
            #expect(answer == nil)
        }
    }
}
