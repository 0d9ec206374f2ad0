import HTTPServer
import TestSupport
import Testing
import TradingCore

@testable import Venue

@Suite struct RESTTests {
    private func head(_ target: String) -> HTTPRequestHead {
        let parts = target.split(separator: "?", maxSplits: 1).map(String.init)
        let query = parts.count > 1 ? parts[1] : ""
        return HTTPRequestHead(
            method: "GET",
            path: parts[0],
            arguments: query.split(separator: "&").map { field in
                let pair = field.split(separator: "=", maxSplits: 1).map(String.init)
                return HTTPRequestHead.Argument(pair[0], pair.count > 1 ? pair[1] : "")
            }
        )
    }

    private func ask(_ scene: inout CoreScene, _ target: String) -> HTTPResponse {
        let answer = scene.core.desk.answer(
            head(target),
            scene.core.books,
            milliseconds: scene.milliseconds
        )
        switch answer {
        case .response(let response), .later(let response, _), .eventStream(let response):
            return response
        }
    }

    private func text(_ response: HTTPResponse) -> String {
        String(decoding: response.body, as: UTF8.self)
    }

    @Test(arguments: MarketKind.allCases)
    func `a book that is asked for at any moment bridges to the changes that follow`(
        kind: MarketKind
    ) throws {
        var scene = try CoreScene(kind)
        let slot = try scene.open("/stream?streams=ethusdt@depth@100ms")
        for _ in 0..<20 {
            scene.sent = [:]
            scene.run(.milliseconds(137))
            let path = kind == .spot ? "/api/v3/depth" : "/fapi/v1/depth"
            let response = ask(&scene, path + "?symbol=ETHUSDT&limit=1000")
            #expect(response.status == 200)
            let snapshot = try #require(RecordedFrame(response.body.span).snapshot)
            scene.run(.milliseconds(250))
            var book = ReferenceBook(snapshot)
            var isFirst = true
            for text in scene.sent[slot] ?? [] {
                guard case .depth(let update) = try RecordedFrame(Array(text.utf8).span).update
                else { continue }
                let before = book.lastID
                let follows = book.apply(update, isFirst: isFirst)
                #expect(follows)
                if book.lastID != before { isFirst = false }
            }
            #expect(!isFirst)
        }
    }

    @Test func `trades that were lost on the way are there by their numbers`() throws {
        var scene = try CoreScene()
        let slot = try scene.open("/stream?streams=ethusdt@trade/ethusdt@aggTrade")
        scene.run(.seconds(1))
        try scene.fault("drop:3:ethusdt@trade")
        scene.run(.seconds(1))
        let effects = try #require(scene.core.distributor.connections[slot]?.effects)
        let first = try #require(effects.first?.ids?.lowerBound)
        let response = ask(
            &scene,
            "/api/v3/historicalTrades?symbol=ETHUSDT&fromId=\(first)&limit=3"
        )
        let found = text(response).split(separator: "{").compactMap {
            CoreScene.number("id", in: String($0))
        }
        #expect(found == effects.compactMap(\.ids?.lowerBound))
        let aggregate = try #require(scene.ids(slot, "a", of: "ethusdt@aggTrade").last)
        let last = ask(&scene, "/api/v3/aggTrades?symbol=ETHUSDT&fromId=\(aggregate)")
        #expect(text(last).hasPrefix(#"[{"a":\#(aggregate),"p":"#))
    }

    @Test func `old trades are forgotten, and the rest is found by number and by time`() {
        #expect(TradeHistory.share(of: 1) == 100_000)
        #expect(TradeHistory.share(of: 200) == 10_000)
        #expect(TradeHistory.share(of: 100_000) == 1000)
        var history = TradeHistory()
        for id in Int64(1)...250 {
            let price = ExactDecimal(mantissa: id, scale: 2)
            history.append(
                MarketTrade(id: id, price: price, quantity: price, time: id, isBuyerMaker: false),
                max: 100
            )
            history.append(
                AggregateTrade(
                    id: id,
                    firstTradeID: id,
                    lastTradeID: id,
                    price: price,
                    quantity: price,
                    time: id * 10,
                    isBuyerMaker: true
                ),
                max: 100
            )
        }
        #expect((90...100).contains(history.trades.count))
        #expect(history.trades(from: 1, limit: 1).first?.id == history.trades.first?.id)
        #expect(history.trades(from: 240, limit: 3).map(\.id) == [240, 241, 242])
        #expect(history.trades(from: 251, limit: 3).isEmpty)
        #expect(history.trades(from: nil, limit: 2).map(\.id) == [249, 250])
        let found = history.aggregates(from: nil, since: 2401, until: 2430, limit: 9)
        #expect(found.map(\.id) == [241, 242, 243])
        #expect(history.aggregates(from: nil, since: 3000, until: 10, limit: 9).isEmpty)
    }

    @Test func `the weight of a minute is told, and more is refused until the next one`() throws {
        var scene = try CoreScene { $0.requestWeightMax = 12 }
        let target = "/api/v3/depth?symbol=ETHUSDT"
        #expect(ask(&scene, target).fields.contains(.init("x-mbx-used-weight-1m", "5")))
        #expect(ask(&scene, target).fields.contains(.init("x-mbx-used-weight-1m", "10")))
        let refused = ask(&scene, target)
        #expect(refused.status == 429)
        let wait = try #require(refused.fields.first { $0.name == "retry-after" }.map(\.value))
        let seconds = try #require(Int64(wait))
        #expect((1...60).contains(seconds))
        scene.now = scene.now + .seconds(seconds)
        #expect(ask(&scene, target).status == 200)
    }

    @Test func `requests fail on command, as often as was asked for`() throws {
        var scene = try CoreScene()
        try scene.fault("rest-error:2:503")
        #expect((0..<3).map { _ in ask(&scene, "/api/v3/time").status } == [503, 503, 200])
        try scene.fault("rest-slow:1:2s")
        let slow = scene.core.desk.answer(head("/api/v3/ping"), scene.core.books, milliseconds: 0)
        guard case .later(_, nanoseconds: 2_000_000_000) = slow else {
            Issue.record("\(slow)")
            return
        }
    }

    @Test(arguments: [
        ("/api/v3/depth", 400, "-1102"), ("/api/v3/depth?symbol=NONE", 400, "-1121"),
        ("/api/v3/depth?symbol=ETHUSDT&limit=0", 400, "-1130"),
        ("/api/v3/depth?symbol=ETHUSDT&limit=x", 400, "-1100"),
        ("/api/v3/trades?symbol=eth", 400, "-1100"), ("/fapi/v1/time", 404, "-5000"),
        ("/api/v3/nothing", 404, "-5000"),
    ])
    func `requests that cannot be answered are refused with the venue's codes`(
        target: String,
        status: Int,
        code: String
    ) throws {
        var scene = try CoreScene()
        let response = ask(&scene, target)
        #expect(response.status == status)
        #expect(text(response).hasPrefix(#"{"code":\#(code),"msg":"#))
    }
}
