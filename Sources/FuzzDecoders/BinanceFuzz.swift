import MarketFeed
import TradingCore

/// Nothing that Binance can send traps, the two ways of reading agree, and every message is accounted for.
func fuzzBinance(_ bytes: Span<UInt8>) {
    for market in BinanceMarket.allCases { fuzzFrame(bytes, market) }
    fuzzDamagedFrame(bytes)
    var replies = BinanceReplyDecoder()
    _ = try? replies.decodeSnapshot(bytes)
    _ = try? replies.decodeTrades(bytes)
    fuzzBinanceSession(bytes)
}

/// The short way and the long way come to the same result.
private func fuzzFrame(_ bytes: Span<UInt8>, _ market: BinanceMarket) {
    var short = BinanceFrameDecoder(market: market)
    var long = BinanceFrameDecoder(market: market)
    var faults: (BinanceFault?, BinanceFault?) = (nil, nil)
    do { try short.decode(bytes) } catch { faults.0 = error }
    do { try long.decodeUnusual(bytes) } catch { faults.1 = error }
    precondition(faults.0 == faults.1, "\(faults)")
    guard faults.0 == nil else { return }
    precondition(short.frame == long.frame, "\(short.frame) \(long.frame)")
    guard short.frame.kind == .depth else { return }
    precondition(short.levels == long.levels, "\(short.levels) \(long.levels)")
}

/// The ways agree on ordinary messages with a few bytes changed, which blind change seldom leaves so.
///
/// The input is read as pairs of a place and the byte to put there.
private func fuzzDamagedFrame(_ bytes: Span<UInt8>) {
    guard bytes.count > 1, bytes.count <= 8 else { return }
    for (number, ordinary) in ordinaryFrames.enumerated() {
        var frame = ordinary
        for pair in 0..<bytes.count / 2 {
            frame[Int(bytes[2 * pair]) % frame.count] = bytes[2 * pair + 1]
        }
        fuzzFrame(frame.span, number < 3 ? .spot : .usdMargined)
    }
}

private let ordinaryFrames = [
    #"{"stream":"x@trade","data":{"e":"trade","s":"AB","t":7,"p":"1.5","q":"2","T":5,"m":true}}"#,
    #"{"u":5,"s":"AB","b":"1.4","B":"1","a":"1.50","A":"1"}"#,
    #"{"e":"depthUpdate","E":1,"s":"AB","U":7,"u":9,"b":[["1.5","2"]],"a":[["1.6","0.0"]]}"#,
    #"{"e":"depthUpdate","E":1,"T":1,"s":"AB","U":7,"u":9,"pu":5,"b":[["1.5","2"]],"a":[]}"#,
    #"{"e":"aggTrade","E":1,"s":"AB","a":9,"p":"1","q":"2","f":1,"l":2,"T":5,"m":false}"#,
].map { Array($0.utf8) }

/// Every line is a message of one of two connections, or the answer to a request.
private func fuzzBinanceSession(_ bytes: Span<UInt8>) {
    // A session is costly to make, and one message alone the decoder has met already.
    var lineCount = 0
    for index in bytes.indices where bytes[index] == UInt8(ascii: "\n") { lineCount += 1 }
    guard lineCount > 1 else { return }
    guard let symbol = SymbolText("AB"), let other = SymbolText("ETHUSDT") else { return }
    var configuration = BinanceConfiguration(
        feed: FeedID(rawValue: 0),
        market: .spot,
        numbers: 1..<4,
        symbols: [symbol, other],
        streams: [.trade, .depth, .bookTicker]
    )
    configuration.weightPerMinute = 1_000_000
    configuration.stagingCapacity = 4
    configuration.holdLimit = .nanoseconds(8)
    var session = BinanceSession(configuration)
    var requests: [UInt64] = []
    var time = MonotonicTime.zero
    for slot in ConnectionSlot.allCases {
        session.connectionOpened(BinanceConnection(.all, slot), at: time)
    }
    var start = 0
    for index in bytes.indices where bytes[index] == UInt8(ascii: "\n") {
        let line = bytes.extracting(start..<index)
        start = index + 1
        time = time + .nanoseconds(1)
        let slot: ConnectionSlot = line.count & 1 == 0 ? .a : .b
        if line.count > 2, line[2] == UInt8(ascii: "l") || line[0] == UInt8(ascii: "["),
            let number = requests.popLast()
        {
            session.receiveReply(number, body: line, at: time)
        } else {
            session.receive(line, from: BinanceConnection(.all, slot), at: time)
        }
        while let request = session.nextRequest(at: time) { requests.append(request.number) }
        session.advance(to: time, healthySince: .zero)
        if line.count == 9 { session.connectionClosed(BinanceConnection(.all, slot), at: time) }
    }
    check(session)
}

private func check(_ session: borrowing BinanceSession) {
    var unsettled = 0
    for tally in session.merger.tallies {
        let settled = tally.appended + tally.duplicate + tally.late + tally.quarantined
        precondition(tally.received >= settled, "a message is counted twice: \(tally)")
        unsettled += Int(tally.received - settled)
    }
    precondition(unsettled == session.heldCount, "\(unsettled) of \(session.heldCount) are held")
    var books = [OrderBook(levelsMax: 8), OrderBook(levelsMax: 8)]
    for event in session.merger.output where event.symbol.rawValue >= 2 {
        books[Int(event.symbol.rawValue) - 2].apply(event)
        guard let bid = books[0].bestBid else { continue }
        precondition(bid.quantity > .zero, "a level has no quantity")
    }
}
