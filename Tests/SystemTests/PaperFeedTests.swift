import Foundation
import Platform
import Testing
import ZeroMQ

/// Paper trading on a feed that comes from elsewhere, without an order gateway.
@Suite(.timeLimit(.minutes(3))) struct PaperFeedTests {
    private struct Tick: Decodable {
        let symbol: String
        let bid: Decimal
        let ask: Decimal
    }

    /// What was published, by symbol.
    private struct Prices {
        var bids: [String: Set<Decimal>] = [:]
        var asks: [String: Set<Decimal>] = [:]
    }

    private static let instruments = """
        {"instruments":[{"symbol":"EURUSD.s","contract_size":100000,"tick_size":0.00001,"digits":5,\
        "volume_min":0.01,"volume_max":10,"volume_step":0.01,"currency_base":"EUR",\
        "currency_profit":"USD"}]}
        """

    @Test func `sma-cross is filled on paper at the bid and ask that the feed brought`() throws {
        try withSite { site in
            let summary = site.path + "/gateway.json"
            let gateway = try RunningGateway(
                site,
                ["--rate", "300", "--symbols", "EURUSD,EURUSD.s,BTCUSD", "--summary", summary]
            )
            let context = try Context()
            var options = SubscribeSocket.Options()
            options.receiveHighWaterMark = 1_000_000
            let ear = try SubscribeSocket(context: context, options: options)
            try ear.connect(to: gateway.endpoint)
            // Asked more than once, and each look takes a message.
            var hasHeard = false
            _ = try gateway.truth { _ in
                hasHeard = hasHeard || hears(ear)
                return hasHeard
            }
            let file = site.path + "/instruments.json"
            try AtomicFile.write(Array(Self.instruments.utf8), to: file)
            var trading = site
            trading.settings = [
                "FEEDS": "mt5=\(gateway.endpoint)", "STRATEGY": "sma-cross?fast=2&slow=5",
                "RISK_MAX_ORDER_VOLUME": "*=1", "RISK_MAX_ORDER_RATE": "10000",
                "RISK_MAX_POSITION_SIZE": "1000000", "RISK_MAX_DAILY_LOSS": "100000",
                "INSTRUMENTS_FILE": file,
            ]
            let loop = try trading.startLoop()
            let unknown = try #require(loop.line("the venue does not know"), "\(loop.error)")
            #expect(unknown.contains("BTCUSD") && unknown.contains("INSTRUMENTS_FILE"))
            _ = try #require(loop.line("order refused: no_instrument"), "\(loop.error)")
            _ = try #require(loop.line("bought 0.01 EURUSD.s", count: 3), "\(loop.error)")
            _ = try #require(loop.line("bought 0.01 EURUSD ", count: 3), "\(loop.error)")
            _ = try #require(loop.line("sold 0.01 EURUSD ", count: 3), "\(loop.error)")
            _ = try trading.stop(loop)
            #expect(loop.lines("PAPER venue in this process").count == 1)
            try check(loop.lines(" price="), against: prices(ear))

            // Its gateway published, and knows nothing of orders.
            let orders = try gateway.stop(summary: summary)
            #expect(orders.executed == 0)
            let files = try FileManager.default.contentsOfDirectory(atPath: site.stateDirectory)
            #expect(files.contains("orders.paper-feeds.sqlite") && files.contains("paper-feeds"))
        }
    }

    @Test(arguments: [false, true])
    func `paper mode sends nothing to a real account unless it is allowed to`(
        isAllowed: Bool
    ) throws {
        try withSite { site in
            let summary = site.path + "/gateway.json"
            let gateway = try RunningGateway(
                site,
                ["--rate", "300", "--paper", "says=real", "--summary", summary]
            )
            var trading = site
            trading.settings = [
                "FEEDS": "mt5=\(gateway.endpoint)", "ORDER_GATEWAY_URL": gateway.replyEndpoint,
                "STRATEGY": "sma-cross?fast=2&slow=5", "RISK_MAX_ORDER_VOLUME": "*=1",
                "PAPER_ALLOW_REAL_ACCOUNT": "\(isAllowed)",
            ]
            let loop = try trading.startLoop()
            if isAllowed {
                _ = try #require(loop.line("→ FILLED"), "\(loop.error)")
            } else {
                _ = try #require(loop.line("gateway's account is real"), "\(loop.error)")
                _ = try #require(loop.line("order refused: ", count: 5), "\(loop.error)")
            }
            _ = try trading.stop(loop)
            let orders = try gateway.stop(summary: summary)
            #expect((orders.executed > 0) == isAllowed)
            #expect((orders.commands > 0) == isAllowed)
        }
    }

    /// Every deal is at a price that was published for its symbol and side.
    private func check(_ deals: [String], against prices: Prices) throws {
        var count = 0
        for line in deals {
            let words = line.split(separator: " ")
            guard let verb = words.firstIndex(where: { $0 == "bought" || $0 == "sold" }),
                let text = words.first(where: { $0.hasPrefix("price=") })
            else { continue }
            let symbol = String(words[verb + 2])
            let price = try #require(Decimal(string: String(text.dropFirst("price=".count))))
            let known = words[verb] == "bought" ? prices.asks[symbol] : prices.bids[symbol]
            #expect(known?.contains(price) == true, "\(line)")
            #expect(line.contains("mode=PAPER"))
            count += 1
        }
        #expect(count >= 9)
    }

    private func hears(_ ear: borrowing SubscribeSocket) -> Bool {
        (try? ear.receive { _, _, _ in }) ?? false
    }

    /// Everything that waits on a subscription that was there all the time.
    private func prices(_ ear: borrowing SubscribeSocket) throws -> Prices {
        var prices = Prices()
        var hasMore = true
        while hasMore {
            var frame: [UInt8] = []
            hasMore = try ear.receive { first, second, _ in
                if let second {
                    for index in second.indices { frame.append(second[index]) }
                } else {
                    for index in first.indices { frame.append(first[index]) }
                }
            }
            guard let tick = try? JSONDecoder().decode(Tick.self, from: Data(frame)) else {
                continue
            }
            prices.bids[tick.symbol, default: []].insert(tick.bid)
            prices.asks[tick.symbol, default: []].insert(tick.ask)
        }
        return prices
    }
}
