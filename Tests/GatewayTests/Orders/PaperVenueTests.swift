import Gateway
import Testing
import TradingCore

@Suite struct PaperVenueTests {
    // MARK: Money

    @Test func `profit in dollars is exact to the cent`() throws {
        var scene = DeskScene { $0.venue.commissionPerLot = ExactDecimal(mantissa: 350, scale: 2) }
        _ = try scene.ask("ORDER_SEND", marketOrder(volume: "0.13"), id: "a")
        scene.quote("EURUSD", "1.08617", "1.08630")
        let closed = try scene.ask("ORDER_CLOSE", #"{"ticket":1}"#, id: "b")
        let deal = try #require(scene.desk.venue.deals(after: 1, limit: 1).first)
        // 0.00097 x 13000 = 12.61, and 0.13 lots at 3.50 twice.
        #expect(deal.profit == decimal("12.61"))
        #expect(deal.commission == decimal("-0.46"))
        #expect(closed["data.average_price"] == "1.08617")
        #expect(scene.desk.venue.account.balance == decimal("10011.69"))
        #expect(scene.desk.venue.account.equity == scene.desk.venue.account.balance)
    }

    @Test func `profit in yen is converted at the worse side of the pair`() throws {
        var scene = DeskScene()
        let order = #"{"symbol":"USDJPY","type":"OP_SELL","volume":0.1}"#
        _ = try scene.ask("ORDER_SEND", order, id: "a")
        scene.quote("USDJPY", "151.000", "151.010")
        _ = try scene.ask("ORDER_CLOSE", #"{"ticket":1}"#, id: "b")
        // (151.500 - 151.010) x 10000 = 4900 yen, bought back at 151.010: 32.448...
        #expect(scene.desk.venue.account.balance == decimal("10032.45"))
        _ = try scene.ask("ORDER_SEND", order, id: "c")
        scene.quote("USDJPY", "151.500", "151.510")
        _ = try scene.ask("ORDER_CLOSE", #"{"ticket":3}"#, id: "d")
        // (151.000 - 151.510) x 10000 = -5100 yen at 151.500: -33.663...
        #expect(scene.desk.venue.account.balance == decimal("9998.79"))
    }

    @Test func `an order whose profit cannot be converted is refused`() throws {
        var scene = DeskScene(symbols: ["EURUSD", "USDJPY", "EURCHF"])
        scene.quote("EURCHF", "0.94000", "0.94010")
        let order = #"{"symbol":"EURCHF","type":"OP_BUY","volume":0.1}"#
        #expect(try scene.ask("ORDER_SEND", order)["retcode"] == "10021")
    }

    @Test func `swap is due once a day and realised with the part that is closed`() throws {
        var scene = DeskScene {
            $0.venue.swapPerLotLong = ExactDecimal(mantissa: -500, scale: 2)
            $0.leaseLength = .seconds(10_000_000)
        }
        _ = try scene.ask("ORDER_SEND", marketOrder(volume: "1.00"))
        scene.pass(.seconds(86_400))
        scene.pass(.seconds(100))
        #expect(scene.desk.venue.positions.first?.swap == decimal("-5.00"))
        scene.pass(.seconds(2 * 86_400))
        #expect(scene.desk.venue.positions.first?.swap == decimal("-15.00"))
        _ = try scene.ask("ORDER_CLOSE", #"{"ticket":1,"volume":0.20}"#, id: "c")
        #expect(scene.desk.venue.deals(after: 1, limit: 1).first?.swap == decimal("-3.00"))
        #expect(scene.desk.venue.positions.first?.swap == decimal("-12.00"))
    }

    @Test func `without margin nothing is opened, and positions are closed when it runs out`()
        throws
    {
        var scene = DeskScene { $0.venue.balance = ExactDecimal(mantissa: 150_000, scale: 2) }
        #expect(try scene.ask("ORDER_SEND", marketOrder(volume: "2"))["retcode"] == "10019")
        _ = try scene.ask("ORDER_SEND", marketOrder(volume: "1"), id: "a")
        scene.quote("EURUSD", "1.07700", "1.07720")
        #expect(scene.desk.venue.positions.count == 1)
        scene.quote("EURUSD", "1.07500", "1.07520")
        #expect(scene.desk.venue.positions.isEmpty)
        #expect(scene.desk.venue.deals(after: 1, limit: 9).map(\.reason) == [.stopOut])
    }

    // MARK: Accounts

    @Test func `a netting account keeps one position and turns it round`() throws {
        var scene = DeskScene { $0.venue.marginMode = .netting }
        _ = try scene.ask("ORDER_SEND", marketOrder(volume: "0.10"), id: "a")
        scene.quote("EURUSD", "1.08600", "1.08620")
        _ = try scene.ask("ORDER_SEND", marketOrder(volume: "0.30"), id: "b")
        var position = try #require(scene.desk.venue.positions.first)
        #expect(position.openPrice == decimal("1.08595"))
        #expect(position.volume == decimal("0.40"))
        _ = try scene.ask("ORDER_SEND", marketOrder("OP_SELL", volume: "0.15"), id: "c")
        _ = try scene.ask("ORDER_SEND", marketOrder("OP_SELL", volume: "0.50"), id: "d")
        position = try #require(scene.desk.venue.positions.first)
        #expect(scene.desk.venue.positions.count == 1)
        #expect(position.ticket == 1)
        #expect(position.side == .sell)
        #expect(position.volume == decimal("0.25"))
        #expect(position.openPrice == decimal("1.08600"))
        let entries = scene.desk.venue.deals(after: 0, limit: 9).map(\.entry)
        #expect(entries == [.in, .in, .out, .inOut])
    }

    @Test func `a hedging account opens a position for each order`() throws {
        var scene = DeskScene()
        _ = try scene.ask("ORDER_SEND", marketOrder(), id: "a")
        _ = try scene.ask("ORDER_SEND", marketOrder("OP_SELL"), id: "b")
        #expect(scene.desk.venue.positions.map(\.ticket) == [1, 2])
        let deals = scene.desk.venue.deals(after: 0, limit: 9)
        #expect(deals.map(\.entry) == [.in, .in])
    }

    @Test func `foreign positions are there from the first quote, once`() throws {
        var scene = DeskScene {
            let volume = ExactDecimal(mantissa: 5, scale: 1)
            $0.venue.foreignPositions = [
                .init(symbol: "EURUSD", side: .sell, volume: volume)
            ]
        }
        #expect(scene.desk.venue.positions.map(\.magic) == [0])
        #expect(scene.desk.venue.deals(after: 0, limit: 9).map(\.reason) == [.foreign])
        scene.restart()
        #expect(scene.desk.venue.positions.count == 1)
    }

    // MARK: Orders

    @Test(arguments: [
        ("OP_BUYLIMIT", "1.08400", "1.08390", "1.08400", "1.084"),
        ("OP_SELLLIMIT", "1.08700", "1.08710", "1.08730", "1.0871"),
        ("OP_BUYSTOP", "1.08700", "1.08690", "1.08710", "1.0871"),
        ("OP_SELLSTOP", "1.08300", "1.08290", "1.08310", "1.0829"),
    ])
    func `a pending order waits for its price and takes the market's`(
        type: String,
        price: String,
        bid: String,
        ask: String,
        filled: String
    ) throws {
        var scene = DeskScene()
        let order = #"{"symbol":"EURUSD","type":"\#(type)","volume":0.1,"price":\#(price)}"#
        #expect(try scene.ask("ORDER_SEND", order)["retcode"] == "10008")
        scene.quote("EURUSD", "1.08501", "1.08521")
        #expect(scene.desk.venue.positions.isEmpty)
        scene.quote("EURUSD", bid, ask)
        #expect(scene.desk.venue.positions.map(\.openPrice) == [decimal(filled)])
        #expect(scene.desk.venue.workingOrders.isEmpty)
    }

    @Test(arguments: [
        (#","sl":1.08000"#, "OP_BUY", "1.07990", "1.08010", VenueDeal.Reason.stopLoss, "1.0799"),
        (#","tp":1.09000"#, "OP_BUY", "1.09010", "1.09030", .takeProfit, "1.0901"),
        (#","sl":1.09000"#, "OP_SELL", "1.08990", "1.09010", .stopLoss, "1.0901"),
        (#","tp":1.08000"#, "OP_SELL", "1.07970", "1.07990", .takeProfit, "1.0799"),
    ])
    func `a stop closes the position at the quote that reaches it`(
        stops: String,
        type: String,
        bid: String,
        ask: String,
        reason: VenueDeal.Reason,
        price: String
    ) throws {
        var scene = DeskScene()
        _ = try scene.ask("ORDER_SEND", marketOrder(type, extra: stops))
        scene.quote("EURUSD", "1.08510", "1.08530")
        #expect(scene.desk.venue.positions.count == 1)
        scene.quote("EURUSD", bid, ask)
        #expect(scene.desk.venue.positions.isEmpty)
        let deal = try #require(scene.desk.venue.deals(after: 1, limit: 1).first)
        #expect(deal.reason == reason)
        #expect(deal.price == decimal(price))
        #expect(deal.magic == 7)
        #expect(deal.requestID.isEmpty)
    }

    @Test(arguments: [
        (marketOrder(volume: "0.005"), "10014"), (marketOrder(volume: "0.015"), "10014"),
        (marketOrder(volume: "101"), "10014"), (marketOrder(extra: #","sl":1.08510"#), "10016"),
        (marketOrder(extra: #","tp":1.084999"#), "10016"),
        (#"{"symbol":"GBPUSD","type":"OP_BUY","volume":0.1}"#, "10013"),
        (#"{"symbol":"EURUSD","type":"OP_BUYLIMIT","volume":0.1,"price":1.08520}"#, "10015"),
        (#"{"symbol":"EURUSD","type":"OP_SELLSTOP","volume":0.1,"price":1.08500}"#, "10015"),
        (#"{"symbol":"EURUSD","type":"OP_BUYLIMIT","volume":0.1,"price":1.084001}"#, "10015"),
        (#"{"symbol":"EURUSD","type":"OP_BUYLIMIT","volume":0.1}"#, "-2"),
    ])
    func `what cannot be ordered is refused with the code of MQL5`(
        payload: String,
        code: String
    ) throws {
        var scene = DeskScene()
        let reply = try scene.ask("ORDER_SEND", payload)
        #expect(reply["retcode"] == code)
        #expect(reply["error"] == "true")
        #expect(scene.desk.venue.positions.isEmpty && scene.desk.venue.workingOrders.isEmpty)
    }

    @Test func `closed markets and accounts that may not trade refuse, also to close`() throws {
        var closed = DeskScene {
            $0.venue.calendar = .fx
            $0.leaseLength = .seconds(10_000_000)
        }
        _ = try closed.ask("ORDER_SEND", marketOrder(), id: "monday")
        closed.pass(.seconds(5 * 86_400))
        #expect(try closed.ask("ORDER_SEND", marketOrder(), id: "a")["retcode"] == "10018")
        #expect(try closed.ask("ORDER_CLOSE", #"{"ticket":1}"#, id: "b")["retcode"] == "10018")
        var barred = DeskScene { $0.venue.isTradeAllowed = false }
        #expect(try barred.ask("ORDER_SEND", marketOrder())["retcode"] == "10017")
    }

    @Test(arguments: [("FOK", "10006", "rejected", 0), ("IOC", "10010", "cancelled", 1)])
    func `what cannot be filled whole is refused or cut, as the filling says`(
        filling: String,
        code: String,
        state: String,
        positions: Int
    ) throws {
        var scene = DeskScene { $0.venue.liquidity = ExactDecimal(mantissa: 4, scale: 2) }
        let order = marketOrder(extra: #","filling":"\#(filling)""#)
        let reply = try scene.ask("ORDER_SEND", order)
        #expect(reply["retcode"] == code)
        #expect(reply["data.state"] == state)
        #expect(
            scene.desk.venue.positions.map(\.volume) == (positions == 1 ? [decimal("0.04")] : [])
        )
    }

    @Test func `a price that moved further than the deviation is requoted`() throws {
        var scene = DeskScene { $0.venue.latency = .milliseconds(10) }
        scene.send("ORDER_SEND", marketOrder(extra: #","deviation":5"#), id: "a")
        scene.send("ORDER_SEND", marketOrder(extra: #","deviation":20"#), id: "b")
        scene.send("ORDER_SEND", marketOrder(), id: "c")
        scene.quote("EURUSD", "1.08510", "1.08530")
        scene.pass(.milliseconds(10))
        let codes = scene.replies.map { jsonMembers(Array($0.utf8))["retcode"] }
        #expect(codes == ["10004", "10009", "10009"])
        #expect(
            scene.desk.venue.positions.map(\.openPrice) == [decimal("1.0853"), decimal("1.0853")]
        )
    }

    @Test func `slippage makes prices worse within its bound, the same for the same seed`() throws {
        func prices() throws -> [ExactDecimal] {
            var scene = DeskScene { $0.venue.slippageMax = 3 }
            return try (0..<40).map { number in
                let reply = try scene.ask(
                    "ORDER_SEND",
                    marketOrder(volume: "0.01"),
                    id: "i\(number)"
                )
                return decimal(reply["data.average_price"] ?? "")
            }
        }
        let first = try prices()
        #expect(try prices() == first)
        #expect(Set(first.map(\.description)).count == 4)
        #expect(first.allSatisfy { $0 >= decimal("1.0852") && $0 <= decimal("1.08523") })
    }

    @Test func `some orders are refused by chance where that is asked for`() throws {
        var scene = DeskScene { $0.venue.rejectRate = 0.5 }
        let codes = try (0..<60).map { number in
            try scene.ask("ORDER_SEND", marketOrder(volume: "0.01"), id: "i\(number)")["retcode"]
        }
        let refused = codes.filter { $0 == "10006" }.count
        #expect((15...45).contains(refused))
        #expect(scene.desk.venue.positions.count == 60 - refused)
    }
}
