import Gateway
import TestSupport
import Testing
import TradingCore

@Suite struct OrderDeskTests {
    @Test func `a market order is filled at the ask, a sell at the bid`() throws {
        var scene = DeskScene()
        let bought = try scene.ask("ORDER_SEND", marketOrder(), id: "buy")
        #expect(bought["error"] == "false")
        #expect(bought["retcode"] == "10009")
        #expect(bought["data.state"] == "filled")
        #expect(bought["data.average_price"] == "1.08520")
        let sold = try scene.ask("ORDER_SEND", marketOrder("OP_SELL"), id: "sell")
        #expect(sold["data.average_price"] == "1.08500")
        #expect(scene.desk.venue.positions.map(\.side) == [.buy, .sell])
    }

    @Test func `G1: the same id and payload are answered again word for word and executed once`()
        throws
    {
        var scene = DeskScene()
        scene.send("ORDER_SEND", marketOrder())
        scene.quote("EURUSD", "1.09000", "1.09020")
        scene.send("ORDER_SEND", marketOrder(volume: "0.1"))
        #expect(scene.replies.count == 2)
        #expect(scene.replies[0] == scene.replies[1])
        #expect(scene.desk.truth.executions(of: "id-1") == 1)
        #expect(scene.desk.truth.counts.repeated == 1)
    }

    @Test func `G1: the same id with another payload is refused with -14`() throws {
        var scene = DeskScene()
        _ = try scene.ask("ORDER_SEND", marketOrder())
        let other = try scene.ask("ORDER_SEND", marketOrder(volume: "0.20"))
        #expect(other["retcode"] == "-14")
        #expect(other["error"] == "true")
        #expect(scene.desk.truth.executionsMax == 1)
        let cancel = try scene.ask("ORDER_CANCEL", #"{"ticket":1}"#)
        #expect(cancel["retcode"] == "-14")
    }

    @Test(arguments: [
        (marketOrder(volume: "0.001"), "10014"), (#"{"symbol":"EURUSD"}"#, "-2"),
        (marketOrder("OP_HOLD"), "-3"), (marketOrder(extra: #","sl":2.0"#), "10016"),
    ])
    func `G1: a refusal is remembered like an execution`(payload: String, code: String) throws {
        var scene = DeskScene()
        let first = try scene.ask("ORDER_SEND", payload)
        #expect(first["retcode"] == code)
        scene.restart()
        let second = try scene.ask("ORDER_SEND", payload)
        #expect(second["retcode"] == code)
        #expect(second["msg"] == first["msg"])
        #expect(scene.desk.truth.counts.repeated == 1)
        #expect(try scene.ask("ORDER_SEND", marketOrder())["retcode"] == "-14")
    }

    @Test func `G1: switched off, the same id is executed again`() throws {
        var scene = DeskScene { $0.contract.remove(.dedup) }
        _ = try scene.ask("ORDER_SEND", marketOrder())
        _ = try scene.ask("ORDER_SEND", marketOrder())
        #expect(scene.desk.truth.executions(of: "id-1") == 2)
        #expect(scene.desk.truth.executionsMax == 2)
    }

    @Test func `G2: an order that waits too long is refused right before its execution`() throws {
        var scene = DeskScene { $0.venue.latency = .milliseconds(500) }
        scene.send("ORDER_SEND", marketOrder(), validFor: 0.4)
        #expect(scene.replies.isEmpty)
        scene.pass(.milliseconds(500))
        let late = jsonMembers(Array(try #require(scene.replies.last).utf8))
        #expect(late["retcode"] == "-10")
        #expect(scene.desk.truth.executionsMax == 0)
    }

    @Test func `G2: an expired order is refused, one without a limit too`() throws {
        var scene = DeskScene()
        let late = try scene.ask("ORDER_SEND", marketOrder(), id: "a", validFor: 0)
        #expect(late["retcode"] == "-10")
        let unlimited = try scene.ask("ORDER_SEND", marketOrder(), id: "b", validFor: nil)
        #expect(unlimited["retcode"] == "10013")
        var lenient = DeskScene { $0.acceptsOrdersWithoutExpiry = true }
        #expect(try lenient.ask("ORDER_SEND", marketOrder(), validFor: nil)["retcode"] == "10009")
        var careless = DeskScene { $0.contract.remove(.expiry) }
        #expect(try careless.ask("ORDER_SEND", marketOrder(), validFor: -9)["retcode"] == "10009")
    }

    @Test func `G3: each reply names the start, unless that is switched off`() throws {
        var scene = DeskScene()
        #expect(try scene.ask("GET_POSITIONS", "{}")["boot_id"] == "boot-1")
        scene.restart()
        #expect(try scene.ask("GET_POSITIONS", "{}")["boot_id"] == "boot-2")
        var silent = DeskScene { $0.contract.remove(.bootID) }
        #expect(try silent.ask("GET_POSITIONS", "{}")["boot_id"] == nil)
    }

    @Test func `G4: a fenced id is never executed, also after a restart`() throws {
        var scene = DeskScene()
        let fence = try scene.ask("ORDER_FENCE", #"{"order_id":"late"}"#, id: "q-1")
        #expect(fence["data.known"] == "false")
        #expect(fence["data.fenced"] == "true")
        #expect(try scene.ask("ORDER_SEND", marketOrder(), id: "late")["retcode"] == "-11")
        scene.restart()
        #expect(try scene.ask("ORDER_SEND", marketOrder(), id: "late")["retcode"] == "-11")
        #expect(scene.desk.truth.executionsMax == 0)
        let again = try scene.ask("ORDER_FENCE", #"{"order_id":"late"}"#, id: "q-2")
        #expect(again["data.fenced"] == "true")
    }

    @Test func `G4: a fence reaches an order that waits for its execution`() throws {
        var scene = DeskScene { $0.venue.latency = .milliseconds(500) }
        scene.send("ORDER_SEND", marketOrder(), id: "slow")
        let waiting = try scene.ask("ORDER_STATUS", #"{"order_id":"slow"}"#, id: "q-1")
        #expect(waiting["data.in_flight"] == "true")
        #expect(waiting["data.report.state"] == "unknown")
        let fence = try scene.ask("ORDER_FENCE", #"{"order_id":"slow"}"#, id: "q-2")
        #expect(fence["data.fenced"] == "true")
        #expect(fence["data.in_flight"] == "false")
        scene.pass(.seconds(1))
        #expect(scene.replies.last?.contains(#""retcode":-11"#) == true)
        #expect(scene.desk.truth.executionsMax == 0)
    }

    @Test func `G4: a fence on an executed order says what became of it`() throws {
        var scene = DeskScene()
        _ = try scene.ask("ORDER_SEND", marketOrder(), id: "done")
        let fence = try scene.ask("ORDER_FENCE", #"{"order_id":"done"}"#, id: "q-1")
        #expect(fence["data.known"] == "true")
        #expect(fence["data.fenced"] == "false")
        #expect(fence["data.report.state"] == "filled")
        #expect(fence["data.report.filled"] == "0.1")
    }

    @Test func `G4: the status of a working order is its present one`() throws {
        var scene = DeskScene()
        let placed = try scene.ask(
            "ORDER_SEND",
            #"{"symbol":"EURUSD","type":"OP_BUYLIMIT","volume":0.1,"price":1.08000}"#,
            id: "limit"
        )
        #expect(placed["retcode"] == "10008")
        #expect(placed["data.state"] == "working")
        scene.quote("EURUSD", "1.07980", "1.07999")
        let status = try scene.ask("ORDER_STATUS", #"{"order_id":"limit"}"#, id: "q")
        #expect(status["data.report.state"] == "filled")
        #expect(status["data.report.average_price"] == "1.07999")
        let told = scene.events.filter { $0.contains(#""kind":"order","req_id":"limit""#) }
        #expect(told.count == 2)
        #expect(told.last?.contains(#""state":"filled""#) == true)
    }

    @Test func `G5: without heartbeats new orders are refused and resting ones cancelled`() throws {
        var scene = DeskScene()
        let order = #"{"symbol":"EURUSD","type":"OP_BUYLIMIT","volume":0.1,"price":1.08000}"#
        _ = try scene.ask("ORDER_SEND", order, id: "resting")
        scene.pass(.milliseconds(14_999))
        #expect(scene.desk.venue.workingOrders.count == 1)
        scene.pass(.milliseconds(1))
        #expect(scene.desk.venue.workingOrders.isEmpty)
        #expect(scene.events.last?.contains("no heartbeat") == true)
        #expect(try scene.ask("ORDER_SEND", marketOrder(), id: "new")["retcode"] == "-13")
        scene.hearClient()
        #expect(try scene.ask("ORDER_SEND", marketOrder(), id: "newer")["retcode"] == "10009")
        scene.pass(.seconds(20))
        let close = try scene.ask("ORDER_CLOSE", #"{"ticket":2}"#, id: "close")
        #expect(close["retcode"] == "10009")
    }

    @Test func `G6: more orders than the rate allows are refused, cancellations are not`() throws {
        var scene = DeskScene { $0.ordersPerSecond = 3 }
        let codes = try (0..<5).map { number in
            try scene.ask("ORDER_SEND", marketOrder(), id: "id-\(number)")["retcode"]
        }
        #expect(codes == ["10009", "10009", "10009", "-15", "-15"])
        #expect(try scene.ask("ORDER_CANCEL", #"{"ticket":99}"#, id: "c")["retcode"] == "10013")
        scene.pass(.seconds(1))
        #expect(try scene.ask("ORDER_SEND", marketOrder(), id: "later")["retcode"] == "10009")
    }

    @Test func `an engaged kill switch survives a restart and lets only closing through`() throws {
        var scene = DeskScene()
        _ = try scene.ask("ORDER_SEND", marketOrder(), id: "open")
        let kill = try scene.ask("KILL_SWITCH", #"{"engage":true,"reason":"test"}"#, id: "k")
        #expect(kill["data.killed"] == "true")
        scene.restart()
        #expect(try scene.ask("ORDER_SEND", marketOrder(), id: "no")["retcode"] == "-12")
        #expect(try scene.ask("ORDER_CLOSE", #"{"ticket":1}"#, id: "yes")["retcode"] == "10009")
        let nameless = try scene.ask("KILL_SWITCH", #"{"engage":false,"reason":"x"}"#, id: "l")
        #expect(nameless["error"] == "true")
        _ = try scene.ask(
            "KILL_SWITCH",
            #"{"engage":false,"operator":"ann","reason":"test over"}"#,
            id: "m"
        )
        #expect(try scene.ask("ORDER_SEND", marketOrder(), id: "again")["retcode"] == "10009")
    }

    @Test func `a kill file that appears while an order waits stops it`() throws {
        var scene = DeskScene { $0.venue.latency = .milliseconds(100) }
        scene.send("ORDER_SEND", marketOrder())
        scene.setKillFile(true)
        scene.pass(.milliseconds(100))
        #expect(scene.replies.last?.contains(#""retcode":-12"#) == true)
        #expect(scene.desk.truth.executionsMax == 0)
    }
}
