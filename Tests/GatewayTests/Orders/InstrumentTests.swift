import Gateway
import Platform
import TestSupport
import Testing
import TradingCore

@Suite struct InstrumentTests {
    @Test(arguments: [
        ("EURUSD", "EUR", "USD", 100_000, 5), ("EURUSD.s", "EUR", "USD", 100_000, 5),
        ("USDJPYm", "USD", "JPY", 100_000, 3), ("EUR-USD", "EUR", "USD", 100_000, 5),
        ("XAUUSD", "XAU", "USD", 100, 2), ("XAGUSD.pro", "XAG", "USD", 5000, 3),
        ("BTCUSDT", "BTC", "USDT", 1, 2), ("ETH-USD", "ETH", "USD", 1, 2),
        ("ACME", "ACME", "USD", 1, 5),
    ])
    func `the built-in table knows what a name stands for`(
        name: String,
        base: String,
        profit: String,
        contractSize: Int64,
        digits: UInt8
    ) {
        let definition = InstrumentDefinition(builtInFor: name)
        #expect(definition.symbol == name)
        #expect(definition.baseCurrency == base)
        #expect(definition.profitCurrency == profit)
        #expect(definition.contractSize == ExactDecimal(mantissa: contractSize, scale: 0))
        #expect(definition.digits == digits)
        #expect(definition.tickSize == ExactDecimal(mantissa: 1, scale: digits))
    }

    @Test func `the synthetic market quotes with the digits of the table`() throws {
        let names =
            SyntheticMarket.defaultSymbols + ["XAGUSD", "BTCUSD", "ETHUSD", "AUDJPY", "ABC"]
        var market = try SyntheticMarket(symbols: names)
        for _ in 0..<500 {
            let next = market.next()
            let tick = try #require(next)
            #expect(tick.bid.scale == InstrumentDefinition(builtInFor: names[tick.symbol]).digits)
        }
    }

    @Test func `a file defines instruments in place of the table`() throws {
        try withTemporaryDirectory { directory in
            let text =
                #"{"instruments":[{"symbol":"EURUSD","contract_size":1000,"tick_size":0.0001,"#
                + #""digits":4,"volume_min":1,"volume_max":5,"volume_step":1,"currency_base":"EUR","#
                + #""currency_profit":"USD","trade_mode":"close_only"}]}"#
            let path = directory + "/instruments.json"
            try AtomicFile.write(Array(text.utf8), to: path)
            let definitions = try InstrumentFile.read(path)
            var scene = DeskScene { $0.venue.instruments = definitions }
            let info = try scene.ask("GET_SYMBOL_INFO", #"{"symbol":"EURUSD"}"#)
            #expect(info["data.contract_size"] == "1000")
            #expect(info["data.trade_mode"] == "close_only")
            let reply = try scene.ask("ORDER_SEND", marketOrder(volume: "1"), id: "a")
            #expect(reply["retcode"] == "10044")
            try AtomicFile.write(
                Array(text.replacing("\"volume_step\":1", with: "\"volume_step\":0").utf8),
                to: path
            )
            let error = #expect(throws: GatewayError.self) { try InstrumentFile.read(path) }
            #expect(error?.problem.contains("volume_step") == true)
        }
    }

    @Test func `an unknown symbol is said to be unknown`() throws {
        var scene = DeskScene()
        let reply = try scene.ask("GET_SYMBOL_INFO", #"{"symbol":"NOPE"}"#)
        #expect(reply["retcode"] == "-16")
        #expect(reply["error"] == "true")
    }

    @Test func `the settings of a paper account are read as they are written`() throws {
        var options = PaperVenueOptions()
        try options.apply("account=netting,currency=EUR,balance=2500.50,leverage=30,latency=5")
        try options.apply("slippage=2,liquidity=0.5,rejects=0.25,hours=fx,commission=3.5,seed=9")
        try options.apply("swap-long=-1,swap-short=0.5,stop-out=0,trading=off")
        try options.apply("foreign=EURUSD.s:sell:0.30")
        #expect(options.marginMode == .netting)
        #expect(options.currency == "EUR")
        #expect(options.balance == decimal("2500.5"))
        #expect(options.latency == .milliseconds(5))
        #expect(options.liquidity == decimal("0.5"))
        #expect(options.calendar == .fx)
        #expect(!options.isTradeAllowed)
        #expect(options.foreignPositions.map(\.symbol) == ["EURUSD.s"])
    }

    @Test(arguments: [
        "", "account", "account=both", "balance=1.005", "leverage=0", "latency=-1", "latency=5ms",
        "rejects=1.5", "rejects=nan", "hours=late", "foreign=EURUSD:hold:1", "foreign=EURUSD:buy:0",
        "liquidity=0", "balance=1e30", "unknown=1", "seed=1,", "currency=dollar",
    ])
    func `a setting that cannot be is refused with what is accepted`(text: String) {
        let error = #expect(throws: GatewayError.self) {
            var options = PaperVenueOptions()
            try options.apply(text)
        }
        #expect(error?.remedy.contains("account=netting|hedging") == true)
    }
}
