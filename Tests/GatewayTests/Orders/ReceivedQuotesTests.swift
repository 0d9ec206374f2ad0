import Platform
import TestSupport
import Testing
import TradingCore
import ZeroMQ

@testable import Gateway

/// The way of quotes from the feeds of a process to the paper venue inside it.
@Suite struct ReceivedQuotesTests {
    private static let first = SymbolID(rawValue: 1)
    private static let second = SymbolID(rawValue: 9)

    private func quote(_ symbol: SymbolID, _ bid: Int64, _ ask: Int64) -> MarketEvent {
        var event = MarketEvent(
            kind: .quote,
            feed: FeedID(rawValue: 0),
            symbol: symbol,
            sequence: 1,
            receiveTime: .zero
        )
        event.word0 = bid
        event.word2 = ask
        event.scales = (5, 0, 5, 0)
        return event
    }

    private func price(_ points: Int64) -> ExactDecimal {
        ExactDecimal(mantissa: points, scale: 5)
    }

    private func taken(_ quotes: ReceivedQuotes) -> [ReceivedQuotes.Quote] {
        var taken: [ReceivedQuotes.Quote] = []
        quotes.takeAll(into: &taken)
        return taken
    }

    // MARK: The box

    @Test func `the newest quote of each symbol is taken once, and what it replaced is counted`() {
        let quotes = ReceivedQuotes(symbols: ["EURUSD", "USDJPY"], symbolCount: 16)
        quotes.meet(Self.first, named: "EURUSD")
        quotes.meet(Self.second, named: "USDJPY")
        quotes.take([quote(Self.second, 5, 6), quote(Self.first, 1, 2)].span)
        quotes.take([quote(Self.second, 7, 8)].span)
        #expect(
            taken(quotes) == [
                .init(symbol: 1, bid: price(7), ask: price(8)),
                .init(symbol: 0, bid: price(1), ask: price(2)),
            ]
        )
        #expect(taken(quotes).isEmpty)
        #expect(quotes.counts == .init(received: 3, superseded: 1))
    }

    @Test func `symbols without a definition and those of a later feed are counted, not used`() {
        let quotes = ReceivedQuotes(symbols: ["EURUSD"], symbolCount: 16)
        quotes.meet(SymbolID(rawValue: 2), named: "EURUSD.s")
        quotes.take([quote(SymbolID(rawValue: 2), 1, 2)].span)
        // The later feed is met first; the earlier one takes the name from it.
        quotes.meet(Self.second, named: "EURUSD")
        quotes.take([quote(Self.second, 3, 4)].span)
        #expect(taken(quotes).map(\.bid) == [price(3)])
        quotes.meet(Self.first, named: "EURUSD")
        quotes.take([quote(Self.second, 5, 6), quote(Self.first, 7, 8)].span)
        #expect(taken(quotes).map(\.bid) == [price(7)])
        quotes.meet(Self.second, named: "EURUSD")
        quotes.take([quote(Self.second, 9, 10)].span)
        #expect(taken(quotes).isEmpty)
        #expect(quotes.counts == .init(received: 2, superseded: 0, undefined: 1, shadowed: 2))
    }

    @Test func `the gateway is woken only while it acts on quotes, and once for all that wait`()
        throws
    {
        let wakeUp = try WakeUp()
        func isWoken() -> Bool {
            var poll = PollSet(reading: [wakeUp.pollDescriptor])
            return poll.wait(nanoseconds: 0)
        }
        let quotes = ReceivedQuotes(symbols: ["EURUSD"], symbolCount: 16)
        quotes.attach(wakeUp)
        quotes.meet(Self.first, named: "EURUSD")
        quotes.take([quote(Self.first, 1, 2)].span)
        #expect(!isWoken())
        #expect(!quotes.setWanted(false))
        #expect(quotes.setWanted(true))
        _ = taken(quotes)
        #expect(!quotes.setWanted(true))
        quotes.take([quote(Self.first, 3, 4)].span)
        #expect(isWoken())
        wakeUp.consume()
        quotes.take([quote(Self.first, 5, 6)].span)
        #expect(!isWoken())
    }

    @Test func `well-known definitions are the built-in ones, each name once and without a suffix`()
    {
        let names = InstrumentDefinition.wellKnown.map(\.symbol)
        #expect(Set(names).count == names.count)
        #expect(names.allSatisfy { $0.utf8.count == 6 && SymbolName.isValid($0) })
        let gold = InstrumentDefinition.wellKnown.first { $0.symbol == "XAUUSD" }
        #expect(gold?.contractSize == ExactDecimal(mantissa: 100, scale: 0))
        #expect(!names.contains { $0.hasPrefix("BTC") })
        // A pair that fell to the default would be one unit a lot.
        for definition in InstrumentDefinition.wellKnown {
            #expect(definition.contractSize.mantissa > 1, "\(definition.symbol)")
            #expect(definition.baseCurrency + definition.profitCurrency == definition.symbol)
        }
    }

    // MARK: The venue

    @Test func `an order is filled at the bid or ask that was received before it`() throws {
        let context = try Context()
        let quotes = ReceivedQuotes(symbols: ["EURUSD"], symbolCount: 16)
        let server = try GatewayServer(configuration: configuration(quotes), context: context)
        defer { server.stopAndJoin() }
        quotes.meet(Self.first, named: "EURUSD")
        let commands = try CommandClient(context, server)
        _ = try commands.ask("HEARTBEAT")
        #expect(try commands.order("early")["retcode"] == "10021")
        for number in 0..<50 {
            let bid = 108_000 + Int64(number) * 7
            quotes.take([quote(Self.first, bid, bid + 12)].span)
            let type = number % 2 == 0 ? "OP_BUY" : "OP_SELL"
            // With no deviation allowed, the price at its arrival must be the received one too.
            let order = marketOrder(type, extra: #","deviation":0"#)
            let reply = try commands.ask(
                raw: CommandClient.text("ORDER_SEND", "o\(number)", order)
            )
            let expected = price(number % 2 == 0 ? bid + 12 : bid)
            #expect(reply["data.average_price"].map(decimal) == expected, "\(reply)")
        }
        let status = try commands.ask("GATEWAY_STATUS")
        #expect(status["data.received_quotes.received"] == "50")
        #expect(status["data.sent"] == "0")
    }

    @Test func `a resting order is filled by a quote that comes while nobody asks`() throws {
        let context = try Context()
        let quotes = ReceivedQuotes(symbols: ["EURUSD"], symbolCount: 16)
        let server = try GatewayServer(configuration: configuration(quotes), context: context)
        defer { server.stopAndJoin() }
        var options = SubscribeSocket.Options()
        options.prefixes = [#"{"type":"EXEC""#]
        let events = try RawSubscriber(context, server.publishEndpoint, options: options)
        quotes.meet(Self.first, named: "EURUSD")
        quotes.take([quote(Self.first, 108_500, 108_512)].span)
        let commands = try CommandClient(context, server)
        _ = try commands.ask("HEARTBEAT")
        let resting = #"{"symbol":"EURUSD","type":"OP_BUYLIMIT","volume":0.1,"price":1.08450}"#
        let reply = try commands.ask(raw: CommandClient.text("ORDER_SEND", "rest", resting))
        #expect(reply["retcode"] == "10008", "\(reply)")
        quotes.take([quote(Self.first, 108_430, 108_440)].span)
        let told = try events.messages { $0.contains { $0.members["kind"] == "deal" } }
        let deal = try #require(told.last { $0.members["kind"] == "deal" })
        #expect(deal.members["deal.price"].map(decimal) == price(108_440))
        #expect(deal.members["deal.req_id"] == "rest")
    }

    private func configuration(_ quotes: ReceivedQuotes) -> GatewayConfiguration {
        var configuration = testConfiguration()
        configuration.subscriberWait = .zero
        configuration.quotes = quotes
        configuration.orders = OrderDeskConfiguration()
        return configuration
    }
}
