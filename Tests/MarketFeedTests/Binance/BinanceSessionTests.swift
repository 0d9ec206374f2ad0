import MarketFeed
import Testing
import TradingCore

@Suite struct BinanceSessionTests {
    private func second(_ number: Int64) -> MonotonicTime {
        MonotonicTime(nanoseconds: number * 1_000_000_000)
    }

    private func depth(
        _ first: UInt64,
        _ last: UInt64,
        _ bids: String = #"["1","1"]"#,
        symbol: String = "ETHUSDT"
    ) -> String {
        #"{"e":"depthUpdate","E":1,"s":"\#(symbol)","U":\#(first),"u":\#(last),"b":[\#(bids)],"a":[]}"#
    }

    private func trade(_ id: UInt64, _ more: String = "") -> String {
        #"{"e":"trade","s":"ETHUSDT","t":\#(id),"p":"1.50","q":"2","T":5,"m":true\#(more)}"#
    }

    private func quote(_ update: UInt64, bid: String = "1.4") -> String {
        #"{"u":\#(update),"s":"ETHUSDT","b":"\#(bid)","B":"1","a":"1.5","A":"1"}"#
    }

    private func snapshot(_ last: UInt64) -> [UInt8] {
        Array(#"{"lastUpdateId":\#(last),"bids":[["1","5"]],"asks":[["2","5"]]}"#.utf8)
    }

    // MARK: Data

    @Test func `an id that is no trade counts for continuity and is not handed over`() {
        var replay = BinanceReplay()
        replay.open()
        replay.receive(trade(1))
        replay.receive(trade(2, #","X":"NA""#))
        replay.receive(trade(3, #","X":"MARKET""#))
        #expect(replay.tradeIDs == [1, 3] && replay.gaps.isEmpty)
        #expect(replay.tally(.trade).quarantined == 1 && replay.session.counters.nonTrades == 1)
        #expect(replay.unaccounted == 0)
    }

    @Test func `missing trades are fetched by id and handed over late`() throws {
        var replay = BinanceReplay()
        replay.open()
        replay.receive(trade(1), at: second(1))
        replay.receive(trade(5), at: second(2))
        #expect(replay.gaps.map { [$0.gapFirst, $0.gapLast, $0.gapCount] } == [[2, 4, 3]])
        let request = try #require(replay.requests.first)
        #expect(request.path == "/api/v3/historicalTrades?symbol=ETHUSDT&fromId=2&limit=3")
        let rows = (1...5).map {
            #"{"id":\#($0),"price":"7","qty":"1","time":5,"isBuyerMaker":false}"#
        }
        let body = Array("[\(rows.joined(separator: ","))]".utf8)
        replay.session.receiveReply(request.number, body: body.span, at: second(3))
        let events = replay.session.merger.output
        #expect(events.map(\.sequence) == [2, 3, 4])
        #expect(events.allSatisfy { $0.flags.isSuperset(of: [.backlog, .last]) })
        replay.collect()
        let tally = replay.tally(.trade)
        #expect(tally.missing == 0 && tally.recovered == 3 && tally.appended == 5)
        let gap = try #require(replay.session.ledger.gaps.first)
        #expect(gap.outcome == .backfilled && gap.recovered == 3)
        #expect(gap.began == second(1) && gap.noticed == second(2) && gap.ended == second(3))
        #expect(replay.session.counters.surplusRows == 2)
        // The same trades again, over the stream, are duplicates.
        replay.receive(trade(3))
        #expect(replay.tally(.trade).duplicate == 1 && replay.tradeIDs.count == 5)
        #expect(replay.unaccounted == 0)
    }

    @Test func `a quote that cannot be a price is quarantined, an old one is late`() {
        var replay = BinanceReplay()
        replay.open()
        replay.receive(quote(5))
        replay.receive(quote(6, bid: "0"))
        replay.receive(quote(4))
        replay.receive(quote(5))
        #expect(replay.quoteCount == 1)
        let tally = replay.tally(.quote)
        #expect(tally.quarantined == 1 && tally.late == 1 && tally.duplicate == 1)
        #expect(!tally.isSequenced && replay.unaccounted == 0)
    }

    @Test func `what was not asked for, and what is not understood, is counted`() {
        var replay = BinanceReplay(streams: [.trade])
        replay.open()
        replay.receive(quote(5))
        replay.receive(depth(1, 1))
        replay.receive(trade(1).replacing("ETHUSDT", with: "XRPUSDT"))
        replay.receive(#"{"e":"trade","s":"ETHUSDT"}"#)
        #expect(replay.session.counters.unlisted == 3)
        #expect(replay.session.counters[BinanceFault.Reason.missingField] == 1)
        #expect(replay.session.merger.tallies[replay.session.feedStream.index].quarantined == 1)
        #expect(replay.session.samples.drain().count == 1)
    }

    // MARK: Books

    @Test func `a break invalidates one book, which a snapshot makes whole again`() throws {
        var replay = BinanceReplay(symbols: ["ETHUSDT", "BTCUSDT"], streams: [.depth])
        replay.open()
        for symbol in ["ETHUSDT", "BTCUSDT"] {
            replay.receive(depth(11, 12, symbol: symbol), at: second(1))
            #expect(replay.answerSnapshot(snapshot(11), of: symbol, at: second(1)) == true)
        }
        #expect(replay.books.map(\.isValid) == [true, true])
        replay.receive(depth(15, 16), at: second(2))
        #expect(replay.books.map(\.isValid) == [false, true])
        #expect(replay.gaps.map { [$0.gapFirst, $0.gapLast] } == [[13, 14]])
        replay.receive(depth(17, 18, #"["1.5","1"]"#), at: second(3))
        let isTooOld = replay.answerSnapshot(snapshot(13), at: second(3))
        #expect(isTooOld && replay.requests.isEmpty && !replay.books[0].isValid)
        replay.advance(to: second(4))
        let isAnswered = replay.answerSnapshot(snapshot(16), at: second(4))
        #expect(isAnswered && replay.books[0].isValid && replay.books[0].updateID == 18)
        #expect(replay.books[0].bestBid?.price.description == "1.5")
        let gap = try #require(replay.session.ledger.gaps.first)
        #expect(replay.session.ledger.gaps.count == 1 && gap.outcome == .resynced)
        #expect(gap.began == second(1) && gap.noticed == second(2) && gap.ended == second(4))
        #expect(replay.tally(.book).missing == 1 && replay.unaccounted == 0)
    }

    @Test func `a message that was shed behind the session is made good by a snapshot`() {
        var replay = BinanceReplay(streams: [.depth])
        replay.open()
        replay.receive(depth(11, 12))
        #expect(replay.answerSnapshot(snapshot(11)) == true)
        replay.books[0].invalidate()
        replay.session.resync(replay.stream(.book).symbol, at: second(1))
        replay.advance(to: second(1))
        replay.receive(depth(13, 14), at: second(1))
        #expect(!replay.books[0].isValid)
        #expect(replay.answerSnapshot(snapshot(13), at: second(2)) == true)
        #expect(replay.books[0].isValid && replay.books[0].updateID == 14)
        #expect(replay.session.ledger.gaps.map(\.cause) == [.shed])
    }

    @Test func `snapshots stay below the weight that may be used in a minute`() {
        var replay = BinanceReplay(symbols: (0..<30).map { "S\($0)" }, streams: [.depth]) {
            $0.weightPerMinute = 500
        }
        replay.open()
        for place in 0..<30 { replay.receive(depth(1, 1, symbol: "S\(place)")) }
        #expect(replay.requests.count == 10)
        replay.advance(to: second(59))
        #expect(replay.requests.count == 10)
        #expect(replay.session.nextDeadline <= second(60))
        replay.advance(to: second(60))
        #expect(replay.requests.count == 20)
    }

    @Test func `a venue that says stop is not asked again before its time`() {
        var replay = BinanceReplay(streams: [.depth])
        replay.open()
        replay.receive(depth(1, 1))
        let request = replay.requests.removeFirst()
        let refusal = BinanceRequestFailure.status(429, retryAfter: .seconds(20))
        replay.session.requestFailed(request.number, refusal, at: second(1))
        replay.advance(to: second(20))
        #expect(replay.requests.isEmpty)
        replay.advance(to: second(21))
        #expect(replay.requests.count == 1)
        replay.session.receiveReply(99, body: snapshot(1).span, at: second(22))
        #expect(replay.session.counters.strayReplies == 1)
    }

    @Test func `an answer that never comes, or makes no sense, is asked for again`() {
        var replay = BinanceReplay(streams: [.depth])
        replay.open()
        replay.receive(depth(1, 1))
        replay.requests = []
        replay.advance(to: second(30))
        replay.advance(to: second(31))
        #expect(replay.requests.count == 1)
        let isAnswered = replay.answerSnapshot(Array("<html>".utf8), at: second(31))
        #expect(isAnswered && replay.requests.isEmpty)
        replay.advance(to: second(33))
        #expect(replay.requests.count == 1 && replay.unaccounted == 0)
    }

    // MARK: Configuration

    @Test(
        arguments: [
            ([], [.trade], "symbols"), (["X"], [], "streams"),
            (["X"], [.trade, .aggTrade], "trade and aggTrade"), (["X", "X"], [.depth], "twice"),
            (["X"], [.depth, .depth], "twice"), (["btc"], [.depth], "capitals"),
            ((0..<513).map { "S\($0)" }, [.depth, .bookTicker], "1026 streams"),
        ] as [([String], [BinanceStream], String)]
    )
    func `a configuration that cannot be is refused in words`(
        symbols: [String],
        streams: [BinanceStream],
        words: String
    ) {
        let configuration = BinanceConfiguration(
            feed: FeedID(rawValue: 0),
            market: .spot,
            numbers: 0..<symbols.count + 1,
            symbols: symbols.compactMap { SymbolText($0) },
            streams: streams
        )
        #expect(configuration.refusal?.contains(words) == true)
    }

    @Test func `requests have the paths and weights of their market`() {
        func request(_ market: BinanceMarket, _ query: BinanceRequest.Query) -> BinanceRequest {
            BinanceRequest(number: 1, market: market, symbol: "X", query: query)
        }
        let spot = request(.spot, .snapshot(limit: 1000))
        #expect(spot.path == "/api/v3/depth?symbol=X&limit=1000" && spot.weight == 50)
        let futures = request(.usdMargined, .snapshot(limit: 1000))
        #expect(futures.path == "/fapi/v1/depth?symbol=X&limit=1000" && futures.weight == 20)
        let aggregates = request(.usdMargined, .aggTrades(first: 5, last: 9))
        #expect(aggregates.path == "/fapi/v1/aggTrades?symbol=X&fromId=5&limit=5")
        #expect(
            request(.usdMargined, .trades(first: 5, last: 9)).path.hasSuffix(
                "trades?symbol=X&limit=1000"
            )
        )
    }
}
