import MarketFeed
import Testing
import TradingCore

@Suite struct BinanceSubscriptionTests {
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

    private func quote(_ update: UInt64, bid: String = "1.4") -> String {
        #"{"u":\#(update),"s":"ETHUSDT","b":"\#(bid)","B":"1","a":"1.5","A":"1"}"#
    }

    private func text(_ frame: [UInt8]?) -> String { String(decoding: frame ?? [], as: UTF8.self) }

    @Test func `all streams are asked for, in requests that the venue allows`() {
        var replay = BinanceReplay(symbols: ["ETHUSDT", "BTCUSDT"]) { $0.streamsPerRequest = 4 }
        replay.open()
        let connection = BinanceConnection(.all, .a)
        #expect(
            text(replay.session.nextControlFrame(connection, at: .zero))
                == #"{"method":"SUBSCRIBE","params":["ethusdt@trade","ethusdt@depth@100ms","#
                + #""ethusdt@bookTicker","btcusdt@trade"],"id":1}"#
        )
        #expect(text(replay.session.nextControlFrame(connection, at: .zero)).hasSuffix("\"id\":2}"))
        #expect(replay.session.nextControlFrame(connection, at: .zero) == nil)
        replay.receive(#"{"result":null,"id":2}"#)
        #expect(replay.notices.isEmpty)
        replay.receive(#"{"result":null,"id":1}"#)
        #expect(replay.notices == [.subscribed(connection)])
    }

    @Test func `no second sees more requests than the limit`() {
        var replay = BinanceReplay(symbols: (0..<20).map { "S\($0)" }) { $0.streamsPerRequest = 1 }
        replay.open()
        var times: [Int64] = []
        var now = MonotonicTime.zero
        while times.count < 60 {
            while replay.session.nextControlFrame(BinanceConnection(.all, .a), at: now) != nil {
                times.append(now.nanoseconds)
            }
            now = now + .milliseconds(10)
        }
        for place in 4..<times.count { #expect(times[place] - times[place - 4] >= 1_000_000_000) }
        #expect(now < second(16))
    }

    @Test func `USD-M asks for books on one path and for trades on another`() {
        var replay = BinanceReplay(.usdMargined)
        #expect(
            replay.session.configuration.routes.map(\.path) == ["/public/stream", "/market/stream"]
        )
        replay.open()
        let books = replay.session.nextControlFrame(BinanceConnection(.publicData, .a), at: .zero)
        #expect(text(books).contains(#"["ethusdt@depth@100ms","ethusdt@bookTicker"]"#))
        let trades = replay.session.nextControlFrame(BinanceConnection(.marketData, .a), at: .zero)
        #expect(text(trades).contains(#"["ethusdt@trade"]"#))
    }

    @Test func `a request without an answer, and a path without data, ask for a new connection`() {
        var replay = BinanceReplay(.usdMargined)
        replay.open()
        let books = BinanceConnection(.publicData, .a)
        let trades = BinanceConnection(.marketData, .a)
        _ = replay.session.nextControlFrame(books, at: .zero)
        _ = replay.session.nextControlFrame(trades, at: .zero)
        replay.session.receive(
            Array(#"{"result":null,"id":2}"#.utf8).span,
            from: trades,
            at: second(1)
        )
        replay.advance(to: second(9))
        #expect(replay.notices == [.subscribed(trades)])
        replay.advance(to: second(10))
        replay.advance(to: second(11))
        #expect(replay.notices.last == .replace(books, .noAcknowledgement))
        replay.advance(to: second(16))
        #expect(replay.notices.last == .replace(trades, .noFirstData))
        #expect(replay.notices.count == 3)
    }

    @Test func `a stream that sends nothing beside others is asked for again, once`() {
        var replay = BinanceReplay()
        replay.open()
        let connection = BinanceConnection(.all, .a)
        _ = replay.session.nextControlFrame(connection, at: .zero)
        replay.receive(#"{"result":null,"id":1}"#)
        replay.receive(quote(1), at: second(1))
        replay.receive(depth(1, 1), at: second(1))
        replay.advance(to: second(15))
        let missing = BinanceNotice.firstDataMissing(replay.stream(.trade), connection)
        #expect(replay.notices.suffix(1) == [missing])
        let drop = text(replay.session.nextControlFrame(connection, at: second(15)))
        #expect(drop == #"{"method":"UNSUBSCRIBE","params":["ethusdt@trade"],"id":2}"#)
        let again = text(replay.session.nextControlFrame(connection, at: second(15)))
        #expect(again == #"{"method":"SUBSCRIBE","params":["ethusdt@trade"],"id":3}"#)
        replay.advance(to: second(60))
        #expect(replay.notices.count { $0 == missing } == 1)
    }

    @Test func `a refusal and a coming shutdown are told`() {
        var replay = BinanceReplay()
        replay.open()
        let connection = BinanceConnection(.all, .a)
        replay.receive(#"{"error":{"code":2,"msg":"Invalid request"},"id":1}"#)
        replay.receive(#"{"e":"serverShutdown","E":1}"#)
        replay.receive(#"{"e":"serverShutdown","E":1}"#)
        #expect(
            replay.notices == [
                .refused(connection, code: 2, message: "Invalid request"),
                .replace(connection, .serverShutdown),
            ]
        )
    }

    // MARK: Silence

    @Test
    func `of ten symbols the one that stalls is asked for again, then its connection replaced`() {
        var replay = BinanceReplay(symbols: (0..<10).map { "S\($0)USDT" }, streams: [.depth])
        replay.open()
        let connection = BinanceConnection(.all, .a)
        while replay.session.nextControlFrame(connection, at: .zero) != nil {}
        replay.receive(#"{"result":null,"id":1}"#)
        for now in 1...200 as ClosedRange<Int64> {
            for place in 0..<10 where place != 7 || now < 5 {
                replay.receive(
                    depth(UInt64(now), UInt64(now), symbol: "S\(place)USDT"),
                    at: second(now)
                )
            }
            replay.advance(to: second(now), healthySince: .zero)
        }
        replay.notices.removeAll { if case .requestFailed = $0 { true } else { false } }
        let stream = replay.stream(.book, 7)
        #expect(
            replay.notices == [
                .subscribed(connection), .streamIdle(stream, silent: .seconds(120)),
                .streamLate(stream, silent: .seconds(180)),
                .replace(connection, .streamSilent(stream)),
            ]
        )
        let drop = text(replay.session.nextControlFrame(connection, at: second(200)))
        #expect(drop.contains(#"["s7usdt@depth@100ms"]"#))
    }
}
